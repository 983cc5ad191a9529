// SPDX-License-Identifier: LGPL-2.1-or-later
// What a page is made of before it is SVG: things at places, that can be moved and mirrored.
#pragma once

#include <cstdint>
#include <memory>
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
  bool filled = false;
};

struct SvgPart;  // svg_steps.h

struct Picture {
  Box box;    // what is seen of it
  Box whole;  // where all of it would be
  double radius = 0;
  std::string uri;
  std::string words;    // what it shows, for those who cannot see it
  int orientation = 1;  // EXIF's: how it has to be turned; the boxes are as it is then
  // What is painted in place of the file: a drawing, or a part of it.
  std::shared_ptr<const SvgPart> part = nullptr;
};

struct Text {
  TextLine line;  // x and baseline as those of a Box
};

// A part of a drawing in a language of its own, as the SVG that it became.
struct Vector {
  Box box;           // where the whole drawing stands
  double width = 0;  // of the drawing, in its own units
  double height = 0;
  Box seen;                                 // the part's own place, in those units
  std::shared_ptr<const std::string> defs;  // what its elements refer to; may be null
  std::string svg;
};

// What items do besides coming in with their step; those with the same plan move as one.
struct LayerPlan {
  std::optional<Enter::Kind> enter;  // else as the theme says
  std::vector<Move> moves;
  std::optional<Box> window;  // only what is inside of it is seen
  std::optional<When> leaves;
  // What fills `box` in place of items, over the piece's first `above` items:
  Box box;
  size_t above = 0;
  int step = -1;  // with which it comes in
  std::shared_ptr<const Animation> animation;
  std::shared_ptr<const ClipLayer> clip;
  int after = 0;  // Block::after of the clip
  When begins;
  std::string picture;          // a file's path, of which `views` show a part,
  std::vector<ViewMove> views;  // in shares of its width and height
  double radius = 0;            // of the box's corners
  [[nodiscard]] bool fills_box() const { return animation || clip || !picture.empty(); }
};

struct Item {
  using What = std::variant<Shape, Icon, Picture, Text, Vector>;
  Item(What w, int s, int l = -1) : what(std::move(w)), step(s), layer(l) {}

  What what;
  int step;                 // of Piece::steps; -1: there from the start
  int layer = -1;           // of Piece::layers; -1: moves with its step
  bool decoration = false;  // not what the page is about: a logo, a page number
};

// Where an item stands: for text the box of its letters.
Box bounds_of(const Item& item);

// A part of a page with its size, at 0, 0 until it is placed.
struct Piece {
  double width = 0;
  double height = 0;
  std::vector<Item> items;
  std::vector<Step> steps;        // Item::step and When count in these
  std::vector<LayerPlan> layers;  // Item::layer counts in these
  // What cues can name: a node of a diagram, a line of code, an item of a list.
  struct Name {
    std::string name;
    Box box;
    int layer = -1;  // that can be lit by itself
    int step = -1;   // with which it comes in
  };
  std::vector<Name> names;
  bool torn = false;  // holds a word, or a short cell, that had to be broken

  void add(Shape shape, int step = -1) { items.emplace_back(std::move(shape), step); }
  void add(Icon icon, int step = -1) { items.emplace_back(std::move(icon), step); }
  void add(Picture picture, int step = -1) { items.emplace_back(std::move(picture), step); }
  // The block's lines with its top at `y` and its starting edge at `x`.
  void add(const TextBlock& block, double x, double y, int step = -1);
  // All of `piece`, steps included, with its top left corner at x, y.
  void add(const Piece& piece, double x, double y);
  // A new layer; its index.
  int add_layer(LayerPlan plan);
  // Makes all that is not yet part of a step come in together, before the other steps.
  void make_step(std::string words, int after);
  // Everything is there from the start; what still moves keeps the steps that it moves with.
  void make_static();
  // What comes in with it is there from the start.
  void forget_first_step();
  // What lies over a layer that fills a box, and is there from the start, stays over it.
  void keep_above_boxes();
  // Left becomes right within `over_width`; letters stay as they are.
  void mirror(double over_width);
};

// A layer of a page: the group with that id in its SVG, or what fills the plan's box.
struct PageLayer {
  std::string group;
  int step = -1;
  LayerPlan plan;
};
// From back to front.
std::vector<PageLayer> layers_of(const Piece& page);

// What a layer's group is painted from, or (without a name) what is there from the start: elements
// of the page's SVG, and between them the drawings that are painted from documents of their own.
struct GroupRun {
  std::string id;  // of an element; empty: the whole SVG
  std::vector<const Item*> items;
  const Picture* drawing = nullptr;  // instead of the element
};
// From back to front.
std::vector<GroupRun> runs_of(const Piece& page, const std::string& group);

// What a page does over time, besides what its SVG says.
struct SlidePlan {
  Piece page;
  std::vector<WordPlace> cues;   // When counts in these
  std::vector<ViewMove> camera;  // empty: it stands still
  // For a morph: what of the first frame may be on another page too, each a group of the SVG.
  struct Part {
    std::string group;
    std::string name;
  };
  std::vector<Part> parts;
};
// Nothing has two parts of one name.
std::vector<SlidePlan::Part> parts_of(const Piece& page);

struct PageFrame {
  Size size;
  Ground ground;
  std::string language;
  std::string title;      // for readers of the SVG; may be empty
  bool in_parts = false;  // each of parts_of() is a group
};

// The document: the ground, then what is there from the start, then one group a layer.
std::string to_svg(const Piece& page, const PageFrame& frame);

}  // namespace talkie
