// SPDX-License-Identifier: LGPL-2.1-or-later
// The façade, as a program uses it, and what it is made of.
#include "render/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "outside.h"
#include "render/preset.h"
#include "render/whole_file.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using outside::Folder;

constexpr const char* kTalk =
    "---\nsize: 320x180\ncolour: red\n---\n# Hello\n\nHello there.\n\n## More\n\nAnd more.\n";

RenderOptions options_for(const std::string& script, const fs::path& output) {
  RenderOptions options;
  options.source.text = script;
  options.output = output.string();
  options.cache.clear();
  return options;
}

TEST(Render, ReportsWhatItHasMade) {
  const Folder folder;
  std::vector<Progress> progress;
  std::vector<Problem> problems;
  RenderHooks hooks;
  hooks.progress = [&](const Progress& p) { progress.push_back(p); };
  hooks.problem = [&](const Problem& p) { problems.push_back(p); };
  auto options = options_for(kTalk, folder.path() / "talk.mp4");
  options.captions = CaptionChoice{.burned = true, .srt = true};
  const auto report = render(options, hooks);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->scenes, 2);
  EXPECT_EQ(report->bytes, fs::file_size(folder.path() / "talk.mp4"));
  EXPECT_EQ(report->captions, std::vector<std::string>{(folder.path() / "talk.srt").string()});
  ASSERT_EQ(problems.size(), 1u) << "each one once, though several elements see the script";
  EXPECT_EQ(problems[0].where.line, 3);
  EXPECT_EQ(report->warnings, 1);
  ASSERT_FALSE(progress.empty());
  EXPECT_EQ(progress.back().position, report->length);
  EXPECT_EQ(progress.back().scene, 2);
  const double length = std::stod(
      outside::probe(folder.path() / "talk.mp4")["format"]["duration"].get<std::string>());
  EXPECT_NEAR(to_seconds(report->length), length, 1.0 / 30);
}

TEST(Render, StopsWhenItIsAskedTo) {
  const Folder folder;
  std::string script;
  for (int i = 0; i < 200; ++i)
    script += "## Page " + std::to_string(i) + "\n\nA sentence that takes some time.\n\n";
  std::stop_source source;
  std::jthread stopper([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    source.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto report =
      render(options_for(script, folder.path() / "talk.mp4"), {}, source.get_token());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(2000));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Render, RunsSideBySide) {
  const Folder folder;
  std::vector<std::jthread> threads;
  std::vector<int> done(4, 0);
  for (size_t i = 0; i < done.size(); ++i)
    threads.emplace_back([&, i] {
      const auto name = "talk" + std::to_string(i) + (i % 2 ? ".mp4" : ".mkv");
      done[i] = static_cast<bool>(render(options_for(kTalk, folder.path() / name)));
    });
  threads.clear();
  EXPECT_EQ(done, std::vector<int>(4, 1));
  const auto bytes = [&](const char* name) {
    std::ifstream stream(folder.path() / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  EXPECT_EQ(bytes("talk0.mkv"), bytes("talk2.mkv"));
  EXPECT_EQ(bytes("talk1.mp4"), bytes("talk3.mp4"));
}

TEST(Captions, AreChosenByWords) {
  const auto both = captions_from_text("burned, SRT");
  ASSERT_TRUE(both);
  EXPECT_TRUE(both->burned && both->srt && !both->vtt);
  const auto none = captions_from_text("none");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->burned || none->srt || none->vtt);
  const auto wrong = captions_from_text("burnt");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("'burned'"), std::string::npos);
}

TEST(ProgressText, FitsItsLine) {
  Progress progress;
  progress.position = from_seconds(30);
  progress.duration = from_seconds(60);
  progress.scene = 3;
  progress.scenes = 9;
  progress.speed = 12.35;
  progress.time_left = from_seconds(2.43);
  EXPECT_EQ(progress_bar(progress, 60),
            "━━━━━━━━━━━━────────────   50%  scene 3/9  12.3×  0:03 left");
  for (int columns = 20; columns < 200; ++columns) {
    const std::string bar = progress_bar(progress, columns);
    const auto characters =
        std::count_if(bar.begin(), bar.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LT(characters, columns);
  }
  EXPECT_EQ(progress_line(progress), " 50%  scene 3/9  0:30.0 of 1:00.0  12.3×  0:03 left");
  EXPECT_EQ(progress_json(progress),
            "{\"type\":\"progress\",\"position\":30.000,\"duration\":60.000,\"scene\":3,"
            "\"scenes\":9,\"speed\":12.35,\"time_left\":2.4}");
}

TEST(ProgressText, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(progress_line(Progress{}), "  0%  0:00.0");
  EXPECT_EQ(progress_json(Progress{}), "{\"type\":\"progress\",\"position\":0.000,\"speed\":0.00}");
}

TEST(ProgressText, MeasuresSpeedAndWhatIsLeft) {
  const ProgressMeter::Clock::time_point start{};
  Progress progress;
  progress.position = from_seconds(20);
  progress.duration = from_seconds(60);
  ProgressMeter(start).measure(progress, Rate{30, 1}, start + std::chrono::seconds(4));
  EXPECT_DOUBLE_EQ(progress.speed, 5);
  EXPECT_DOUBLE_EQ(progress.frames_per_second, 150);
  ASSERT_TRUE(progress.time_left);
  EXPECT_DOUBLE_EQ(to_seconds(*progress.time_left), 8);
}

TEST(Presets, AreReadWithTheirPlaces) {
  const auto preset = parse_preset(
      "description: x\nextensions: [mp4, m4v]\nvideo:\n  - one\n  - launch: two\n    priming: 7\n"
      "audio: three\nmux: four\nsettings: {size: 720p}\n",
      "/x/mine.preset");
  ASSERT_TRUE(preset) << preset.error().to_string();
  EXPECT_EQ(preset->name, "mine");
  EXPECT_EQ(preset->extensions, (std::vector<std::string>{"mp4", "m4v"}));
  ASSERT_EQ(preset->video.size(), 2u);
  EXPECT_EQ(preset->video[1].launch, "two");
  EXPECT_EQ(preset->video[1].priming, 7);
  EXPECT_EQ(preset->audio[0].launch, "three");
  EXPECT_EQ(preset->settings.front().second, "720p");

  const auto error_of = [](const char* text) {
    const auto wrong = parse_preset(text, "x.preset");
    EXPECT_FALSE(wrong);
    return wrong ? "" : wrong.error().to_string();
  };
  EXPECT_EQ(error_of("extensions: [a]\naudio: b\nmuxer: c\n"),
            "x.preset:3:1: unknown key 'muxer' in a preset. Did you mean 'mux'?");
  EXPECT_EQ(error_of("extensions: [a]\nmux: c\n"), "x.preset: the preset has no 'audio'");
  EXPECT_TRUE(error_of("audio:\n  - launch: a\n    priming: much\n").starts_with("x.preset:3:5:"));
  EXPECT_TRUE(error_of("- a\n").starts_with("x.preset:1:1:"));
}

TEST(Presets, AreFoundByFileName) {
  for (const char* name : {"mp4", "webm", "mkv", "m4a", "opus", "wav"}) {
    const auto preset = preset_for_file("folder.x/film." + std::string(name));
    ASSERT_TRUE(preset);
    EXPECT_EQ(preset->name, name);
  }
  EXPECT_EQ(preset_for_file("FILM.MP4")->name, "mp4");
  EXPECT_FALSE(preset_for_file("film.avi"));
  EXPECT_FALSE(preset_for_file("film"));
}

TEST(WholeFile, IsThereOnlyWhenItIsCommitted) {
  const Folder folder;
  const fs::path target = folder.write("a", "old");
  {
    auto file = WholeFile::begin(target);
    ASSERT_TRUE(file);
    std::ofstream(file->temporary()) << "new";
    EXPECT_EQ(fs::file_size(target), 3u);
  }
  const auto text = [&target] {
    std::ifstream stream(target);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  EXPECT_EQ(text(), "old");
  auto file = WholeFile::begin(target);
  ASSERT_TRUE(file);
  std::ofstream(file->temporary()) << "new";
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(text(), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace talkie
