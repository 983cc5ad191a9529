// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/sound_bed.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/hash.h"
#include "speech/cue_times.h"
#include "speech/loudness.h"
#include "speech/narrator.h"
#include "speech/sound.h"

namespace talkie {

namespace {

constexpr Rate kSamples{kSampleRate, 1};
constexpr int64_t kMargin = 2 * kLimiterReach;
constexpr double kSilent = -80;       // dB, where fades begin and end
constexpr double kLargestBoost = 24;  // dB, so that what is nearly silent does not become noise
constexpr int64_t kShortestFade = kSampleRate / 100;

// A fade is a straight line of the sound's amplitude, here in pieces of decibels.
Polyline fade(int64_t silent, int64_t full) {
  constexpr int kPieces = 24;
  Polyline line;
  for (int i = 0; i <= kPieces; ++i)
    line.points.push_back({silent + (full - silent) * i / kPieces,
                           i == 0 ? kSilent : 20 * std::log10(static_cast<double>(i) / kPieces)});
  if (full < silent) std::reverse(line.points.begin(), line.points.end());
  return line;
}

// The sum of the lines from `begin` to `end`.
Polyline sum_of(std::span<const Polyline> lines, int64_t begin, int64_t end) {
  std::vector<int64_t> samples{begin, end};
  for (const Polyline& line : lines)
    for (const Polyline::Point& point : line.points)
      if (point.sample > begin && point.sample < end) samples.push_back(point.sample);
  std::sort(samples.begin(), samples.end());
  samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
  Polyline sum;
  for (const int64_t sample : samples) {
    double value = 0;
    for (const Polyline& line : lines)
      value += line.at(static_cast<double>(sample));
    sum.points.push_back({sample, value});
  }
  return sum;
}

std::vector<VoiceSpan> voices_of(const SceneTiming& timing) {
  std::vector<VoiceSpan> voices;
  for (const SpokenUtterance& utterance : timing.utterances)
    if (!utterance.words.empty())
      voices.push_back({nearest(utterance.start, kSamples), nearest(utterance.end, kSamples)});
  return voices;
}

Result<std::shared_ptr<const SoundFile>> read_at(const std::string& path, const Place& where,
                                                 const std::stop_token& stop) {
  auto file = read_sound_file(path, stop);
  if (file) return file;
  Error error = file.error();
  error.where = where;
  return error;
}

// As loud as the film, times the volume.
double gain_of(const SoundFile& file, double loudness, double volume) {
  return volume * std::pow(10, std::min(loudness - file.loudness, kLargestBoost) / 20);
}

int64_t exactly(double value) {
  return std::bit_cast<int64_t>(value);
}

}  // namespace

// Where a scene lies on the film's line.
struct SoundBed::Stretch {
  int64_t first = 0;
  int64_t samples = 0;

  // What of something that plays in the film, for `length` samples, is heard in the scene.
  [[nodiscard]] std::optional<BedScene::Piece> piece(const Playing& playing, int64_t length) const {
    const int64_t start = playing.begin - first;
    const int64_t begin = std::max(start, -kMargin);
    const int64_t end = std::min(samples + kMargin, start + length);
    if (begin >= end) return {};
    return BedScene::Piece{playing.file, false, begin, end, begin - start, false, playing.gain};
  }
};

Result<BedScene> SoundBed::add(const Scene& scene, const SceneTiming& timing, int64_t first_sample,
                               int64_t samples, const std::stop_token& stop) {
  BedScene bed;
  std::optional<int64_t> next;
  if (scene.voice_follows) next = nearest(*scene.voice_follows, kSamples);
  const Polyline ducking = duck(voices_of(timing), next, samples, ducking_);
  const Stretch stretch{first_sample, samples};
  if (auto added = add_music(scene, stretch, ducking, stop, bed); !added) return added.error();
  if (auto added = add_effects(scene, timing, stretch, stop, bed); !added) return added.error();
  return bed;
}

Result<void> SoundBed::add_music(const Scene& scene, const Stretch& stretch,
                                 const Polyline& ducking, const std::stop_token& stop,
                                 BedScene& bed) {
  if (!scene.music) {
    music_.reset();
    return {};
  }
  const Music& music = *scene.music;
  if (!music_ || music_->section != music.section) {
    auto file = read_at(music.path, music.where, stop);
    if (!file) return file.error();
    const double gain = gain_of(**file, scene.film.loudness, music.volume);
    music_ = Playing{*std::move(file), stretch.first, gain, music.section};
  }
  if (music_->file->loudness <= kInaudible || music_->gain <= 0) return {};
  const int64_t most = stretch.first + stretch.samples + (music.ends ? 0 : kMargin) - music_->begin;
  auto piece = stretch.piece(*music_, music.loop ? most : std::min(most, music_->file->frames));
  if (!piece) return {};
  piece->music = true;
  piece->loops = music.loop;

  const auto faded = [](Time time) { return std::max(kShortestFade, nearest(time, kSamples)); };
  const int64_t begin = music_->begin - stretch.first;
  std::vector<Polyline> lines{ducking, fade(begin, begin + faded(music.fade_in))};
  for (Polyline::Point& point : lines.front().points)
    point.value *= -music.ducking;
  if (music.ends) {
    const int64_t full = std::max<int64_t>(0, stretch.samples - faded(music.fade_out));
    lines.push_back(fade(stretch.samples, full));
  }
  bed.envelope = sum_of(lines, piece->begin, piece->end);
  bed.pieces.push_back(*std::move(piece));
  return {};
}

Result<void> SoundBed::add_effects(const Scene& scene, const SceneTiming& timing,
                                   const Stretch& stretch, const std::stop_token& stop,
                                   BedScene& bed) {
  std::vector<WordPlace> places;
  for (const Effect& effect : scene.effects)
    places.push_back({effect.step, effect.offset});
  const std::vector<Time> times = cue_times(places, timing);
  for (size_t i = 0; i < times.size(); ++i) {
    const Effect& effect = scene.effects[i];
    auto file = read_at(effect.path, effect.where, stop);
    if (!file) return file.error();
    const int64_t begin = stretch.first + nearest(times[i], kSamples);
    effects_.push_back({*std::move(file), begin, effect.volume});
  }
  for (const Playing& effect : effects_)
    if (auto piece = stretch.piece(effect, effect.file->frames); piece && effect.gain > 0)
      bed.pieces.push_back(*std::move(piece));
  // One that ended just now is still within the next scene's margin.
  std::erase_if(effects_, [&](const Playing& effect) {
    return effect.begin + effect.file->frames + kMargin <= stretch.first + stretch.samples;
  });
  return {};
}

std::string BedScene::key() const {
  KeyMaker key("sound bed");
  for (const Piece& piece : pieces) {
    key.add(piece.file->key).add(piece.music ? "music" : "effect").add(piece.begin).add(piece.end);
    key.add(piece.from).add(piece.loops ? "loop" : "once").add(exactly(piece.gain));
  }
  key.add("envelope");
  for (const Polyline::Point& point : envelope.points)
    key.add(point.sample).add(exactly(point.value));
  return key.key();
}

}  // namespace talkie
