// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/still.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gst/frames.h"
#include "render/encoder.h"
#include "render/sound_piece.h"
#include "timeline/stage.h"

namespace talkie {

Result<Segment> still_picture(const Preset& preset, const Painted& scene, SceneTiming timing,
                              int64_t frame, int64_t length) {
  const Visual& visual = *scene.visual;
  const Rate rate = visual.frame_rate;
  Stage stage(visual.size, rate);
  timing.start = Time{};
  stage.add_scene(scene, timing);

  const auto caps = frame_caps(visual.size, rate);
  std::vector<PresetChain> chains = preset.video;
  for (PresetChain& chain : chains)
    chain = with_zones(std::move(chain), {});
  auto encoder = Encoder::make(preset, chains, caps.get());
  if (!encoder) return encoder.error();
  auto pool = FramePool::make(caps.get());
  if (!pool) return pool.error();
  auto buffer = (*pool)->acquire();
  if (!buffer) return buffer.error();
  {
    MappedFrame target((*pool)->info(), buffer->get(), GST_MAP_WRITE);
    if (!target) return Error{ErrorKind::failed, "cannot get memory for video frames"};
    stage.paint(std::clamp<int64_t>(frame, 0, stage.end_frame() - 1), target.planes());
  }
  if (auto failure = stage.failure()) return *failure;
  auto held = share_frame(buffer->get(), Time{}, time_of(length, rate));
  if (auto pushed = (*encoder)->push(std::move(held)); !pushed) return pushed.error();
  return (*encoder)->finish(rate);
}

Result<Segment> silent_packet(const Preset& preset, int packet, int channels) {
  constexpr int kPackets = 4;  // the first ones still hear the encoder begin
  SoundPiece piece;
  piece.packet = packet;
  piece.channels = channels;
  piece.place.length = int64_t{kPackets} * packet;
  const std::vector<int16_t> silence(static_cast<size_t>(piece.place.length * channels));
  auto encoded = encode_sound(preset, piece, silence);
  if (!encoded) return encoded;
  size_t offset = 0;
  for (int i = 0; i + 1 < kPackets; ++i)
    offset += encoded->packets[static_cast<size_t>(i)].bytes;
  const Packet& last = encoded->packets[kPackets - 1];
  return Segment{
      encoded->caps, {{0, packet, last.bytes, 1}}, encoded->bytes.substr(offset, last.bytes), {}};
}

}  // namespace talkie
