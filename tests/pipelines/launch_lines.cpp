// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines that the documentation gives for gst-launch-1.0 and gst-inspect-1.0 do run.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "outside.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The launch lines of an element's SECTION comment, joined where they are continued.
std::vector<std::string> documented_lines(const fs::path& source) {
  const std::string text = text_of(source);
  const std::regex block(R"(\* \|\[\n([^]*?)\n \* \]\|)");
  std::vector<std::string> lines;
  for (std::sregex_iterator at(text.begin(), text.end(), block), end; at != end; ++at) {
    std::string line = std::regex_replace((*at)[1].str(), std::regex(R"((^|\n) \* ?)"), "$1");
    lines.push_back(std::regex_replace(line, std::regex(R"(\\\n\s*)"), ""));
  }
  return lines;
}

outside::Outcome run_in(const fs::path& folder, const std::string& line) {
  return outside::run({"sh", "-c", "cd '" + folder.string() + "' && " + line});
}

constexpr const char* kElements[] = {"scriptsrc",       "ttssrc",       "svgrender",
                                     "scenecompositor", "h264holdfill", "progresssink",
                                     "talkiesrc",       "talkiedemux",  "talkiefilesrc"};

class EachElement : public testing::TestWithParam<const char*> {};

TEST_P(EachElement, RunsItsDocumentedLine) {
  const auto lines =
      documented_lines(outside::source_root() / "plugins" / (std::string(GetParam()) + ".cpp"));
  ASSERT_FALSE(lines.empty()) << "no launch line in the SECTION comment";
  outside::Folder folder;
  for (const char* name : {"talk.md", "talk.talkie.md"})
    folder.write(name, "# Hello\n\nThis is a talk.\n");
  folder.write("picture.svg", R"(<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">)"
                              R"(<rect width="64" height="48" fill="teal"/></svg>)");
  for (const std::string& line : lines) {
    ASSERT_TRUE(line.starts_with("gst-launch-1.0 ")) << line;
    const auto outcome = run_in(folder.path(), line);
    EXPECT_EQ(outcome.status, 0) << line << "\n" << outcome.output << outcome.errors;
  }
}

TEST_P(EachElement, IsInspectedWithoutAWord) {
  const auto outcome = outside::run({"gst-inspect-1.0", GetParam()});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.errors, "");
  EXPECT_NE(outcome.output.find("Pad Templates"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Elements, EachElement, testing::ValuesIn(kElements),
                         [](const auto& info) { return std::string(info.param); });

// Both branches side by side, x264enc with all its look-ahead, into a file: a picture that holds is
// one frame that lasts, or is filled up to a constant rate.
TEST(LaunchLine, MakesAFilmWithPlainEncoders) {
  for (const std::string fill : {"", "ref=1 ! h264holdfill "}) {
    outside::Folder folder;
    folder.write("talk.md",
                 "---\nsize: 640x360\n---\n# Hello\n\nThis is the first scene.\n\n## Second\n\n"
                 "- one\n- two\n\nHere is one. And here is two.\n");
    const auto outcome = run_in(folder.path(),
                                "gst-launch-1.0 scriptsrc location=talk.md ! tee name=scenes "
                                "scenes. ! queue ! svgrender ! comp.video "
                                "scenes. ! queue ! ttssrc    ! comp.audio "
                                "scenecompositor name=comp "
                                "comp.video_src ! x264enc bframes=0 " +
                                    fill +
                                    "! mux. "
                                    "comp.audio_src ! audioconvert ! avenc_aac ! mux. "
                                    "mp4mux name=mux ! progresssink location=talk.mp4");
    ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
    const auto info = outside::probe(folder.path() / "talk.mp4");
    ASSERT_EQ(info["streams"].size(), 2u);
    for (const auto& stream : info["streams"]) {
      if (stream["codec_type"] == "audio") continue;
      EXPECT_EQ(stream["width"], 640);
      EXPECT_EQ(stream["height"], 360);
      const double length = std::stod(stream["duration"].get<std::string>());
      EXPECT_NEAR(length, std::stod(info["format"]["duration"].get<std::string>()), 0.05);
      const int frames = std::stoi(stream["nb_read_frames"].get<std::string>());
      if (fill.empty()) {
        EXPECT_LT(frames, length * 20);
        EXPECT_GT(frames, 20);
      } else {
        EXPECT_EQ(stream["avg_frame_rate"], "30/1");
        EXPECT_NEAR(frames, length * 30, 1);
      }
    }
  }
}

}  // namespace
