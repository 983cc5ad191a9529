// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/picture_segment.h"

#include <gst/video/video.h>

#include <utility>
#include <vector>

#include "gst/frames.h"
#include "timeline/picture_runs.h"
#include "timeline/stage.h"

namespace talkie {

namespace {

// The scene before takes one frame of the stage: all that is needed of it is how it ends.
constexpr int64_t kBefore = 1;

// Feeds an encoder with the pictures of a stage.
class PictureFeed {
 public:
  PictureFeed(Stage& stage, Encoder& encoder, FramePool& pool, Rate rate, int64_t first)
      : stage_(stage), encoder_(encoder), pool_(pool), rate_(rate), first_(first) {}

  Result<void> push(const PictureRun& run, bool constant) {
    if (run.changed)
      if (auto painted = paint(run.first); !painted) return painted;
    if (run.key_unit && run.first > first_) encoder_.ask_for_key_unit();
    const int64_t step = constant ? 1 : run.end - run.first;
    for (int64_t frame = run.first; frame < run.end; frame += step)
      if (auto pushed = push_held(frame, frame + step); !pushed) return pushed;
    return {};
  }

 private:
  // Into new memory: the encoder may still read the picture before.
  Result<void> paint(int64_t frame) {
    auto next = pool_.acquire();
    if (!next) return next.error();
    {
      MappedFrame target(pool_.info(), next->get(), GST_MAP_WRITE);
      if (!target) return Error{ErrorKind::failed, "cannot get memory for video frames"};
      if (held_) {
        MappedFrame held(pool_.info(), held_.get(), GST_MAP_READ);
        stage_.paint_from(held_frame_, held.planes(), frame, target.planes());
      } else {
        stage_.paint(frame, target.planes());
      }
    }
    held_ = *std::move(next);
    held_frame_ = frame;
    shares_ = 0;
    return {};
  }

  Result<void> push_held(int64_t frame, int64_t end) {
    if (++shares_ > kMostShares)
      if (auto copied = paint(frame); !copied) return copied;
    return encoder_.push(
        share_frame(held_.get(), time_of(frame - first_, rate_), time_of(end - first_, rate_)));
  }

  Stage& stage_;
  Encoder& encoder_;
  FramePool& pool_;
  Rate rate_;
  int64_t first_;
  Owned<GstBuffer> held_;
  int64_t held_frame_ = 0;
  int shares_ = 0;
};

// Which of the buffers that the runs become are part of a movement.
std::vector<BufferRange> moving_buffers(const std::vector<PictureRun>& runs, bool constant) {
  std::vector<BufferRange> ranges;
  int64_t buffer = 0;
  for (const PictureRun& run : runs) {
    const int64_t count = constant ? run.end - run.first : 1;
    if (run.changed && run.end - run.first < kStillFrames) {
      if (ranges.empty() || ranges.back().last + 1 != buffer) ranges.push_back({buffer, buffer});
      ranges.back().last = buffer + count - 1;
    }
    buffer += count;
  }
  return ranges;
}

// The scene before, so that its last frame is the stage's frame 0.
SceneTiming ending(const SceneBefore& before, Rate rate) {
  SceneTiming timing;
  if (ends_by_timing(*before.painted.visual)) timing = before.timing;
  timing.duration = std::max(timing.duration, time_of(kBefore, rate));
  timing.start = time_of(kBefore, rate) - timing.duration;
  return timing;
}

}  // namespace

Result<Segment> encode_pictures(const PictureEncoding& encoding, const Painted& scene,
                                const SceneBefore* before, SceneTiming timing,
                                const std::stop_token& stop) {
  const Visual& visual = *scene.visual;
  const Rate rate = visual.frame_rate;
  Stage stage(visual.size, rate);
  const int64_t first = before ? kBefore : 0;
  if (before) stage.add_scene(before->painted, ending(*before, rate));
  const int64_t frames = nearest(timing.duration, rate);
  timing.start = time_of(first, rate);
  timing.duration = time_of(first + frames, rate) - timing.start;
  stage.add_scene(scene, timing);
  stage.forget_before(first);

  std::vector<PictureRun> runs;
  PictureRuns walk(nearest(encoding.key_unit_interval, rate));
  for (int64_t frame = first; frame < stage.end_frame(); frame = runs.back().end)
    runs.push_back(walk.next(stage, frame));
  std::vector<PresetChain> chains = encoding.preset->video;
  for (PresetChain& chain : chains)
    chain = with_zones(std::move(chain), moving_buffers(runs, encoding.constant));

  const auto caps = frame_caps(visual.size, rate);
  auto encoder = Encoder::make(*encoding.preset, chains, caps.get());
  if (!encoder) return encoder.error();
  if (encoding.listener) (*encoder)->listen(rate, encoding.listener);
  auto pool = FramePool::make(caps.get());
  if (!pool) return pool.error();
  PictureFeed feed(stage, **encoder, **pool, rate, first);
  for (const PictureRun& run : runs) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    if (auto pushed = feed.push(run, encoding.constant); !pushed) return pushed.error();
  }
  if (auto failure = stage.failure()) return *failure;
  return (*encoder)->finish(rate);
}

}  // namespace talkie
