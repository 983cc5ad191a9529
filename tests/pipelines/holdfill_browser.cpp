// SPDX-License-Identifier: LGPL-2.1-or-later
// A filled film plays and seeks in a browser: Chromium.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hold_film.h"
#include "outside.h"

namespace {

constexpr int kColumns = 8;
constexpr int kRows = 6;
using Blocks = std::vector<double>;

bool is_installed(const std::string& program) {
  return outside::run({"sh", "-c", "command -v " + program}).status == 0;
}

// The mean brightness of each block of a grey picture, 0 to 255.
Blocks blocks_of(std::string_view frame) {
  Blocks sums(kColumns * kRows), counts(kColumns * kRows);
  for (int y = 0; y < hold::kHeight; ++y) {
    for (int x = 0; x < hold::kWidth; ++x) {
      const auto block =
          static_cast<size_t>(kColumns * (y * kRows / hold::kHeight) + x * kColumns / hold::kWidth);
      const auto luma = static_cast<uint8_t>(frame[static_cast<size_t>(y * hold::kWidth + x)]);
      sums[block] += std::clamp((luma - 16) * 255 / 219.0, 0.0, 255.0);
      ++counts[block];
    }
  }
  for (size_t i = 0; i < sums.size(); ++i)
    sums[i] /= counts[i];
  return sums;
}

double difference(const Blocks& a, const Blocks& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

// The times in the middle of the first and of the last frame of every picture, from the last
// picture back, and the number of the picture.
std::vector<std::pair<double, size_t>> edges_of(const hold::Script& script) {
  std::vector<std::pair<double, size_t>> edges;
  int frame = 0;
  const auto middle = [&](int number) {
    return (number + 0.5) * script.rate.denominator / script.rate.numerator;
  };
  for (size_t picture = 0; picture < script.holds.size(); ++picture) {
    edges.emplace_back(middle(frame), picture);
    if (script.holds[picture] > 1)
      edges.emplace_back(middle(frame + script.holds[picture] - 1), picture);
    frame += script.holds[picture];
  }
  return {edges.rbegin(), edges.rend()};
}

class Chromium : public testing::TestWithParam<const char*> {};

TEST_P(Chromium, PlaysAndSeeks) {
  if (!is_installed("chromium")) GTEST_SKIP() << "chromium is not installed";
  const hold::Script script{11, {30, 1}, {400, 1, 35, 2, 90, 1, 60}};
  const outside::Folder folder;
  const auto made = hold::make_film(script, {GetParam(), "", true}, folder.path());
  ASSERT_EQ(made.error, "");
  const auto plain = hold::decode_with_ffmpeg(made.plain);
  ASSERT_EQ(plain.count(), script.holds.size());
  const auto edges = edges_of(script);

  const auto player = outside::source_root() / "tests" / "pipelines" / "play_in_chromium.py";
  std::vector<std::string> command{"python3", player.string(), made.filled.string()};
  for (const auto& [time, picture] : edges)
    command.push_back(std::to_string(time));
  const auto outcome = outside::run(command);
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  const auto seen = nlohmann::json::parse(outcome.output);
  ASSERT_EQ(seen["error"], "");
  EXPECT_NEAR(seen["duration"].get<double>(), script.frames() / 30.0, 0.001);
  EXPECT_EQ(seen["width"], hold::kWidth);
  EXPECT_EQ(seen["height"], hold::kHeight);
  EXPECT_GT(seen["played"].get<double>(), 0.5);

  ASSERT_EQ(seen["samples"].size(), edges.size());
  for (size_t i = 0; i < edges.size(); ++i) {
    const Blocks shown = seen["samples"][i]["blocks"];
    for (size_t picture = 0; picture < plain.count(); ++picture) {
      const double off = difference(shown, blocks_of(plain.frame(picture)));
      EXPECT_EQ(off < 3, picture == edges[i].second)
          << "at " << edges[i].first << " s, picture " << picture << " is off by " << off;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(References, Chromium,
                         testing::Values("x264enc threads=1 bframes=0 ref=1",
                                         "x264enc threads=1 bframes=0 ref=3"),
                         [](const auto& info) { return info.index == 0 ? "One" : "Several"; });

}  // namespace
