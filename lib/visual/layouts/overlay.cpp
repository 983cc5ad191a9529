// SPDX-License-Identifier: LGPL-2.1-or-later
// One visual over the others: a window over a clip, a picture in a picture, a lower third.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kMargin = 3;  // u

// Where the captions begin, or the margin.
double foot_of(const Page& page) {
  if (!page.captioned) return page.height() - kMargin * page.u;
  const CaptionStyle style = caption_style_of(page.theme, page.scene, page.size);
  return page.height() - caption_zone_px(style) - page.u;
}

// The box of an overlay: away from the frame's edges, above the captions.
Box box_of(const Page& page, const Overlay& overlay) {
  using Place = Overlay::Place;
  const double margin = kMargin * page.u;
  const double foot = foot_of(page);
  const Box room{margin, margin, page.width() - 2 * margin, foot - margin};
  const bool half = overlay.place == Place::left_half || overlay.place == Place::right_half;
  if (half && page.upright) {  // one above the other
    const double height = (room.height - 2 * page.u) / 2;
    const bool upper = overlay.place == Place::left_half;
    return {room.x, upper ? room.y : room.bottom() - height, room.width, height};
  }
  if (half) {
    const double width = (room.width - 2 * page.u) / 2;
    const bool left = overlay.place == Place::left_half;
    return {left ? room.x : room.right() - width, room.y, width, room.height};
  }
  const double width =
      page.upright ? room.width : std::min(overlay.size * page.width(), room.width);
  const double height = std::min(overlay.size * page.height(), room.height);
  const int place = static_cast<int>(overlay.place);  // three rows of three
  const int column = place % 3;
  const int row = place / 3;
  return {room.x + (room.width - width) * column / 2, room.y + (room.height - height) * row / 2,
          width, height};
}

std::optional<Piece> overlaid_piece(const Page& page, const Block& block, const Box& box) {
  if (const Figure* figure = page.figure_of(block))
    return figure_piece(page, *figure, box.width, box.height, figure->covers());
  if (const auto* code = std::get_if<Code>(&block.content)) {
    Page small = page;
    std::optional<Piece> piece;
    for (const double fit : {0.4, 0.7, 1.0}) {
      small.fit = fit;
      piece = code_piece(small, *code, block.after, box.width, {}, box.height);
      if (!piece->torn && piece->height <= box.height) break;
    }
    piece->make_static();
    return piece;
  }
  Piece inside;
  if (auto body = body_piece(page, {&block}, box.width - 2 * page.u, box.height - 2 * page.u)) {
    inside.width = body->width + 2 * page.u;
    inside.height = body->height + 2 * page.u;
    inside.add(Shape{{0, 0, inside.width, inside.height},
                     page.theme.decorations.corner * page.u,
                     page.palette.surface});
    inside.add(*body, page.u, page.u);
    return inside;
  }
  return {};
}

// The place of a smaller piece in its box: against the edges that the overlay is at.
void put(Piece& page_piece, const Piece& piece, const Box& box, Overlay::Place place) {
  const int number = static_cast<int>(place);
  const bool half = place == Overlay::Place::left_half || place == Overlay::Place::right_half;
  const double across = half ? 0.5 : number % 3 / 2.0;
  const double down = half ? 0.5 : number / 3 / 2.0;
  page_piece.add(piece, box.x + (box.width - piece.width) * across,
                 box.y + (box.height - piece.height) * down);
}

}  // namespace

void add_overlays(const Page& page, Piece& piece) {
  for (const Block* block : page.content.overlays) {
    if (const auto* label = std::get_if<Label>(&block->content); label && !block->overlay) {
      Piece third = lower_third_piece(page, *label);
      for (Step& step : third.steps)
        step.after = block->after;
      piece.add(third, page.area.x, foot_of(page) - third.height);
      continue;
    }
    const Box box = box_of(page, *block->overlay);
    std::optional<Piece> over = overlaid_piece(page, *block, box);
    if (!over) continue;
    // What the script has before any words is there from the start.
    if (block->after > 0 && over->steps.empty()) over->make_step("", block->after);
    put(piece, *over, box, block->overlay->place);
  }
}

}  // namespace talkie
