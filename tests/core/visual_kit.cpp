// SPDX-License-Identifier: LGPL-2.1-or-later
// The script engine's child: its answers, its bounds, and how it is replaced.
#include "visual/kit/kit.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "base/text.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Bundles that misbehave as they are told.
constexpr const char* kScript = R"(
  let asked = 0;
  const tasks = {
    echo: text => text,
    count: () => ++asked,
    throw: text => { throw new Error(text); },
    reject: text => Promise.reject(new Error(text)),
    later: text => new Promise(resolve => { globalThis.__tick = () => (resolve(text), 1); }),
    never: () => new Promise(() => {}),
    loop: () => { for (;;) {} },
    catching: () => { for (;;) { try { for (;;) {} } catch {} } },
    microtasks: () => new Promise(() => { (function again() { Promise.resolve().then(again); })(); }),
    regex: () => /^(a+)+$/.test('a'.repeat(40) + 'b'),
    arrays: () => { const all = []; for (;;) all.push(new Array(1000).fill(1.5)); },
    buffer: () => new Uint8Array(3e9).fill(1).length,
    text: size => 'x'.repeat(size),
    recursion: () => { const again = () => again() + 1; return again(); },
    width: ([text, family, px, weight, italic]) => __measure(text, family, px, weight, italic),
    reach: () => ['require', 'fetch', 'process', 'XMLHttpRequest', 'load', 'read', 'print', 'Worker',
                  'WebAssembly']
      .filter(name => name in globalThis).join(),
    import: path => import(path).then(() => 'read it', () => 'refused'),
  };
  globalThis.talkie = request => {
    const [task, value] = JSON.parse(request);
    return JSON.parse(request) && Promise.resolve().then(() => tasks[task](value))
      .then(answer => JSON.stringify(answer));
  };
)";

// Neither gone nor a zombie that nobody has asked for yet.
bool is_running(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const size_t name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

class KitTest : public testing::Test {
 protected:
  KitTest() {
    folder_ = fs::path(testing::TempDir()) / ("kit-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "charts.js") << kScript;
    options_ = KitOptions::of_this_place();
    options_.folders = {folder_};
    if (!fs::exists(options_.program)) skipped_ = true;
  }
  ~KitTest() override { fs::remove_all(folder_); }
  void SetUp() override {
    if (skipped_) GTEST_SKIP() << "built without the visual kit";
  }

  static std::string ask(Kit& kit, const std::string& request) {
    auto answer = kit.ask(KitBundle::charts, request);
    return answer ? *answer : "error: " + answer.error().message;
  }

  fs::path folder_;
  KitOptions options_;
  bool skipped_ = false;
};

TEST_F(KitTest, AnswersAreTheBundles) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["echo", "grüße 🌊 \u0000 שלום"])"), "\"grüße 🌊 \\u0000 שלום\"");
  EXPECT_EQ(ask(kit, R"(["later", 7])"), "7");
}

TEST_F(KitTest, ErrorsAreInTheBundlesWords) {
  Kit kit(options_);
  for (const char* request : {R"(["throw", "no such node"])", R"(["reject", "no such node"])"}) {
    auto answer = kit.ask(KitBundle::charts, request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::syntax);
    EXPECT_EQ(answer.error().message, "no such node");
  }
  EXPECT_NE(ask(kit, R"(["never"])").find("never comes"), std::string::npos);
  EXPECT_NE(ask(kit, R"(["recursion"])").find("error"), std::string::npos);
  EXPECT_EQ(ask(kit, R"(["echo", 1])"), "1");
}

// What a bundle keeps between requests is gone after an error.
TEST_F(KitTest, AnErrorLeavesNothingBehind) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["count", 1])"), "1");
  EXPECT_EQ(ask(kit, R"(["count", 2])"), "2");
  (void)kit.ask(KitBundle::charts, R"(["throw", "x"])");
  EXPECT_EQ(ask(kit, R"(["count", 3])"), "1");
}

TEST_F(KitTest, TheSameRequestIsAnsweredFromMemory) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["count"])"), "1");
  EXPECT_EQ(ask(kit, R"(["count"])"), "1");
  EXPECT_EQ(ask(kit, R"(["count" ])"), "2");
}

TEST_F(KitTest, EndlessWorkIsStoppedAndTheNextRequestServed) {
  options_.time_limit = 500ms;
  Kit kit(options_);
  for (const char* task : {"loop", "catching", "microtasks", "regex"}) {
    const auto begin = Clock::now();
    auto answer = kit.ask(KitBundle::charts, std::string("[\"") + task + "\"]");
    ASSERT_FALSE(answer) << task;
    EXPECT_EQ(answer.error().kind, ErrorKind::too_large) << task;
    EXPECT_NE(answer.error().message.find("longer than 0.5 s"), std::string::npos) << task;
    EXPECT_LT(Clock::now() - begin, 5s) << task;  // the clock allows six times the limit
    EXPECT_EQ(ask(kit, std::string("[\"echo\", \"") + task + "\"]"),
              std::string("\"") + task + "\"");
  }
}

TEST_F(KitTest, MemoryBombsAreStopped) {
  options_.memory_limit = size_t{300} << 20;
  Kit kit(options_);
  for (const char* task : {"arrays", "buffer"}) {
    auto answer = kit.ask(KitBundle::charts, std::string("[\"") + task + "\"]");
    ASSERT_FALSE(answer) << task;
    EXPECT_EQ(answer.error().kind, ErrorKind::too_large) << task;
    EXPECT_NE(answer.error().message.find("300 MiB"), std::string::npos) << answer.error().message;
    EXPECT_EQ(ask(kit, std::string("[\"echo\", \"") + task + "\"]"),
              std::string("\"") + task + "\"");
  }
}

TEST_F(KitTest, LargeRequestsAndAnswersAreRefused) {
  options_.answer_limit = options_.request_limit = 1 << 20;
  Kit kit(options_);
  auto answer = kit.ask(KitBundle::charts, R"(["text", 2000000])");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::too_large);
  auto asked = kit.ask(KitBundle::charts, "[\"echo\", \"" + std::string(2 << 20, 'x') + "\"]");
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().kind, ErrorKind::too_large);
  EXPECT_EQ(ask(kit, R"(["text", 3])"), R"("xxx")");
}

TEST_F(KitTest, AKilledChildIsReplaced) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["echo", 1])"), "1");
  ASSERT_EQ(kit.children().size(), 1u);
  const int first = kit.children().front();
  ASSERT_EQ(kill(first, SIGKILL), 0);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(ask(kit, R"(["echo", 2])"), "2");
  ASSERT_EQ(kit.children().size(), 1u);
  EXPECT_NE(kit.children().front(), first);
  EXPECT_EQ(waitpid(first, nullptr, WNOHANG), -1) << "a zombie is left";
}

TEST_F(KitTest, AChildKilledAtWorkIsAnErrorOnce) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["echo", 1])"), "1");
  const int child = kit.children().front();
  std::thread killer([child] {
    std::this_thread::sleep_for(200ms);
    kill(child, SIGKILL);
  });
  auto answer = kit.ask(KitBundle::charts, R"(["loop"])");
  killer.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::failed);
  EXPECT_EQ(ask(kit, R"(["echo", 2])"), "2");
}

TEST_F(KitTest, NoChildIsLeftBehind) {
  int child = 0;
  {
    Kit kit(options_);
    EXPECT_EQ(ask(kit, R"(["echo", 1])"), "1");
    child = kit.children().front();
  }
  EXPECT_EQ(kill(child, 0), -1);
}

// A child at work sees that nobody waits for it any more.
TEST_F(KitTest, NoChildOutlivesAKilledTalkie) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t talkie = fork();
  if (talkie == 0) {
    Kit kit(options_);
    (void)ask(kit, R"(["echo", 1])");
    const int child = kit.children().front();
    [[maybe_unused]] const ssize_t told = write(ends[1], &child, sizeof child);
    (void)ask(kit, R"(["loop"])");
    _exit(0);
  }
  int child = 0;
  ASSERT_EQ(read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  EXPECT_TRUE(is_running(child));
  std::this_thread::sleep_for(100ms);
  kill(talkie, SIGKILL);
  waitpid(talkie, nullptr, 0);
  for (int i = 0; i < 100 && is_running(child); ++i)
    std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(is_running(child));
  close(ends[0]);
  close(ends[1]);
}

TEST_F(KitTest, ManyThreadsAskAtOnce) {
  for (const size_t children : {1, 3}) {
    options_.children = children;
    Kit kit(options_);
    std::vector<std::thread> threads;
    std::vector<int> wrong(8, 0);
    for (size_t thread = 0; thread < wrong.size(); ++thread)
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 50; ++i) {
          const std::string number = std::to_string(thread * 1000 + static_cast<size_t>(i));
          wrong[thread] += ask(kit, "[\"echo\", " + number + "]") != number;
        }
      });
    for (std::thread& thread : threads)
      thread.join();
    EXPECT_EQ(wrong, std::vector<int>(8, 0));
    EXPECT_LE(kit.children().size(), children);
  }
}

TEST_F(KitTest, WhatIsMissingIsNamed) {
  Kit without_bundle(options_);
  auto answer = without_bundle.ask(KitBundle::mermaid, "[]");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(answer.error().message,
            "mermaid diagrams were left out when this Talkie was built (meson option 'mermaid')");
  options_.program = folder_ / "talkie-draw";
  Kit without_program(options_);
  answer = without_program.ask(KitBundle::charts, "[]");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::missing_part);
  options_.program = "/bin/false";  // as it is where a library is missing
  Kit broken_program(options_);
  answer = broken_program.ask(KitBundle::charts, "[]");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::missing_part);
  EXPECT_EQ(answer.error().detail, "exit status 1");
  // A bundle that is no bundle.
  std::ofstream(folder_ / "math.js") << "globalThis.talkie = ((;";
  options_ = KitOptions::of_this_place();
  options_.folders = {folder_};
  Kit broken(options_);
  answer = broken.ask(KitBundle::math, "[]");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::syntax);
}

TEST_F(KitTest, ScriptsReachNothing) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["reach"])"), R"("")");
  EXPECT_EQ(ask(kit, R"(["import", "file:///etc/passwd"])"), R"("refused")");
  EXPECT_EQ(ask(kit, R"(["import", "/etc/passwd"])"), R"("refused")");
}

// The program tries for itself, in its cage: files, sockets, processes, signals, limits.
TEST_F(KitTest, TheProgramCannotLeaveItsCage) {
  EXPECT_EQ(std::system((options_.program.string() + " --check").c_str()), 0);
}

TEST_F(KitTest, ItHasNoDescriptorsAndNoRights) {
  Kit kit(options_);
  EXPECT_EQ(ask(kit, R"(["echo", 1])"), "1");
  const fs::path process = "/proc/" + std::to_string(kit.children().front());
  std::ifstream status(process / "status");
  std::set<std::string> lines;
  for (std::string line; std::getline(status, line);)
    lines.insert(line);
  EXPECT_TRUE(lines.contains("NoNewPrivs:\t1"));
  EXPECT_TRUE(lines.contains("Seccomp:\t2"));
  for (const auto& descriptor : fs::directory_iterator(process / "fd")) {
    const std::string target = fs::read_symlink(descriptor).string();
    // The engine's own: chance, its wake-ups, and how much memory it has taken.
    EXPECT_TRUE(target == "/dev/null" || target == "/dev/urandom" ||
                target == process.string() + "/statm" || target.starts_with("socket:") ||
                target.starts_with("anon_inode:[eventfd]"))
        << target;
  }
  for (const auto& thread : fs::directory_iterator(process / "task")) {
    auto text = read_file(thread.path() / "status", 1 << 16);
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("Seccomp:\t2"), std::string::npos) << "a thread is outside the cage";
  }
}

TEST_F(KitTest, TextIsMeasured) {
  Kit kit(options_);
  const auto width = [&](const std::string& font) {
    return std::stod(ask(kit, "[\"width\", " + font + "]"));
  };
  const double regular = width(R"(["Talkie", "Inter", 32, 400, 0])");
  EXPECT_GT(regular, 60);
  EXPECT_LT(regular, 130);
  EXPECT_GT(width(R"(["Talkie", "Inter", 32, 700, 0])"), regular);
  EXPECT_NEAR(width(R"(["Talkie", "Inter", 64, 400, 0])"), 2 * regular, 0.1);
  EXPECT_EQ(width(R"(["", "Inter", 64, 400, 0])"), 0);
  EXPECT_EQ(ask(kit, R"(["width", ["x", "Inter", null, 400, 0]])"), "0");
}

}  // namespace
}  // namespace talkie
