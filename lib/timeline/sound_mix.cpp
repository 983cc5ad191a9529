// SPDX-License-Identifier: LGPL-2.1-or-later
// Voice, music and effects become one sound.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "speech/narrator.h"
#include "speech/sound.h"
#include "timeline/sound_bed.h"

namespace talkie {

namespace {

constexpr int64_t kBlock = kSampleRate;
constexpr int64_t kReach = kLimiterReach;
constexpr int64_t kSeam = kSampleRate / 20;  // where a file that loops goes over into itself
constexpr int64_t kEdge = kSampleRate / 200;
constexpr float kMiddle = static_cast<float>(1 / std::numbers::sqrt2);  // -3 dB
constexpr float kFullScale = 32'768;

using Frame = std::array<float, 2>;

Frame frame_of(const SoundFile& file, int64_t at) {
  const int16_t* sample = file.samples.data() + at * file.channels;
  if (file.channels == 1) {
    const float middle = static_cast<float>(*sample) * kMiddle;
    return {middle, middle};
  }
  return {static_cast<float>(sample[0]), static_cast<float>(sample[1])};
}

// A file that is heard once, faded at its edges.
Frame frame_once(const SoundFile& file, int64_t at) {
  Frame frame = frame_of(file, at);
  const int64_t edge = std::min(kEdge, file.frames / 2);
  const int64_t near = std::min(at, file.frames - 1 - at);
  if (near < edge)
    for (float& side : frame)
      side *= (static_cast<float>(near) + 0.5F) / static_cast<float>(edge);
  return frame;
}

// A file that begins again before it ends: for the length of the seam both are heard, so that their
// power together stays the same.
Frame frame_looped(const SoundFile& file, int64_t played) {
  const int64_t seam = std::min(kSeam, file.frames / 4);
  const int64_t turn = file.frames - seam;
  const int64_t at = played % turn;
  Frame frame = frame_of(file, at);
  if (played < turn || at >= seam) return frame;
  const float share = (static_cast<float>(at) + 0.5F) / static_cast<float>(seam);
  const Frame before = frame_of(file, at + turn);
  for (size_t side = 0; side < frame.size(); ++side)
    frame[side] = frame[side] * std::sqrt(share) + before[side] * std::sqrt(1 - share);
  return frame;
}

// Goes along the envelope, sample by sample.
class Gain {
 public:
  explicit Gain(const Polyline& envelope) : envelope_(envelope) {}
  float at(int64_t sample) {
    const double db = envelope_.at(static_cast<double>(sample));
    if (db != db_) {
      db_ = db;
      gain_ = static_cast<float>(std::pow(10, db / 20));
    }
    return gain_;
  }

 private:
  const Polyline& envelope_;
  double db_ = 0;
  float gain_ = 1;
};

// Adds what is heard from sample `first` of the scene on.
void add(const BedScene::Piece& piece, const Polyline& envelope, float gain, int64_t first,
         std::span<float> block) {
  const auto last = first + static_cast<int64_t>(block.size() / 2);
  Gain music(envelope);
  for (int64_t i = std::max(first, piece.begin); i < std::min(last, piece.end); ++i) {
    const int64_t played = piece.from + i - piece.begin;
    const Frame frame =
        piece.loops ? frame_looped(*piece.file, played) : frame_once(*piece.file, played);
    const float level = gain * (piece.music ? music.at(i) : 1);
    float* const target = block.data() + (i - first) * 2;
    target[0] += frame[0] * level;
    target[1] += frame[1] * level;
  }
}

}  // namespace

Result<std::vector<int16_t>> mix_scene(std::span<const int16_t> voice, const BedScene& bed,
                                       double gain, const MixParts& parts,
                                       const std::stop_token& stop) {
  const auto frames = static_cast<int64_t>(voice.size());
  const double unit = gain / kFullScale;
  std::vector<int16_t> mixed;
  mixed.reserve(voice.size() * 2);
  std::vector<float> block;  // with as much before and after as the limiter looks at
  for (int64_t begin = 0; begin < frames; begin += kBlock) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "cancelled"};
    const int64_t end = std::min(begin + kBlock, frames);
    const int64_t first = begin - kReach;
    block.assign(static_cast<size_t>(end + kReach - first) * 2, 0);
    if (parts.voice)
      for (int64_t i = std::max<int64_t>(first, 0); i < std::min(end + kReach, frames); ++i) {
        const auto level = static_cast<float>(unit * voice[static_cast<size_t>(i)]) * kMiddle;
        block[static_cast<size_t>(i - first) * 2] = level;
        block[static_cast<size_t>(i - first) * 2 + 1] = level;
      }
    for (const BedScene::Piece& piece : bed.pieces)
      if (piece.music ? parts.music : parts.effects)
        add(piece, bed.envelope, static_cast<float>(unit * piece.gain), first, block);
    limit(block, 2);
    to_samples(std::span(block).subspan(kReach * 2, static_cast<size_t>(end - begin) * 2), mixed);
  }
  return mixed;
}

}  // namespace talkie
