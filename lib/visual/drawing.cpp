// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/drawing.h"

namespace talkie {

namespace {

void move(Item& item, double dx, double dy) {
  const auto shift = [&](Box& box) {
    box.x += dx;
    box.y += dy;
  };
  if (auto* shape = std::get_if<Shape>(&item.what)) shift(shape->box);
  if (auto* icon = std::get_if<Icon>(&item.what)) shift(icon->box);
  if (auto* picture = std::get_if<Picture>(&item.what)) {
    shift(picture->box);
    shift(picture->whole);
  }
  if (auto* text = std::get_if<Text>(&item.what)) {
    text->line.x += dx;
    text->line.baseline += dy;
  }
}

}  // namespace

Box bounds_of(const Item& item) {
  if (const auto* shape = std::get_if<Shape>(&item.what)) return shape->box;
  if (const auto* icon = std::get_if<Icon>(&item.what)) return icon->box;
  if (const auto* picture = std::get_if<Picture>(&item.what)) return picture->box;
  const TextLine& line = std::get<Text>(item.what).line;
  return {line.x, line.baseline + line.ink_top, line.width, line.ink_bottom - line.ink_top};
}

void Piece::add(const TextBlock& block, double x, double y, int step) {
  torn = torn || block.torn;
  for (const TextLine& line : block.lines) {
    Text text{line};
    text.line.x += x;
    text.line.baseline += y;
    items.emplace_back(std::move(text), step);
  }
}

void Piece::add(const Piece& piece, double x, double y) {
  torn = torn || piece.torn;
  const int first_step = static_cast<int>(steps.size());
  for (Item item : piece.items) {
    move(item, x, y);
    if (item.step >= 0) item.step += first_step;
    items.push_back(std::move(item));
  }
  steps.insert(steps.end(), piece.steps.begin(), piece.steps.end());
}

void Piece::make_step(std::string words, int after) {
  const int step = static_cast<int>(steps.size());
  for (Item& item : items)
    if (item.step < 0) item.step = step;
  steps.push_back({std::move(words), after});
}

void Piece::make_static() {
  for (Item& item : items)
    item.step = -1;
  steps.clear();
}

void Piece::mirror(double over_width) {
  const auto flip = [&](Box& box) { box.x = over_width - box.right(); };
  for (Item& item : items) {
    if (auto* shape = std::get_if<Shape>(&item.what)) flip(shape->box);
    if (auto* icon = std::get_if<Icon>(&item.what)) flip(icon->box);
    if (auto* picture = std::get_if<Picture>(&item.what)) {
      flip(picture->box);
      flip(picture->whole);
    }
    if (auto* text = std::get_if<Text>(&item.what))
      text->line.x = over_width - text->line.x - text->line.width;
  }
}

}  // namespace talkie
