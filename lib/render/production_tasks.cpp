// SPDX-License-Identifier: LGPL-2.1-or-later
// What Production does for a scene: its speech, its page, its video, its sound.
#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "render/encoder.h"
#include "render/production_work.h"

namespace talkie {

namespace {

// Count up when the same inputs come to make different packets.
constexpr const char* kVideoVersion = "1";
constexpr const char* kSoundVersion = "1";

std::string timing_key(const SceneTiming& timing) {
  return KeyMaker("timing").add(to_json(timing)).key();
}

// Whether what it ends with may depend on when things were said: ends_by_timing() of its picture,
// known without painting it.
bool may_end_by_timing(const Scene& scene) {
  return std::ranges::any_of(scene.blocks, [](const Block& block) {
    return std::holds_alternative<Clip>(block.content) ||
           std::holds_alternative<Terminal>(block.content);
  });
}

}  // namespace

NarratorOptions Production::narrator_options(bool samples) const {
  NarratorOptions narrator;
  narrator.engine = options_.engine;
  narrator.cache = options_.speech_cache;
  narrator.samples = samples;
  narrator.refusals = &refusals_;
  return narrator;
}

// Runs once at a time, in the order of the scenes.
Result<void> Production::speak(Work& work) {
  // Where there is a cache, the sound is read from it when it is needed.
  NarratorOptions narrator = narrator_options(!options_.speech_cache);
  narrator.ahead = ahead_ ? &*ahead_ : nullptr;
  work.first_frame = spoken_frames_;
  auto speech =
      narrate(work.scene, work.first_frame, narrator, work.speech_problems, stop_.get_token());
  if (!speech) return speech.error();
  const Rate rate = script_.film.frame_rate;
  const bool last = work.scene.index + 1 == static_cast<int>(script_.scenes.size());
  work.speech = *std::move(speech);
  work.timing = timing_of(work.scene, work.first_frame, work.speech, last);
  work.first_sample = sample_at(work.first_frame, rate);
  work.length = sample_at(work.first_frame + work.speech.frames, rate) - work.first_sample;
  if (script_.film.stereo) {
    auto bed = bed_.add(work.scene, work.timing, work.first_sample, work.length, stop_.get_token());
    if (!bed) return bed.error();
    work.bed = *std::move(bed);
  }
  const int64_t quiet_end = work.bed.empty() ? work.speech.quiet_end : 0;
  work.place = grid_.place(work.first_sample, work.length, quiet_end);
  const std::scoped_lock lock(mutex_);
  spoken_frames_ += work.speech.frames;
  return {};
}

Result<void> Production::lay_out_page(Work& work) {
  const Size size = script_.film.size;
  const std::string key = options_.cache ? layout_key(work.scene, size) : std::string();
  if (options_.cache)
    if (const auto entry = options_.cache->find(key))
      if (auto problems = problems_from_json(entry->head, work.scene.where)) {
        work.page_key = entry->body;
        work.page_problems = *std::move(problems);
        return {};
      }
  auto slide = lay_out(work.scene, size, work.page_problems);
  if (!slide) {
    Error error = slide.error();
    if (error.where == Place{}) error.where = work.scene.where;
    return error;
  }
  if (options_.cache) {
    work.page_key = key_of(work.scene, *slide, size);
    keep(key, {problems_to_json(work.page_problems, work.scene.where.line), work.page_key});
  }
  work.slide = *std::move(slide);
  return {};
}

KeyParts Production::video_parts(const Work& work) const {
  KeyParts parts("video");
  parts.add("version", kVideoVersion).add("encoder", video_identity_);
  parts.add("frames", options_.constant ? "constant" : "as they change");
  parts.add("key interval", std::to_string(options_.preset->key_interval.count()));
  const Rate rate = script_.film.frame_rate;
  parts.add("frame rate", std::to_string(rate.numerator) + "/" + std::to_string(rate.denominator));
  parts.add("page", work.page_key);
  parts.add("speech", timing_key(work.timing_alone()));
  return parts;
}

bool Production::take_kept(TaskNote& note, const Place& scene, Segment& segment) const {
  if (!options_.cache) return options_.plan_only;
  const std::string key = note.parts.key();
  if (options_.plan_only) {
    note.kept = options_.cache->has(key);
    return true;
  }
  const auto entry = options_.cache->find(key);
  auto kept = entry ? segment_from_entry(*entry, scene) : std::nullopt;
  if (!kept) return false;
  note.kept = true;
  segment = *std::move(kept);
  return true;
}

Result<void> Production::make_video(Work& work) {
  Work* before = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const bool is_cut = work.scene.transition.kind == Transition::Kind::cut;
    if (work.scene.index > 0 && !is_cut) before = at(work.scene.index - 1);
  }
  work.video_note.parts = video_parts(work);
  work.video_note.parts.add("page before", before ? before->page_key : std::string());
  if (before && may_end_by_timing(before->scene))
    work.video_note.parts.add("speech before", timing_key(before->timing_alone()));
  if (!take_kept(work.video_note, work.scene.where, work.video_segment)) {
    auto segment = encode_video(work, before);
    if (!segment) {
      work.growing->fail(segment.error());
      return segment.error();
    }
    work.video_segment = *std::move(segment);
    if (options_.cache)
      keep(work.video_note.parts.key(), to_entry(work.video_segment, work.scene.where.line));
  }
  if (options_.early) work.growing->end(std::move(work.video_segment));
  return {};
}

Result<Segment> Production::encode_video(Work& work, Work* before) {
  const auto picture = painted(work);
  if (!picture) return picture.error();
  std::shared_ptr<const Painted> picture_before;
  if (before) {
    auto made = painted(*before);
    if (!made) return made.error();
    picture_before = *std::move(made);
  }
  std::optional<SceneBefore> scene_before;
  if (before) scene_before.emplace(SceneBefore{*picture_before, before->timing_alone()});
  PictureEncoding encoding{options_.preset, options_.constant, options_.preset->key_interval};
  if (options_.early)
    encoding.listener = [this, &work](const std::string& caps, const Packet& packet,
                                      std::string_view bytes) {
      const bool is_first = !work.growing->has_begun();
      work.growing->add(caps, packet, bytes);
      if (!is_first) return;
      const std::scoped_lock lock(mutex_);
      changed_.notify_all();
    };
  return encode_pictures(encoding, **picture, scene_before ? &*scene_before : nullptr,
                         work.timing_alone(), stop_.get_token());
}

// Painted by whoever needs it first; the next scene's transition needs it too.
Result<std::shared_ptr<const Painted>> Production::painted(Work& work) {
  const std::scoped_lock lock(work.painting);
  if (work.picture) return work.picture;
  const Size size = script_.film.size;
  if (!work.slide) {
    Problems known;  // they were found when the page was laid out first
    auto slide = lay_out(work.scene, size, known);
    if (!slide) return slide.error();
    work.slide = *std::move(slide);
  }
  auto picture = paint_slide(work.scene, *work.slide, size);
  if (!picture) return picture.error();
  work.picture = std::make_shared<const Painted>(*std::move(picture));
  return work.picture;
}

// The voices' samples, once; after that they are read anew. With work.sounding held.
Result<std::vector<int16_t>> Production::voice_of(Work& work) {
  if (static_cast<int64_t>(work.speech.samples.size()) == work.length)
    return std::exchange(work.speech.samples, {});
  const NarratorOptions narrator = narrator_options(true);
  Problems known;  // they were found when it was spoken first
  auto speech = narrate(work.scene, work.first_frame, narrator, known, stop_.get_token());
  if (!speech) return speech.error();
  if (static_cast<int64_t>(speech->samples.size()) != work.length)
    return Error{ErrorKind::failed,
                 "a voice says this differently each time, and what it said first is no longer in "
                 "the cache; render again, with a cache that can be written",
                 {},
                 work.scene.where};
  return std::move(speech->samples);
}

// All that is heard, for whoever needs it first: the scene's own piece, or a neighbour's.
Result<std::span<const int16_t>> Production::samples_of(Work& work) {
  const std::scoped_lock lock(work.sounding);
  if (work.sound.empty()) {
    auto voice = voice_of(work);
    if (!voice) return voice.error();
    if (script_.film.stereo) {
      auto mixed = mix_scene(*voice, work.bed, *gain_, {}, stop_.get_token());
      if (!mixed) return mixed.error();
      voice = std::move(mixed);
    }
    work.sound = *std::move(voice);
  }
  return std::span<const int16_t>(work.sound);
}

Result<void> Production::make_stems(Work& work) {
  const std::scoped_lock lock(work.sounding);
  const auto voice = voice_of(work);
  if (!voice) return voice.error();
  for (size_t i = 0; i < kStems.size(); ++i) {
    auto part = mix_scene(*voice, work.bed, gain_.value_or(1), kStems[i].parts, stop_.get_token());
    if (!part) return part.error();
    work.stems[i] = *std::move(part);
  }
  return {};
}

// How loud a scene is, and with it the gain, stands before its sound is made.
std::string Production::sound_key_of(const Work& work) const {
  if (!script_.film.stereo) return work.speech.sound_key;
  return KeyMaker("film sound")
      .add(work.speech.sound_key)
      .add(work.bed.key())
      .add(std::to_string(*gain_))
      .key();
}

Result<void> Production::make_sound(Work& work) {
  if (options_.stems)
    if (auto made = make_stems(work); !made) return made;
  if (!has_sound_pieces()) {
    if (options_.plan_only) return {};
    const auto samples = samples_of(work);
    return samples ? Result<void>() : samples.error();
  }
  Work* neighbours[2] = {};
  {
    const std::scoped_lock lock(mutex_);
    const int index = work.scene.index;
    if (work.place.joins_before) neighbours[0] = at(index - 1);
    Work* const after = at(index + 1);
    if (after && after->place.joins_before) neighbours[1] = after;
  }
  Neighbour heard[2];
  SoundPiece piece{packet_, channels_, work.place, sound_key_of(work), nullptr, nullptr};
  for (const int i : {0, 1}) {
    if (!neighbours[i]) continue;
    heard[i].place = neighbours[i]->place;
    heard[i].sound_key = sound_key_of(*neighbours[i]);
    (i == 0 ? piece.before : piece.after) = &heard[i];
  }
  work.first_packet = piece.first_packet();
  KeyMaker place("place");
  piece.add_to(place);
  work.sound_note.parts = KeyParts("sound");
  work.sound_note.parts.add("version", kSoundVersion).add("encoder", sound_identity_);
  work.sound_note.parts.add("speech", place.key());
  if (take_kept(work.sound_note, work.scene.where, work.sound_segment)) return {};
  for (const int i : {0, 1})
    if (neighbours[i]) {
      const auto samples = samples_of(*neighbours[i]);
      if (!samples) return samples.error();
      heard[i].samples = *samples;
    }
  const auto samples = samples_of(work);
  if (!samples) return samples.error();
  auto segment = encode_sound(*options_.preset, piece, *samples);
  if (!segment) return segment.error();
  work.sound_segment = *std::move(segment);
  if (options_.cache)
    keep(work.sound_note.parts.key(), to_entry(work.sound_segment, work.scene.where.line));
  return {};
}

void Production::keep(const std::string& key, const CacheEntry& entry) {
  const auto kept = options_.cache->keep(key, entry.head, entry.body);
  if (kept) return;
  const std::scoped_lock lock(mutex_);
  if (!cache_error_) cache_error_ = kept.error();
}

}  // namespace talkie
