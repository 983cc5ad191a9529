// SPDX-License-Identifier: LGPL-2.1-or-later
// Seeks in talkiesrc: after each of them come the very frames and samples of a run without seeks.
#include <gtest/gtest.h>

#include <algorithm>

#include "seeking_film.h"

namespace {

using namespace seeking;
using talkie::Owned;

constexpr auto kAccurate = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
constexpr auto kKeyUnit = static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT);
constexpr auto kSegment = static_cast<GstSeekFlags>(kAccurate | GST_SEEK_FLAG_SEGMENT);

GstClockTime end_of(const Heard& heard) {
  const Frame& last = heard.frames.rbegin()->second;
  return last.time + last.duration;
}

// The first sample at or after `time`; far away for no time.
uint64_t first_sample_at(GstClockTime time) {
  if (!GST_CLOCK_TIME_IS_VALID(time)) return UINT64_MAX;
  return gst_util_uint64_scale_ceil(time, 48'000, GST_SECOND);
}

// `part` is what `whole` has from `start` to `stop`, and nothing else.
void expect_part(const Heard& part, const Heard& whole, GstClockTime start, GstClockTime stop) {
  auto frame = part.frames.begin();
  for (const auto& [number, expected] : whole.frames) {
    const GstClockTime end = expected.time + expected.duration;
    if (end <= start || expected.time >= stop) continue;
    ASSERT_NE(frame, part.frames.end()) << "frame " << number << " is missing";
    ASSERT_EQ(frame->first, number);
    ASSERT_EQ(frame->second.hash, expected.hash) << "frame " << number << " looks different";
    EXPECT_EQ(frame->second.time, std::max(start, expected.time));
    EXPECT_EQ(frame->second.time + frame->second.duration, std::min(stop, end));
    ++frame;
  }
  EXPECT_EQ(frame, part.frames.end()) << "frames that are not wanted";
  const uint64_t first = std::min<uint64_t>(first_sample_at(start), whole.samples.size());
  const uint64_t last = std::min<uint64_t>(first_sample_at(stop), whole.samples.size());
  ASSERT_EQ(part.samples.size(), last - first);
  EXPECT_EQ(part.first_sample, last > first ? first : 0);
  const auto [here, there] = std::mismatch(part.samples.begin(), part.samples.end(),
                                           whole.samples.begin() + static_cast<ptrdiff_t>(first));
  EXPECT_EQ(here, part.samples.end())
      << "another sound from sample " << here - part.samples.begin() << " on";
}

Heard straight(const Talk& talk, const std::string& properties = "frames=constant") {
  Player player(talk.file(), properties);
  return player.play_out();
}

// Where the scenes begin, by a film whose key units are asked for one after another.
std::vector<GstClockTime> scene_starts(const Talk& talk) {
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  std::vector<GstClockTime> starts{0};
  while (true) {
    player.take();
    EXPECT_TRUE(player.seek(starts.back() + 1,
                            static_cast<GstSeekFlags>(kKeyUnit | GST_SEEK_FLAG_SNAP_AFTER)));
    player.set_state(GST_STATE_PAUSED);
    const GstClockTime start = player.take().segments.back().start;
    if (start <= starts.back()) return starts;
    starts.push_back(start);
  }
}

class SeekWithHeader : public testing::TestWithParam<const char*> {};

TEST_P(SeekWithHeader, GivesTheFramesAndSamplesOfAStraightRun) {
  const Watchdog watchdog(170);
  const Talk talk(GetParam());
  const Heard whole = straight(talk);
  const GstClockTime end = end_of(whole);
  ASSERT_GT(whole.frames.size(), 200u);
  ASSERT_GT(whole.samples.size(), 48'000u * 7);

  std::vector<GstClockTime> targets = {end - 1, GST_SECOND * 3 / 2, end * 2 / 3 + 12'345'678};
  for (const GstClockTime start : scene_starts(talk)) {
    targets.push_back(start);
    targets.push_back(start + 5 * GST_MSECOND);
    targets.push_back(start + 210 * GST_MSECOND);  // in a transition
    targets.push_back(start + 900 * GST_MSECOND);
    if (start > 0) targets.push_back(start - 1);
  }
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  for (const GstClockTime target : targets) {
    SCOPED_TRACE(target);
    ASSERT_TRUE(player.seek(target, kAccurate));
    expect_part(player.play_out(), whole, target, GST_CLOCK_TIME_NONE);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Headers, SeekWithHeader,
                         testing::Values("", "music: music.wav\n",
                                         "fps: 24000/1001\ntransition: wipe 0.7\n"));

// Nobody has spoken those scenes yet.
TEST(Seek, GoesWhereNobodyHasBeen) {
  const Watchdog watchdog(60);
  const Talk talk("music: music.wav\n");
  const Heard whole = straight(talk);
  Player player(talk.file(), "frames=constant");
  gst_element_set_state(player.pipeline(), GST_STATE_PAUSED);
  player.wait_for(GST_MESSAGE_ASYNC_DONE);
  const GstClockTime target = end_of(whole) - GST_SECOND;
  ASSERT_TRUE(player.seek(target, kAccurate));
  expect_part(player.play_out(), whole, target, GST_CLOCK_TIME_NONE);
}

TEST(Seek, StopsWhereItIsToldTo) {
  const Watchdog watchdog(60);
  const Talk talk;
  const Heard whole = straight(talk);
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  for (const GstClockTime start : std::vector<GstClockTime>{0, 2'000'000'007, 4'000'000'000}) {
    const GstClockTime stop = start + 1'234'567'891;
    ASSERT_TRUE(player.seek(start, kAccurate, stop));
    expect_part(player.play_out(), whole, start, stop);
  }
}

// One buffer for each distinct picture: the first one is the picture that is held then.
TEST(Seek, BeginsWithThePictureThatIsHeld) {
  const Watchdog watchdog(60);
  const Talk talk;
  const Heard whole = straight(talk);
  Player player(talk.file(), "frames=on-change");
  player.set_state(GST_STATE_PAUSED);
  for (GstClockTime target = 0; target < end_of(whole); target += 777 * GST_MSECOND) {
    ASSERT_TRUE(player.seek(target, kAccurate));
    const Heard part = player.play_out();
    ASSERT_FALSE(part.frames.empty());
    EXPECT_EQ(part.frames.begin()->second.time, target);
    EXPECT_EQ(end_of(part), end_of(whole));
    for (const auto& [number, frame] : part.frames)
      EXPECT_EQ(frame.hash, whole.frames.at(number).hash) << number;
  }
}

TEST(Seek, ShowsItsFrameWhilePaused) {
  const Watchdog watchdog(60);
  const Talk talk;
  const Heard whole = straight(talk);
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  for (const GstClockTime target : {5 * GST_SECOND, GST_SECOND, 3 * GST_SECOND}) {
    ASSERT_TRUE(player.seek(target, kAccurate));
    player.set_state(GST_STATE_PAUSED);
    const Heard part = player.take();
    ASSERT_FALSE(part.frames.empty());
    const auto& [number, frame] = *part.frames.begin();
    EXPECT_EQ(frame.time, target);
    EXPECT_EQ(frame.hash, whole.frames.at(number).hash);
    gint64 position = 0;
    ASSERT_TRUE(gst_element_query_position(player.pipeline(), GST_FORMAT_TIME, &position));
    EXPECT_EQ(static_cast<GstClockTime>(position), target);
  }
}

TEST(Seek, SnapsToTheBeginningsOfScenes) {
  const Watchdog watchdog(60);
  const Talk talk;
  const auto starts = scene_starts(talk);
  ASSERT_EQ(starts.size(), 4u);
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  const auto lands_at = [&](GstClockTime target, int flags) {
    EXPECT_TRUE(player.seek(target, static_cast<GstSeekFlags>(kKeyUnit | flags)));
    player.set_state(GST_STATE_PAUSED);
    const Heard part = player.take();
    EXPECT_EQ(part.frames.begin()->second.time, part.segments.back().start);
    return part.segments.back().start;
  };
  const GstClockTime early = starts[1] + 100 * GST_MSECOND;
  const GstClockTime late = starts[2] - 100 * GST_MSECOND;
  EXPECT_EQ(lands_at(early, 0), starts[1]);
  EXPECT_EQ(lands_at(late, GST_SEEK_FLAG_SNAP_BEFORE), starts[1]);
  EXPECT_EQ(lands_at(early, GST_SEEK_FLAG_SNAP_AFTER), starts[2]);
  EXPECT_EQ(lands_at(early, GST_SEEK_FLAG_SNAP_NEAREST), starts[1]);
  EXPECT_EQ(lands_at(late, GST_SEEK_FLAG_SNAP_NEAREST), starts[2]);
  EXPECT_EQ(lands_at(starts[3], GST_SEEK_FLAG_SNAP_AFTER), starts[3]);
}

TEST(Seek, PastTheEndIsTheEnd) {
  const Watchdog watchdog(60);
  const Talk talk;
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  ASSERT_TRUE(player.seek(GST_SECOND * 3600, kAccurate));
  Heard rest = player.play_out();
  EXPECT_TRUE(rest.frames.empty());
  EXPECT_TRUE(rest.samples.empty());
  // And back again.
  ASSERT_TRUE(player.seek(0, kAccurate));
  EXPECT_GT(player.play_out().samples.size(), 48'000u * 7);
}

TEST(Seek, RefusesWhatItCannotDo) {
  const Watchdog watchdog(60);
  const Talk talk;
  Player player(talk.file());
  EXPECT_FALSE(player.seek(0, kAccurate)) << "nothing is there yet";
  player.set_state(GST_STATE_PAUSED);
  EXPECT_FALSE(player.seek(0, kAccurate, GST_SECOND, -1));
  EXPECT_FALSE(player.seek(GST_SECOND, GST_SEEK_FLAG_NONE)) << "a picture waits in the sink";
  EXPECT_FALSE(gst_element_seek_simple(player.pipeline(), GST_FORMAT_BYTES, kAccurate, 10));
  EXPECT_GT(player.play_out().frames.size(), 0u);
}

TEST(Seek, CarriesItsRate) {
  const Watchdog watchdog(60);
  const Talk talk;
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  for (const double rate : {0.25, 2.0, 16.0}) {
    ASSERT_TRUE(player.seek(GST_SECOND, kAccurate, GST_CLOCK_TIME_NONE, rate));
    player.set_state(GST_STATE_PAUSED);
    const Heard part = player.take();
    EXPECT_EQ(part.segments.back().rate, rate);
    const auto query = Owned<GstQuery>::adopt(gst_query_new_segment(GST_FORMAT_TIME));
    ASSERT_TRUE(gst_element_query(player.source(), query.get()));
    double told = 0;
    gint64 start = 0;
    gst_query_parse_segment(query.get(), &told, nullptr, &start, nullptr);
    EXPECT_EQ(told, rate);
    EXPECT_EQ(static_cast<GstClockTime>(start), GST_SECOND);
  }
}

// Loops without a gap: at the end of a segment comes a seek that does not flush.
TEST(Seek, LoopsASegmentWithoutAGap) {
  const Watchdog watchdog(60);
  const Talk talk;
  const Heard whole = straight(talk);
  Player player(talk.file(), "frames=constant");
  player.set_state(GST_STATE_PAUSED);
  const GstClockTime start = GST_SECOND;
  const GstClockTime stop = 3 * GST_SECOND;
  ASSERT_TRUE(player.seek(start, kSegment, stop));
  gst_element_set_state(player.pipeline(), GST_STATE_PLAYING);
  GstClockTime base = 0;
  for (int turn = 0; turn < 3; ++turn) {
    player.wait_for(GST_MESSAGE_SEGMENT_DONE);
    const Heard part = player.take();
    expect_part(part, whole, start, stop);
    EXPECT_EQ(part.segments.back().base, base);
    base += stop - start;
    ASSERT_TRUE(player.seek(start, GST_SEEK_FLAG_SEGMENT, stop));
  }
}

TEST(Seek, ClipsCaptions) {
  const Watchdog watchdog(60);
  const Talk talk;
  Player player(talk.file(), "", true);
  player.set_state(GST_STATE_PAUSED);
  const auto all = player.play_out().captions;
  ASSERT_GE(all.size(), 4u);
  const GstClockTime third = std::stoull(all[2]);
  ASSERT_TRUE(player.seek(third + GST_MSECOND, kAccurate));
  const auto rest = player.play_out().captions;
  ASSERT_EQ(rest.size(), all.size() - 2);
  EXPECT_EQ(rest[0], std::to_string(third + GST_MSECOND) + all[2].substr(all[2].find(' ')));
  EXPECT_EQ(rest[1], all[3]);
}

TEST(Duration, IsExactOnceKnown) {
  const Watchdog watchdog(60);
  const Talk talk;
  const GstClockTime end = end_of(straight(talk));
  Player player(talk.file());
  player.set_state(GST_STATE_PAUSED);
  const auto message = player.wait_for(GST_MESSAGE_DURATION_CHANGED);
  EXPECT_EQ(GST_MESSAGE_SRC(message.get()), GST_OBJECT(player.source()));
  const auto query = Owned<GstQuery>::adopt(gst_query_new_duration(GST_FORMAT_TIME));
  ASSERT_TRUE(gst_element_query(player.source(), query.get()));
  gint64 duration = 0;
  gst_query_parse_duration(query.get(), nullptr, &duration);
  EXPECT_EQ(static_cast<GstClockTime>(duration), end);
  gboolean estimated = TRUE;
  ASSERT_TRUE(
      gst_structure_get_boolean(gst_query_get_structure(query.get()), "estimated", &estimated));
  EXPECT_FALSE(estimated);
  const auto seeking = Owned<GstQuery>::adopt(gst_query_new_seeking(GST_FORMAT_TIME));
  ASSERT_TRUE(gst_element_query(player.pipeline(), seeking.get()));
  gboolean seekable = FALSE;
  gint64 from = -1;
  gint64 to = -1;
  gst_query_parse_seeking(seeking.get(), nullptr, &seekable, &from, &to);
  EXPECT_TRUE(seekable);
  EXPECT_EQ(from, 0);
  EXPECT_EQ(to, duration);
}

}  // namespace
