// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene's picture, ready to be put on a timeline: a first frame and the layers that come in.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "script/scene.h"

namespace talkie {

// 8 bits a channel in memory order B, G, R, A (cairo's ARGB32 on little-endian), premultiplied,
// sRGB transfer. Rows are 4 * width bytes, without padding.
struct Bitmap {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> bgra;
  [[nodiscard]] const uint8_t* row(int y) const { return bgra.data() + size_t{4} * width * y; }
  [[nodiscard]] uint8_t* row(int y) { return bgra.data() + size_t{4} * width * y; }
};

// How a layer comes in; a pure function of the time since its start.
struct Enter {
  enum class Kind {
    none,
    fade,
    rise,
    grow_up,     // from its lower edge: a bar
    grow_right,  // from its left edge: a line of a chart, read from left to right
  } kind = Kind::rise;
  Time length{400'000'000};
  double distance_px = 0;  // how far below its place a rise begins
};

// When something happens in a scene; the time is found from what is said.
struct When {
  enum class Kind { start, step, cue } kind = Kind::start;
  int index = 0;  // of Visual::steps or Visual::cues
  Time delay{};   // after that
  bool operator==(const When&) const = default;
};

enum class Ease { linear, out, in_out };

// How a layer that has come in stands: as it was painted, or moved, or partly seen.
struct Look {
  double opacity = 1;
  double dx = 0;  // pixels to the right and down, any fraction
  double dy = 0;
  bool operator==(const Look&) const = default;
};
struct Move {
  When when;
  Time length{300'000'000};
  Look to;
  Ease ease = Ease::in_out;
};

// A rectangle in pixels, any fraction.
struct View {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  bool operator==(const View&) const = default;
};
// A camera that goes to another part of a picture.
struct ViewMove {
  When when;
  Time length{};  // 0 with kind start and `whole_scene`: as long as the scene
  View to;
  Ease ease = Ease::in_out;
  bool whole_scene = false;  // takes until the scene's end
};

// A part of the picture that changes by itself, such as a terminal. Immutable; the players that it
// makes belong to one thread each.
class Animation {
 public:
  struct Timing {
    Time end{};               // the scene's end, counted from the animation's start
    Time speech_end{};        // likewise, of the last word (0 where nothing is said)
    std::vector<Time> steps;  // of Visual::steps, likewise; what came before has negative times
  };
  class Player {
   public:
    virtual ~Player() = default;
    // The first moment after `time` at which the picture may differ; Time::max() where none does.
    [[nodiscard]] virtual Time next_change(Time time) = 0;
    // The pixels that may differ between two moments, in pixels of the animation: whole numbers.
    [[nodiscard]] virtual View changed(Time from, Time to) = 0;
    // The picture of a moment (not negative), of the animation's size; valid until the next call.
    [[nodiscard]] virtual const Bitmap& at(Time time) = 0;
  };
  Animation() = default;
  Animation(const Animation&) = delete;
  Animation& operator=(const Animation&) = delete;
  virtual ~Animation() = default;
  [[nodiscard]] virtual Size size() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Player> play(const Timing& timing) const = 0;
  // All that decides what it shows: equal keys, equal pictures. As KeyMaker makes them.
  [[nodiscard]] virtual std::string key() const = 0;
};

// Pictures of a video file, in a box of the page. The timeline opens it when it is needed.
struct ClipLayer {
  Clip clip;
  Size natural;       // of the file's pictures as they are shown (turned upright)
  View seen;          // the part of such a picture that fills the box, in its pixels
  double radius = 0;  // of the box's corners
};

// A part of the picture that is not there at first, or that moves. Its picture is `bitmap`, or
// what `animation` or `clip` show.
struct Layer {
  Bitmap bitmap;
  int x = 0;  // of the picture's top left corner, in the frame; may be outside of it
  int y = 0;
  int step = 0;  // comes in with this of Visual::steps; -1: there from the start
  Enter enter;
  std::vector<Move> moves = {};     // in the order in which they are made
  std::optional<View> window = {};  // only what is inside of it, in the frame, is seen
  std::optional<When> leaves = {};  // is gone from then on
  Time leave_length{250'000'000};   // fading
  std::shared_ptr<const Animation> animation = nullptr;
  std::shared_ptr<const ClipLayer> clip = nullptr;
  Size clip_size{0, 0};  // of the box that `clip` fills
  When begins = {};      // when `animation` and `clip` begin to move
  // Of a bitmap larger than its place: what is seen of it, over time; the first one at the start.
  std::vector<ViewMove> views = {};
  Size view_size{0, 0};   // of the place that shows a view
  std::string part = {};  // what it is, for a morph: equal names become each other
};

// When a step comes in is found from what is said.
struct Step {
  std::string words;  // the text the step shows; matched with the narration
  int after = 0;      // Block::after: not before this many narration steps have begun
  int cue = -1;       // of Visual::cues: it comes in exactly then
  int by_cue = -1;    // likewise: it has come in by then
};

// A part of the page that a morph moves to where the next page has it.
struct MorphPart {
  std::string name;
  Bitmap bitmap;  // transparent around it
  int x = 0;
  int y = 0;
};

// What burned-in captions look like in this film: colours are 0xAARRGGBB, lengths in pixels.
struct CaptionStyle {
  std::string family = "Inter";
  int weight = 600;
  double size_px = 42;
  uint32_t text = 0xffffffff;
  uint32_t spoken = 0xffffd166;  // the accent for the word that is being said
  uint32_t box = 0xc705070f;
  double radius_px = 18;
  double bottom_px = 60;       // from the frame's lower edge to the box's
  double max_width_px = 1400;  // of a line of text
  bool rtl = false;
  std::string language;  // BCP 47: chooses between the forms that a character has
};

struct Visual {
  std::string scene;  // Scene::id; empty for a picture that is no scene
  int index = 0;
  Size size;
  Rate frame_rate;
  Transition transition;
  bool fade_out = false;
  uint32_t ground = 0xff000000;  // the theme's plain ground colour, 0xAARRGGBB, for fades
  CaptionMode captions = CaptionMode::none;
  CaptionStyle caption_style;
  std::vector<Step> steps;
  std::vector<WordPlace> cues;
  std::vector<Layer> layers;  // painted over the first frame in this order
  // The camera over the whole page, in pixels of the frame; empty: it stands still. Then the first
  // frame and the layers are there once more, `scale` times as large, to be looked at closely.
  std::vector<ViewMove> camera;
  struct Fine {
    double scale = 1;
    Bitmap frame;
    std::vector<Layer> layers;
  };
  std::shared_ptr<const Fine> fine;
  // For morphs: the page in its parts. What no part holds is in `frame` of the painted page.
  std::vector<MorphPart> parts;
  std::shared_ptr<const Bitmap> without_parts;  // the first frame without them; null: no morph
  Time silent_duration{};                       // how long it stays where no speech branch decides
  Place where;
};

// The first frame is a Bitmap beside its Visual: on the wire it is the buffer, the Visual its meta.
struct Painted {
  Bitmap frame;  // size as Visual::size, opaque
  std::shared_ptr<const Visual> visual;
};

}  // namespace talkie
