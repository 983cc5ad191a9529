// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kit/kit_child.h"

#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace talkie {

namespace {

constexpr std::chrono::milliseconds kLookEvery{20};
constexpr int kPatience = 6;  // how many times its limit of work a child may take on a busy machine
constexpr double kMemoryToSpare = 0.75;  // of the limit; a child that keeps more is replaced
constexpr size_t kLongestText = size_t{1} << 20;  // that is measured, in bytes

struct Spawning {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  explicit Spawning(int socket) {
    posix_spawn_file_actions_init(&actions);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, socket, kKitSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions, kKitSocket + 1);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    // In a group of its own: Ctrl-C is for Talkie, which then closes the socket.
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Spawning() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

// Of a child that has closed its socket, which is its end in any case.
std::string how_it_ended(pid_t pid) {
  kill(pid, SIGKILL);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return "nobody knows how";
  if (WIFSIGNALED(status)) return std::string("signal ") + strsignal(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Result<std::unique_ptr<KitChild>> KitChild::start(const KitOptions& options, TextWidth& widths) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return Error{ErrorKind::failed, "a drawing cannot be made: no socket is left", strerror(errno)};
  const Spawning spawning(ends[1]);
  std::string program = options.program.string();
  char* arguments[] = {program.data(), nullptr};
  // The same everywhere, whoever uses it: languages and time zones change what libraries do.
  const char* libraries = std::getenv("LD_LIBRARY_PATH");
  std::string zone = "TZ=UTC", locale = "LC_ALL=C";
  std::string found_in = std::string("LD_LIBRARY_PATH=") + (libraries ? libraries : "");
  char* environment[] = {zone.data(), locale.data(), libraries ? found_in.data() : nullptr,
                         nullptr};
  pid_t pid = -1;
  const int failure = posix_spawn(&pid, program.c_str(), &spawning.actions, &spawning.attributes,
                                  arguments, environment);
  close(ends[1]);
  if (failure) {
    close(ends[0]);
    return Error{
        ErrorKind::missing_part,
        "talkie-draw, which draws diagrams, formulas, charts and code, cannot be started: " +
            program + ": " + strerror(failure) + "; install Talkie anew"};
  }
  return std::unique_ptr<KitChild>(new KitChild(options, widths, pid, ends[0]));
}

KitChild::~KitChild() {
  close(socket_);
  if (waitpid(pid_, nullptr, WNOHANG) == 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

bool KitChild::usable() const {
  pollfd socket{socket_, POLLIN | POLLRDHUP, 0};
  return usable_ && poll(&socket, 1, 0) == 0;
}

Error KitChild::give_up(ErrorKind kind, std::string message, std::string detail) {
  usable_ = false;
  return Error{kind, std::move(message), std::move(detail)};
}

Result<std::string> KitChild::ask(const std::string& bundle, std::string_view request,
                                  const std::function<Result<std::string>()>& bundle_text) {
  deadline_ = Clock::now() + options_.time_limit * kPatience;
  worked_ = work();
  looked_ = {};
  if (auto greeted = greet(); !greeted) return greeted.error();
  const std::string name = bundle + '\0';
  if (!has(bundle)) {
    auto text = bundle_text();
    if (!text) return text.error();
    if (auto sent = send(KitMessage::load, name + *text); !sent) return sent.error();
    loaded_.insert(bundle);
  }
  if (auto sent = send(KitMessage::ask, name + std::string(request)); !sent) return sent.error();
  auto answered = answer(bundle);
  if (memory() > static_cast<size_t>(static_cast<double>(options_.memory_limit) * kMemoryToSpare))
    usable_ = false;
  return answered;
}

Result<void> KitChild::greet() {
  if (greeted_) return {};
  auto message = receive();
  if (!message && message.error().kind == ErrorKind::failed)
    return give_up(
        ErrorKind::missing_part,
        "talkie-draw, which draws diagrams, formulas, charts and code, does not run; are "
        "libjavascriptcoregtk and libseccomp installed?",
        message.error().detail);
  if (!message) return message.error();
  if (message->kind != KitMessage::ready || !message->payload.empty())
    return give_up(ErrorKind::unsupported,
                   "drawings are not made here: they cannot be kept from the computer's files (" +
                       message->payload + ")");
  greeted_ = true;
  return {};
}

Result<std::string> KitChild::answer(const std::string& bundle) {
  for (;;) {
    auto message = receive();
    if (!message) return message.error();
    switch (message->kind) {
      case KitMessage::answer:
        return std::move(message->payload);
      case KitMessage::problem:
        loaded_.erase(bundle);
        return Error{ErrorKind::syntax, std::move(message->payload)};
      case KitMessage::log:
        g_debug("%s: %s", bundle.c_str(), message->payload.c_str());
        break;
      case KitMessage::measure: {
        auto width = measured(message->payload);
        if (!width) return width.error();
        if (auto sent = send(KitMessage::width, *width); !sent) return sent.error();
        break;
      }
      default:
        return give_up(ErrorKind::failed, "the drawing stopped: talkie-draw is of another version");
    }
  }
}

Result<std::string> KitChild::measured(std::string_view payload) {
  KitFont font;
  if (payload.size() < sizeof font || payload.size() > kLongestText)
    return give_up(ErrorKind::too_large, "the drawing has a text of more than 1 MiB");
  std::memcpy(&font, payload.data(), sizeof font);
  const auto [family, text] = split_pair(payload.substr(sizeof font));
  const double width = widths_.of(font, family, text);
  return std::string(reinterpret_cast<const char*>(&width), sizeof width);
}

Result<void> KitChild::send(KitMessage kind, std::string_view payload) {
  if (auto sent = write_all(header_bytes({kind, static_cast<uint32_t>(payload.size())})); !sent)
    return sent;
  return write_all(payload);
}

Result<KitChild::Message> KitChild::receive() {
  char bytes[kKitHeaderSize];
  if (auto got = read_all(bytes, sizeof bytes); !got) return got.error();
  const KitHeader header = read_header(bytes);
  if (header.size > options_.answer_limit)
    return give_up(ErrorKind::too_large, "the drawing is larger than " +
                                             std::to_string(options_.answer_limit >> 20) +
                                             " MiB; draw less at once");
  Message message{header.kind, std::string(header.size, '\0')};
  if (auto got = read_all(message.payload.data(), message.payload.size()); !got) return got.error();
  return message;
}

Result<void> KitChild::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    if (sent >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN)
      return give_up(ErrorKind::failed, "the drawing stopped unexpectedly", how_it_ended(pid_));
    if (auto ready = wait_for(POLLOUT); !ready) return ready;
  }
  return {};
}

Result<void> KitChild::read_all(char* to, size_t size) {
  while (size > 0) {
    if (auto ready = wait_for(POLLIN); !ready) return ready;
    const ssize_t got = recv(socket_, to, size, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0)
      return give_up(ErrorKind::failed, "the drawing stopped unexpectedly", how_it_ended(pid_));
    to += got;
    size -= static_cast<size_t>(got);
  }
  return {};
}

// Until the socket is ready or a limit is reached.
Result<void> KitChild::wait_for(short events) {
  for (;;) {
    if (const auto now = Clock::now(); now - looked_ >= kLookEvery) {
      looked_ = now;
      if (now >= deadline_ || work() - worked_ >= options_.time_limit) return too_long();
      if (memory() > options_.memory_limit) return too_much_memory();
    }
    pollfd socket{socket_, events, 0};
    const int ready = poll(&socket, 1, static_cast<int>(kLookEvery.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR)
      return give_up(ErrorKind::failed, "the drawing stopped unexpectedly", strerror(errno));
  }
}

Error KitChild::too_long() {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%g",
                std::chrono::duration<double>(options_.time_limit).count());
  return give_up(ErrorKind::too_large,
                 std::string("the drawing took longer than ") + seconds + " s; make it simpler");
}

Error KitChild::too_much_memory() {
  return give_up(ErrorKind::too_large, "the drawing needed more than " +
                                           std::to_string(options_.memory_limit >> 20) +
                                           " MiB of memory; make it simpler");
}

// The processor's time that it has taken in its life: however busy the machine is, the same drawing
// passes or does not.
std::chrono::nanoseconds KitChild::work() const {
  clockid_t clock;
  timespec time{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// What it holds in memory, in bytes; 0 where that cannot be seen any more.
size_t KitChild::memory() const {
  const std::string path = "/proc/" + std::to_string(pid_) + "/statm";
  size_t all = 0, resident = 0;
  if (FILE* file = std::fopen(path.c_str(), "re")) {
    if (std::fscanf(file, "%zu %zu", &all, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace talkie
