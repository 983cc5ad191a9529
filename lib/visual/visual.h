// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene's picture, ready to be put on a timeline: a first frame and the layers that come in.
#pragma once

#include <cstdint>
#include <memory>
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
  enum class Kind { none, fade, rise } kind = Kind::rise;
  Time length{400'000'000};
  double distance_px = 0;  // how far below its place a rise begins
};

// A part of the picture that is not there at first. All layers of one step come in together.
struct Layer {
  Bitmap bitmap;
  int x = 0;  // of the bitmap's top left corner, in the frame; may be outside of it
  int y = 0;
  int step = 0;  // 0, 1, 2 … in the order in which they come in
  Enter enter;
};

// When a step comes in is found from what is said.
struct Step {
  std::string words;  // the text the step shows; matched with the narration
  int after = 0;      // Block::after: not before this many narration steps have begun
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
  std::vector<Layer> layers;  // painted over the first frame in this order
  Time silent_duration{};     // how long it stays where no speech branch decides
  Place where;
};

// The first frame is a Bitmap beside its Visual: on the wire it is the buffer, the Visual its meta.
struct Painted {
  Bitmap frame;  // size as Visual::size, opaque
  std::shared_ptr<const Visual> visual;
};

}  // namespace talkie
