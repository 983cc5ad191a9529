// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures in their boxes, and what stands there when one is missing.
#include <algorithm>
#include <filesystem>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kMostEnlarged = 2.5;  // pictures made of pixels, at 1080 lines
constexpr std::string_view kPictureIcon =
    "M3.5 4.5 H20.5 V19.5 H3.5 Z M3.5 16 L8.5 11 L13 15.5 L15.5 13 L20.5 17.5 M15.4 8.9 "
    "A1.1 1.1 0 1 0 17.6 8.9 A1.1 1.1 0 1 0 15.4 8.9";

bool is_drawing(const Figure& figure) {
  return figure.uri.ends_with(".svg") || figure.uri.ends_with(".SVG");
}

}  // namespace

Piece figure_piece(const Page& page, const Figure& figure, double width, double height,
                   bool cover) {
  if (!figure.usable()) return placeholder_piece(page, figure, width, height);
  double scale = std::min(width / figure.size.width, height / figure.size.height);
  if (cover) scale = std::max(width / figure.size.width, height / figure.size.height);
  if (!cover && !is_drawing(figure)) scale = std::min(scale, kMostEnlarged * page.u / 24);
  const double whole_width = figure.size.width * scale;
  const double whole_height = figure.size.height * scale;
  Piece piece;
  piece.width = cover ? width : whole_width;
  piece.height = cover ? height : whole_height;
  Picture picture;
  picture.box = {0, 0, piece.width, piece.height};
  picture.whole = {(piece.width - whole_width) / 2, (piece.height - whole_height) / 2, whole_width,
                   whole_height};
  picture.radius = page.theme.decorations.corner * page.u * 0.6;
  picture.uri = figure.uri;
  picture.words = figure.image ? figure.image->alt : "";
  piece.add(std::move(picture));
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
  const std::string name =
      figure.image ? std::filesystem::path(figure.image->path).filename().string() : "";
  Typeface face = page.face(TextRole::footer);
  face.colour = page.palette.muted;
  const TextSetting setting{width - 3 * u, Flow::balanced, Align::centre, page.rtl,
                            page.scene.film.language};
  Typeface strong = face;
  strong.weight = 600;
  strong.size *= 1.15;
  strong.leading *= 1.15;
  strong.colour = page.palette.text;
  TextBlock title = set_text(plain(name), strong, setting);
  TextBlock words = set_text(plain(figure.image ? figure.image->alt : ""), face, setting);
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
