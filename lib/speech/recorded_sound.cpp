// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/recorded_sound.h"

#include <algorithm>
#include <cmath>

#include "speech/loudness.h"
#include "speech/sound.h"

namespace talkie {

namespace {

// What is kept of the silence before and after a part's sound.
constexpr int64_t kHead = kSampleRate * 10 / 1000;
constexpr int64_t kRest = kSampleRate * 40 / 1000;

}  // namespace

Result<void> RecordedSound::add(const Take& take, const SaidPart& part,
                                const std::stop_token& stop) {
  add_silence(part.pause_before);
  if (take.samples.empty()) return {};
  const Result<std::vector<float>> sound = resample(take.samples, take.rate, stop);
  if (!sound) return sound.error();
  const Loudness loud = loudness_of(*sound);
  const auto head = std::find(loud.begin(), loud.end(), true);
  if (head == loud.end()) return {};
  const auto tail = std::find(loud.rbegin(), loud.rend(), true).base();
  const auto length = static_cast<int64_t>(sound->size());
  const int64_t first = std::max<int64_t>((head - loud.begin()) * kLoudnessStep - kHead, 0);
  const int64_t last = std::min((tail - loud.begin()) * kLoudnessStep + kRest, length);
  const int64_t shift = static_cast<int64_t>(sound_.size()) - first;
  for (const WordEvent& event : take.events)
    events_.push_back(
        {part.origin_of(event.offset), event.sample * kSampleRate / take.rate + shift});
  add_measured(take, first, last, part.volume);
  const size_t before = sound_.size();
  sound_.insert(sound_.end(), sound->begin() + first, sound->begin() + last);
  if (part.volume != 1)
    for (size_t i = before; i < sound_.size(); ++i)
      sound_[i] *= static_cast<float>(part.volume);
  return {};
}

// Of the take what is from `first` to `last` at kSampleRate. All takes of an utterance have one
// rate.
void RecordedSound::add_measured(const Take& take, int64_t first, int64_t last, double volume) {
  if (take.rate != measured_rate_) {
    const auto silence = static_cast<int64_t>(measured_.size());
    measured_.resize(static_cast<size_t>(silence * take.rate / measured_rate_));
    measured_rate_ = take.rate;
  }
  const auto count = static_cast<int64_t>(take.samples.size());
  const int64_t begin = std::min(first * take.rate / kSampleRate, count);
  const int64_t end = std::min(last * take.rate / kSampleRate, count);
  for (int64_t i = begin; i < end; ++i)
    measured_.push_back(static_cast<int16_t>(std::clamp(
        take.samples[static_cast<size_t>(i)] * volume, double{INT16_MIN}, double{INT16_MAX})));
}

void RecordedSound::add_silence(Time length) {
  sound_.resize(sound_.size() + static_cast<size_t>(nearest(length, Rate{kSampleRate, 1})));
  measured_.resize(measured_.size() +
                   static_cast<size_t>(nearest(length, Rate{measured_rate_, 1})));
}

void RecordedSound::finish(std::string_view text, Recording& recording) const {
  const auto length = static_cast<int64_t>(sound_.size());
  const Loudness loud = loudness_of(sound_);
  if (std::find(loud.begin(), loud.end(), true) == loud.end()) return;
  recording.length = length;
  recording.words = place_words(find_words(text), events_, loud, length);
  to_samples(sound_, recording.samples);
  recording.loudness = loudness_blocks(measured_, 1, true, measured_rate_);
  // As a cache keeps it, so that what is kept sounds like what is new.
  for (float& block : recording.loudness)
    block = std::round(block * kLoudnessSteps) / kLoudnessSteps;
}

}  // namespace talkie
