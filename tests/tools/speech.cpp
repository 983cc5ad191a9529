// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines of the user's own talkie.conf, as the command tells of them; and a service that answers
// as documented, and badly.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <regex>
#include <sstream>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kKey = "sk-secret-0123456789-wxyz";

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

json last_line(const std::string& text) {
  std::istringstream stream(text);
  std::string last;
  for (std::string line; std::getline(stream, line);)
    last = line;
  return json::parse(last);
}

class Engines : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    unsetenv("OPENAI_API_KEY");
    said_ = (folder_.path() / "said.wav").string();
    const auto outcome = outside::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                                       "sine=f=300:d=1.5:r=24000,tremolo=f=4:d=0.9", said_});
    ASSERT_EQ(outcome.status, 0) << outcome.errors;
    program("broken", "echo 'the model is not there' >&2; exit 3");
    program("copies", "cp " + said_ + " \"$1\"");
    engines("  broken: {command: '" + path_of("broken") + " {out}'}\n  copies: {command: '" +
            path_of("copies") + " {out}', language: en}\n");
    write("talk.md", kSmallTalk);
  }
  [[nodiscard]] std::string path_of(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  void program(const std::string& name, const std::string& body) const {
    const fs::path file = folder_.write(name, "#!/bin/sh\ncat > /dev/null\n" + body + "\n");
    fs::permissions(file, fs::perms::owner_all);
  }
  void engines(const std::string& text) const {
    std::ofstream(config_ / "talkie" / "talkie.conf") << "engines:\n" << text;
  }
  std::string said_;
};

TEST_F(Engines, ThatFailAreNamedAtTheEnd) {
  const auto outcome = talkie({"render", "talk.md", "-o", "talk.wav", "--engine", "broken,espeak"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_HAS(outcome.output, "2 scenes have another voice than was asked for: 1 'hello' (espeak/");
  EXPECT_HAS(outcome.output, "broken: 2 calls");
  EXPECT_HAS(outcome.output, "2 failed");
  EXPECT_HAS(outcome.errors, "the model is not there");
  EXPECT_HAS(outcome.errors, "talk.md:7:");
}

TEST_F(Engines, ThatFailAreToldToPrograms) {
  const auto outcome = talkie(
      {"render", "talk.md", "-o", "talk.wav", "--engine", "broken,espeak", "--progress", "json"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const json done = last_line(outcome.output);
  ASSERT_EQ(done["fallbacks"].size(), 2u);
  EXPECT_EQ(done["fallbacks"][1]["scene"], 2);
  EXPECT_EQ(done["fallbacks"][1]["id"], "more");
  EXPECT_HAS(done["fallbacks"][1]["reason"].get<std::string>(), "'broken'");
  bool found = false;
  for (const json& use : done["speech"]) {
    if (use["engine"] != "broken") continue;
    found = true;
    EXPECT_EQ(use["calls"], 2);
    EXPECT_EQ(use["failures"], 2);
  }
  EXPECT_TRUE(found) << done["speech"];
}

TEST_F(Engines, ThatFailAreSeenInAdvance) {
  const auto table = talkie({"inspect", "talk.md", "--engine", "broken,espeak"});
  ASSERT_EQ(table.status, 0) << table.errors;
  EXPECT_HAS(table.output, "scene 1: ");
  EXPECT_HAS(table.output, "'broken'");
  const auto outline = talkie({"inspect", "talk.md", "--engine", "broken,espeak", "--json"});
  const json scenes = json::parse(outline.output)["scenes"];
  EXPECT_HAS(scenes[0]["fallback"].get<std::string>(), "'broken'");
  EXPECT_TRUE(scenes[0]["voices"][0].get<std::string>().starts_with("espeak/"));
}

TEST_F(Engines, ThatFailAreErrorsWhereTheUserIsStrict) {
  const auto outcome =
      talkie({"render", "talk.md", "-o", "talk.wav", "--engine", "broken", "--strict"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md"}));
}

TEST_F(Engines, ThatNobodyHasAreErrors) {
  for (const char* engine : {"espaek", "espeak,nobody"}) {
    const auto outcome = talkie({"render", "talk.md", "-o", "talk.wav", "--engine", engine});
    EXPECT_TRUE(outcome.status == 1 || outcome.status == 2) << outcome.status;
    EXPECT_HAS(outcome.errors, std::string(engine).substr(engine == std::string("espaek") ? 0 : 7));
    EXPECT_EQ(files(), (std::set<std::string>{"talk.md"}));
  }
}

TEST_F(Engines, OfTalkieConfAreListedByTheDoctor) {
  engines("  copies: {command: '" + path_of("copies") + " {out}'}\n  odd: {kind: typewriter}\n");
  const auto outcome = talkie({"doctor"});
  EXPECT_TRUE(std::regex_search(outcome.output, std::regex("copies +from talkie.conf")))
      << outcome.output;
  EXPECT_HAS(outcome.output, "odd");
  EXPECT_HAS(outcome.output, "typewriter");
}

TEST_F(Engines, SpeakInTheirOwnVoice) {
  const auto outcome = talkie({"render", "talk.md", "-o", "talk.wav", "--engine", "copies", "-q"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  ASSERT_EQ(talkie({"render", "talk.md", "-o", "espeak.wav", "-q"}).status, 0);
  EXPECT_NE(read("talk.wav"), read("espeak.wav"));
}

TEST_F(Engines, OfAWrongLanguageAreWarnedOf) {
  write("fr.md", "---\nlanguage: fr\n---\nBonjour tout le monde.\n");
  const auto outcome = talkie({"render", "fr.md", "-o", "fr.wav", "--engine", "copies"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_HAS(outcome.errors, "fr.md:4");
  EXPECT_TRUE(std::regex_search(outcome.errors, std::regex("'?en'?.*'?fr'?|'?fr'?.*'?en'?")))
      << outcome.errors;
  write("zh.md", "---\nvoice: en-us\n---\n潮水涨了。\n");
  const auto espeak = talkie({"render", "zh.md", "-o", "zh.wav"});
  EXPECT_EQ(espeak.status, 0);
  EXPECT_HAS(espeak.errors, "zh.md:4");
  EXPECT_HAS(espeak.errors, "cmn");
}

TEST_F(Engines, PartsOfTheSoundStandBesideTheFilm) {
  const auto outcome = talkie({"render", "talk.md", "-o", "talk.wav", "--stems", "parts"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator("parts"))
    names.insert(entry.path().filename().string());
  EXPECT_EQ(names, (std::set<std::string>{"effects.wav", "music.wav", "voice.wav"}));
  EXPECT_HAS(outcome.output, "parts/voice.wav: a part of the sound");
  const auto length = [](const char* name) {
    return std::stod(outside::probe(name)["format"]["duration"].get<std::string>());
  };
  for (const char* name : {"parts/voice.wav", "parts/music.wav", "parts/effects.wav"})
    EXPECT_NEAR(length(name), length("talk.wav"), 1e-3) << name;
}

// "00:00:01.250" in seconds
double seconds_of(const std::string& text) {
  return std::stod(text.substr(0, 2)) * 3600 + std::stod(text.substr(3, 2)) * 60 +
         std::stod(text.substr(6));
}

TEST_F(Engines, WordTimesStandInTheCaptions) {
  const auto outcome =
      talkie({"render", "talk.md", "-o", "talk.mp4", "-q", "--captions", "words,vtt"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const std::string text = read("talk.vtt");
  const std::regex stamp("<(\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\d)>");
  int count = 0;
  double last = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), stamp), end; at != end; ++at, ++count) {
    EXPECT_GT(seconds_of((*at)[1]), last);
    last = seconds_of((*at)[1]);
  }
  EXPECT_GE(count, 4) << text;
  // Another program reads it, and sees the words alone.
  const json info = outside::probe("talk.vtt");
  EXPECT_EQ(info["streams"][0]["codec_name"], "webvtt");
  const auto plain = outside::run({"ffmpeg", "-v", "error", "-i", "talk.vtt", "-f", "srt", "-"});
  EXPECT_HAS(plain.output, "One thing, and then two.");
}

// ---- a service on this machine

constexpr const char* kServer = R"(
import http.server, sys, time
folder, how = sys.argv[1], sys.argv[2]
sound = open(sys.argv[3], 'rb').read()
class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        with open(folder + '/asked', 'a') as log:
            log.write(self.path + ' ' + self.headers.get('Authorization', '') + ' ' + body.decode() + '\n')
        if how.isdigit():
            text = b'{"error": {"message": "not today"}}'
            self.send_response(int(how))
            self.send_header('Content-Type', 'application/json')
            if how == '429': self.send_header('Retry-After', '0')
            self.send_header('Content-Length', str(len(text)))
            self.end_headers()
            self.wfile.write(text)
            return
        if how == 'slow': time.sleep(30)
        self.send_response(200)
        self.send_header('Content-Type', 'audio/wav')
        self.send_header('Content-Length', str(len(sound)))
        self.end_headers()
        if how == 'cut':
            self.wfile.write(sound[:len(sound) // 2])
            self.close_connection = True
            return
        if how == 'drops':
            for at in range(len(sound)):
                try: self.wfile.write(sound[at:at + 1])
                except OSError: return
                time.sleep(1)
        self.wfile.write(sound)
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Service)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
)";

class Service : public Engines, public testing::WithParamInterface<const char*> {
 protected:
  void start(const std::string& how) {
    const std::string script = folder_.write("server.py", kServer).string();
    int out[2];
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    server_ = fork();
    if (server_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      execlp("python3", "python3", script.c_str(), folder_.path().c_str(), how.c_str(),
             said_.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    std::string port;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';)
      port += c;
    close(out[0]);
    ASSERT_FALSE(port.empty());
    engines("  local: {kind: openai, base-url: 'http://127.0.0.1:" + port + "', key: " + kKey +
            ", model: tts-1, voice: alloy, timeout: 4}\n");
  }
  void TearDown() override {
    if (server_ > 0) {
      kill(server_, SIGKILL);
      waitpid(server_, nullptr, 0);
    }
    Engines::TearDown();
  }
  // What the service was asked for, one line each.
  [[nodiscard]] std::vector<std::string> asked() const {
    std::istringstream stream(read(folder_.path() / "asked"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
      lines.push_back(line);
    return lines;
  }
  pid_t server_ = -1;
};

TEST_F(Service, SpeaksWhereItAnswersAsDocumented) {
  start("well");
  const auto outcome = talkie(
      {"render", "talk.md", "-o", "talk.wav", "--engine", "local", "--progress", "json", "-vv"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const json done = last_line(outcome.output);
  EXPECT_TRUE(done["fallbacks"].empty()) << done;
  ASSERT_EQ(asked().size(), 2u);
  for (const std::string& line : asked()) {
    EXPECT_TRUE(line.starts_with("/v1/audio/speech Bearer " + std::string(kKey) + " {")) << line;
    const json body = json::parse(line.substr(line.find('{')));
    EXPECT_EQ(body["model"], "tts-1");
    EXPECT_EQ(body["voice"], "alloy");
    EXPECT_EQ(body["response_format"], "wav");
  }
  EXPECT_EQ((outcome.output + outcome.errors).find("secret"), std::string::npos);
}

// The film is made all the same, soon, and says what happened; and the key stays where it is.
TEST_P(Service, IsStoodInForWhereItDoesNot) {
  const std::string how = GetParam();
  start(how);
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = talkie(
      {"render", "talk.md", "-o", "talk.wav", "--engine", "local", "--progress", "json", "-vv"});
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const json done = last_line(outcome.output);
  ASSERT_EQ(done["fallbacks"].size(), 2u) << done;
  EXPECT_HAS(done["fallbacks"][0]["reason"].get<std::string>(), "'local'");
  EXPECT_GT(std::stod(outside::probe("talk.wav")["format"]["duration"].get<std::string>()), 1);
  // A wrong key is asked for each of the two texts once, and all else three times at most.
  EXPECT_LE(asked().size(), how == "401" ? 2u : 6u);
  EXPECT_GE(asked().size(), 2u);
  EXPECT_LT(took, std::chrono::seconds(35));
  EXPECT_EQ((outcome.output + outcome.errors).find("secret"), std::string::npos);
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "cache")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read(entry.path()).find("secret"), std::string::npos) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Answers, Service,
                         testing::Values("401", "429", "500", "slow", "cut", "drops"));

// ---- what is too much

TEST_F(Engines, AParagraphOfAHundredThousandCharactersEndsSoon) {
  std::string words;
  while (words.size() < 100'000)
    words += "And so the tide comes in, and goes out again. ";
  write("long.md", "# Long\n\n" + words + "\n");
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = talkie({"render", "long.md", "-o", "long.wav"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
  EXPECT_EQ(outcome.status, 1) << "it is said, not tried";
  EXPECT_HAS(outcome.errors, "long.md:3:1");
  EXPECT_HAS(outcome.errors, "characters");
  EXPECT_EQ(files(), (std::set<std::string>{"long.md", "talk.md"}));
}

}  // namespace
