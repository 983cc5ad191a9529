// SPDX-License-Identifier: LGPL-2.1-or-later
// What Production has in hand of one scene.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "render/production.h"

namespace talkie {

struct Production::Work {
  explicit Work(const Scene& a_scene) : scene(a_scene) {}

  const Scene& scene;
  std::array<Step, kParts> steps{};

  // The timing as if the scene were the only one: where it stands in the film is not seen in it.
  // The length is counted from 0, as a frame's time is rounded differently in another place.
  [[nodiscard]] SceneTiming timing_alone() const {
    SceneTiming alone = timing;
    alone.scene.clear();
    alone.index = 0;
    alone.last = false;
    alone.start = Time{};
    // Nor is who spoke, but where captions change with the speaker.
    for (SpokenUtterance& utterance : alone.utterances) {
      if (scene.film.captions == CaptionMode::none) utterance.speaker.clear();
      utterance.voice.clear();
      utterance.fallback.clear();
      utterance.marks.clear();
    }
    alone.cues.clear();
    alone.duration = time_of(speech.frames, scene.film.frame_rate);
    return alone;
  }

  // Written by speak().
  int64_t first_frame = 0;
  int64_t first_sample = 0;
  int64_t length = 0;  // samples
  SceneSpeech speech;  // its utterances are in `timing`; samples are the voices alone
  SceneTiming timing;
  BedScene bed;
  ScenePlace place;
  Problems speech_problems;

  // Written by lay_out_page().
  std::string page_key;
  std::optional<Slide> slide;  // where it had to be made
  Problems page_problems;

  std::mutex painting;  // guards `picture`
  std::shared_ptr<const Painted> picture;
  std::mutex sounding;         // guards `sound`
  std::vector<int16_t> sound;  // all that is heard, at the film's gain; once it was needed
  Stems stems;

  TaskNote video_note;
  TaskNote sound_note;
  Segment video_segment;
  // What others read of it meanwhile.
  std::shared_ptr<GrowingSegment> growing = std::make_shared<GrowingSegment>();
  Segment sound_segment;
  int64_t first_packet = 0;
};

}  // namespace talkie
