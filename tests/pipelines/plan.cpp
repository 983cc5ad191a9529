// SPDX-License-Identifier: LGPL-2.1-or-later
// Rendering as a plan: the same bytes however they came about, and only what changed made anew.
#include <algorithm>
#include <cmath>
#include <random>

#include "plan_films.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> entries_of(const fs::path& cache) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::recursive_directory_iterator(cache))
    if (entry.is_regular_file()) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

// "3 video: speech", for each task that would run.
std::vector<std::string> tasks_of(const RenderOptions& options) {
  const auto planned = plan(options);
  EXPECT_TRUE(planned) << planned.error().to_string();
  std::vector<std::string> tasks;
  if (!planned) return tasks;
  for (const PlannedTask& task : planned->tasks) {
    if (task.kept) continue;
    tasks.push_back(std::to_string(task.scene) + " " + task.task + ":");
    for (const std::string& part : task.changed)
      tasks.back() += " " + part;
  }
  return tasks;
}

class EachPlan : public PlannedFilms, public testing::WithParamInterface<const char*> {};

TEST_P(EachPlan, GivesTheSameBytesHoweverItIsMade) {
  RenderOptions options = this->options(Scenes().text(), GetParam());
  const std::string expected = bytes_made_anew(options);
  for (const int workers : {1, 8}) {
    options.workers = workers;
    EXPECT_TRUE(bytes_made_anew(options) == expected) << workers << " workers";
    fs::remove_all(cache());
    EXPECT_TRUE(make(options).bytes == expected) << "cold, " << workers << " workers";
    const Made again = make(options);
    EXPECT_TRUE(again.bytes == expected) << "the whole film from the cache";
    EXPECT_EQ(again.report.made, 0);
    EXPECT_EQ(again.report.scenes, 6);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, EachPlan, testing::Values("mp4", "webm", "mkv", "m4a", "wav"),
                         [](const auto& info) { return std::string(info.param); });

struct HoldingPreset {
  const char* name;
  const char* extension;
};

// For messages.
void PrintTo(const HoldingPreset& preset, std::ostream* out) {
  *out << preset.name;
}

class EachHoldingPreset : public PlannedFilms, public testing::WithParamInterface<HoldingPreset> {};

// Where the format can say that a picture stays, it is one frame; with constant_rate it is many.
TEST_P(EachHoldingPreset, HasAFrameForEachPictureUnlessToldOtherwise) {
  RenderOptions options = this->options(Scenes().text(), GetParam().extension);
  options.preset = GetParam().name;
  const auto render_times = [&] {
    const auto report = render(options);
    EXPECT_TRUE(report) << report.error().to_string();
    return outside::packet_times(options.output, "v:0");
  };
  const std::vector<double> pictures = render_times();
  const auto length = [&] {
    return std::stod(outside::probe(options.output)["format"]["duration"].get<std::string>());
  };
  const double held_length = length();
  options.constant_rate = true;
  const std::vector<double> frames = render_times();
  EXPECT_NEAR(length(), held_length, 1.0 / 30);
  EXPECT_NEAR(static_cast<double>(frames.size()) / 30, held_length, 0.05);
  EXPECT_LT(pictures.size(), frames.size() / 2);
  for (size_t i = 1; i < frames.size(); ++i)
    ASSERT_NEAR(frames[i] - frames[i - 1], 1.0 / 30, 0.0011) << "frame " << i;
  for (const double time : pictures)
    EXPECT_TRUE(std::ranges::any_of(frames, [&](double frame) {
      return std::abs(frame - time) < 0.0011;
    })) << time;
}

INSTANTIATE_TEST_SUITE_P(Presets, EachHoldingPreset,
                         testing::Values(HoldingPreset{"webm", "webm"},
                                         HoldingPreset{"av1", "webm"},
                                         HoldingPreset{"hevc", "mp4"}),
                         [](const auto& info) { return std::string(info.param.name); });

// Whatever is missing, and in whatever combination, is made again to the same.
TEST_F(PlannedFilms, CompleteACacheThatHasHoles) {
  const RenderOptions options = this->options(Scenes().text());
  const std::string expected = make(options).bytes;
  std::mt19937 random(4);
  for (int turn = 0; turn < 12; ++turn) {
    for (const fs::path& entry : entries_of(cache()))
      if (random() % 3 == 0 || fs::file_size(entry) > expected.size()) fs::remove(entry);
    EXPECT_TRUE(make(options).bytes == expected) << "turn " << turn;
  }
}

// Bytes that went bad on the disk are as good as missing.
TEST_F(PlannedFilms, DoNotUseWhatIsSpoilt) {
  const RenderOptions options = this->options(Scenes().text());
  const std::string expected = make(options).bytes;
  std::mt19937 random(5);
  for (int turn = 0; turn < 4; ++turn) {
    for (const fs::path& entry : entries_of(cache())) {
      std::string bytes = bytes_of(entry);
      bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
      if (turn % 2) bytes.resize(random() % bytes.size());
      std::ofstream(entry, std::ios::binary) << bytes;
    }
    EXPECT_TRUE(make(options).bytes == expected) << "turn " << turn;
  }
}

// Also where frames are no whole number of samples or of nanoseconds, so that scenes of one length
// have others in other places.
TEST_F(PlannedFilms, CostWhatHasChangedInTheSpeech) {
  for (const std::string rate : {"30", "30000/1001", "24000/1001"}) {
    fs::remove_all(cache());
    Scenes scenes;
    scenes.header += "fps: " + rate + "\n";
    make(scenes);
    scenes.edit(2, "words here", "words, one by one, here");
    const RenderOptions edited = options(scenes.text());
    EXPECT_EQ(tasks_of(edited), (std::vector<std::string>{"3 video: speech", "3 sound: speech"}))
        << rate;
    const Made made = make(edited);
    EXPECT_EQ(made.report.made, 1) << rate;
    EXPECT_TRUE(made.bytes == bytes_made_anew(edited)) << rate;
    EXPECT_TRUE(tasks_of(edited).empty());
  }
}

TEST_F(PlannedFilms, CostWhatHasChangedOnAPage) {
  Scenes scenes;
  make(scenes);
  scenes.edit(2, "A small point", "A larger point");
  const RenderOptions edited = options(scenes.text());
  // The next scene begins with this one's picture.
  EXPECT_EQ(tasks_of(edited), (std::vector<std::string>{"3 video: page", "4 video: page before"}));
  const Made made = make(edited);
  EXPECT_EQ(made.report.made, 2);
  EXPECT_TRUE(made.bytes == bytes_made_anew(edited));
}

TEST_F(PlannedFilms, CostNothingMoreWhereAScenesCutIn) {
  Scenes scenes;
  scenes.header = "size: 320x180\ntransition: cut\n";
  make(scenes);
  scenes.edit(2, "A small point", "A larger point");
  EXPECT_EQ(tasks_of(options(scenes.text())), (std::vector<std::string>{"3 video: page"}));
  // Other places for the same scenes: nothing in them has changed.
  std::swap(scenes.scenes[2], scenes.scenes[3]);
  scenes.edit(3, "A larger point", "A small point");
  const RenderOptions moved = options(scenes.text());
  EXPECT_EQ(tasks_of(moved), std::vector<std::string>{});
  const Made made = make(moved);
  EXPECT_EQ(made.report.made, 0);
  EXPECT_TRUE(made.bytes == bytes_made_anew(moved));
}

TEST_F(PlannedFilms, CostTheirTransitionsWhereScenesMove) {
  Scenes scenes;
  make(scenes);
  std::swap(scenes.scenes[2], scenes.scenes[3]);
  const RenderOptions moved = options(scenes.text());
  EXPECT_EQ(tasks_of(moved),
            (std::vector<std::string>{"3 video: page before", "4 video: page before",
                                      "5 video: page before"}));
  EXPECT_TRUE(make(moved).bytes == bytes_made_anew(moved));

  scenes.scenes.insert(scenes.scenes.begin() + 1, "## New\n\nA new one.\n\n");
  const RenderOptions longer = options(scenes.text());
  const Made made = make(longer);
  EXPECT_EQ(made.report.made, 2) << "the new scene, and the one that follows it";
  EXPECT_TRUE(made.bytes == bytes_made_anew(longer));

  scenes.scenes.erase(scenes.scenes.begin() + 1);
  EXPECT_EQ(make(scenes).report.made, 0) << "it was all there before";
}

TEST_F(PlannedFilms, CostAllPicturesAndNoSoundInAnotherTheme) {
  Scenes scenes;
  make(scenes);
  scenes.header = "title: Plan\nsize: 320x180\ntheme: paper\ntransition: crossfade 0.3\n";
  const RenderOptions options = this->options(scenes.text());
  const auto tasks = tasks_of(options);
  EXPECT_EQ(tasks.size(), 6u);
  EXPECT_EQ(tasks.front(), "1 video: page");
  EXPECT_EQ(tasks.back(), "6 video: page page before");
  EXPECT_TRUE(make(options).bytes == bytes_made_anew(options));
}

// Settings from outside the script are as much a part of the film as those in it.
TEST_F(PlannedFilms, AreOthersWithOtherSettings) {
  const RenderOptions plain = options(Scenes().text());
  std::vector<std::string> films = {make(plain).bytes};
  const auto make_with = [&](auto change) {
    RenderOptions options = plain;
    change(options);
    films.push_back(make(options).bytes);
    EXPECT_TRUE(films.back() == bytes_made_anew(options)) << films.size();
  };
  make_with([](RenderOptions& o) { o.captions = CaptionChoice{}; });
  make_with([](RenderOptions& o) { o.constant_rate = true; });
  make_with([](RenderOptions& o) { o.source.scenes = "2-4"; });
  make_with([](RenderOptions& o) { o.source.options.settings = {{"fps", "25"}}; });
  make_with([](RenderOptions& o) { o.source.options.settings = {{"voice-speed", "1.3"}}; });
  make_with([](RenderOptions& o) { o.source.options.settings = {{"language", "de"}}; });
  make_with([](RenderOptions& o) { o.source.options.settings = {{"size", "180x320"}}; });
  make_with([](RenderOptions& o) { o.source.options.settings = {{"title", "Another"}}; });
  EXPECT_TRUE(make(plain).bytes == films.front());
  // In H.264 a picture that holds is filled up, so that a constant rate is none of the differences.
  std::ranges::sort(films);
  EXPECT_EQ(std::ranges::unique(films).size(), 0u);
}

TEST_F(PlannedFilms, FollowAPictureOnTheDisk) {
  const auto draw = [this](const char* colour) {
    const auto file = folder_.path() / "work" / "dot.png";
    const std::string source = std::string("color=") + colour + ":size=64x64";
    ASSERT_EQ(outside::run({"ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v",
                            "1", file.string()})
                  .status,
              0);
  };
  Scenes scenes;
  scenes.scenes[2] = "## Three\n\n![](dot.png)\n\nLook at this.\n\n";
  draw("red");
  make(scenes);
  draw("red");
  EXPECT_TRUE(tasks_of(options(scenes.text())).empty()) << "written again, and the same";
  draw("blue");
  const RenderOptions changed = options(scenes.text());
  EXPECT_EQ(tasks_of(changed), (std::vector<std::string>{"3 video: page", "4 video: page before"}));
  EXPECT_TRUE(make(changed).bytes == bytes_made_anew(changed));
}

TEST_F(PlannedFilms, SayWhatTheyWouldDoAndDoNothing) {
  const RenderOptions options = this->options(Scenes().text());
  const auto cold = plan(options);
  ASSERT_TRUE(cold);
  EXPECT_FALSE(cold->film_kept);
  ASSERT_EQ(cold->tasks.size(), 12u);
  for (size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(cold->tasks[i].scene, static_cast<int>(i / 2) + 1);
    EXPECT_EQ(cold->tasks[i].task, i % 2 ? "sound" : "video");
    EXPECT_FALSE(cold->tasks[i].kept);
    EXPECT_TRUE(cold->tasks[i].changed.empty()) << "it was never made";
  }
  EXPECT_EQ(cold->tasks[2].id, "two");
  EXPECT_FALSE(fs::exists(film()));
  EXPECT_EQ(make(options).report.made, 6) << "planning has made none of them";
  const auto warm = plan(options);
  ASSERT_TRUE(warm);
  EXPECT_TRUE(warm->film_kept);
  EXPECT_TRUE(std::ranges::all_of(warm->tasks, [](const PlannedTask& task) { return task.kept; }));
}

// Captions come of the speech's times, which a film from the cache has not said.
TEST_F(PlannedFilms, WriteTheSameCaptions) {
  RenderOptions options = this->options(Scenes().text());
  options.captions = CaptionChoice{.srt = true, .vtt = true};
  const auto texts = [this] { return bytes_of(film("srt")) + bytes_of(film("vtt")); };
  make(options);
  const std::string cold = texts();
  EXPECT_NE(cold.find("Apples, then pears."), std::string::npos);
  fs::remove(film("srt"));
  fs::remove(film("vtt"));
  const Made warm = make(options);
  EXPECT_EQ(warm.report.made, 0);
  EXPECT_EQ(warm.report.captions.size(), 2u);
  EXPECT_EQ(texts(), cold);
}

// Without silence between them scenes cannot be shifted, and each hears its neighbours.
TEST_F(PlannedFilms, AreTheSameWhereSoundGoesOnFromSceneToScene) {
  const auto script = [](const std::string& third) {
    std::string text;
    for (const std::string& said : {std::string("One goes on"), std::string("into two and"), third,
                                    std::string("and four until"), std::string("the end")}) {
      text += text.empty() ? R"({"film": {"size": [320, 180]}, "scenes": [)" : ", ";
      text += R"({"lead": 0, "tail": 0, "narration": [{"say": ")" + said + R"("}]})";
    }
    return text + "]}";
  };
  const auto with = [&](const std::string& third, int workers) {
    RenderOptions options = this->options(script(third));
    options.source.options.dialect = Dialect::json;
    options.workers = workers;
    return options;
  };
  const std::string expected = bytes_made_anew(with("three", 1));
  EXPECT_TRUE(bytes_made_anew(with("three", 8)) == expected);
  EXPECT_TRUE(make(with("three", 2)).bytes == expected);
  const RenderOptions edited = with("thirty three", 2);
  const auto tasks = tasks_of(edited);
  // The scene before hears how this one begins; those after it begin elsewhere in a packet.
  for (const char* const task : {"2 sound: speech", "3 sound: speech", "4 sound: speech"})
    EXPECT_NE(std::ranges::find(tasks, task), tasks.end()) << testing::PrintToString(tasks);
  EXPECT_EQ(std::ranges::find(tasks, "1 sound: speech"), tasks.end());
  EXPECT_TRUE(make(edited).bytes == bytes_made_anew(edited));
  EXPECT_TRUE(make(with("three", 8)).bytes == expected);
}

// What is wrong is said on every run, at the place where it is by then.
TEST_F(PlannedFilms, WarnEachTime) {
  Scenes scenes;
  scenes.scenes[2] = "## Three\n\n![](nowhere.png)\n\n(voice: nobody-at-all)\n\nLook at this.\n\n";
  const auto expect_at = [&](int line, int made) {
    const Made one = make(scenes);
    EXPECT_EQ(one.report.made, made);
    EXPECT_EQ(one.report.warnings, static_cast<int>(one.problems.size()));
    const auto has = [&](int at, const char* text) {
      return std::ranges::any_of(one.problems, [&](const std::string& problem) {
        return problem.find("talk.md:" + std::to_string(at) + ":") != std::string::npos &&
               problem.find(text) != std::string::npos;
      });
    };
    EXPECT_TRUE(has(line, "nowhere.png")) << testing::PrintToString(one.problems);
    EXPECT_TRUE(has(line + 4, "nobody-at-all")) << testing::PrintToString(one.problems);
    EXPECT_EQ(one.problems.size(), 2u);
  };
  // Six lines of header, four and seven of the scenes before, three of its own.
  expect_at(20, 6);
  expect_at(20, 0);
  scenes.scenes[0] += "\n\n\n";
  expect_at(23, 0);
  scenes.scenes[0] = "# One\n\nThe very first.\n\nNew lines.\n\n";
  expect_at(22, 1);
  // And strictly, a film that is there already is refused as well.
  RenderOptions strict = options(scenes.text());
  strict.strict = true;
  EXPECT_FALSE(render(strict));
  EXPECT_FALSE(fs::exists(film()));
}

}  // namespace
}  // namespace talkie
