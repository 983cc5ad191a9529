// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/sound_piece.h"

#include <gst/audio/audio.h>

#include <algorithm>

#include "gst/sound.h"
#include "render/encoder.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

// Silence in which a scene's sound may be shifted and joined: more than a packet reaches.
constexpr int kQuietPackets = 3;
// What an encoder hears before its first packet is used: after silence nothing is remembered but
// the overlap; within sound its models of hearing have settled by then.
constexpr int64_t kWarmUp = 2;
constexpr int64_t kWarmUpInSound = 8;
// What it is given after the last packet, since it looks ahead.
constexpr int64_t kLookAhead = 3;

int64_t round_up(int64_t value, int64_t step) {
  return (value + step - 1) / step;
}

}  // namespace

ScenePlace SoundGrid::place(int64_t start, int64_t length, int64_t quiet_end) {
  ScenePlace place{start, length, quiet_end, false};
  const auto ends_quietly = [this](const ScenePlace& scene) {
    return scene.quiet_end >= int64_t{kQuietPackets} * packet_;
  };
  if (begun_ && !ends_quietly(before_)) {
    place.start = before_.start + before_.length;
    place.joins_before = true;
  } else {
    // To the nearest packet; but what is late needs silence behind it.
    const int64_t half = ends_quietly(place) ? packet_ / 2 : 0;
    place.start = (start + half) / packet_ * packet_;
  }
  begun_ = true;
  before_ = place;
  return place;
}

int64_t SoundPiece::first_packet() const {
  return round_up(place.start, packet);
}

int64_t SoundPiece::packets() const {
  const int64_t end = place.start + place.length;
  if (after) return round_up(end, packet) - first_packet();
  // One more where the grid is kinder to the next film, and two for what an encoder's priming
  // shifts out of the film's end.
  return round_up(end - first_packet() * packet, packet) + 3;
}

void SoundPiece::add_to(KeyMaker& key) const {
  key.add(packet).add(channels).add(sound_key).add(packets()).add(place.start -
                                                                  first_packet() * packet);
  for (const Neighbour* neighbour : {before, after}) {
    key.add(neighbour ? neighbour->sound_key : std::string());
    key.add(neighbour ? neighbour->place.start - place.start : 0);
  }
}

Result<Segment> encode_sound(const Preset& preset, const SoundPiece& piece,
                             std::span<const int16_t> samples) {
  const int64_t warm_up = piece.before ? kWarmUpInSound : kWarmUp;
  const int64_t origin = (piece.first_packet() - warm_up) * piece.packet;
  std::vector<int16_t> heard(static_cast<size_t>((warm_up + piece.packets() + kLookAhead) *
                                                 piece.packet * piece.channels));
  const auto lay = [&](int64_t start, std::span<const int16_t> sound) {
    for (size_t i = 0; i < sound.size(); ++i) {
      const int64_t at = (start - origin) * piece.channels + static_cast<int64_t>(i);
      if (at >= 0 && at < static_cast<int64_t>(heard.size()))
        heard[static_cast<size_t>(at)] = sound[i];
    }
  };
  if (piece.before) lay(piece.before->place.start, piece.before->samples);
  lay(piece.place.start, samples);
  if (piece.after) lay(piece.after->place.start, piece.after->samples);

  auto encoder = Encoder::make(preset, preset.audio, sound_caps(piece.channels).get());
  if (!encoder) return encoder.error();
  if (auto pushed = (*encoder)->push(sound_buffer(heard, 0, piece.channels)); !pushed)
    return pushed.error();
  auto encoded = (*encoder)->finish({kSampleRate, 1});
  if (!encoded) return encoded;

  const auto first = static_cast<size_t>(warm_up);
  const auto count = static_cast<size_t>(piece.packets());
  if (encoded->packets.size() < first + count)
    return Error{ErrorKind::failed, "the sound's encoder swallowed packets",
                 std::to_string(encoded->packets.size()) + " of " + std::to_string(first + count)};
  Segment segment{encoded->caps, {}, {}, encoded->problems};
  size_t offset = 0;
  for (size_t i = 0; i < first + count; ++i) {
    const Packet& packet = encoded->packets[i];
    if (i >= first) {
      segment.packets.push_back(
          {static_cast<int64_t>(i - first) * piece.packet, piece.packet, packet.bytes, 1});
      segment.bytes.append(encoded->bytes, offset, packet.bytes);
    }
    offset += packet.bytes;
  }
  return segment;
}

}  // namespace talkie
