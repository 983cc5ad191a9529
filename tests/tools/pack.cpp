// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie render --pack and --encoder, and talkie presets, as a user sees them.
#include <fstream>
#include <sstream>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

using Packing = Command;

TEST_F(Packing, MakesAFolderAndSaysWhatIsInIt) {
  write("talk.md", kSmallTalk);
  const auto outcome = talkie({"render", "talk.md", "--pack", "out/"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_EQ(files(), (std::set<std::string>{"out", "talk.md"}));
  for (const char* line : {"  the film\n", "  captions\n", "  the sound alone\n",
                           "  the thumbnail\n", "Note: talk-chapters.txt: video sites"})
    EXPECT_HAS(outcome.output, line);
  EXPECT_HAS(outcome.errors, "talk-vertical.mp4  scene");
  EXPECT_TRUE(fs::exists("out/talk.gif"));

  const auto again = talkie({"render", "talk.md", "--pack", "out", "--progress", "json"});
  ASSERT_EQ(again.status, 0) << again.errors;
  json done;
  std::istringstream lines(again.output);
  for (std::string line; std::getline(lines, line);) {
    done = json::parse(line);
    EXPECT_TRUE(done["type"] != "progress" || done.contains("file"));
  }
  EXPECT_EQ(done["type"], "done");
  EXPECT_EQ(done["output"], "out/talk.mp4");
  EXPECT_EQ(done["encoder"], "x264enc");
  ASSERT_EQ(done["files"].size(), 8u);
  for (const json& file : done["files"])
    EXPECT_EQ(file["bytes"], fs::file_size(file["path"].get<std::string>()));
  EXPECT_EQ(done["notes"].size(), 1u);
}

TEST_F(Packing, GoesWithNothingElseThatIsMade) {
  write("talk.md", kSmallTalk);
  const auto both = talkie({"render", "talk.md", "--pack", "out", "-o", "talk.mp4"});
  EXPECT_EQ(both.status, 2);
  EXPECT_HAS(both.errors, "--pack and --output do not go together");
  const auto sound = talkie({"render", "talk.md", "--pack", "out", "--preset", "wav"});
  EXPECT_NE(sound.status, 0);
  EXPECT_HAS(sound.errors, "makes no film with pictures and sound");
  write("file", "x");
  EXPECT_HAS(talkie({"render", "talk.md", "--pack", "file"}).errors, "it is no folder");
  EXPECT_EQ(files(), (std::set<std::string>{"file", "talk.md"}));
}

// Stopped in the middle: no folder, no part of one.
TEST_F(Packing, LeavesNothingAfterCtrlC) {
  std::string script = "---\nsize: 320x180\n---\n";
  for (int i = 0; i < 300; ++i)
    script += "## Page " + std::to_string(i) + "\n\nA sentence that takes some time.\n\n";
  write("talk.md", script);
  // The signal comes when the first line of progress has been printed.
  const auto outcome = outside::run(
      {"bash", "-c",
       program() + " render talk.md --no-cache --pack out --progress json > lines & job=$!; " +
           "for i in $(seq 600); do [ -s lines ] && break; sleep 0.05; done; " +
           "kill -INT $job; wait $job; echo $?; rm lines"});
  EXPECT_EQ(outcome.output, "130\n") << outcome.errors;
  EXPECT_EQ(files(), std::set<std::string>{"talk.md"});
}

// There is no such device where tests run; where there is one, it is used.
TEST_F(Packing, SaysThatSoftwareEncodesInstead) {
  write("talk.md", kSmallTalk);
  const auto outcome = talkie({"render", "talk.md", "--encoder", "v4l2", "--progress", "json"});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const std::string last =
      outcome.output.substr(outcome.output.rfind('\n', outcome.output.size() - 2) + 1);
  const bool is_used = json::parse(last)["encoder"] == "v4l2h264enc";
  const bool is_said = outcome.errors.find("'v4l2' does not work here; x264enc encodes instead") !=
                       std::string::npos;
  EXPECT_NE(is_used, is_said);
  const auto wrong = talkie({"render", "talk.md", "--encoder", "gpu"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_HAS(wrong.errors, "choose from software, hardware");
}

TEST_F(Packing, ListsPresetsWithWhatTheySay) {
  fs::create_directories(config_ / "talkie" / "presets");
  std::ofstream(config_ / "talkie" / "presets" / "mine.preset")
      << "description: for my phone\nlike: mp4\nvideo: vaapih264enc2 ! h264parse\n"
         "overrides: {size: 360x640, fps: 25}\n";
  const auto table = talkie({"presets"});
  EXPECT_EQ(table.status, 0) << table.errors;
  EXPECT_HAS(table.output, "shorts   .mp4 .m4v   1080x1920       -14   words     Upright");
  EXPECT_HAS(table.output, "! for my phone");
  EXPECT_HAS(table.output,
             "\n! mine: the GStreamer element 'vaapih264enc2' is not installed; it is "
             "in the package gstreamer1.0-vaapi\n");
  const json list = json::parse(talkie({"presets", "--json"}).output);
  std::set<std::string> names;
  for (const json& preset : list) {
    names.insert(preset["preset"].get<std::string>());
    if (preset["preset"] != "mine") {
      EXPECT_EQ(preset["missing"], "") << preset;
      continue;
    }
    EXPECT_EQ(preset["size"], "360x640");
    EXPECT_EQ(preset["fps"], "25");
    EXPECT_HAS(preset["missing"].get<std::string>(), "gstreamer1.0-vaapi");
  }
  for (const char* name : {"mp4", "webm", "youtube", "shorts", "square", "gif", "podcast",
                           "archive", "hls", "rtmp", "srt"})
    EXPECT_EQ(names.count(name), 1u) << name;
}

}  // namespace
