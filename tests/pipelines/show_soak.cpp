// SPDX-License-Identifier: LGPL-2.1-or-later
// Half an hour of a show that begins anew all the time, through a muxer, on a clock that does not
// wait: `tools/bench live` does this with a whole day.
#include <gtest/gtest.h>

#include <cmath>

#include "../../tools/benchmark/soak.h"
#include "outside.h"
#include "render/gstreamer.h"

namespace talkie {
namespace {

using bench::SoakOptions;
using bench::SoakReport;
using std::chrono::minutes;

constexpr const char* kScript =
    "---\ntitle: Soak\nsize: 320x180\ntransition: crossfade 0.3\n---\n"
    "# One\n\nThe first scene of a short talk, said again and again.\n\n"
    "## Two\n\n- Apples\n- Pears\n\nApples, then pears.\n\n"
    "## Three\n\nThree words here. And some more of them.\n";

constexpr double kFrame = 1.0 / 30;  // seconds

double seconds(Time time) {
  return std::abs(to_seconds(time));
}

TEST(ShowSoak, NeitherDriftsNorGrows) {
  ASSERT_TRUE(start_gstreamer());
  const outside::Folder folder;
  SoakOptions options;
  options.script = folder.write("talk.md", kScript);
  options.folder = folder.path() / "cache";
  options.length = minutes(30);
  options.marks = {minutes(5), minutes(30)};
  const auto soaked = bench::soak(options);
  ASSERT_TRUE(soaked) << soaked.error().to_string();
  const SoakReport& report = *soaked;
  EXPECT_GE(report.length, options.length);
  EXPECT_EQ(report.late, 0);
  // All of it came out of the muxer, each packet in its place, …
  EXPECT_EQ(report.pictures, nearest(report.length, Rate{30, 1}));
  EXPECT_LT(seconds(report.picture_drift), 0.0015) << "FLV has milliseconds";
  EXPECT_LT(seconds(report.sound_drift), 0.0015);
  EXPECT_LT(seconds(report.gap_at_end), kFrame);
  // … and what belongs together is together in every round.
  EXPECT_GT(report.rounds, 100);
  EXPECT_GE(report.landmarks, report.rounds);
  EXPECT_LT(seconds(report.landmark_drift), kFrame);
  ASSERT_EQ(report.memory.size(), 2u);
  EXPECT_LT(report.memory[1].bytes - report.memory[0].bytes, 8 << 20);
}

}  // namespace
}  // namespace talkie
