// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures in their boxes, and what stands there when one is missing.
#include <algorithm>

#include "visual/cues.h"
#include "visual/layout.h"
#include "visual/svg_steps.h"
#include "visual/terminal_windows.h"

namespace talkie {

namespace {

constexpr double kMostEnlarged = 2.5;  // pictures made of pixels, at 1080 lines
constexpr std::string_view kPictureIcon =
    "M3.5 4.5 H20.5 V19.5 H3.5 Z M3.5 16 L8.5 11 L13 15.5 L15.5 13 L20.5 17.5 M15.4 8.9 "
    "A1.1 1.1 0 1 0 17.6 8.9 A1.1 1.1 0 1 0 15.4 8.9";

// What `width` x `height` shows of a picture: all of it, or so much that it is filled; then the
// picture's focus stays as near to the middle as there is picture around it.
struct Fitted {
  double width;  // of the place that is filled
  double height;
  Box whole;  // where all of the picture would be
};

Fitted fit_picture(const Page& page, const Figure& figure, double width, double height,
                   bool cover) {
  const double across = width / figure.size.width;
  const double down = height / figure.size.height;
  double scale = cover ? std::max(across, down) : std::min(across, down);
  if (!cover && !figure.scales()) scale = std::min(scale, kMostEnlarged * page.u / 24);
  const double whole_width = figure.size.width * scale;
  const double whole_height = figure.size.height * scale;
  if (!cover) return {whole_width, whole_height, {0, 0, whole_width, whole_height}};
  const Image& image = figure.image ? *figure.image : Image{};
  const auto begin = [](double place, double whole, double focus) {
    return std::clamp(place / 2 - focus * whole, place - whole, 0.0);
  };
  return {width,
          height,
          {begin(width, whole_width, image.focus_x), begin(height, whole_height, image.focus_y),
           whole_width, whole_height}};
}

double corner_of(const Page& page) {
  return page.theme.decorations.corner * page.u * 0.6;
}

// A camera wanders over it for as long as the scene takes.
void move_over(Piece& piece, const Page& page, const Figure& figure, const Fitted& fitted) {
  LayerPlan plan;
  plan.enter = Enter::Kind::fade;
  plan.box = {0, 0, fitted.width, fitted.height};
  plan.radius = corner_of(page);
  plan.picture = figure.image->path;
  const View seen{-fitted.whole.x / fitted.whole.width, -fitted.whole.y / fitted.whole.height,
                  fitted.width / fitted.whole.width, fitted.height / fitted.whole.height};
  plan.views = movement_views(figure.image->movement, seen, page.rtl);
  piece.add_layer(std::move(plan));
}

// A drawing by its parts, which come in one after another. Those that are there from the start
// belong to the page itself, unless they lie over others that do not.
void add_parts(Piece& piece, const Figure& figure, const Picture& picture) {
  const int after = figure.block ? figure.block->after : 0;
  for (const std::string& words : figure.svg->steps)
    piece.steps.push_back({words, after});
  bool first = true;
  for (const SvgPart& part : figure.svg->parts) {
    Picture shown = picture;
    shown.part = std::shared_ptr<const SvgPart>(figure.svg, &part);
    if (!first) shown.uri = shown.words = "";
    const bool below = first && part.step < 0;
    LayerPlan plan;
    plan.enter = Enter::Kind::fade;
    const int layer = below ? -1 : piece.add_layer(std::move(plan));
    piece.items.emplace_back(std::move(shown), part.step, layer);
    first = false;
  }
  for (const SvgPicture::Name& name : figure.svg->names) {
    const Box& whole = picture.whole;
    piece.names.push_back(
        {name.name,
         {whole.x + name.place.x * whole.width, whole.y + name.place.y * whole.height,
          name.place.width * whole.width, name.place.height * whole.height}});
  }
}

}  // namespace

Piece figure_piece(const Page& page, const Figure& figure, double width, double height,
                   bool cover) {
  if (!figure.usable()) return placeholder_piece(page, figure, width, height);
  if (figure.drawn) return drawn_piece(page, figure, width, height);
  if (figure.terminal) return terminal_piece(page, figure, width, height);
  if (figure.clip) return clip_piece(page, figure, width, height, cover);
  const bool stretched = figure.image && figure.image->fit == Image::Fit::stretch;
  const Fitted fitted = stretched ? Fitted{width, height, {0, 0, width, height}}
                                  : fit_picture(page, figure, width, height, cover);
  Piece piece;
  piece.width = fitted.width;
  piece.height = fitted.height;
  if (figure.image && figure.image->movement != Movement::none) {
    move_over(piece, page, figure, fitted);
    return piece;
  }
  Picture picture;
  picture.box = {0, 0, fitted.width, fitted.height};
  picture.whole = fitted.whole;
  picture.radius = corner_of(page);
  picture.uri = figure.uri;
  picture.orientation = figure.orientation;
  picture.words = figure.image ? figure.image->alt : "";
  if (figure.svg)
    add_parts(piece, figure, picture);
  else
    piece.add(std::move(picture));
  return piece;
}

Piece clip_piece(const Page& page, const Figure& figure, double width, double height, bool cover) {
  const Fitted fitted = fit_picture(page, figure, width, height, cover);
  Piece piece;
  piece.width = fitted.width;
  piece.height = fitted.height;
  // The place is ground until the clip is there.
  piece.add(Shape{{0, 0, fitted.width, fitted.height}, corner_of(page), page.palette.surface});
  const double scale = figure.size.width / fitted.whole.width;
  auto layer = std::make_shared<ClipLayer>();
  layer->clip = *figure.clip;
  layer->natural = figure.size;
  layer->seen = {-fitted.whole.x * scale, -fitted.whole.y * scale, fitted.width * scale,
                 fitted.height * scale};
  layer->radius = corner_of(page);
  LayerPlan plan;
  plan.enter = Enter::Kind::fade;
  plan.box = {0, 0, fitted.width, fitted.height};
  plan.clip = std::move(layer);
  plan.after = figure.block->after;
  piece.add_layer(std::move(plan));
  piece.names.push_back({"clip", {0, 0, fitted.width, fitted.height}});
  return piece;
}

Piece terminal_piece(const Page& page, const Figure& figure, double width, double height) {
  auto window = figure.terminal->fitted({static_cast<int>(width), static_cast<int>(height)});
  if (!window) return placeholder_piece(page, figure, width, height);
  Piece piece;
  piece.width = window->size().width;
  piece.height = window->size().height;
  LayerPlan plan;
  plan.enter = Enter::Kind::fade;
  plan.box = {0, 0, piece.width, piece.height};
  plan.animation = std::move(window);
  piece.add_layer(std::move(plan));
  piece.names.push_back({"terminal", {0, 0, piece.width, piece.height}});
  return piece;
}

Piece placeholder_piece(const Page& page, const Figure& figure, double width, double height) {
  const double u = page.u;
  Piece piece;
  piece.width = width;
  piece.height = height;
  const double corner = page.theme.decorations.corner * u;
  piece.add(Shape{{0, 0, width, height}, corner, page.palette.surface});
  piece.add(Shape{.box = {u / 12, u / 12, width - u / 6, height - u / 6},
                  .radius = corner,
                  .fill = page.palette.muted,
                  .opacity = 0.6,
                  .stroke = u / 10,
                  .dash = 0.6 * u});
  const double icon = std::min(4 * u, 0.3 * std::min(width, height));
  const size_t line = figure.missing.find('\n');
  const std::string name = figure.missing.substr(0, line);
  const std::string what = line == std::string::npos ? "" : figure.missing.substr(line + 1);
  Typeface face = page.face(TextRole::footer);
  const double larger = std::clamp(std::min(width, height) / (12 * u), 1.0, 1.4);
  face.size *= larger;
  face.leading *= larger;
  face.colour = page.palette.muted;
  const TextSetting setting{width - 3 * u, Flow::balanced, Align::centre, page.rtl,
                            page.scene.film.language};
  Typeface strong = face;
  strong.weight = 600;
  strong.size *= 1.15;
  strong.leading *= 1.15;
  strong.colour = page.palette.text;
  TextBlock title = set_text(plain(name), strong, setting);
  TextBlock words = set_text(plain(what), face, setting);
  double all = icon + 0.6 * u + title.height + words.height;
  if (all > height - u || title.width > setting.max_width) {
    title = words = {};
    all = icon;
  }
  double y = (height - all) / 2;
  piece.add(Icon{
      {(width - icon) / 2, y, icon, icon}, std::string(kPictureIcon), page.palette.muted, 1.4});
  y += icon + 0.6 * u;
  piece.add(title, 1.5 * u, y);
  piece.add(words, 1.5 * u, y + title.height);
  return piece;
}

}  // namespace talkie
