// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

namespace talkie {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kTickMs = 20;            // between two looks at the clock, the stop and the program
constexpr int kLastTickMs = 1;         // when its output has ended, so will the program
constexpr auto kTimeToTidy = 500ms;    // from the request to end until it is killed
constexpr auto kTimeToDie = 2s;        // a killed program whose disk does not answer is left
constexpr size_t kErrorBytes = 4'096;  // that are kept
constexpr size_t kReadBytes = 64 * 1'024;  // at a time

class Descriptor {
 public:
  Descriptor() = default;
  // Not one of 0, 1 and 2, which stand for other things in the program.
  explicit Descriptor(int fd) : fd_(fd) {
    if (fd < 0 || fd > STDERR_FILENO) return;
    fd_ = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::close(fd);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor ours;  // reading never waits
  Descriptor theirs;
};

std::optional<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  if (!pipe.ours.is_open() || !pipe.theirs.is_open()) return {};
  fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

// A file in memory that holds `text`. A program that reads its input late, in part or not at all
// keeps nobody waiting, as it might with a pipe.
Descriptor file_of(std::string_view text) {
  Descriptor file(memfd_create("talkie-input", MFD_CLOEXEC));
  while (file.is_open() && !text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
    if (written < 0 && errno != EINTR) file.close();
  }
  if (file.is_open()) lseek(file.get(), 0, SEEK_SET);
  return file;
}

// What a new program is started with: three open files, a session of its own, default signals.
class SpawnPlan {
 public:
  SpawnPlan(int in, int out, int err) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

Error not_started(const std::string& name, int code) {
  if (code == ENOENT || code == EACCES || code == ENOTDIR)
    return Error{ErrorKind::missing_part,
                 "the program '" + name + "' cannot be run; is it installed?", std::strerror(code)};
  if (code == E2BIG)
    return Error{ErrorKind::failed, "the text is too long to be an argument of '" + name + "'"};
  return Error{ErrorKind::failed, "the program '" + name + "' cannot be started",
               std::strerror(code)};
}

// A program that runs, as the head of its own process group. Ends with this object at the latest.
class RunningProgram {
 public:
  RunningProgram() = default;
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram() { finish(); }

  Result<void> start(const Program& program) {
    const std::string& name = program.words.front();
    const Descriptor input = file_of(program.input);
    auto out = make_pipe();
    auto err = make_pipe();
    if (!input.is_open() || !out || !err) return not_started(name, errno);
    std::vector<char*> arguments;
    for (const std::string& word : program.words)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const SpawnPlan plan(input.get(), out->theirs.get(), err->theirs.get());
    const int code =
        posix_spawnp(&pid_, name.c_str(), &plan.files, &plan.attributes, arguments.data(), environ);
    if (code != 0) {
      pid_ = -1;
      return not_started(name, code);
    }
    out_ = std::move(out->ours);
    err_ = std::move(err->ours);
    return {};
  }

  // It stays a zombie, so that nothing else can come to have its number.
  [[nodiscard]] bool has_ended() const {
    siginfo_t info{};
    const int code = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    return code != 0 ? errno != EINTR : info.si_pid != 0;
  }

  // Waits for output, a moment at most, and takes it.
  void listen() {
    std::array<pollfd, 2> files = {{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
    const bool is_open = out_.is_open() || err_.is_open();
    poll(files.data(), files.size(), is_open ? kTickMs : kLastTickMs);
    take_output();
  }

  // What is there. The pipe may go on being full when a child of the program writes for ever: no
  // more than was possible is read at once.
  void take_output() {
    read_some(out_, output);
    read_some(err_, errors);
    if (errors.size() > kErrorBytes) errors.erase(0, errors.size() - kErrorBytes);
  }

  void signal_all(int signal) const { kill(-pid_, signal); }

  // Kills what is left of the program and its children. How it ended, as waitpid() has it.
  int finish() {
    if (pid_ < 0) return 0;
    signal_all(SIGKILL);
    const auto deadline = Clock::now() + kTimeToDie;
    while (!has_ended() && Clock::now() < deadline)
      poll(nullptr, 0, kLastTickMs);
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, WNOHANG);
    return status;
  }

  std::string output;
  std::string errors;

 private:
  static void read_some(Descriptor& from, std::string& to) {
    std::array<char, kReadBytes> block;
    for (int blocks = 0; blocks < 16 && from.is_open(); ++blocks) {
      const ssize_t got = read(from.get(), block.data(), block.size());
      if (got > 0) to.append(block.data(), static_cast<size_t>(got));
      if (got == 0) from.close();
      if (got < 0 && errno != EINTR) return;  // nothing there
    }
  }

  pid_t pid_ = -1;
  Descriptor out_;
  Descriptor err_;
};

std::string seconds_text(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(time.count()) / 1'000);
  return text;
}

// Asks the program to end, so that it can remove its own files.
void end_gently(RunningProgram& running) {
  running.signal_all(SIGTERM);
  const auto deadline = Clock::now() + kTimeToTidy;
  while (!running.has_ended() && Clock::now() < deadline)
    running.listen();
}

// Until the program has ended, or has to.
Result<void> wait_for(RunningProgram& running, const Program& program,
                      const std::stop_token& stop) {
  const std::string& name = program.words.front();
  const auto deadline = Clock::now() + program.limit;
  while (!running.has_ended()) {
    running.listen();
    if (stop.stop_requested())
      return Error{ErrorKind::cancelled, "the program '" + name + "' was ended on request"};
    if (running.output.size() > program.most_output)
      return Error{ErrorKind::failed, "the program '" + name + "' writes without an end"};
    if (Clock::now() < deadline) continue;
    end_gently(running);
    return Error{ErrorKind::failed,
                 "the program '" + name + "' took longer than " + seconds_text(program.limit),
                 running.errors};
  }
  running.take_output();
  return {};
}

}  // namespace

Result<ProgramEnd> run_program(const Program& program, const std::stop_token& stop) {
  RunningProgram running;
  if (auto started = running.start(program); !started) return started.error();
  if (auto ended = wait_for(running, program, stop); !ended) return ended.error();
  const int status = running.finish();
  ProgramEnd end;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.output = std::move(running.output);
  end.errors = std::move(running.errors);
  return end;
}

}  // namespace talkie
