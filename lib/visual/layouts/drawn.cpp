// SPDX-License-Identifier: LGPL-2.1-or-later
// Diagrams, formulas and charts: what others drew, in parts, on a page of ours.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

// Of the body's size: a small diagram is not blown up, a formula is set in large type.
constexpr double kLargestText = 1.25;
constexpr double kLargestFormula = 2.1;
constexpr size_t kLongestName = 40;

// The steps of a drawing by the order of its parts, in which they come in.
std::map<int, int> make_steps(Piece& piece, const Drawn& drawn, int after) {
  std::map<int, std::string> words;
  for (const DrawnPart& part : drawn.parts)
    if (part.order >= 0) {
      std::string& all = words[part.order];
      all += (all.empty() ? "" : " ") + part.words;
    }
  std::map<int, int> steps;
  for (const auto& [order, text] : words) {
    steps[order] = static_cast<int>(piece.steps.size());
    piece.steps.push_back({text, after});
  }
  return steps;
}

// One layer for the parts of a step that come in alike.
int layer_for(Piece& piece, std::map<std::pair<int, Enter::Kind>, int>& layers, int step,
              Enter::Kind enter) {
  const auto [entry, is_new] = layers.try_emplace({step, enter}, 0);
  if (is_new) {
    LayerPlan plan;
    plan.enter = enter;
    entry->second = piece.add_layer(std::move(plan));
  }
  return entry->second;
}

}  // namespace

Piece drawn_piece(const Page& page, const Figure& figure, double width, double height) {
  const Drawn& drawn = *figure.drawn;
  double scale = std::min(width / drawn.width, height / drawn.height);
  const auto* drawing = std::get_if<Drawing>(&figure.block->content);
  const bool formula = drawing && drawing->kind == Drawing::Kind::math;
  const double largest = formula ? kLargestFormula : kLargestText;
  if (drawn.text_size > 0)
    scale = std::min(scale, largest * page.face(TextRole::body, 0).size / drawn.text_size);
  Piece piece;
  piece.width = drawn.width * scale;
  piece.height = drawn.height * scale;
  const auto defs = drawn.defs.empty() ? nullptr : std::make_shared<const std::string>(drawn.defs);
  const std::map<int, int> steps = make_steps(piece, drawn, figure.block->after);
  std::map<std::pair<int, Enter::Kind>, int> layers;
  for (const DrawnPart& part : drawn.parts) {
    const Box place{part.box.x * scale, part.box.y * scale, part.box.width * scale,
                    part.box.height * scale};
    const int step = part.order >= 0 ? steps.at(part.order) : -1;
    const int layer = step >= 0 ? layer_for(piece, layers, step, part.enter) : -1;
    if (!part.svg.empty()) {
      Vector vector{
          {0, 0, piece.width, piece.height}, drawn.width, drawn.height, part.box, defs, part.svg};
      piece.items.emplace_back(std::move(vector), step, layer);
    }
    if (!part.id.empty()) piece.names.push_back({part.id, place, -1, step});
    if (!part.words.empty() && part.words != part.id && part.words.size() <= kLongestName)
      piece.names.push_back({part.words, place, -1, step});
  }
  return piece;
}

}  // namespace talkie
