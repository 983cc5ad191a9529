// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists: bullets, numbers, ticks; one step for each item of the outer list.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kLineLength = 23;    // ems: some 42 characters
constexpr int kDeepest = 4;           // lists further in are not set further in
constexpr double kInnerScale = 0.86;  // of items inside of items
constexpr double kIndent = 1.3;       // ems from the bullet to the text

// Draws an item's bullet, its middle at the height of the first line's small letters.
void add_bullet(const Page& page, Piece& piece, const ListItem& item, const Typeface& face,
                double x, double y, double baseline) {
  const double em = face.size;
  const double middle = y + baseline - 0.34 * em;
  const uint32_t accent = page.palette.accent;
  if (item.checked) {
    const Box box{x, middle - 0.48 * em, 0.96 * em, 0.96 * em};
    piece.add(Icon{box, *item.checked ? "M4.5 12.5 L10 18 L20 6.5" : "M5 5 H19 V19 H5 Z",
                   *item.checked ? readable(page.palette.positive, page.palette.ground, 3)
                                 : page.palette.muted,
                   *item.checked ? 2.8 : 1.8});
    return;
  }
  if (item.number) {
    Typeface number = face;
    number.colour = page.accent_text();
    number.weight = std::min(900, face.weight + 200);
    const TextBlock text =
        page.text(plain(std::to_string(*item.number) + "."), number, 10 * em, Flow::single);
    piece.add(text, x, y);
    return;
  }
  if (item.depth > 0 || page.theme.decorations.bullet == Decorations::Bullet::dash) {
    const double length = item.depth > 0 ? 0.42 * em : 0.56 * em;
    piece.add(Shape{{x + 0.06 * em, middle - 0.035 * em, length, 0.07 * em}, 0, accent});
    return;
  }
  const double side = 0.36 * em;
  const bool round = page.theme.decorations.bullet == Decorations::Bullet::dot;
  piece.add(Shape{{x + 0.06 * em, middle - side / 2, side, side}, round ? side / 2 : 0, accent});
}

// Of all lists on the page.
size_t items_on(const Page& page) {
  size_t count = 0;
  for (const Block* block : page.content.blocks)
    if (const auto* list = std::get_if<List>(&block->content)) count += list->items.size();
  return count;
}

double number_width(const Page& page, const List& list, const Typeface& face) {
  double width = 0;
  for (const ListItem& item : list.items)
    if (item.number)
      width = std::max(
          width,
          page.text(plain(std::to_string(*item.number) + "."), face, 1e6, Flow::single).width);
  return width;
}

// What was said steps back when the next item comes in.
void dim_what_was_said(const Page& page, Piece& list) {
  const double said = page.theme.motion.said;
  if (said >= 1 || page.scene.narration.empty()) return;
  for (int step = 0; step + 1 < static_cast<int>(list.steps.size()); ++step) {
    LayerPlan plan;
    plan.moves = {Move{.when = {When::Kind::step, step + 1}, .to = {.opacity = said}}};
    const int layer = list.add_layer(std::move(plan));
    for (Item& item : list.items)
      if (item.step == step) item.layer = layer;
  }
}

}  // namespace

Piece list_piece(const Page& page, const List& list, int after, double width) {
  const Typeface outer = page.face(TextRole::body);
  Typeface inner = outer;
  inner.size *= kInnerScale;
  inner.leading *= kInnerScale;
  inner.colour = mix(page.palette.text, page.palette.muted, 0.5);
  inner.strong_colour = page.palette.text;
  const double indent =
      std::max(kIndent * outer.size, number_width(page, list, outer) * 1.15 + 0.45 * outer.size);
  // Items stand further apart than their lines, and more so the fewer they are.
  const double gap = outer.size * (items_on(page) <= 4 ? 0.95 : 0.62) * (1 - 0.35 * page.fit);

  Piece piece;
  std::optional<Piece> step;
  std::string words;
  const auto finish = [&] {
    if (!step) return;
    step->make_step(words, after);
    piece.add(*step, 0, 0);
  };
  for (const ListItem& item : list.items) {
    const bool nested = item.depth > 0;
    const Typeface& face = nested ? inner : outer;
    if (!nested || !step) {
      finish();
      step.emplace();
      words.clear();
    }
    if (piece.height > 0) piece.height += nested ? 0.35 * outer.size : gap;
    const double x = nested ? indent * (0.85 * std::min(item.depth, kDeepest) + 0.15) : 0;
    const double room = std::clamp(width - x - indent, 2 * face.size, kLineLength * face.size);
    const TextBlock text = page.text(item.text, face, room);
    if (!text.lines.empty()) {
      add_bullet(page, *step, item, face, x, piece.height, text.lines[0].baseline);
      step->add(text, x + indent, piece.height);
      piece.height += text.height;
      piece.width = std::max(piece.width, x + indent + text.width);
    }
    words += (words.empty() ? "" : " ") + plain_text(item.text);
  }
  finish();
  dim_what_was_said(page, piece);
  return piece;
}

}  // namespace talkie
