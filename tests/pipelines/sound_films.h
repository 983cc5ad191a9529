// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of films with sound share: engines and sound files of their own, films made with
// them, and what ffmpeg hears in these.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "outside.h"
#include "render/render.h"

namespace talkie {

// A home with engines in its talkie.conf, for the whole program. `quiet` and `loud` read aloud what
// espeak said once, `flaky` too, but not while there is a file named "down".
class SpeakingHome : public testing::Environment {
 public:
  SpeakingHome() {
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
    unsetenv("OPENAI_API_KEY");
    std::filesystem::create_directories(folder_.path() / "talkie");
    std::ofstream conf(folder_.path() / "talkie" / "talkie.conf");
    conf << "engines:\n";
    for (const std::string name : {"quiet", "loud", "flaky", "shaky"}) {
      const std::string here = (folder_.path() / name).string();
      std::ofstream(here) << "#!/bin/sh\ncat > /dev/null\necho x >> " << here << ".calls\n"
                          << "test ! -e " << here << ".down || exit 3\ncp " << here
                          << ".wav \"$1\"\n";
      std::filesystem::permissions(here, std::filesystem::perms::owner_all);
      conf << "  " << name << ": {command: '" << here << " {out}', language: en}\n";
    }
  }
  // Once GStreamer is there.
  void SetUp() override {
    RenderOptions options;
    options.source.text =
        "---\nlead: 0\ntail: 0\n---\nEvery day the sea comes up the beach, and "
        "every day it goes down again.\n";
    options.output = path("said.wav");
    options.cache.clear();
    ASSERT_TRUE(render(options));
    change("said.wav", "volume=-30dB", "quiet.wav");
    change("said.wav", "volume=8dB", "loud.wav");
    change("said.wav", "atempo=0.9", "flaky.wav");
    change("said.wav", "atempo=0.9", "shaky.wav");
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }

 private:
  void change(const std::string& from, const std::string& filter, const std::string& to) const {
    const auto outcome =
        outside::run({"ffmpeg", "-v", "error", "-y", "-i", path(from), "-af", filter, path(to)});
    ASSERT_EQ(outcome.status, 0) << outcome.errors;
  }
  outside::Folder folder_;
};
inline SpeakingHome* const speaking_home =
    dynamic_cast<SpeakingHome*>(testing::AddGlobalTestEnvironment(new SpeakingHome));

inline std::string whole_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Heard {
  double loudness = 0;   // LUFS, integrated
  double true_peak = 0;  // dBTP
};

// By ffmpeg's ebur128: all of it, or from `start` to `end`.
inline Heard heard_in(const std::filesystem::path& film, double start = 0, double end = 1e6) {
  const auto outcome =
      outside::run({"ffmpeg", "-nostats", "-hide_banner", "-i", film.string(), "-vn", "-af",
                    "atrim=start=" + std::to_string(start) + ":end=" + std::to_string(end) +
                        ",ebur128=peak=true:framelog=verbose",
                    "-f", "null", "-"});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  const size_t summary = outcome.errors.rfind("Summary:");
  std::smatch loudness;
  std::smatch peak;
  const std::string text =
      summary == std::string::npos ? std::string() : outcome.errors.substr(summary);
  EXPECT_TRUE(std::regex_search(text, loudness, std::regex("I: +(-?[0-9.]+) LUFS")))
      << outcome.errors;
  EXPECT_TRUE(std::regex_search(text, peak, std::regex("Peak: +(-?[0-9.]+|-inf) dBFS")));
  if (loudness.empty() || peak.empty()) return {};
  return {std::stod(loudness[1]), peak[1] == "-inf" ? -200 : std::stod(peak[1])};
}

// Films in a folder of their own, with music and sounds beside the script.
class SoundFilms : public testing::Test {
 protected:
  // `source`: a source of ffmpeg's.
  void sound(const std::string& name, const std::string& source) const {
    const auto outcome =
        outside::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, path(name).string()});
    ASSERT_EQ(outcome.status, 0) << outcome.errors;
  }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return folder_.path() / name;
  }
  // The film talk.EXTENSION, without a cache.
  RenderOptions options(const std::string& script, const std::string& extension,
                        const std::string& engine = "espeak") const {
    RenderOptions options;
    options.source.path = folder_.write("talk.md", script).string();
    options.output = path("talk." + extension).string();
    options.engine = engine;
    options.cache.clear();
    return options;
  }
  static RenderReport make(const RenderOptions& options) {
    const auto report = render(options);
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? *report : RenderReport{};
  }
  static Outline outline_of(const RenderOptions& options) {
    Problems problems;
    const auto outline = inspect(options.source, options.engine, problems);
    EXPECT_TRUE(outline) << outline.error().to_string();
    return outline ? *outline : Outline{};
  }

  outside::Folder folder_;
};

}  // namespace talkie
