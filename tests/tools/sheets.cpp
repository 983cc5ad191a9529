// SPDX-License-Identifier: LGPL-2.1-or-later
// Contact sheets, themes of one's own, and text that is hard to read, as a user meets them. The
// sheets of the gallery script in every theme and shape are compared with pictures that somebody
// has looked at: tests/data/themes. TALKIE_UPDATE_SHEETS=1 makes those anew.
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "talkie_command.h"

namespace {

namespace fs = std::filesystem;

// JPEG, other releases of the fonts, and other rounding of the libraries that draw.
constexpr double kMeanApart = 2.5;    // of 255, over all pixels and channels
constexpr int kClearlyApart = 48;     // of 255, in one channel
constexpr double kShareApart = 0.01;  // of all pixels

struct Shape {
  const char* name;
  const char* size;
};
constexpr Shape kShapes[] = {{"wide", "1280x720"}, {"upright", "720x1280"}, {"square", "720x720"}};

fs::path gallery() {
  return outside::source_root() / "pipelines" / "examples" / "gallery.md";
}

class Sheets : public Command, public testing::WithParamInterface<const char*> {
 protected:
  // The sheet, as small as the ones it is compared with.
  fs::path sheet_of(const std::string& theme, const Shape& shape, const fs::path& small) {
    const auto made = talkie({"render", gallery(), "--theme", theme, "--size", shape.size,
                              "--sheet", "sheet.png", "--quiet"});
    EXPECT_EQ(made.status, 0) << made.errors;
    EXPECT_EQ(made.errors, "");
    const auto scaled =
        outside::run({"ffmpeg", "-v", "error", "-y", "-i", "sheet.png", "-vf",
                      "scale=1200:-2:flags=area", "-pix_fmt", "yuvj444p", "-q:v", "7", small});
    EXPECT_EQ(scaled.status, 0) << scaled.errors;
    return small;
  }
};

double share_clearly_apart(const outside::Picture& a, const outside::Picture& b) {
  size_t apart = 0;
  for (size_t i = 0; i + 2 < a.rgb.size(); i += 3) {
    int most = 0;
    for (size_t c = 0; c < 3; ++c)
      most = std::max(most, std::abs(a.rgb[i + c] - b.rgb[i + c]));
    apart += most > kClearlyApart ? 1 : 0;
  }
  return static_cast<double>(apart) / (static_cast<double>(a.rgb.size()) / 3);
}

TEST_P(Sheets, LookAsTheyDidWhenTheyWereLookedAt) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(shape.name);
    const fs::path golden = outside::source_root() / "tests" / "data" / "themes" /
                            (std::string(GetParam()) + "-" + shape.name + ".jpg");
    if (std::getenv("TALKIE_UPDATE_SHEETS")) {
      fs::create_directories(golden.parent_path());
      sheet_of(GetParam(), shape, golden);
      continue;
    }
    const auto now = outside::read_picture(sheet_of(GetParam(), shape, "small.jpg"));
    const auto then = outside::read_picture(golden);
    ASSERT_EQ(now.width, then.width);
    ASSERT_EQ(now.height, then.height);
    EXPECT_LE(outside::difference(now, then), kMeanApart);
    EXPECT_LE(share_clearly_apart(now, then), kShareApart);
  }
}

INSTANTIATE_TEST_SUITE_P(Themes, Sheets,
                         testing::Values("ink", "midnight", "paper", "slate", "garden", "ember",
                                         "mono", "signal"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(Command, ASheetShowsEveryChosenSceneAndMakesNoFilm) {
  const fs::path script = write("talk.md", kSmallTalk);
  const auto both = talkie({"render", script, "--sheet", "both.png"});
  EXPECT_EQ(both.status, 0) << both.errors;
  EXPECT_EQ(both.output, "both.png\n");
  const auto one = talkie({"render", script, "--sheet", "one.png", "--scenes", "2"});
  EXPECT_EQ(one.status, 0) << one.errors;
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md", "both.png", "one.png"}));
  const auto wide = outside::read_picture("both.png");
  const auto narrow = outside::read_picture("one.png");
  EXPECT_EQ(wide.height, narrow.height);
  EXPECT_NEAR(wide.width, 2.0 * narrow.width, 0.1 * wide.width);
  // The second picture of the one is the only picture of the other.
  const int offset = wide.width - narrow.width;
  size_t apart = 0;
  for (int y = 0; y < narrow.height * 3 / 4; ++y)
    for (int x = 3 * (narrow.width / 20); x < 3 * narrow.width; ++x) {
      const size_t here = static_cast<size_t>(y) * narrow.width * 3 + static_cast<size_t>(x);
      const size_t there = (static_cast<size_t>(y) * wide.width + static_cast<size_t>(offset)) * 3 +
                           static_cast<size_t>(x);
      apart += narrow.rgb[here] != wide.rgb[there] ? 1 : 0;
    }
  EXPECT_EQ(apart, 0u);
}

TEST_F(Command, BeginsAThemeThatWorksAtOnce) {
  const auto made = talkie({"theme", "new", "seaside", "--from", "midnight"});
  EXPECT_EQ(made.status, 0) << made.errors;
  EXPECT_HAS(made.output, "TALKIE_THEME_PATH=themes");
  const auto again = talkie({"theme", "new", "seaside"});
  EXPECT_EQ(again.status, 1);
  EXPECT_HAS(again.errors, "already");

  const std::string before = std::getenv("TALKIE_THEME_PATH");
  setenv("TALKIE_THEME_PATH", ("themes:" + before).c_str(), 1);
  const auto listed = talkie({"theme", "list"});
  EXPECT_HAS(listed.output, "seaside");
  EXPECT_EQ(listed.output, talkie({"themes"}).output);
  const fs::path script = write("talk.md", kSmallTalk);
  const auto sheet = talkie({"render", script, "--theme", "seaside", "--sheet", "sheet.png"});
  EXPECT_EQ(sheet.status, 0) << sheet.errors;
  EXPECT_EQ(sheet.errors, "");
  setenv("TALKIE_THEME_PATH", before.c_str(), 1);

  for (const std::string name : {"ink", "../away", ""}) {
    const auto refused = talkie({"theme", "new", name});
    EXPECT_NE(refused.status, 0) << name;
    EXPECT_NE(refused.errors, "") << name;
  }
  EXPECT_HAS(talkie({"theme", "new", "other", "--from", "midnigth"}).errors,
             "Did you mean 'midnight'?");
  EXPECT_EQ(talkie({"theme"}).status, 2);
  EXPECT_EQ(talkie({"theme", "new"}).status, 2);
  EXPECT_FALSE(fs::exists("themes/other"));
}

TEST_F(Command, ChecksThatTextCanBeRead) {
  fs::create_directories("themes/dim/layouts");
  write("themes/dim/theme.yaml", "extends: ink\n");
  write("themes/dim/layouts/bullets.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1600 900\">"
        "<rect width=\"1600\" height=\"900\" fill=\"var(--text)\"/></svg>");
  const std::string before = std::getenv("TALKIE_THEME_PATH");
  setenv("TALKIE_THEME_PATH", ("themes:" + before).c_str(), 1);
  const fs::path script = write("talk.md", kSmallTalk);
  const auto dim = talkie({"check", script, "--theme", "dim", "--strict"});
  setenv("TALKIE_THEME_PATH", before.c_str(), 1);
  EXPECT_EQ(dim.status, 1);
  EXPECT_HAS(dim.errors, "talk.md:9:1: warning: ");
  EXPECT_HAS(dim.errors, "is hard to read");
  EXPECT_EQ(talkie({"check", script, "--strict"}).status, 0);
}

}  // namespace
