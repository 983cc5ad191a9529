// SPDX-License-Identifier: LGPL-2.1-or-later
// A laid out page becomes pixels: a first frame, and a layer for every part that comes in later.
#include <algorithm>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "visual/ground_paint.h"
#include "visual/painter.h"
#include "visual/svg_document.h"
#include "visual/theme.h"

namespace talkie {
namespace {

struct Box {  // in pixels; right and bottom are one past the last
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
};

// Whether one of `count` pixels is not wholly transparent. Without a way out of the middle, so that
// it is made of vectors: what is searched is empty nearly everywhere.
bool has_ink(const uint8_t* pixels, int count) {
  uint8_t any = 0;
  for (int i = 0; i < 4 * count; ++i)
    any |= pixels[i];
  return any != 0;
}

// The smallest box around everything that is not wholly transparent.
std::optional<Box> ink_of(const Bitmap& bitmap) {
  const auto inked = [&](int y) { return has_ink(bitmap.row(y), bitmap.width); };
  Box box{bitmap.width, 0, 0, bitmap.height};
  while (box.top < bitmap.height && !inked(box.top))
    ++box.top;
  if (box.top == bitmap.height) return std::nullopt;
  while (!inked(box.bottom - 1))
    --box.bottom;
  const auto blank = [](const uint8_t* pixel) { return !has_ink(pixel, 1); };
  constexpr int kStride = 64;  // first in large steps, then one by one
  for (int y = box.top; y < box.bottom; ++y) {
    const uint8_t* row = bitmap.row(y);
    int left = 0;
    while (left + kStride <= box.left && !has_ink(row + ptrdiff_t{4} * left, kStride))
      left += kStride;
    while (left < box.left && blank(row + ptrdiff_t{4} * left))
      ++left;
    int right = bitmap.width;
    while (right - kStride >= box.right &&
           !has_ink(row + ptrdiff_t{4} * (right - kStride), kStride))
      right -= kStride;
    while (right > box.right && blank(row + ptrdiff_t{4} * (right - 1)))
      --right;
    box.left = std::min(box.left, left);
    box.right = std::max(box.right, right);
  }
  return box;
}

// Moves what is in `box` out of `from`, which is left transparent there.
Bitmap cut_out(Bitmap& from, const Box& box) {
  Bitmap piece = make_bitmap({box.right - box.left, box.bottom - box.top});
  const size_t bytes = size_t{4} * piece.width;
  for (int y = 0; y < piece.height; ++y) {
    uint8_t* source = from.row(box.top + y) + size_t{4} * box.left;
    std::memcpy(piece.row(y), source, bytes);
    std::memset(source, 0, bytes);
  }
  return piece;
}

// How long a page stays where nobody speaks: time to read aloud what would be said, or, where
// nothing would be, what is shown.
Time silent_duration(const Scene& scene, const std::vector<Step>& steps) {
  constexpr double kCharactersPerSecond = 15;  // some 160 English words a minute
  constexpr Time kShortest{4'000'000'000};
  size_t characters = 0;
  Time pauses{};
  for (const NarrationStep& step : scene.narration) {
    if (const auto* said = std::get_if<Utterance>(&step))
      characters += count_characters(said->text);
    if (const auto* pause = std::get_if<Pause>(&step)) pauses += pause->length;
  }
  if (characters == 0)
    for (const Step& step : steps)
      characters += count_characters(step.words);
  const Time reading = from_seconds(static_cast<double>(characters) / kCharactersPerSecond);
  const Time told = scene.lead + std::max(reading + pauses, kShortest) + scene.tail;
  return std::max(told, scene.duration.value_or(Time{}));
}

// Everything about the page but its layers.
Visual describe(const Scene& scene, Size size, const Theme& theme, const Ground& ground,
                const std::vector<Step>& steps) {
  Visual visual;
  visual.scene = scene.id;
  visual.index = scene.index;
  visual.size = size;
  visual.frame_rate = scene.film.frame_rate;
  visual.transition = scene.transition;
  visual.fade_out = scene.fade_out;
  visual.ground = 0xff000000 | ground.colour;
  visual.captions = scene.film.captions;
  visual.caption_style = caption_style_of(theme, scene, size);
  visual.caption_style.language = scene.film.language;
  visual.steps = steps;
  visual.silent_duration = silent_duration(scene, steps);
  visual.where = scene.where;
  return visual;
}

// `canvas` gets the size of the page and is transparent again afterwards. A step without ink has no
// layer.
Result<std::vector<Layer>> paint_layers(const SvgDocument& document, int steps, Size size,
                                        const Enter& enter, Bitmap& canvas) {
  std::vector<Layer> layers;
  if (steps > 0) canvas = make_bitmap(size);
  for (int step = 0; step < steps; ++step) {
    if (auto drawn = document.draw(canvas, "step-" + std::to_string(step)); !drawn)
      return drawn.error();
    if (const auto box = ink_of(canvas))
      layers.push_back({cut_out(canvas, *box), box->left, box->top, step, enter});
  }
  return layers;
}

// Hides the document's steps for good.
Result<void> paint_first_frame(SvgDocument& document, const Ground& ground, Size size,
                               Bitmap& frame) {
  frame = *painted_ground(ground, size);
  if (auto hidden = document.add_style(".step, #ground { display: none !important }"); !hidden)
    return hidden.error();
  return document.draw(frame);
}

Error at_scene(Error error, const Scene& scene) {
  if (error.where == Place{}) error.where = scene.where;
  return error;
}

}  // namespace

Result<Painted> paint_scene(const Scene& scene, Size size, Problems& problems) {
  const auto slide = lay_out(scene, size, problems);
  if (!slide) return at_scene(slide.error(), scene);
  return paint_slide(scene, *slide, size);
}

Result<Painted> paint_slide(const Scene& scene, const Slide& slide, Size size) {
  const auto theme = find_theme(scene.theme);
  if (!theme) return at_scene(theme.error(), scene);
  auto document = SvgDocument::parse(slide.svg, "", scene.film.folder);
  if (!document) return at_scene(document.error(), scene);
  Bitmap frame;  // first the canvas of the layers: one piece of memory of this size is enough
  auto layers = paint_layers(*document, static_cast<int>(slide.steps.size()), size,
                             enter_of(**theme, size), frame);
  if (!layers) return at_scene(layers.error(), scene);
  const Ground ground = ground_of(**theme, scene);
  if (auto drawn = paint_first_frame(*document, ground, size, frame); !drawn)
    return at_scene(drawn.error(), scene);

  auto visual = std::make_shared<Visual>(describe(scene, size, **theme, ground, slide.steps));
  visual->layers = std::move(*layers);
  return Painted{std::move(frame), std::move(visual)};
}

}  // namespace talkie
