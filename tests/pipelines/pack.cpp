// SPDX-License-Identifier: LGPL-2.1-or-later
// A whole delivery: what is in it, what was made once, and that it is there whole or not at all.
#include "render/pack.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "outside.h"
#include "render/film_chapters.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDelivery =
    "---\ntitle: Delivery\nauthor: Talkie\nsize: 320x180\n---\n# Hello\n\nHello there.\n\n"
    "## More\n\n- One\n- Two\n\nOne thing, and then two.\n\n## End\n\nGoodbye.\n";

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Packs : public testing::Test {
 protected:
  PackOptions options(const std::string& script = kDelivery) const {
    PackOptions options;
    options.film.source.path = folder_.write("talk.md", script);
    options.film.cache = (folder_.path() / "cache").string();
    options.film.workers = 2;
    options.folder = (folder_.path() / "out").string();
    options.name = "talk";
    return options;
  }
  [[nodiscard]] fs::path out(const std::string& name = {}) const {
    return folder_.path() / "out" / name;
  }
  // The names in a folder, hidden ones too.
  static std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
      names.insert(entry.path().filename().string());
    return names;
  }
  [[nodiscard]] std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> contents;
    for (const std::string& name : names_in(out()))
      contents[name] = bytes_of(out(name));
    return contents;
  }
  static std::string size_of(const fs::path& film) {
    const auto stream = outside::probe(film)["streams"][0];
    return std::to_string(stream["width"].get<int>()) + "x" +
           std::to_string(stream["height"].get<int>());
  }
  // The stream's packets, without what is around them.
  static std::string packets_of(const fs::path& film) {
    return outside::run({"ffmpeg", "-v", "error", "-i", film.string(), "-map", "0:a", "-c", "copy",
                         "-f", "data", "-"})
        .output;
  }

  outside::Folder folder_;
};

TEST_F(Packs, HaveAllThatGoesWithAFilm) {
  std::vector<Progress> progress;
  RenderHooks hooks;
  hooks.progress = [&](const Progress& one) { progress.push_back(one); };
  const auto made = pack(options(), hooks);
  ASSERT_TRUE(made) << made.error().to_string();
  const std::set<std::string> all = {"talk.mp4", "talk-vertical.mp4", "talk.srt",
                                     "talk.vtt", "talk-chapters.txt", "talk.jpg",
                                     "talk.m4a", "talk.gif"};
  EXPECT_EQ(names_in(out()), all);
  std::set<std::string> told;
  for (const PackFile& file : made->files) {
    EXPECT_EQ(file.bytes, fs::file_size(file.path)) << file.path;
    EXPECT_FALSE(file.what.empty());
    told.insert(fs::path(file.path).filename().string());
  }
  EXPECT_EQ(told, all);

  EXPECT_EQ(size_of(out("talk.mp4")), "320x180");
  EXPECT_EQ(size_of(out("talk-vertical.mp4")), "180x320");
  EXPECT_EQ(size_of(out("talk.jpg")), "1280x720");
  EXPECT_EQ(size_of(out("talk.gif")), "480x270");
  EXPECT_LT(fs::file_size(out("talk.gif")), 3'000'000u);
  // It does not wait for words that nobody hears.
  const auto pictures = outside::packet_times(out("talk.gif"), "v:0");
  ASSERT_GT(pictures.size(), 2u);
  EXPECT_LT(pictures.back(), 6);
  for (size_t i = 1; i < pictures.size(); ++i)
    EXPECT_LT(pictures[i] - pictures[i - 1], 1.5);
  EXPECT_TRUE(bytes_of(out("talk.srt")).starts_with("1\n00:00:00,")) << bytes_of(out("talk.srt"));
  EXPECT_TRUE(bytes_of(out("talk.vtt")).starts_with("WEBVTT"));
  EXPECT_TRUE(bytes_of(out("talk-chapters.txt")).starts_with("0:00 Hello\n0:0"));
  ASSERT_EQ(made->notes.size(), 1u);
  EXPECT_NE(made->notes[0].find("three or more, each 10 s or longer; 'Hello' is 0:0"),
            std::string::npos)
      << made->notes[0];

  // Progress is the whole's: it goes on from file to file, to the end.
  double last = 0;
  std::set<std::string> shown;
  for (const Progress& one : progress) {
    EXPECT_GE(to_seconds(one.position), last);
    last = to_seconds(one.position);
    shown.insert(one.file);
  }
  EXPECT_EQ(shown,
            (std::set<std::string>{"talk.mp4", "talk-vertical.mp4", "talk.m4a", "talk.gif"}));
  EXPECT_NEAR(fraction_of(progress.back()), 1, 0.01);
}

// What the film, the upright film and the sound alone share was encoded once.
TEST_F(Packs, EncodeSharedSoundOnce) {
  for (const bool cached : {true, false}) {
    auto wanted = options();
    if (!cached) wanted.film.cache.clear();
    const auto made = pack(wanted);
    ASSERT_TRUE(made) << made.error().to_string();
    const std::string sound = packets_of(out("talk.mp4"));
    EXPECT_GT(sound.size(), 5'000u);
    EXPECT_TRUE(sound == packets_of(out("talk.m4a")));
    EXPECT_TRUE(sound == packets_of(out("talk-vertical.mp4")));
  }
  // And so the plan of a pack that begins with the film has its sound already.
  RenderOptions alone = options().film;
  alone.preset = "mp4";
  alone.output = (folder_.path() / "talk.m4a").string();
  alone.source.options.settings = {{"video", "none"}};
  const auto planned = plan(alone);
  ASSERT_TRUE(planned) << planned.error().to_string();
  ASSERT_EQ(planned->tasks.size(), 3u);
  for (const PlannedTask& task : planned->tasks) {
    EXPECT_EQ(task.task, "sound");
    EXPECT_TRUE(task.kept);
  }
}

// The sound of each scene is made by the film, and taken from it by all that follow.
TEST_F(Packs, TakeSoundFromTheFilmBefore) {
  auto wanted = options();
  RenderOptions film = wanted.film;
  film.preset = "mp4";
  film.output = (folder_.path() / "film.mp4").string();
  ASSERT_TRUE(render(film));
  film.source.options.settings = {{"size", "180x320"}};
  const auto upright = plan(film);
  ASSERT_TRUE(upright) << upright.error().to_string();
  for (const PlannedTask& task : upright->tasks)
    EXPECT_EQ(task.kept, task.task == "sound") << task.task;
}

TEST_F(Packs, AreTheSameEachTime) {
  auto cold = options();
  cold.film.cache.clear();
  ASSERT_TRUE(pack(cold));
  const auto first = contents();
  cold.film.workers = 1;
  ASSERT_TRUE(pack(cold));
  for (const auto& [name, bytes] : contents())
    EXPECT_TRUE(bytes == first.at(name)) << name;
}

TEST_F(Packs, LeaveOtherFilesAlone) {
  fs::create_directory(out());
  folder_.write("out/notes.txt", "mine");
  folder_.write("out/talk.gif", "old");
  const auto made = pack(options());
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(bytes_of(out("notes.txt")), "mine");
  EXPECT_TRUE(bytes_of(out("talk.gif")).starts_with("GIF89a"));
  EXPECT_EQ(names_in(out()).size(), 9u);
}

TEST_F(Packs, AreThereWholeOrNotAtAll) {
  const auto before = names_in(folder_.path());
  auto wanted = options();
  std::stop_source source;
  RenderHooks hooks;
  hooks.progress = [&](const Progress& one) {
    if (one.file == "talk-vertical.mp4") source.request_stop();
  };
  const auto stopped = pack(wanted, hooks, source.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  auto after = names_in(folder_.path());
  after.erase("cache");
  after.erase("talk.md");
  EXPECT_EQ(after, before);

  // A file that cannot be replaced: what was there stays as it was.
  fs::create_directories(out("talk.srt"));
  folder_.write("out/talk.gif", "old");
  const auto refused = pack(wanted);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("out/talk.srt"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(names_in(out()), (std::set<std::string>{"talk.gif", "talk.srt"}));
  EXPECT_EQ(bytes_of(out("talk.gif")), "old");

  wanted.folder = (folder_.path() / "nowhere" / "out").string();
  const auto nowhere = pack(wanted);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::not_found);
  EXPECT_EQ(nowhere.error().message.find(".talkie"), std::string::npos) << "names of ours";
}

TEST_F(Packs, OfUprightFilmsNeedNoOther) {
  auto wanted = options();
  wanted.film.source.options.settings = {{"size", "180x320"}};
  const auto made = pack(wanted);
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(names_in(out()).count("talk-vertical.mp4"), 0u);
  EXPECT_EQ(size_of(out("talk.gif")), "270x480");
  EXPECT_EQ(made->notes.size(), 2u);
}

TEST(ChapterLists, AreAsVideoSitesReadThem) {
  const auto at = [](double seconds) { return from_seconds(seconds); };
  const std::vector<Chapter> chapters = {
      {at(0), "Begin"}, {at(61.9), "Middle"}, {at(3599.99), "Late"}, {at(3723), "End"}};
  EXPECT_EQ(to_chapter_list(chapters), "0:00 Begin\n1:01 Middle\n59:59 Late\n1:02:03 End\n");
  EXPECT_EQ(chapter_list_problem(chapters, at(4000)), "");
  EXPECT_NE(chapter_list_problem(chapters, at(3730)).find("'End' is 0:07.0 long"),
            std::string::npos);
  EXPECT_NE(chapter_list_problem({chapters[0], chapters[1]}, at(4000)).find("here are 2"),
            std::string::npos);
}

}  // namespace
}  // namespace talkie
