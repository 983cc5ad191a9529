// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_loudness.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "render/film_times.h"
#include "speech/loudness.h"
#include "timeline/sound_bed.h"

namespace talkie {

namespace {

constexpr double kStep = 0.25;    // dB
constexpr double kMostGain = 12;  // dB, either way

// The loudness of a scene's blocks, which a cache keeps by what sounds in it.
class Listener {
 public:
  Listener(const Script& script, const NarratorOptions& options, const std::stop_token& stop)
      : script_(script), options_(options), stop_(stop), times_(script, options, kScenesAhead) {}

  // False where a scene cannot be heard.
  bool hear_all() {
    for (const Scene& scene : script_.scenes)
      if (stop_.stop_requested() || !hear(scene)) return false;
    return true;
  }

  [[nodiscard]] double loudness() const { return integrated_loudness(blocks_); }

 private:
  bool hear(const Scene& scene) {
    Problems ignored;  // who makes the film says them
    const int64_t first_frame = times_.next_frame();
    auto speech = times_.next(ignored, stop_);
    if (!speech) return false;
    const Rate rate = scene.film.frame_rate;
    const int64_t first = sample_at(first_frame, rate);
    const int64_t count = sample_at(times_.next_frame(), rate) - first;
    const std::string sound = speech->sound_key;
    const SceneTiming timing = timing_of(scene, first_frame, *std::move(speech), false);
    const auto bed = bed_.add(scene, timing, first, count, stop_);
    if (!bed) return false;
    const std::string key = KeyMaker("scene loudness").add(sound).add(bed->key()).add(count).key();
    if (take_kept(key)) return true;
    NarratorOptions with_samples = options_;
    with_samples.samples = true;
    speech = narrate(scene, first_frame, with_samples, ignored, stop_);
    if (!speech) return false;
    const auto mixed = mix_scene(speech->samples, *bed, 1, {}, stop_);
    if (!mixed) return false;
    keep(key, loudness_blocks(*mixed, 2));
    return true;
  }

  bool take_kept(const std::string& key) {
    const auto entry = options_.cache ? options_.cache->find(key) : std::nullopt;
    if (!entry || entry->body.size() % sizeof(float) != 0) return false;
    std::vector<float> blocks(entry->body.size() / sizeof(float));
    std::memcpy(blocks.data(), entry->body.data(), entry->body.size());
    blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
    return true;
  }

  void keep(const std::string& key, const std::vector<float>& blocks) {
    blocks_.insert(blocks_.end(), blocks.begin(), blocks.end());
    if (!options_.cache) return;
    const std::string_view body(reinterpret_cast<const char*>(blocks.data()),
                                blocks.size() * sizeof(float));
    // What is not kept is heard again next time.
    static_cast<void>(static_cast<bool>(options_.cache->keep(key, {}, body)));
  }

  const Script& script_;
  const NarratorOptions& options_;
  const std::stop_token& stop_;
  FilmTimes times_;
  SoundBed bed_;
  std::vector<float> blocks_;
};

}  // namespace

double film_gain(const Script& script, const NarratorOptions& options,
                 const std::stop_token& stop) {
  Listener listener(script, options, stop);
  if (!listener.hear_all()) return 1;
  const double loudness = listener.loudness();
  if (loudness <= kInaudible) return 1;
  const double missing = std::clamp(script.film.loudness - loudness, -kMostGain, kMostGain);
  return std::pow(10, std::round(missing / kStep) * kStep / 20);
}

}  // namespace talkie
