// SPDX-License-Identifier: LGPL-2.1-or-later
// A laid out page becomes pixels: a first frame, and a layer for every part that comes in later.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "script/folders.h"
#include "visual/drawing.h"
#include "visual/ground_paint.h"
#include "visual/painter.h"
#include "visual/picture_file.h"
#include "visual/svg_document.h"
#include "visual/svg_steps.h"
#include "visual/theme.h"

namespace talkie {
namespace {

struct InkBox {  // in pixels; right and bottom are one past the last
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
std::optional<InkBox> ink_of(const Bitmap& bitmap) {
  const auto inked = [&](int y) { return has_ink(bitmap.row(y), bitmap.width); };
  InkBox box{bitmap.width, 0, 0, bitmap.height};
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
Bitmap cut_out(Bitmap& from, const InkBox& box) {
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

// What is painted of a page at one size: the frame's, or one that a camera looks at closely.
struct Sheet {
  const SvgDocument& document;
  const SlidePlan& plan;
  Size frame;    // of the film
  double scale;  // pixels of the sheet to a pixel of the frame
  Enter enter;   // by the theme, in pixels of the frame
  [[nodiscard]] Size size() const {
    return {static_cast<int>(std::lround(frame.width * scale)),
            static_cast<int>(std::lround(frame.height * scale))};
  }
};

Layer layer_of(const Sheet& sheet, const PageLayer& page_layer) {
  const LayerPlan& plan = page_layer.plan;
  const double scale = sheet.scale;
  Layer layer;
  layer.step = page_layer.step;
  if (!sheet.plan.parts.empty() && page_layer.step >= 0)
    layer.part = sheet.plan.page.steps[static_cast<size_t>(page_layer.step)].words;
  layer.enter = sheet.enter;
  layer.enter.kind = plan.enter.value_or(layer.enter.kind);
  layer.enter.distance_px *= scale;
  layer.moves = plan.moves;
  for (Move& move : layer.moves) {
    move.to.dx *= scale;
    move.to.dy *= scale;
  }
  if (plan.window)
    layer.window = View{plan.window->x * scale, plan.window->y * scale, plan.window->width * scale,
                        plan.window->height * scale};
  layer.leaves = plan.leaves;
  layer.animation = plan.animation;
  layer.clip = plan.clip;
  layer.begins = plan.begins;
  return layer;
}

// A picture larger than its place, which a camera wanders over: as large as its closest view needs.
Result<Layer> view_layer(const Sheet& sheet, const PageLayer& page_layer) {
  const LayerPlan& plan = page_layer.plan;
  Layer layer = layer_of(sheet, page_layer);
  layer.x = static_cast<int>(std::lround(plan.box.x * sheet.scale));
  layer.y = static_cast<int>(std::lround(plan.box.y * sheet.scale));
  layer.view_size = {static_cast<int>(std::lround(plan.box.width * sheet.scale)),
                     static_cast<int>(std::lround(plan.box.height * sheet.scale))};
  double least = 1;
  for (const ViewMove& move : plan.views)
    least = std::min({least, move.to.width, move.to.height});
  const auto enough = [&](int side) {
    return static_cast<int>(std::min(std::ceil(1.1 * side / std::max(least, 0.1)), 6000.0));
  };
  auto bitmap =
      load_picture(plan.picture, {enough(layer.view_size.width), enough(layer.view_size.height)});
  if (!bitmap) return bitmap.error();
  layer.bitmap = *std::move(bitmap);
  layer.views = plan.views;
  for (ViewMove& move : layer.views)
    move.to = {move.to.x * layer.bitmap.width, move.to.y * layer.bitmap.height,
               move.to.width * layer.bitmap.width, move.to.height * layer.bitmap.height};
  return layer;
}

// A layer's group, or (without a name) what is there from the start.
Result<void> paint_group(const Sheet& sheet, const std::string& group, Bitmap& target) {
  for (const GroupRun& run : runs_of(sheet.plan.page, group)) {
    auto painted = run.drawing ? paint_part(*run.drawing, sheet.scale, target)
                               : sheet.document.draw(target, run.id);
    if (!painted) return painted;
  }
  return {};
}

// `canvas` gets the size of the sheet and is transparent again afterwards. A group without ink has
// no layer.
Result<std::vector<Layer>> paint_layers(const Sheet& sheet, Bitmap& canvas) {
  std::vector<Layer> layers;
  for (const PageLayer& page_layer : layers_of(sheet.plan.page)) {
    const LayerPlan& plan = page_layer.plan;
    if (!plan.picture.empty()) {
      auto layer = view_layer(sheet, page_layer);
      if (!layer) return layer.error();
      layers.push_back(*std::move(layer));
    } else if (plan.fills_box()) {
      Layer& layer = layers.emplace_back(layer_of(sheet, page_layer));
      layer.x = static_cast<int>(std::lround(plan.box.x * sheet.scale));
      layer.y = static_cast<int>(std::lround(plan.box.y * sheet.scale));
      layer.clip_size = {static_cast<int>(std::lround(plan.box.width * sheet.scale)),
                         static_cast<int>(std::lround(plan.box.height * sheet.scale))};
    } else {
      if (canvas.bgra.empty()) canvas = make_bitmap(sheet.size());
      if (auto drawn = paint_group(sheet, page_layer.group, canvas); !drawn) return drawn.error();
      const auto box = ink_of(canvas);
      if (!box) continue;
      Layer& layer = layers.emplace_back(layer_of(sheet, page_layer));
      layer.bitmap = cut_out(canvas, *box);
      layer.x = box->left;
      layer.y = box->top;
    }
  }
  return layers;
}

// The document shows only what is there from the start.
Result<void> paint_first_frame(const Sheet& sheet, const Ground& ground, Bitmap& frame) {
  frame = *painted_ground(ground, sheet.size());
  return paint_group(sheet, "", frame);
}

// How much larger a page is painted that a camera goes close to; 1: none does.
double fine_scale(const SlidePlan& plan, Size size) {
  constexpr double kLargest = 3;
  double scale = 1;
  for (const ViewMove& move : plan.camera)
    scale = std::max(scale, size.width / move.to.width);
  return std::min(scale, kLargest);
}

// Null where no camera moves.
Result<std::shared_ptr<Visual::Fine>> paint_fine_layers(const Sheet& sheet) {
  if (sheet.plan.camera.empty()) return std::shared_ptr<Visual::Fine>();
  auto fine = std::make_shared<Visual::Fine>();
  fine->scale = sheet.scale;
  auto layers = paint_layers(sheet, fine->frame);
  if (!layers) return layers.error();
  fine->layers = *std::move(layers);
  return fine;
}

// The first frame in its parts, for a morph. Hides them for good.
Result<void> paint_parts(const Sheet& sheet, const Ground& ground, SvgDocument& document,
                         Visual& visual) {
  if (sheet.plan.parts.empty()) return {};
  Bitmap canvas = make_bitmap(sheet.size());
  for (const SlidePlan::Part& part : sheet.plan.parts) {
    if (auto drawn = document.draw(canvas, part.group); !drawn) return drawn;
    const auto box = ink_of(canvas);
    if (box) visual.parts.push_back({part.name, cut_out(canvas, *box), box->left, box->top});
  }
  if (auto hidden = document.add_style(".step, .part, #ground { display: none !important }");
      !hidden)
    return hidden;
  auto rest = std::make_shared<Bitmap>();
  if (auto drawn = paint_first_frame(sheet, ground, *rest); !drawn) return drawn;
  visual.without_parts = std::move(rest);
  return {};
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
  auto document = SvgDocument::parse(slide.svg, "", folder_around(scene.film.folder));
  if (!document) return at_scene(document.error(), scene);
  const Enter enter = enter_of(**theme, size);
  Bitmap frame;  // first the canvas of the layers: one piece of memory of this size is enough
  const Sheet sheet{*document, *slide.plan, size, 1, enter};
  auto layers = paint_layers(sheet, frame);
  if (!layers) return at_scene(layers.error(), scene);
  const Ground ground = ground_of(**theme, scene);
  const Sheet close{*document, *slide.plan, size, fine_scale(*slide.plan, size), enter};
  auto fine = paint_fine_layers(close);
  if (!fine) return at_scene(fine.error(), scene);
  // From here on the document shows nothing but its first frame.
  if (auto hidden = document->add_style(".step, #ground { display: none !important }"); !hidden)
    return at_scene(hidden.error(), scene);
  if (auto drawn = paint_first_frame(sheet, ground, frame); !drawn)
    return at_scene(drawn.error(), scene);
  if (*fine)
    if (auto drawn = paint_first_frame(close, ground, (*fine)->frame); !drawn)
      return at_scene(drawn.error(), scene);

  auto visual = std::make_shared<Visual>(describe(scene, size, **theme, ground, slide.steps));
  if (auto parted = paint_parts(sheet, ground, *document, *visual); !parted)
    return at_scene(parted.error(), scene);
  visual->layers = std::move(*layers);
  visual->cues = slide.plan->cues;
  visual->camera = slide.plan->camera;
  visual->fine = *std::move(fine);
  return Painted{std::move(frame), std::move(visual)};
}

}  // namespace talkie
