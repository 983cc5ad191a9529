// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/drawing.h"

#include <algorithm>
#include <iterator>

#include "visual/svg_steps.h"

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
  if (auto* vector = std::get_if<Vector>(&item.what)) shift(vector->box);
  if (auto* text = std::get_if<Text>(&item.what)) {
    text->line.x += dx;
    text->line.baseline += dy;
  }
}

// What is seen of a part of a drawing.
Box bounds_of_part(const Picture& picture) {
  const Box& whole = picture.whole;
  const Box& part = picture.part->place;
  const double x = std::max(whole.x + part.x * whole.width, picture.box.x);
  const double y = std::max(whole.y + part.y * whole.height, picture.box.y);
  return {x, y, std::min(whole.x + part.right() * whole.width, picture.box.right()) - x,
          std::min(whole.y + part.bottom() * whole.height, picture.box.bottom()) - y};
}

}  // namespace

Box bounds_of(const Item& item) {
  if (const auto* shape = std::get_if<Shape>(&item.what)) return shape->box;
  if (const auto* icon = std::get_if<Icon>(&item.what)) return icon->box;
  if (const auto* picture = std::get_if<Picture>(&item.what))
    return picture->part ? bounds_of_part(*picture) : picture->box;
  if (const auto* vector = std::get_if<Vector>(&item.what)) {
    const double scale = vector->box.width / vector->width;
    return {vector->box.x + vector->seen.x * scale, vector->box.y + vector->seen.y * scale,
            vector->seen.width * scale, vector->seen.height * scale};
  }
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

namespace {

void move(LayerPlan& plan, double dx, double dy) {
  plan.box.x += dx;
  plan.box.y += dy;
  if (!plan.window) return;
  plan.window->x += dx;
  plan.window->y += dy;
}

// Every moment of a plan that counts in steps.
template <typename Look>
void for_each_when(LayerPlan& plan, Look look) {
  for (Move& move : plan.moves)
    look(move.when);
  for (ViewMove& move : plan.views)
    look(move.when);
  if (plan.leaves) look(*plan.leaves);
  look(plan.begins);
}

template <typename Look>
void for_each_step(Piece& piece, Look look) {
  for (LayerPlan& plan : piece.layers)
    for_each_when(plan, [&](When& when) {
      if (when.kind == When::Kind::step) look(when.index);
    });
}

}  // namespace

void Piece::add(const Piece& piece, double x, double y) {
  torn = torn || piece.torn;
  const int first_step = static_cast<int>(steps.size());
  const int first_layer = static_cast<int>(layers.size());
  const size_t items_below = items.size();
  for (Item item : piece.items) {
    move(item, x, y);
    if (item.step >= 0) item.step += first_step;
    if (item.layer >= 0) item.layer += first_layer;
    items.push_back(std::move(item));
  }
  for (LayerPlan plan : piece.layers) {
    move(plan, x, y);
    for_each_when(plan, [&](When& when) {
      if (when.kind == When::Kind::step) when.index += first_step;
    });
    if (plan.step >= 0) plan.step += first_step;
    plan.above += items_below;
    layers.push_back(std::move(plan));
  }
  for (Name name : piece.names) {
    name.box.x += x;
    name.box.y += y;
    if (name.layer >= 0) name.layer += first_layer;
    if (name.step >= 0) name.step += first_step;
    names.push_back(std::move(name));
  }
  steps.insert(steps.end(), piece.steps.begin(), piece.steps.end());
}

int Piece::add_layer(LayerPlan plan) {
  plan.above = items.size();
  layers.push_back(std::move(plan));
  return static_cast<int>(layers.size()) - 1;
}

void Piece::make_step(std::string words, int after) {
  for (Item& item : items)
    ++item.step;
  for (LayerPlan& plan : layers)
    ++plan.step;
  for (Name& name : names)
    ++name.step;
  for_each_step(*this, [](int& step) { ++step; });
  steps.insert(steps.begin(), {std::move(words), after});
}

void Piece::make_static() {
  std::vector<bool> used(steps.size());
  for_each_step(*this, [&](int& step) { used[static_cast<size_t>(step)] = true; });
  for (Item& item : items)
    item.step = -1;
  for (LayerPlan& plan : layers)
    plan.step = -1;
  for (Name& name : names)
    name.step = -1;
  std::vector<Step> kept;
  std::vector<int> numbers;
  for (size_t i = 0; i < steps.size(); ++i) {
    numbers.push_back(static_cast<int>(kept.size()));
    if (used[i]) kept.push_back(std::move(steps[i]));
  }
  for_each_step(*this, [&](int& step) { step = numbers[static_cast<size_t>(step)]; });
  steps = std::move(kept);
}

void Piece::forget_first_step() {
  for (Item& item : items)
    item.step = std::max(item.step - 1, -1);
  for (Name& name : names)
    name.step = std::max(name.step - 1, -1);
  for (LayerPlan& plan : layers) {
    plan.step = std::max(plan.step - 1, -1);
    for_each_when(plan, [](When& when) {
      if (when.kind != When::Kind::step) return;
      if (when.index-- == 0) when = {When::Kind::start, 0, when.delay};
    });
  }
  steps.erase(steps.begin());
}

void Piece::keep_above_boxes() {
  const auto covers = [](const Box& a, const Box& b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
  };
  std::vector<LayerPlan> boxes;
  std::ranges::copy_if(layers, std::back_inserter(boxes), &LayerPlan::fills_box);
  int raised = -1;  // the layer of items between the same two boxes
  for (size_t i = 0; i < items.size() && !boxes.empty(); ++i) {
    if (std::ranges::any_of(boxes, [&](const LayerPlan& box) { return box.above == i; }))
      raised = -1;
    Item& item = items[i];
    const bool hidden =
        item.step < 0 && item.layer < 0 && std::ranges::any_of(boxes, [&](const LayerPlan& box) {
          return box.above <= i && covers(box.box, bounds_of(item));
        });
    if (!hidden) continue;
    if (raised < 0) {
      LayerPlan plan;
      plan.enter = Enter::Kind::none;
      raised = add_layer(std::move(plan));
    }
    item.layer = raised;
  }
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
    if (auto* vector = std::get_if<Vector>(&item.what)) flip(vector->box);
    if (auto* text = std::get_if<Text>(&item.what))
      text->line.x = over_width - text->line.x - text->line.width;
  }
  for (LayerPlan& plan : layers) {
    flip(plan.box);
    if (plan.window) flip(*plan.window);
    for (Move& move : plan.moves)
      move.to.dx = -move.to.dx;
  }
  for (Name& name : names)
    flip(name.box);
}

}  // namespace talkie
