// SPDX-License-Identifier: LGPL-2.1-or-later
// Films of sound alone: their chapters and their covers, as other programs find them.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>

#include "outside.h"
#include "render/cover.h"
#include "render/render.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using outside::Folder;

// “Rain” & a = "b\c"; 🌧 雨, and how a script says so.
const std::string kQuoted =
    "\xE2\x80\x9CRain\xE2\x80\x9D & a = \"b\\c\"; \xF0\x9F\x8C\xA7 \xE9\x9B\xA8";
const std::string kQuotedInMarkdown = "\"Rain\" & `a = \"b\\c\";` \xF0\x9F\x8C\xA7 \xE9\x9B\xA8";

// Six scenes; the first and the fourth have no heading.
std::string talk() {
  return "---\ntitle: Weather\nauthor: Ada Fen\nlanguage: en\nsize: 320x180\n---\n"
         "Good morning.\n\n---\n\n# Sun\n\nThe sun is out.\n\n# " +
         kQuotedInMarkdown + "\n\nIt rains.\n\n---\n\n![](no.png)\n\n(pause: 0.3)\n\nStill.\n\n# " +
         "\xC3\xBC" + std::string(299, 'x') + "\n\nA long title.\n\n## The *end*\n\nThat is all.\n";
}

struct Listed {
  double start = 0;
  double end = 0;
  std::string title;
};

std::vector<Listed> chapters_in(const fs::path& film) {
  const auto outcome =
      outside::run({"ffprobe", "-v", "error", "-show_chapters", "-of", "json", film.string()});
  const json listed = json::parse(outcome.output);
  std::vector<Listed> chapters;
  for (const json& one : listed["chapters"])
    chapters.push_back({std::stod(one["start_time"].get<std::string>()),
                        std::stod(one["end_time"].get<std::string>()), one["tags"]["title"]});
  return chapters;
}

json picture_in(const fs::path& film) {
  const json info = outside::probe(film);
  for (const json& stream : info["streams"])
    if (stream["disposition"]["attached_pic"] == 1) return stream;
  return {};
}

fs::path extract_cover(const fs::path& film, const std::string& extension) {
  const fs::path picture = film.string() + extension;
  const auto outcome = outside::run({"ffmpeg", "-v", "error", "-i", film.string(), "-map", "0:v",
                                     "-c", "copy", "-f", "image2", picture.string()});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  return picture;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

RenderOptions options_for(const std::string& script, const fs::path& output) {
  RenderOptions options;
  options.source.text = script;
  options.output = output.string();
  options.cache.clear();
  return options;
}

fs::path make(const Folder& folder, const std::string& script, const std::string& name) {
  const auto report = render(options_for(script, folder.path() / name));
  EXPECT_TRUE(report) << report.error().to_string();
  return folder.path() / name;
}

// When the scenes with these numbers begin.
std::vector<double> starts_of(const std::string& script, const std::vector<size_t>& scenes) {
  Problems problems;
  ScriptSource source;
  source.text = script;
  const auto outline = inspect(source, "", problems);
  EXPECT_TRUE(outline);
  std::vector<double> starts;
  for (const size_t scene : scenes)
    starts.push_back(to_seconds(outline->scenes.at(scene).start));
  return starts;
}

class EachFormat : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] std::string name() const { return std::string("talk.") + GetParam(); }
};

TEST_P(EachFormat, HasAChapterForEachHeading) {
  const Folder folder;
  const fs::path film = make(folder, talk(), name());
  const auto chapters = chapters_in(film);
  auto starts = starts_of(talk(), {1, 2, 4, 5});
  starts.front() = 0;  // what comes before the first heading belongs to it
  ASSERT_EQ(chapters.size(), starts.size());
  for (size_t i = 0; i < chapters.size(); ++i) {
    EXPECT_NEAR(chapters[i].start, starts[i], 0.01) << i;
    if (i > 0) {
      EXPECT_NEAR(chapters[i - 1].end, chapters[i].start, 0.002) << i;
    }
  }
  const double length = static_cast<double>(outside::decode_sound(film).size()) / 48000;
  EXPECT_NEAR(chapters.back().end, length, 0.1);
  EXPECT_EQ(chapters[0].title, "Sun");
  EXPECT_EQ(chapters[1].title, kQuoted);
  EXPECT_EQ(chapters[3].title, "The end");
  // MP4's list has 255 bytes for a title.
  const std::string& title = chapters[2].title;
  const bool cut = std::string(GetParam()) == "m4a";
  EXPECT_EQ(title.size(), cut ? 255u : 301u);
  EXPECT_TRUE(title.starts_with("\xC3\xBCxxx")) << title;
  EXPECT_EQ(title.ends_with("x\xE2\x80\xA6"), cut) << title;
}

TEST_P(EachFormat, HasItsFirstPageAsCover) {
  const Folder folder;
  const std::string script =
      "---\ntitle: Tides\nsize: 320x180\n---\n# Tides\n\n- The moon pulls\n- The earth turns\n\n"
      "The moon pulls. The earth turns.\n\n# Two\n\nMore.\n";
  const fs::path film = make(folder, script, name());
  const json stream = picture_in(film);
  ASSERT_FALSE(stream.is_null());
  EXPECT_EQ(stream["width"], 1400);
  EXPECT_EQ(stream["height"], 1400);
  const fs::path picture = extract_cover(film, ".jpg");
  EXPECT_LT(fs::file_size(picture), 500'000u);

  // The same page as a film of that size would show it, when all of it has come in.
  const std::string square =
      "---\ntitle: Tides\nsize: 1400x1400\ncaptions: none\n---\n"
      "# Tides\n\n- The moon pulls\n- The earth turns\n\n"
      "The moon pulls. The earth turns.\n\n(pause: 3)\n";
  Problems problems;
  ScriptSource source;
  source.text = square;
  const auto page = frame_at(source, "", from_seconds(3), false, problems);
  ASSERT_TRUE(page) << page.error().to_string();
  outside::Picture expected{page->width, page->height, {}};
  for (size_t i = 0; i < page->bgra.size(); i += 4)
    for (const size_t channel : {2, 1, 0})
      expected.rgb.push_back(page->bgra[i + channel]);
  const auto found = outside::read_picture(picture);
  EXPECT_LT(outside::difference(expected, found), 3);
  auto [least, most] = std::ranges::minmax(found.rgb);
  EXPECT_GT(most - least, 100) << "there is something on it";
}

TEST_P(EachFormat, IsTheSameEachTimeAndFromTheCache) {
  const Folder folder;
  const fs::path first = make(folder, talk(), name());
  auto options = options_for(talk(), folder.path() / ("again-" + name()));
  options.cache = (folder.path() / "cache").string();
  options.workers = 1;
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(render(options));
    EXPECT_TRUE(bytes_of(first) == bytes_of(options.output)) << round;
  }
}

TEST_P(EachFormat, DecodesToTheSoundThatWasMade) {
  const Folder folder;
  const auto heard = outside::decode_sound(make(folder, talk(), name()));
  const auto made = outside::decode_sound(make(folder, talk(), "talk.wav"));
  ASSERT_NEAR(static_cast<double>(heard.size()), static_cast<double>(made.size()), 2400);
  // Both are loud at the same places: in the energy of steps of 20 ms.
  const auto energy = [](const std::vector<int16_t>& samples, size_t step) {
    double sum = 0;
    for (size_t i = step * 960; i < std::min(samples.size(), (step + 1) * 960); ++i)
      sum += std::abs(samples[i]);
    return sum / 960;
  };
  double differs = 0;
  double all = 0;
  for (size_t step = 0; step < made.size() / 960; ++step) {
    differs += std::abs(energy(made, step) - energy(heard, step));
    all += energy(made, step);
  }
  EXPECT_LT(differs, 0.1 * all);
}

TEST_P(EachFormat, SaysWhatItIs) {
  const Folder folder;
  const json info = outside::probe(make(folder, talk(), name()));
  std::map<std::string, std::string> tags;
  const auto take = [&tags](const json& list) {
    for (const auto& [key, value] : list.items()) {
      std::string small = key;
      std::ranges::transform(small, small.begin(), [](unsigned char c) { return std::tolower(c); });
      tags[small] = value.get<std::string>();
    }
  };
  take(info["streams"][0].value("tags", json::object()));
  take(info["format"].value("tags", json::object()));
  EXPECT_EQ(tags["title"], "Weather");
  EXPECT_EQ(tags["artist"], "Ada Fen");
  EXPECT_TRUE(tags["language"] == "en" || tags["language"] == "eng") << tags["language"];
}

TEST_P(EachFormat, WithoutAHeadingHasNoChaptersAndItsTitleAsCover) {
  const Folder folder;
  const std::string words = "Good morning.\n\n---\n\nThat is all.\n";
  const fs::path film = make(folder, "---\ntitle: Calm\n---\n" + words, name());
  EXPECT_TRUE(chapters_in(film).empty());
  const auto cover = outside::read_picture(extract_cover(film, ".jpg"));
  const auto [least, most] = std::ranges::minmax(cover.rgb);
  EXPECT_GT(most - least, 100) << "the title";
}

TEST_P(EachFormat, HoldsAPodcastOfThirtyScenes) {
  const Folder folder;
  std::string script = "---\ntitle: Long\n---\n";
  std::vector<size_t> all(30);
  std::iota(all.begin(), all.end(), 0);
  for (const size_t i : all)
    script += "# Part " + std::to_string(i + 1) + "\n\nWords " + std::to_string(i) + ".\n\n";
  const auto chapters = chapters_in(make(folder, script, name()));
  const auto starts = starts_of(script, all);
  ASSERT_EQ(chapters.size(), 30u);
  for (size_t i = 0; i < chapters.size(); ++i) {
    EXPECT_NEAR(chapters[i].start, starts[i], 0.01) << i;
    EXPECT_EQ(chapters[i].title, "Part " + std::to_string(i + 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, EachFormat, testing::Values("m4a", "opus", "mp3", "flac"),
                         [](const auto& info) { return std::string(info.param); });

// The cover of a script whose header names `picture`.
Result<std::optional<Cover>> cover_of(const std::string& text, const fs::path& picture) {
  Problems problems;
  ScriptSource source;
  source.text = text;
  auto script = read_script(source, problems);
  if (!script) return script.error();
  script->film.cover = picture.string();
  SceneTiming timing;
  timing.duration = from_seconds(2);
  return make_cover(*script, timing);
}

TEST(Cover, IsTheAuthorsPictureAsItIs) {
  const Folder folder;
  for (const char* name : {"own.png", "own.jpg"}) {
    const fs::path picture = folder.path() / name;
    outside::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=300x200",
                  "-frames:v", "1", picture.string()});
    const auto cover = cover_of("# One\n\nWords.\n", picture);
    ASSERT_TRUE(cover) << cover.error().to_string();
    ASSERT_TRUE(cover->has_value());
    EXPECT_TRUE((*cover)->bytes == bytes_of(picture)) << name;
    EXPECT_EQ((*cover)->is_png, picture.extension() == ".png");
    EXPECT_EQ((*cover)->size, (Size{300, 200}));
  }
}

TEST(Cover, SaysWhatIsWrongWithAPicture) {
  const Folder folder;
  const auto missing = cover_of("# One\n", folder.path() / "no.png");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  const auto other = cover_of("# One\n", folder.write("a.png", "GIF89a, or a text"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::unsupported);
  const auto broken = cover_of("# One\n", folder.write("b.png", "\x89PNG\r\n\x1a\nand no more"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::unreadable);
}

TEST(Cover, IsTheTitleWhereThePageIsTooFull) {
  std::string text = "---\ntitle: Short\n---\n";
  for (int i = 0; i < 300; ++i)
    text += "- An item that takes a line of its own on the page\n";
  const auto full = cover_of(text + "\nWords.\n", "");
  ASSERT_TRUE(full) << full.error().to_string();
  const auto alone = cover_of("---\ntitle: Short\n---\nWords.\n", "");
  ASSERT_TRUE(alone && *full && *alone);
  EXPECT_TRUE((*full)->bytes == (*alone)->bytes);
  const auto nothing = cover_of("Words.\n", "");
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->has_value());
}

TEST(SoundOnly, TakesThePictureThatItIsGiven) {
  const Folder folder;
  outside::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=300x300", "-frames:v",
                "1", (folder.path() / "own.png").string()});
  const fs::path script = folder.write("talk.md", "---\ncover: own.png\n---\n# One\n\nWords.\n");
  for (const char* name : {"talk.m4a", "talk.opus", "talk.mp3", "talk.flac"}) {
    RenderOptions options;
    options.source.path = script.string();
    options.output = (folder.path() / name).string();
    options.cache = (folder.path() / "cache").string();
    const auto report = render(options);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_TRUE(bytes_of(extract_cover(options.output, ".png")) ==
                bytes_of(folder.path() / "own.png"))
        << name;
  }
}

TEST(SoundOnly, IsMadeAnewWhenItsPictureChanges) {
  const Folder folder;
  const auto paint = [&folder](const std::string& colour) {
    outside::run({"ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                  "color=" + colour + ":size=64x64", "-frames:v", "1",
                  (folder.path() / "own.png").string()});
  };
  const fs::path script = folder.write("talk.md", "---\ncover: own.png\n---\n# One\n\nWords.\n");
  RenderOptions options;
  options.source.path = script.string();
  options.output = (folder.path() / "talk.m4a").string();
  options.cache = (folder.path() / "cache").string();
  for (const char* colour : {"red", "blue"}) {
    paint(colour);
    ASSERT_TRUE(render(options));
    EXPECT_TRUE(bytes_of(extract_cover(options.output, ".png")) ==
                bytes_of(folder.path() / "own.png"))
        << colour;
    fs::remove(options.output + ".png");
  }
}

TEST(SoundOnly, AFilmHasChaptersAndNoCover) {
  const Folder folder;
  const fs::path film = make(folder, talk(), "talk.mp4");
  const auto starts = starts_of(talk(), {1, 2, 4, 5});
  const auto chapters = chapters_in(film);
  ASSERT_EQ(chapters.size(), 4u);
  for (size_t i = 1; i < 4; ++i)
    EXPECT_NEAR(chapters[i].start, starts[i], 0.01);
  EXPECT_TRUE(picture_in(film).is_null());
  const auto decoded =
      outside::run({"ffmpeg", "-v", "error", "-xerror", "-i", film.string(), "-f", "null", "-"});
  EXPECT_EQ(decoded.status, 0) << decoded.errors;
  EXPECT_EQ(decoded.errors, "");
}

TEST(SoundOnly, WavHasNoneAndSaysSoOfACover) {
  const Folder folder;
  outside::run({"ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=300x300", "-frames:v",
                "1", (folder.path() / "own.png").string()});
  RenderOptions options;
  options.source.path =
      folder.write("talk.md", "---\ncover: own.png\n---\n# One\n\nWords.\n").string();
  options.output = (folder.path() / "talk.wav").string();
  options.cache.clear();
  std::vector<Problem> problems;
  RenderHooks hooks;
  hooks.problem = [&](const Problem& problem) { problems.push_back(problem); };
  ASSERT_TRUE(render(options, hooks));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_NE(problems[0].message.find("no place for a cover"), std::string::npos);
  EXPECT_TRUE(chapters_in(options.output).empty());
}

TEST(SoundOnly, SaysWhenThereAreMoreChaptersThanFit) {
  const Folder folder;
  std::string script = "---\ntitle: Many\nlead: 0\ntail: 0\n---\n";
  for (int i = 0; i < 260; ++i)
    script += "# P" + std::to_string(i) + "\n\n(pause: 0.1)\n\n";
  std::vector<Problem> problems;
  RenderHooks hooks;
  hooks.problem = [&](const Problem& problem) { problems.push_back(problem); };
  const auto report = render(options_for(script, folder.path() / "talk.m4a"), hooks);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(chapters_in(folder.path() / "talk.m4a").size(), 255u);
  EXPECT_TRUE(std::ranges::any_of(problems, [](const Problem& problem) {
    return problem.message.find("260 chapters") != std::string::npos;
  }));
}

}  // namespace
}  // namespace talkie
