// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/still.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "gst/frames.h"
#include "render/encoder.h"
#include "render/sound_piece.h"
#include "timeline/stage.h"

namespace talkie {

namespace {

// One picture, as somebody paints it, that stays for `length` frames.
Result<Segment> encode_still(const Preset& preset, Size size, Rate rate, int64_t length,
                             const std::function<void(const Planes&)>& paint) {
  const auto caps = frame_caps(size, rate);
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
    paint(target.planes());
  }
  auto held = share_frame(buffer->get(), Time{}, time_of(length, rate));
  if (auto pushed = (*encoder)->push(std::move(held)); !pushed) return pushed.error();
  return (*encoder)->finish(rate);
}

}  // namespace

Result<Segment> still_picture(const Preset& preset, const Painted& scene, SceneTiming timing,
                              int64_t frame, int64_t length) {
  const Visual& visual = *scene.visual;
  Stage stage(visual.size, visual.frame_rate);
  timing.start = Time{};
  stage.add_scene(scene, timing);
  const int64_t last = stage.end_frame() - 1;
  auto still = encode_still(
      preset, visual.size, visual.frame_rate, length,
      [&](const Planes& planes) { stage.paint(std::clamp<int64_t>(frame, 0, last), planes); });
  if (auto failure = stage.failure()) return *failure;
  return still;
}

Result<Segment> blank_picture(const Preset& preset, Size size, Rate rate) {
  return encode_still(preset, size, rate, 1, [](const Planes& planes) {
    for (int plane = 0; plane < 3; ++plane) {
      const int rows = plane == 0 ? planes.size.height : (planes.size.height + 1) / 2;
      constexpr int kGrey = 128;
      std::memset(planes.data[plane], kGrey,
                  static_cast<size_t>(planes.stride[plane]) * static_cast<size_t>(rows));
    }
  });
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
