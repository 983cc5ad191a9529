// SPDX-License-Identifier: LGPL-2.1-or-later
// A film as tasks: for every scene its speech, its page, its video and its sound. Several workers
// do them side by side; what a cache has is not done again; scenes come out in their order.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/cache.h"
#include "base/error.h"
#include "render/growing_segment.h"
#include "render/keys.h"
#include "render/picture_segment.h"
#include "render/preset.h"
#include "render/segment.h"
#include "render/sound_piece.h"
#include "render/stems.h"
#include "script/scene.h"
#include "speech/narrator.h"
#include "speech/refusals.h"
#include "speech/speech_ahead.h"
#include "timeline/sound_bed.h"
#include "visual/painter.h"

namespace talkie {

struct ProductionOptions {
  const Script* script = nullptr;
  const Preset* preset = nullptr;
  std::string engine;
  const Cache* cache = nullptr;  // null: everything is made anew and nothing is kept
  // Where what was spoken is kept meanwhile; needed for films with music or effects.
  const Cache* speech_cache = nullptr;
  int workers = 1;
  bool constant = false;   // every frame is encoded
  bool plan_only = false;  // finds out what would be made, and makes no video and no sound
  bool stems = false;      // the parts of the sound are wanted, too
  // The scene to hand over first. It comes out as in a whole film, with the transition from the
  // scene before; the line begins at 0 with the first scene that had to be spoken for that.
  int first = 0;
  int scenes_in_hand = 0;  // at a time; 0: as many as keep the workers busy
  // Of films with music or effects; unset: the film is heard as a whole first, to find it.
  std::optional<double> gain;
  // Scenes are handed over as soon as their video has begun to be encoded (MadeScene::growing).
  bool early = false;
  // The scene before `first` cannot be made: `first` comes out as if it were a film's first one.
  bool alone = false;
};

// What is known of one task's result.
struct TaskNote {
  KeyParts parts{""};
  bool kept = false;  // it was in the cache
};

// A scene whose tasks are done.
struct MadeScene {
  int index = 0;
  int64_t first_frame = 0;
  int64_t frames = 0;
  SceneTiming timing;  // on the film's line
  TaskNote video_note;
  TaskNote sound_note;
  Segment video;
  // Instead of `video`, where scenes are handed over early: it may still be encoded.
  std::shared_ptr<GrowingSegment> growing;
  Segment sound;  // packets, where the preset has pieces…
  ScenePlace sound_place;
  int64_t first_packet = 0;      // …which begin at this packet of the film's,
  std::vector<int16_t> samples;  // or else the sound itself
  Stems stems;                   // where they are wanted
  Problems problems;
};

class Production {
 public:
  Production(const ProductionOptions& options, std::stop_token stop);
  ~Production();
  Production(const Production&) = delete;
  Production& operator=(const Production&) = delete;

  // The next scene in order, where it is done within `patience`. The Error of the first scene that
  // cannot be made, once all before it are.
  Result<std::optional<MadeScene>> next(std::chrono::milliseconds patience);

  // How long the film will be: exact once every scene has been spoken; before that, the scenes to
  // come are taken to be as long for their text as those that were.
  [[nodiscard]] Time expected_end() const;
  [[nodiscard]] Time known_end() const;
  // Why something was not kept. The film is none the worse for it.
  [[nodiscard]] std::optional<Error> cache_error() const;

 private:
  enum class Step { waiting, running, done };
  enum Part { kSpeech, kPage, kVideo, kSound, kParts };
  struct Work;  // one scene

  struct Failure {
    int scene = 0;
    Part part = kSpeech;
    Error error;
  };

  using Task = std::function<void()>;
  using Chooser = std::optional<Task> (Production::*)();
  void run(Chooser choose);
  // With mutex_ held:
  [[nodiscard]] std::optional<Task> choose_task();
  [[nodiscard]] std::optional<Task> choose_speech();
  [[nodiscard]] int end_in_hand() const;
  [[nodiscard]] std::optional<Part> next_part(int index);
  [[nodiscard]] bool can_make_sound(int index);
  [[nodiscard]] static bool is_ready(const Work* work, Part part);  // or not there
  [[nodiscard]] Task begin(Work& work, Part part);
  [[nodiscard]] bool has_sound_pieces() const { return packet_ > 0; }
  [[nodiscard]] bool is_done(const Work& work) const;
  [[nodiscard]] bool may_go(const Work& work) const;
  void drop_done();
  [[nodiscard]] bool is_wanted(int scene, Part part) const;
  [[nodiscard]] bool has_failed();
  void finish_part(Work& work, Part part, const Result<void>& result);
  [[nodiscard]] Work* at(int index);

  // The tasks. Each runs without the mutex and writes what only it and those after it use.
  Result<void> speak(Work& work);
  Result<void> lay_out_page(Work& work);
  Result<void> make_video(Work& work);
  Result<Segment> encode_video(Work& work, Work* before);
  Result<void> make_sound(Work& work);

  [[nodiscard]] NarratorOptions narrator_options(bool samples) const;
  Result<std::shared_ptr<const Painted>> painted(Work& work);
  Result<std::span<const int16_t>> samples_of(Work& work);
  Result<std::vector<int16_t>> voice_of(Work& work);
  Result<void> make_stems(Work& work);
  [[nodiscard]] std::string sound_key_of(const Work& work) const;
  void listen();
  [[nodiscard]] KeyParts video_parts(const Work& work) const;
  MadeScene hand_over(Work& work);
  // Whether nothing is left to do: the cache has the segment, or this is a plan only.
  bool take_kept(TaskNote& note, const Place& scene, Segment& segment) const;
  void keep(const std::string& key, const CacheEntry& entry);

  const ProductionOptions options_;
  const Script& script_;
  const int first_spoken_;
  std::stop_source stop_;
  std::string video_identity_;
  std::string sound_identity_;
  int packet_ = 0;
  int channels_ = 1;
  std::vector<double> weights_;  // of each scene, for expected_end()
  mutable Refusals refusals_;    // looks after itself

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Work>> works_;  // of the scenes from oldest_ on
  int oldest_ = 0;                           // the scene of works_.front()
  int next_ = 0;                             // the scene to hand over
  int next_spoken_ = 0;
  bool speaking_ = false;
  int64_t spoken_frames_ = 0;
  SoundGrid grid_;
  SoundBed bed_;
  size_t begun_ = 0;            // scenes that ahead_ was told of
  std::optional<double> gain_;  // of the film, once it is known; linear
  std::optional<Failure> failure_;
  std::optional<Error> cache_error_;

  // After all that it touches, since it may be called at once.
  std::stop_callback<std::function<void()>> forward_stop_;
  std::optional<SpeechAhead> ahead_;
  std::vector<std::thread> workers_;
  std::thread listener_;
};

}  // namespace talkie
