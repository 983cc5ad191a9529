// SPDX-License-Identifier: LGPL-2.1-or-later
// A picture that is the page: over all of it, or whole under its title.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kLittleCut = 0.12;    // of a picture; so much may be cut off to fill the page
constexpr double kBesideTitle = 0.58;  // of the page's width; what a picture beside its title has
constexpr uint32_t kScrim = 0x08080b;
constexpr double kDark = 0.72;  // the opacity of the scrim below type

bool fills_page(const Page& page, const Figure& figure) {
  if (!figure.usable() || figure.drawn || figure.terminal) return false;
  if (figure.image->fit == Image::Fit::cover) return true;
  if (figure.image->side == Image::Side::background) return true;
  if (figure.image->fit == Image::Fit::contain || page.content.heading) return false;
  const double ratio = figure.aspect() / (page.width() / page.height());
  return 1 - std::min(ratio, 1 / ratio) <= kLittleCut;
}

// What the plates of those who speak take at the foot.
double room_for_lower_thirds(const Page& page) {
  double height = 0;
  for (const Block* block : page.content.overlays)
    if (const auto* label = std::get_if<Label>(&block->content); label && !block->overlay)
      height = std::max(height, lower_third_piece(page, *label).height + 1.5 * page.u);
  return height;
}

// The title at the foot, on a shadow that rises from the lower edge.
void add_title_on_picture(const Page& page, Piece& piece) {
  const Page dark = on_picture(page);
  const double u = page.u;
  const double side = std::max(dark.area.x, 4 * u);
  Piece head = head_piece(dark, page.width() - 2 * side);
  if (page.footer_y) {
    const Piece footer = footer_piece(dark);
    head.add(footer, 0, head.height + u);
    head.height += u + footer.height;
  }
  if (head.height == 0) return;
  const double lowest =
      page.captioned ? page.footer_y.value_or(page.area.bottom()) : page.height() - 5 * u;
  const double foot = lowest - room_for_lower_thirds(page);
  const double top = foot - head.height;
  const double scrim_top = std::max(0.0, top - 8 * u);
  piece.add(Shape{.box = {0, scrim_top, page.width(), page.height() - scrim_top},
                  .fill = kScrim,
                  .opacity = kDark,
                  .fade = std::max(top - scrim_top, u)});
  piece.add(head, side, top);
}

}  // namespace

Page on_picture(const Page& page) {
  Page dark = page;
  dark.on_picture = true;
  // The lightest ground that there can be: the scrim on a white picture.
  dark.palette = palette_on(page.theme, mix(0xffffff, kScrim, kDark));
  dark.palette.text = 0xffffff;
  dark.palette.muted = 0xdcdce2;
  return dark;
}

void add_full_picture(const Page& page, Piece& piece, const Figure& figure, bool darkened) {
  Piece picture = figure_piece(page, figure, page.width(), page.height(), true);
  for (Item& item : picture.items)
    if (auto* drawn = std::get_if<Picture>(&item.what)) drawn->radius = 0;
  piece.add(picture, 0, 0);
  if (darkened)
    piece.add(Shape{.box = {0, 0, page.width(), page.height()}, .fill = kScrim, .opacity = kDark});
}

std::optional<Piece> lay_out_image(const Page& page) {
  const double u = page.u;
  const Figure& figure = *page.figure_of(*page.content.blocks.front());
  if (fills_page(page, figure)) {
    Piece piece;
    piece.width = page.width();
    piece.height = page.height();
    add_full_picture(page, piece, figure, false);
    add_title_on_picture(page, piece);
    add_decorations(on_picture(page), piece, PageKind::picture);
    return piece;
  }
  Box area = page.area;
  const Piece head = head_piece(page, area.width);
  const double gap = head.height > 0 ? (figure.drawn ? 2.4 : 1.8) * u : 0;
  // Where the title takes away height that the picture needs, it stands beside the picture.
  const double under_title = (area.height - head.height - gap) * figure.aspect();
  const bool grows = figure.drawn || figure.terminal;
  if (head.height > 0 && !page.upright && !grows && under_title < kBesideTitle * area.width)
    return lay_out_columns(page);
  Piece piece = empty_page(page, PageKind::content);
  // A picture alone may come closer to the edges than type does.
  if (head.height == 0) {
    const double closer = std::min(area.y - 4 * u, area.x - 4 * u);
    area = {area.x - closer, area.y - closer, area.width + 2 * closer,
            area.height + (page.captioned ? closer : 2 * closer)};
  }
  const double room = area.height - head.height - gap;
  if (room < 6 * u) return {};
  const double height = figure.usable() ? room : std::min(room, area.width * 0.6);
  const Piece picture = figure_piece(page, figure, area.width, height, false);
  const double left = room - picture.height;
  const double above_all = page.upright ? 0.42 * left : 0;
  piece.add(head, area.x, area.y + above_all);
  piece.add(picture, area.x + (area.width - picture.width) / 2,
            area.y + above_all + head.height + gap + (page.upright ? 0 : left / 2));
  return piece;
}

}  // namespace talkie
