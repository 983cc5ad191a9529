// SPDX-License-Identifier: LGPL-2.1-or-later
// What a page is made of before it is SVG: things at places, that can be moved and mirrored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "visual/theme.h"
#include "visual/typography.h"
#include "visual/visual.h"

namespace talkie {

// In pixels from the frame's top left corner, or that of the piece it belongs to.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  [[nodiscard]] double right() const { return x + width; }
  [[nodiscard]] double bottom() const { return y + height; }
};

struct Shape {
  Box box;
  double radius = 0;
  uint32_t fill = 0;
  double opacity = 1;
  std::optional<uint32_t> fill_end = {};  // a gradient along the reading direction
  double fade = 0;                        // over so many pixels from its upper edge it comes in
  double stroke = 0;                      // > 0: an outline of this width and no filling
  double dash = 0;
  std::string id = {};
};

// A drawing of straight and curved strokes on a 24 x 24 grid.
struct Icon {
  Box box;
  std::string path;
  uint32_t colour = 0;
  double stroke = 1.6;  // on the grid
};

struct Picture {
  Box box;    // what is seen of it
  Box whole;  // where all of it would be
  double radius = 0;
  std::string uri;
  std::string words;  // what it shows, for those who cannot see it
};

struct Text {
  TextLine line;  // x and baseline as those of a Box
};

struct Item {
  using What = std::variant<Shape, Icon, Picture, Text>;
  Item(What w, int s) : what(std::move(w)), step(s) {}

  What what;
  int step;  // -1: there from the start
};

// Where an item stands: for text the box of its letters.
Box bounds_of(const Item& item);

// A part of a page with its size, at 0, 0 until it is placed.
struct Piece {
  double width = 0;
  double height = 0;
  std::vector<Item> items;
  std::vector<Step> steps;  // Item::step counts in these
  bool torn = false;        // holds a word, or a short cell, that had to be broken

  void add(Shape shape, int step = -1) { items.emplace_back(std::move(shape), step); }
  void add(Icon icon, int step = -1) { items.emplace_back(std::move(icon), step); }
  void add(Picture picture, int step = -1) { items.emplace_back(std::move(picture), step); }
  // The block's lines with its top at `y` and its starting edge at `x`.
  void add(const TextBlock& block, double x, double y, int step = -1);
  // All of `piece`, steps included, with its top left corner at x, y.
  void add(const Piece& piece, double x, double y);
  // Makes all that is not yet part of a step come in together.
  void make_step(std::string words, int after);
  void make_static();
  // Left becomes right within `over_width`; letters stay as they are.
  void mirror(double over_width);
};

struct PageFrame {
  Size size;
  Ground ground;
  std::string language;
  std::string title;  // for readers of the SVG; may be empty
};

// The document: the ground, then what is there from the start, then one group a step.
std::string to_svg(const Piece& page, const PageFrame& frame);

}  // namespace talkie
