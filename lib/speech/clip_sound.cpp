// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/clip_sound.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <utility>

#include "base/file_key.h"
#include "script/clip_info.h"
#include "speech/cue_times.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr double kUnderTheVoice = 0.5;
constexpr int64_t kFade = kSampleRate / 100;

std::atomic<ClipSoundReader> clip_sound_reader{nullptr};

// The clips of a scene in the order in which `play` counts them: those on the page before those
// over it, as they are laid out. A terminal takes its turn, and stands here as null.
struct Playable {
  const Block* block = nullptr;
  const Clip* clip = nullptr;
};
std::vector<Playable> playables_of(const Scene& scene) {
  std::vector<Playable> playables;
  for (const bool over : {false, true})
    for (const Block& block : scene.blocks) {
      if (block.overlay.has_value() != over) continue;
      const auto* clip = std::get_if<Clip>(&block.content);
      if (clip ? part_of(*clip).operator bool() : std::holds_alternative<Terminal>(block.content))
        playables.push_back({&block, clip});
    }
  return playables;
}

// When each of them begins. The page makes the same list of cues: lib/visual/cues.cpp.
std::vector<Time> begins_of(const std::vector<Playable>& playables, const Scene& scene,
                            const SceneTiming& timing) {
  std::vector<WordPlace> places;
  std::vector<std::optional<size_t>> cue_of(playables.size());
  size_t played = 0;
  for (const Cue& cue : scene.cues) {
    if (cue.kind == Cue::Kind::play && played < playables.size()) cue_of[played++] = places.size();
    places.push_back({cue.step, cue.offset});
  }
  for (size_t i = 0; i < playables.size(); ++i) {
    const int after = playables[i].block->after;
    if (!playables[i].clip || after == 0 || scene.narration.empty()) continue;
    if (!cue_of[i]) cue_of[i] = places.size();
    places.push_back({after, 0});
  }
  const std::vector<Time> times = cue_times(places, timing);
  std::vector<Time> begins;
  for (const auto& cue : cue_of)
    begins.push_back(cue ? times[*cue] : Time{});
  return begins;
}

// From silence to silence.
double fade_at(int64_t sample, int64_t count) {
  const int64_t fade = std::min(kFade, count / 2);
  const int64_t from_edge = std::min(sample, count - 1 - sample);
  return from_edge >= fade ? 1 : (static_cast<double>(from_edge) + 0.5) / static_cast<double>(fade);
}

}  // namespace

void set_clip_sound_reader(ClipSoundReader reader) {
  clip_sound_reader = reader;
}

int64_t ClipSound::samples() const {
  return nearest(length, {kSampleRate, 1});
}

std::vector<ClipSound> clip_sounds(const Scene& scene, int64_t first_frame, int64_t frames,
                                   const SceneTiming& timing, Problems& problems) {
  const std::vector<Playable> playables = playables_of(scene);
  if (playables.empty()) return {};
  const Rate rate = scene.film.frame_rate;
  const Time start = time_of(first_frame, rate);
  const std::vector<Time> begins = begins_of(playables, scene, timing);
  std::vector<ClipSound> sounds;
  for (size_t i = 0; i < playables.size(); ++i) {
    const Clip* clip = playables[i].clip;
    if (!clip || clip->mute || clip->volume <= 0) continue;
    const auto part = part_of(*clip);
    if (!part || !part->info.has_sound) continue;
    const Place& where = playables[i].block->where;
    if (clip->filling == Clip::Filling::match) {
      problems.warn(where, "'" + clip->picture.path +
                               "' is played faster or slower to match its scene, so its sound is "
                               "left out; write mute to say that this is meant");
      continue;
    }
    ClipSound sound{clip, where, part->length, {}};
    const bool loops = clip->filling == Clip::Filling::loop;
    const int64_t period = loops ? frames_of(*part, rate) : frames;
    // Its pictures begin with a frame, and so does its sound.
    const int64_t first = std::max(first_frame, nearest(start + begins[i], rate));
    for (int64_t frame = first; frame < first_frame + frames; frame += period)
      sound.begins.push_back(sample_at(frame, rate) - sample_at(first_frame, rate));
    if (!sound.begins.empty()) sounds.push_back(std::move(sound));
  }
  return sounds;
}

void add_to(KeyMaker& key, const ClipSound& sound) {
  const Clip& clip = *sound.clip;
  key.add("clip").add(file_key(clip.picture.path));
  key.add(clip.start.count()).add(sound.length.count()).add(std::to_string(clip.volume));
  for (const int64_t begin : sound.begins)
    key.add(begin);
}

Result<void> mix(const ClipSound& sound, std::span<int16_t> samples, const std::stop_token& stop) {
  const ClipSoundReader reader = clip_sound_reader;
  const Clip& clip = *sound.clip;
  if (!reader)
    return Error{ErrorKind::missing_part,
                 "'" + clip.picture.path + "': this program cannot decode sound",
                 {},
                 sound.where};
  const auto all = static_cast<int64_t>(samples.size());
  const int64_t most = std::min(sound.samples(), all - sound.begins.front());
  auto decoded = reader(clip.picture.path, clip.start, time_of(most, {kSampleRate, 1}), stop);
  if (!decoded) {
    Error error = decoded.error();
    error.where = sound.where;
    return error;
  }
  const double gain = clip.volume * kUnderTheVoice;
  for (size_t turn = 0; turn < sound.begins.size(); ++turn) {
    const int64_t begin = sound.begins[turn];
    const int64_t end = turn + 1 < sound.begins.size() ? sound.begins[turn + 1] : all;
    const int64_t count = std::min({static_cast<int64_t>(decoded->size()), most, end - begin});
    for (int64_t i = 0; i < count; ++i) {
      int16_t& sample = samples[static_cast<size_t>(begin + i)];
      const double added = gain * fade_at(i, count) * (*decoded)[static_cast<size_t>(i)];
      sample =
          static_cast<int16_t>(std::clamp<long>(sample + std::lround(added), INT16_MIN, INT16_MAX));
    }
  }
  return {};
}

}  // namespace talkie
