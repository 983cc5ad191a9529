// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs that speak: such as do what they should, and such as do anything else.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/process.h"
#include "base/text.h"
#include "speech/engines/command_settings.h"
#include "speech/engines/makers.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A WAV file of 800 samples of 0x2020, at 8,000 a second, that scripts can print.
constexpr const char* kWav =
    R"(printf 'RIFF\144\006\0\0WAVEfmt \020\0\0\0\001\0\001\0\100\037\0\0\200\076\0\0\002\0\020\0data\100\006\0\0%1600s' '')";

class Programs : public testing::Test {
 protected:
  // Where programs write their sound; GLib asks for this folder once.
  static void SetUpTestSuite() {
    temporary_ = new_folder();
    setenv("TMPDIR", temporary_.c_str(), 1);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(temporary_); }

  Programs() : folder_(new_folder()) {}
  ~Programs() override {
    // Whatever happened, no sound was left.
    EXPECT_TRUE(std::filesystem::is_empty(temporary_));
    std::filesystem::remove_all(folder_);
  }

  static std::filesystem::path new_folder() {
    static const std::string base = testing::TempDir();
    std::string name = base + "/programs-XXXXXX";
    return mkdtemp(name.data());
  }

  // A shell script as a program; its path.
  std::string script(const std::string& lines) {
    const std::filesystem::path path = folder_ / ("program" + std::to_string(++scripts_));
    std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
    chmod(path.c_str(), 0700);
    return path.string();
  }

  // The provider "robot" of these settings (a YAML map).
  static MadeProvider made(const std::string& yaml) {
    const auto settings = parse_yaml(yaml, Place{"talkie.conf", 1, 1});
    if (!settings) return settings.error();
    return make_command_provider("robot", &*settings);
  }
  static std::unique_ptr<Provider> robot(const std::string& yaml) {
    auto provider = made(yaml);
    EXPECT_TRUE(provider) << provider.error().to_string();
    return provider ? *std::move(provider) : nullptr;
  }

  static Result<Take> say(Provider& provider, const std::string& text,
                          const std::string& voice = "", const std::stop_token& stop = {}) {
    return provider.speak({text, false, voice, "en-US", 1, 1}, stop);
  }

  // Whether a process that was killed goes soon.
  static bool goes(const std::string& pid) {
    for (int i = 0; i < 100 && is_alive(pid); ++i)
      std::this_thread::sleep_for(10ms);
    return !is_alive(pid);
  }

  // What a script wrote to a file of the test's folder.
  [[nodiscard]] std::string note(const std::string& name) const {
    const auto text = read_file(folder_ / name, 1 << 20);
    return text ? *text : "(nothing)";
  }

  // Whether a process is there and alive.
  static bool is_alive(const std::string& pid) {
    std::ifstream stat("/proc/" + std::string(trim(pid)) + "/stat");
    std::string number;
    std::string name;
    std::string state;
    return stat >> number >> name >> state && state != "Z" && state != "X";
  }

  std::filesystem::path folder_;
  static inline std::filesystem::path temporary_;
  int scripts_ = 0;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

TEST_F(Programs, WriteToAFile) {
  const auto provider = robot("command: " +
                              script("cat > $(dirname $0)/text; echo \"$2\" > $(dirname $0)/out\n" +
                                     std::string(kWav) + " > \"$2\"") +
                              " --out {out}");
  const auto take = say(*provider, "Hello you");
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 8'000);
  EXPECT_EQ(take->samples, std::vector<int16_t>(800, 0x2020));
  EXPECT_FALSE(take->has_times);
  EXPECT_EQ(note("text"), "Hello you");
  const std::filesystem::path out = std::string(trim(note("out")));
  EXPECT_EQ(out.filename(), "speech.wav");
  EXPECT_EQ(out.parent_path().parent_path(), temporary_);
  EXPECT_FALSE(std::filesystem::exists(out.parent_path()));
  EXPECT_FALSE(provider->is_remote());
}

TEST_F(Programs, WriteToTheirOutput) {
  const auto provider = robot("command: " + script(kWav));
  const auto take = say(*provider, std::string(100'000, 'x'));  // which it does not read
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->samples.size(), 800U);
}

TEST_F(Programs, ReadLongTextsWhileTheyWriteAndComplain) {
  const auto provider =
      robot("command: " + script("tee $(dirname $0)/text | tr x y >&2\n" + std::string(kWav)));
  const std::string text(300'000, 'x');
  const auto take = say(*provider, text);
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(note("text"), text);
}

TEST_F(Programs, GetTheTextAsItIs) {
  const std::string text = "-o $(rm -rf x) `ls` \"a' \\ {out} {text}\n\t; & | > ü 語 %s";
  const auto by_input =
      robot("command: " + script("cat > $(dirname $0)/text\n" + std::string(kWav)));
  ASSERT_TRUE(say(*by_input, text));
  EXPECT_EQ(note("text"), text);

  const auto by_argument = robot("command: '" +
                                 script("printf %s \"$2\" > $(dirname $0)/text\n"
                                        "cat > $(dirname $0)/input\n" +
                                        std::string(kWav)) +
                                 " -t {text}'");
  ASSERT_TRUE(say(*by_argument, text));
  EXPECT_EQ(note("text"), " " + text);  // not to be an option
  EXPECT_EQ(note("input"), "");
}

TEST_F(Programs, GetEveryPlaceholderInItsWord) {
  const std::string program = script(
      "for word; do printf '[%s]' \"$word\"; done > $(dirname $0)/words\n" + std::string(kWav));
  const auto provider =
      robot("voice: 'A voice; ls'\ncommand: \"" + program +
            " --voice={voice} '{language} {rate}' {length}/{pitch} {{voice} {A}\"");
  const auto take = provider->speak({"x", false, "A voice; ls", "de-AT", 1.25, 0.5}, {});
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(note("words"), "[--voice=A voice; ls][de-AT 1.25][0.8/0.5][{voice}][{A}]");
  EXPECT_TRUE(take->warnings.empty());
}

TEST_F(Programs, WarnOfWhatTheyCannot) {
  const auto provider = robot("command: " + script(kWav));
  const auto take = provider->speak({"x", false, "", "en", 1.5, 0.8}, {});
  ASSERT_TRUE(take);
  ASSERT_EQ(take->warnings.size(), 2U);
  EXPECT_NE(take->warnings[0].find("{rate}"), std::string::npos);
  EXPECT_NE(take->warnings[1].find("{pitch}"), std::string::npos);
}

TEST_F(Programs, ThatFailSayWhy) {
  struct Failure {
    const char* script;
    const char* message;
  };
  for (const Failure& failure :
       {Failure{"echo >&2; echo 'loading' >&2; echo 'Error: no such voice' >&2; exit 3",
                "'robot' failed (exit status 3): Error: no such voice"},
        Failure{"echo 'Traceback (most recent call last):\n  File x\nValueError: bad voice' >&2; "
                "exit 1",
                "'robot' failed (exit status 1): ValueError: bad voice"},
        Failure{"printf 'broken \\377\\033[31m' >&2; exit 1",
                "'robot' failed (exit status 1): broken "},
        Failure{"exit 7", "'robot' failed (exit status 7)"},
        Failure{"kill -SEGV $$", "'robot' failed (signal 11)"},
        Failure{"exit 0", "'robot' delivered no sound"},
        Failure{"echo hello", "'robot' delivered something that is no sound file"}}) {
    const auto take = say(*robot("command: " + script(failure.script)), "x");
    ASSERT_FALSE(take);
    EXPECT_EQ(take.error().kind, ErrorKind::failed);
    EXPECT_EQ(take.error().message, failure.message);
  }
  const auto nothing = say(*robot("command: " + script("exit 0") + " {out}"), "x");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().message, "'robot' wrote no sound to {out}");
  const auto pipe = say(*robot("command: " + script("mkfifo $1") + " {out}"), "x");
  EXPECT_FALSE(pipe);  // and does not wait for somebody to write
  const auto much = say(*robot("command: " + script("yes 'the end is near' | head -c 2000000 >&2; "
                                                    "echo 'the end' >&2; exit 1")),
                        "x");
  ASSERT_FALSE(much);
  EXPECT_LE(much.error().detail.size(), 4'096U);
  EXPECT_TRUE(much.error().detail.ends_with("the end\n"));
}

// A program that waits with a child that ignores requests to end; they tell their numbers.
constexpr const char* kHangs =
    "here=$(dirname $0)\n"
    "(trap '' TERM; sh -c 'echo $PPID' > $here/child; while :; do sleep 1; done) &\n"
    "trap '' TERM; echo $$ > $here/self; echo waiting >&2; wait; while :; do sleep 1; done";

TEST_F(Programs, ThatTakeTooLongAreKilledWithTheirChildren) {
  const auto provider = robot("timeout: 0.4\ncommand: " + script(kHangs) + " {out}");
  const auto start = Clock::now();
  const auto take = say(*provider, "x");
  EXPECT_LT(seconds_since(start), 3);
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::failed);
  EXPECT_TRUE(take.error().message.ends_with("took longer than 0.4 s")) << take.error().message;
  EXPECT_EQ(take.error().detail, "waiting\n");
  EXPECT_TRUE(goes(note("self"))) << note("self");
  EXPECT_TRUE(goes(note("child"))) << note("child");
}

TEST_F(Programs, ThatAreCancelledAreGoneAtOnce) {
  const auto provider = robot("command: " + script(kHangs));
  std::stop_source stop;
  Clock::time_point asked;
  std::jthread canceller([&] {
    while (note("child").size() < 2 || !note("child").ends_with('\n') ||
           !note("self").ends_with('\n'))
      std::this_thread::sleep_for(5ms);
    asked = Clock::now();
    stop.request_stop();
  });
  const auto take = say(*provider, "x", "", stop.get_token());
  const double seconds = seconds_since(asked);
  EXPECT_LT(seconds, 0.2);
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::cancelled);
  EXPECT_TRUE(goes(note("self")));
  EXPECT_TRUE(goes(note("child")));
}

TEST_F(Programs, WhoseChildrenStayDoNotHang) {
  // The child keeps the output open after the program's end.
  const auto provider = robot(
      "command: " + script("sleep 100 & echo $! > $(dirname $0)/child\n" + std::string(kWav)));
  const auto start = Clock::now();
  EXPECT_TRUE(say(*provider, "x"));
  EXPECT_LT(seconds_since(start), 2);
  EXPECT_TRUE(goes(note("child")));
}

TEST_F(Programs, ThatWriteForEverAreStopped) {
  const Program program{{"sh", "-c", "cat /dev/zero"}, "", 30s, 10 << 20};
  const auto start = Clock::now();
  const auto end = run_program(program, {});
  EXPECT_LT(seconds_since(start), 5);
  ASSERT_FALSE(end);
  EXPECT_TRUE(end.error().message.ends_with("writes without an end")) << end.error().message;
}

TEST_F(Programs, InheritNoOpenFileAndNoIgnoredSignal) {
  constexpr int kOpen = 57;
  ASSERT_EQ(dup2(STDERR_FILENO, kOpen), kOpen);
  const auto old = signal(SIGPIPE, SIG_IGN);
  const auto end = run_program({{"sh", "-c", "echo /proc/self/fd/*; kill -PIPE $$"}, ""}, {});
  signal(SIGPIPE, old);
  close(kOpen);
  ASSERT_TRUE(end);
  EXPECT_NE(end->output.find("/fd/2"), std::string::npos) << end->output;
  EXPECT_EQ(end->output.find("/fd/57"), std::string::npos) << end->output;
  EXPECT_EQ(end->signal, SIGPIPE);
}

TEST_F(Programs, RunSideBySideAsManyAsIsSaid) {
  const std::string program = script("sleep 0.3\n" + std::string(kWav));
  for (const auto& [calls, least, most] : {std::tuple{4, 0.3, 0.85}, std::tuple{2, 0.6, 1.5}}) {
    const auto provider = robot("calls: " + std::to_string(calls) + "\ncommand: " + program);
    const auto start = Clock::now();
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] { EXPECT_TRUE(say(*provider, "x")); });
    }
    EXPECT_GT(seconds_since(start), least);
    EXPECT_LT(seconds_since(start), most);
  }
}

TEST_F(Programs, WaitingForAPlaceEndsWithAStop) {
  const auto provider = robot("calls: 1\ncommand: " + script("sleep 1\n" + std::string(kWav)));
  std::jthread first([&] { EXPECT_TRUE(say(*provider, "x")); });
  std::this_thread::sleep_for(200ms);
  std::stop_source stop;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  const auto start = Clock::now();
  const auto take = say(*provider, "x", "", stop.get_token());
  EXPECT_LT(seconds_since(start), 0.5);
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::cancelled);
}

TEST_F(Programs, ThatAreNotThereAreNamed) {
  const auto provider = made("{language: en,\n  command: no-such-program --x}");
  ASSERT_FALSE(provider);
  EXPECT_EQ(provider.error().kind, ErrorKind::missing_part);
  EXPECT_EQ(provider.error().to_string(),
            "talkie.conf:2:12: the program 'no-such-program' of the engine 'robot' is not there; "
            "install it, or correct 'command' in talkie.conf");
  // It was there, and is not any more.
  const std::string program = script("exit 0");
  const auto gone = robot("command: " + program);
  std::filesystem::remove(program);
  const auto take = say(*gone, "x");
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::missing_part);
}

TEST_F(Programs, VoicesHaveNames) {
  const auto provider = robot(
      "{command: 'sh x {voice}', voice: /models/en_US-amy.onnx, language: en-US,"
      " voices: {Bob: /models/bob.onnx, kal: kal16}}");
  const auto name_of = [&](const std::string& wanted) {
    const auto choice = provider->choose_voice(wanted, "en-GB");
    EXPECT_TRUE(!choice || choice->warning.empty()) << choice->warning;
    return choice ? choice->name : "(" + choice.error().message + ")";
  };
  EXPECT_EQ(name_of(""), "en_US-amy");
  EXPECT_EQ(name_of("EN_us-amy"), "en_US-amy");
  EXPECT_EQ(name_of("bob"), "Bob");
  EXPECT_EQ(name_of("kal"), "kal");
  EXPECT_EQ(name_of("slt"), "slt");
  EXPECT_EQ(name_of("en"), "en_US-amy");
  EXPECT_EQ(name_of("en-US"), "en_US-amy");
  for (const std::string bad : {"-o", "--x=y", "../amy", "/etc/passwd", "a\nb", "a\x7F"})
    EXPECT_NE(name_of(bad).find("give it a name under 'voices'"), std::string::npos) << bad;
}

TEST_F(Programs, VoicesAreGivenByTheirValues) {
  const auto provider = robot(
      "{voices: {amy: 'the one'}, voice: amy, command: [" +
      script("printf %s \"$1\" > $(dirname $0)/voice\n" + std::string(kWav)) + ", '{voice}']}");
  EXPECT_EQ(provider->choose_voice("", "en")->name, "amy");
  ASSERT_TRUE(say(*provider, "x", "amy"));
  EXPECT_EQ(note("voice"), "the one");
  ASSERT_TRUE(say(*provider, "x", "other"));
  EXPECT_EQ(note("voice"), "other");
}

TEST_F(Programs, LanguagesAndVoicesThatTheyDoNotHaveAreWarnedOf) {
  const auto english = robot("{command: sh x, languages: [en-US, es]}");
  EXPECT_EQ(english->choose_voice("", "en-GB")->warning, "");
  EXPECT_EQ(english->choose_voice("", "es")->warning, "");
  EXPECT_EQ(
      english->choose_voice("", "de")->warning,
      "'robot' speaks en-US, and this text is in 'de'; choose another engine or voice for it");
  EXPECT_EQ(robot("command: sh x")->choose_voice("", "de")->warning, "");
  EXPECT_NE(english->choose_voice("amy", "en")->warning.find("one voice"), std::string::npos);
  const auto voiceless = robot("command: sh x {voice}")->choose_voice("", "en");
  ASSERT_FALSE(voiceless);
  EXPECT_NE(voiceless.error().message.find("set 'voice'"), std::string::npos);
}

TEST_F(Programs, FingerprintFollowsWhatMakesTheSound) {
  const std::string program = script("exit 0");
  const std::string model = (folder_ / "a.onnx").string();
  const std::string settings = "{command: '" + program + " {voice}', voice: " + model + "}";
  const auto provider = robot(settings);
  const std::string first = provider->fingerprint();
  EXPECT_EQ(robot(settings)->fingerprint(), first);
  EXPECT_NE(robot("{command: '" + program + " -x {voice}', voice: " + model + "}")->fingerprint(),
            first);
  std::ofstream(model) << "model";
  const std::string second = provider->fingerprint();
  EXPECT_NE(second, first);
  std::ofstream(program, std::ios::app) << "# new\n";
  EXPECT_NE(provider->fingerprint(), second);
}

TEST_F(Programs, SettingsThatAreWrongAreNamed) {
  struct Wrong {
    const char* yaml;
    const char* place;
    const char* message;
  };
  for (const Wrong& wrong :
       {Wrong{"{voice: x}", "talkie.conf:1:1", "needs a 'command'"},
        Wrong{"{command: ''}", "talkie.conf:1:11", "begin"},
        Wrong{"{command: []}", "talkie.conf:1:11", "begins with a program"},
        Wrong{"{command: \"sh 'x\"}", "talkie.conf:1:11", "cannot be split"},
        Wrong{"{command: 'sh {vocie}'}", "talkie.conf:1:11", "{vocie}"},
        Wrong{"{command: '{voice} x'}", "talkie.conf:1:11", "begins with a program"},
        Wrong{"{command: \"sh -c 'say {text}'\"}", "talkie.conf:1:11", "a shell would run"},
        Wrong{"{command: [bash, -ec, 'x {voice}']}", "talkie.conf:1:11", "a shell would run"},
        Wrong{"{command: sh, comand: x}", "talkie.conf:1:15", "Did you mean 'command'"},
        Wrong{"{command: sh, timeout: 0}", "talkie.conf:1:24", "'timeout' is"},
        Wrong{"{command: sh, timeout: soon}", "talkie.conf:1:24", "'timeout' is"},
        Wrong{"{command: sh, timeout: 2:00:00}", "talkie.conf:1:24", "'timeout' is"},
        Wrong{"{command: sh, calls: 0}", "talkie.conf:1:22", "'calls' is"},
        Wrong{"{command: sh, rates: [2, 1]}", "talkie.conf:1:22", "'rates' holds"},
        Wrong{"{command: sh, rates: 2}", "talkie.conf:1:22", "'rates' holds"},
        Wrong{"{command: sh, voices: [a]}", "talkie.conf:1:23", "'voices' holds"},
        Wrong{"{command: sh, voice: [a]}", "talkie.conf:1:22", "'voice' is"}}) {
    const auto provider = made(wrong.yaml);
    ASSERT_FALSE(provider) << wrong.yaml;
    EXPECT_EQ(provider.error().kind, ErrorKind::bad_value) << wrong.yaml;
    EXPECT_EQ(provider.error().where.to_string(), wrong.place) << wrong.yaml;
    EXPECT_NE(provider.error().message.find(wrong.message), std::string::npos)
        << provider.error().message;
  }
}

TEST_F(Programs, ThatAlwaysFailAreLeftAlone) {
  const auto provider =
      robot("command: " + script("echo x >> $(dirname $0)/calls; echo 'no model' >&2; exit 1"));
  for (int i = 0; i < 8; ++i) {
    const auto take = say(*provider, "x");
    ASSERT_FALSE(take);
    EXPECT_EQ(take.error().kind, ErrorKind::failed);
    EXPECT_NE(take.error().message.find("no model"), std::string::npos) << take.error().message;
  }
  EXPECT_EQ(note("calls"), "x\nx\nx\nx\nx\n");
}

TEST_F(Programs, RatesAreThoseOfTheSettings) {
  const auto provider = robot("{command: 'sh {rate}', rates: [0.5, 2]}");
  EXPECT_EQ(provider->min_rate(), 0.5);
  EXPECT_EQ(provider->max_rate(), 2);
}

TEST_F(Programs, FliteSpeaks) {
  if (std::system("command -v flite > /dev/null") != 0) GTEST_SKIP() << "flite is not installed";
  const auto provider = robot(
      "command: flite -voice {voice} --setf duration_stretch={length} -o {out}\n"
      "voice: kal\nlanguage: en-US");
  const std::string text = "A program speaks, and all of its words are heard.";
  const auto take = say(*provider, text, "kal");
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 8'000);
  const auto fast = provider->speak({text, false, "kal", "en-US", 2, 1}, {});
  ASSERT_TRUE(fast);
  EXPECT_GT(take->samples.size(), 2 * 8'000U);
  EXPECT_NEAR(static_cast<double>(fast->samples.size()),
              static_cast<double>(take->samples.size()) / 2, 4'000);
}

}  // namespace
}  // namespace talkie
