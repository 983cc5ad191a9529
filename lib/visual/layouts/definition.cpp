// SPDX-License-Identifier: LGPL-2.1-or-later
// A term, large, and what it means.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kMeaningScale = 1.35;  // of list items

// The term, and beside its foot what kind of word it is: (subtitle: noun).
Piece term_piece(const Page& page, double width) {
  const double u = page.u;
  Piece piece;
  if (!page.content.kicker.empty()) {
    piece = text_piece(page, page.content.kicker, TextRole::kicker, width);
    piece.height += 0.9 * u;
  }
  const Piece term =
      text_piece(page, page.content.heading->text, TextRole::section, width, Flow::balanced);
  piece.add(term, 0, piece.height);
  piece.height += term.height;
  piece.width = std::max(piece.width, term.width);
  if (!page.content.subtitle.empty()) {
    Typeface face = page.face(TextRole::subtitle);
    face.italic = true;
    const TextBlock kind = page.text(page.content.subtitle, face, width);
    piece.height += 0.7 * u;
    piece.add(kind, -page.hang(face), piece.height);
    piece.height += kind.height;
    piece.width = std::max(piece.width, kind.width);
  }
  return piece;
}

Piece meaning_piece(const Page& page, const Label& label, double width) {
  Typeface face = page.face(TextRole::body);
  const double scale = kMeaningScale - 0.2 * page.fit;
  face.size *= scale;
  face.leading *= scale;
  const TextBlock text =
      page.text(label.text, face, std::min(width, 24 * face.size), Flow::balanced);
  Piece piece;
  piece.add(text, -page.hang(face), 0);
  piece.width = text.width;
  piece.height = text.height;
  return piece;
}

// What explains the term, block by block; the first one is there with it.
std::optional<Piece> explanation(const Page& page, double width, double height) {
  Piece piece;
  for (const Block* block : page.content.blocks) {
    const auto* label = std::get_if<Label>(&block->content);
    std::optional<Piece> part;
    if (label)
      part = meaning_piece(page, *label, width);
    else
      part = body_piece(page, {block}, width, height);
    if (!part) return {};
    if (label && block != page.content.blocks.front())
      part->make_step(plain_text(label->text), block->after);
    if (block == page.content.blocks.front()) part->make_static();
    if (piece.height > 0) piece.height += 1.8 * page.u;
    piece.add(*part, 0, piece.height);
    piece.height += part->height;
    piece.width = std::max(piece.width, part->width);
  }
  return piece;
}

}  // namespace

std::optional<Piece> lay_out_definition(const Page& page) {
  const double u = page.u;
  const Box& area = page.area;
  Piece piece = empty_page(page, PageKind::content);
  const auto title = page.box("title");
  const double indent = title ? 0 : 1.6 * u;
  const Piece term = term_piece(page.in_box("title"), title ? title->width : area.width);
  const auto meaning = explanation(page, area.width - indent, area.height);
  if (!meaning) return {};
  if (title) {
    if (term.height > title->height || term.width > title->width + 1 ||
        meaning->height > area.height)
      return {};
    piece.add(term, title->x, title->y + upright_in(page, "title", *title, term.height));
    piece.add(*meaning, area.x, area.y + upright_in(page, "body", area, meaning->height));
    return piece;
  }
  const double gap = (2.4 - 0.8 * page.fit) * u;
  const double all = term.height + gap + meaning->height;
  if (all > area.height || std::max(term.width, meaning->width + indent) > area.width + 1)
    return {};
  const double y = std::clamp(page.height() * 0.46 - all / 2, area.y, area.bottom() - all);
  piece.add(term, area.x, y);
  const double foot = y + term.height + gap;
  piece.add(Shape{.box = {area.x, foot + 0.3 * u, 0.25 * u, meaning->height - 0.6 * u},
                  .radius = u / 8,
                  .fill = page.palette.accent});
  piece.add(*meaning, area.x + indent, foot);
  return piece;
}

}  // namespace talkie
