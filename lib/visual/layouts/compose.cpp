// SPDX-License-Identifier: LGPL-2.1-or-later
// A head and a body on one page: by the theme's drawing of the layout, or one below the other.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

double upright_in(const Page& page, std::string_view name, const Box& box, double height) {
  const auto found = page.drawn->boxes.find(name);
  const double left = std::max(0.0, box.height - height);
  switch (found == page.drawn->boxes.end() ? LayoutBox::Upright::top : found->second.upright) {
    case LayoutBox::Upright::middle:
      return left / 2;
    case LayoutBox::Upright::bottom:
      return left;
    default:
      return 0;
  }
}

std::optional<Head> place_head(const Page& page, double gap) {
  Head head;
  head.room = page.area;
  if (const std::optional<Box> box = page.box("title")) {
    const Page there = page.in_box("title");
    head.apart = true;
    head.piece = head_piece(there, box->width);
    head.place = *box;
    if (head.piece.height > box->height || head.piece.width > box->width + 1) return {};
    head.place.y += upright_in(page, "title", *box, head.piece.height);
    return head;
  }
  head.piece = head_piece(page, page.area.width);
  head.place = page.area;
  const double taken = head.piece.height > 0 ? head.piece.height + gap : 0;
  head.room.y += taken;
  head.room.height -= taken;
  if (head.room.height < 0) return {};
  return head;
}

Piece compose(const Page& page, const Head& head, const Piece& body, double above, double most) {
  Piece piece = empty_page(page, PageKind::content);
  const double left = std::max(0.0, head.room.height - body.height);
  if (head.apart) {
    piece.add(head.piece, head.place.x, head.place.y);
    piece.add(body, head.room.x, head.room.y + upright_in(page, "body", head.room, body.height));
    return piece;
  }
  // On upright pages the head comes down with the rest.
  const double above_all = page.upright || head.piece.height == 0 ? 0.38 * left : 0;
  piece.add(head.piece, head.place.x, head.place.y + above_all);
  piece.add(body, head.room.x,
            head.room.y + above_all + std::min((left - above_all) * above, most));
  return piece;
}

}  // namespace talkie
