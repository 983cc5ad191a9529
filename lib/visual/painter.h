// SPDX-License-Identifier: LGPL-2.1-or-later
// Scene -> SVG -> Painted. The door of this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "script/scene.h"
#include "visual/visual.h"

namespace talkie {

struct ThemeInfo {
  std::string name;
  std::string description;  // one line
  std::string path;
};
// All themes found: the user's folder, $TALKIE_THEME_PATH, the installed folder, the source tree.
std::vector<ThemeInfo> list_themes();
std::vector<std::string> list_layouts();

// A scene laid out: one SVG document of the frame's size. Text is text, so that it can be read and
// edited; every part that comes in later is a group with id="step-N" (N from 0).
struct SlidePlan;  // how its layers move; for this folder only
struct Slide {
  std::string svg;
  std::vector<Step> steps;
  std::string layout;  // the name of the one that was used
  std::shared_ptr<const SlidePlan> plan;
};

// Lays out `scene` at `size` by its theme. Warnings (a missing image gets a placeholder, …) go to
// `problems`; an Error says which slide has too much, which theme is missing, or which cue names
// nothing on its page.
Result<Slide> lay_out(const Scene& scene, Size size, Problems& problems);

// Lays out and paints. The ground is painted in floating point and dithered.
Result<Painted> paint_scene(const Scene& scene, Size size, Problems& problems);
// Paints what lay_out() has made of `scene` at `size`.
Result<Painted> paint_slide(const Scene& scene, const Slide& slide, Size size);

// What pages depend on besides the script: the fonts that are installed, the programs that draw,
// this library itself. Equal texts, equal pictures. Quick; looked up once.
const std::string& drawing_environment();
// The same for two slides that look and move alike: a key as KeyMaker makes them. It reads the
// pictures that the scene shows.
std::string key_of(const Scene& scene, const Slide& slide, Size size);
// The same for two scenes that lay_out() makes the same slide of. Looks at the script and not at
// what comes of it, so it is quick.
std::string layout_key(const Scene& scene, Size size);

// Paints an SVG document that somebody else wrote, scaled to fit `size`, on transparent black.
// Refused: references to files, URLs, entities (check_svg); too_large where it takes longer than
// ten seconds. `file` names it in errors.
Result<Bitmap> paint_svg(std::string_view svg, Size size, const std::string& file);
// Its own size in pixels.
Result<Size> svg_size(std::string_view svg, const std::string& file);

// A caption of one or two lines as a bitmap with its box; the place is the bitmap's top left
// corner.
struct CaptionPicture {
  Bitmap bitmap;
  int x = 0;
  int y = 0;
};
// `spoken_begin` and `spoken_length` (bytes in `text`, which has '\n' between lines) are drawn in
// the style's accent; length 0: none.
CaptionPicture paint_caption(const std::string& text, const CaptionStyle& style, Size size,
                             size_t spoken_begin = 0, size_t spoken_length = 0);

// A part of a text, and a part of a bitmap.
struct ByteSpan {
  size_t begin = 0;
  size_t length = 0;
  bool operator==(const ByteSpan&) const = default;
};
struct PixelBox {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// The same as a picture that stays while one word after another is lit. Belongs to one thread at a
// time.
class CaptionPainter {
 public:
  CaptionPainter(const std::string& text, const CaptionStyle& style, Size size);
  CaptionPainter(CaptionPainter&&) noexcept;
  CaptionPainter& operator=(CaptionPainter&&) noexcept;
  ~CaptionPainter();

  [[nodiscard]] const CaptionPicture& picture() const { return picture_; }
  // Lights these bytes and no others.
  void light(ByteSpan words);
  [[nodiscard]] ByteSpan lit() const { return lit_; }
  // The pixels of the bitmap that may be others when these bytes are lit.
  [[nodiscard]] PixelBox place_of(ByteSpan words) const;

 private:
  struct Lines;

  [[nodiscard]] Bitmap draw() const;

  CaptionStyle style_;
  std::unique_ptr<Lines> lines_;
  Size bitmap_size_;
  CaptionPicture picture_;
  Bitmap plain_;  // without a word lit
  ByteSpan lit_;
};

// The width in pixels that `text` takes in one line in that style; for breaking captions in lines.
double caption_width(const std::string& text, const CaptionStyle& style);

}  // namespace talkie
