// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes for the tests of the timeline, with whatever may happen in one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "timeline/clip_source.h"
#include "timeline/yuv.h"
#include "timeline_pictures.h"

namespace talkie {

// A square that hops to the right and changes its colour, a place every 100 ms for two seconds.
class HoppingSquare : public Animation {
 public:
  static constexpr Time kHop = std::chrono::milliseconds(100);
  static constexpr int kHops = 20;
  explicit HoppingSquare(Size size) : size_(size) {}
  [[nodiscard]] Size size() const override { return size_; }
  [[nodiscard]] std::string key() const override { return "hopping"; }
  [[nodiscard]] std::unique_ptr<Player> play(const Timing&) const override {
    return std::make_unique<Hopper>(size_);
  }

 private:
  class Hopper : public Player {
   public:
    explicit Hopper(Size size) : size_(size) {}
    [[nodiscard]] Time next_change(Time time) override {
      const int64_t hop = time / kHop;
      return hop >= kHops ? Time::max() : kHop * (hop + 1);
    }
    [[nodiscard]] View changed(Time from, Time to) override {
      const double first = left(from);
      const double last = left(to);
      return {first, 2, last - first + kSide, kSide};
    }
    [[nodiscard]] const Bitmap& at(Time time) override {
      picture_ = filled(size_.width, size_.height, 0x60102030);
      const int hop = static_cast<int>(std::min<int64_t>(time / kHop, kHops));
      for (int y = 2; y < 2 + kSide; ++y)
        std::memset(picture_.row(y) + ptrdiff_t{4} * left(time), 255 - hop, size_t{4} * kSide);
      return picture_;
    }

   private:
    static constexpr int kSide = 5;
    [[nodiscard]] int left(Time time) const {
      return static_cast<int>(std::min<int64_t>(time / kHop, kHops)) * (size_.width - kSide) /
             kHops;
    }
    Size size_;
    Bitmap picture_;
  };
  Size size_;
};

// A clip of one grey a frame, each of which stands for `repeat` frames of the film.
class GreyClip : public ClipSource {
 public:
  GreyClip(Size box, int64_t frames, int64_t repeat)
      : canvas_(box), frames_(frames), repeat_(repeat) {}
  [[nodiscard]] int64_t frames() override { return frames_; }
  [[nodiscard]] int64_t next_frame_change(int64_t n) override {
    return (n / repeat_ + 1) * repeat_;
  }
  [[nodiscard]] Result<Planes> frame(int64_t n) override {
    const auto number = static_cast<int>(std::min(n, frames_ - 1) / repeat_);
    const Planes planes = canvas_.planes();
    for (int plane = 0; plane < 3; ++plane) {
      const PlaneRect part = in_plane(whole(planes.size), plane);
      for (int y = 0; y < part.height; ++y)
        std::memset(row_of(planes, plane, y), plane == 0 ? luma_of_number(number) : 128,
                    static_cast<size_t>(part.width));
    }
    return planes;
  }
  static int luma_of_number(int number) { return 20 + number * 3 % 200; }

 private:
  Canvas canvas_;
  int64_t frames_;
  int64_t repeat_;
};

// While it lives, clips are grey ones.
class GreyClips {
 public:
  GreyClips(int64_t frames, int64_t repeat) {
    set_clip_opener([=](const ClipLayer&, Size box, Rate) -> Result<std::unique_ptr<ClipSource>> {
      return {std::make_unique<GreyClip>(box, frames, repeat)};
    });
  }
  ~GreyClips() { set_clip_opener({}); }
  GreyClips(const GreyClips&) = delete;
  GreyClips& operator=(const GreyClips&) = delete;
};

inline SpokenUtterance spoken(int step, const std::string& text, Time start, Time end) {
  SpokenUtterance utterance;
  utterance.step = step;
  utterance.text = text;
  utterance.language = "en";
  utterance.start = start;
  utterance.end = end;
  return utterance;
}

// Its words are all equally long.
inline SpokenUtterance with_words(SpokenUtterance utterance) {
  const auto count = std::count(utterance.text.begin(), utterance.text.end(), ' ') + 1;
  const Time length = (utterance.end - utterance.start) / count;
  Time now = utterance.start;
  for (const std::string_view word : split(utterance.text, ' ')) {
    const auto offset = static_cast<size_t>(word.data() - utterance.text.data());
    utterance.words.push_back({std::string(word), offset, word.size(), now, now + length});
    now += length;
  }
  return utterance;
}

struct MadeScene {
  Bitmap picture;
  Visual visual;
  SceneTiming timing;
};

inline int any_below(std::mt19937& random, int limit) {
  return static_cast<int>(random() % static_cast<unsigned>(limit));
}
inline Time any_time(std::mt19937& random, int most_ms) {
  return std::chrono::milliseconds(any_below(random, most_ms));
}
inline When any_when(std::mt19937& random) {
  return {static_cast<When::Kind>(any_below(random, 3)), any_below(random, 3),
          any_time(random, 300)};
}
inline Ease any_ease(std::mt19937& random) {
  return static_cast<Ease>(any_below(random, 3));
}
inline View any_view(std::mt19937& random, Size size) {
  const double scale = 0.3 + any_below(random, 80) / 100.0;
  return {any_below(random, size.width) / 3.0 - 2, any_below(random, size.height) / 3.0 - 2,
          size.width * scale, size.height * scale};
}
inline ViewMove any_view_move(std::mt19937& random, Size size) {
  return {any_when(random), any_time(random, 900), any_view(random, size), any_ease(random),
          any_below(random, 3) == 0};
}

inline Enter any_enter(std::mt19937& random) {
  Enter enter;
  enter.kind = static_cast<Enter::Kind>(any_below(random, 5));
  enter.length = any_time(random, 600);
  enter.distance_px = any_below(random, 200) / 10.0;
  return enter;
}

inline Layer any_layer(Size size, int step, std::mt19937& random) {
  Layer layer;
  layer.bitmap = noise(1 + any_below(random, 40), 1 + any_below(random, 30),
                       any_below(random, 4) == 0, random);
  layer.x = any_below(random, size.width + 10) - 15;
  layer.y = any_below(random, size.height + 10) - 15;
  layer.step = step;
  layer.enter = any_enter(random);
  for (int moves = any_below(random, 4); moves > 1; --moves)
    layer.moves.push_back({any_when(random), any_time(random, 700),
                           Look{any_below(random, 5) / 4.0, any_below(random, 300) / 7.0 - 20,
                                any_below(random, 300) / 7.0 - 20},
                           any_ease(random)});
  if (any_below(random, 4) == 0) layer.leaves = any_when(random);
  if (any_below(random, 4) == 0) layer.window = any_view(random, size);
  layer.begins = any_when(random);
  const int kind = any_below(random, 6);
  if (kind == 0) {
    layer.animation = std::make_shared<HoppingSquare>(Size{24, 12});
    if (any_below(random, 2)) layer.bitmap = Bitmap{};
  } else if (kind == 1) {
    auto clip = std::make_shared<ClipLayer>();
    clip->clip.filling = static_cast<Clip::Filling>(any_below(random, 3));
    clip->radius = any_below(random, 2) * 4.5;
    layer.clip = std::move(clip);
    layer.clip_size = {24, 18};
  } else if (kind == 2) {
    layer.view_size = {1 + any_below(random, 30), 1 + any_below(random, 20)};
    const Size bitmap{layer.bitmap.width, layer.bitmap.height};
    for (int views = 1 + any_below(random, 3); views > 0; --views)
      layer.views.push_back(any_view_move(random, bitmap));
  }
  return layer;
}

// A scene of `length` at `start`.
inline MadeScene any_scene(Size size, int index, Time start, Time length, std::mt19937& random) {
  MadeScene scene;
  scene.picture = noise(size.width, size.height, true, random);
  Visual& visual = scene.visual;
  visual.index = scene.timing.index = index;
  visual.size = size;
  visual.ground = 0xff203040;
  visual.fade_out = any_below(random, 3) == 0;
  visual.captions = static_cast<CaptionMode>(any_below(random, 3));
  visual.caption_style.size_px = 8;
  visual.caption_style.bottom_px = 4;
  visual.caption_style.radius_px = 2;
  visual.caption_style.max_width_px = size.width - 10;
  visual.transition.kind = static_cast<Transition::Kind>(any_below(random, 13));
  visual.transition.direction = static_cast<Transition::Direction>(any_below(random, 4));
  visual.transition.length = any_time(random, 900);
  const int steps = any_below(random, 4);
  for (int step = 0; step < steps; ++step) {
    visual.steps.push_back({step % 2 ? "second words" : "first", 0, any_below(random, 4) - 2});
    visual.layers.push_back(any_layer(size, step - (any_below(random, 5) == 0 ? 1 : 0), random));
    if (any_below(random, 3) == 0) visual.layers.back().part = "abc"[any_below(random, 3)];
  }
  for (int cue = any_below(random, 3); cue > 0; --cue)
    visual.cues.push_back({any_below(random, 3), static_cast<size_t>(any_below(random, 20))});
  if (any_below(random, 5) == 0) {
    for (int moves = 1 + any_below(random, 2); moves > 0; --moves)
      visual.camera.push_back(any_view_move(random, size));
    if (any_below(random, 2)) {
      const Size twice{2 * size.width, 2 * size.height};
      auto fine = std::make_shared<Visual::Fine>();
      fine->scale = 2;
      fine->frame = noise(twice.width, twice.height, true, random);
      for (int step = 0; step < steps; ++step)
        fine->layers.push_back(any_layer(twice, step, random));
      visual.fine = std::move(fine);
    }
  }
  if (any_below(random, 2)) {
    visual.without_parts = std::make_shared<Bitmap>(noise(size.width, size.height, true, random));
    for (int part = 0; part < 3; ++part)
      visual.parts.push_back(
          {std::string(1, "abc"[any_below(random, 3)]),
           noise(1 + any_below(random, 20), 1 + any_below(random, 20), false, random),
           any_below(random, size.width), any_below(random, size.height)});
  }
  scene.timing.start = start;
  scene.timing.duration = length;
  if (any_below(random, 4))
    scene.timing.utterances.push_back(
        with_words(spoken(0, "The first one. And second words.", length / 10, length * 7 / 10)));
  return scene;
}

struct Play {
  std::unique_ptr<Stage> stage;
  int64_t end = 0;
};

inline Play any_play(Size size, Rate rate, std::mt19937& random) {
  Play play{std::make_unique<Stage>(size, rate), 0};
  Time start{};
  const int scenes = 1 + any_below(random, 4);
  for (int index = 0; index < scenes; ++index) {
    // On the frame grid or beside it, from less than a frame on.
    const Time length = any_below(random, 2)
                            ? time_of(1 + any_below(random, 60), rate)
                            : std::chrono::milliseconds(5 + any_below(random, 2500));
    const MadeScene scene = any_scene(size, index, start, length, random);
    play.stage->add_scene(view_of(scene.picture), scene.visual, scene.timing);
    start += length;
  }
  play.end = play.stage->end_frame();
  EXPECT_EQ(play.end, nearest(start, rate));
  return play;
}

}  // namespace talkie
