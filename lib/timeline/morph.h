// SPDX-License-Identifier: LGPL-2.1-or-later
// A transition in which the parts of a page go to where the next page has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "timeline/sprite.h"
#include "timeline/staged_page.h"
#include "timeline/yuv.h"

namespace talkie {

// A page in its parts, for the morph out of it and the one into it. The page's own layers that have
// names are parts too; the other ones belong to the ground. Points to the page.
class MorphPage {
 public:
  MorphPage(const Visual& visual, StagedPage& page);

  struct Part {
    std::string name;
    const Sprite* sprite = nullptr;  // one of these two
    const StagedLayer* layer = nullptr;
  };
  // Those that can be seen in a frame.
  [[nodiscard]] std::vector<Part> parts(int64_t frame) const;
  // What no part holds: by itself, and with the layers over it as they are in a frame.
  Planes ground() { return ground_.planes(); }
  void paint_ground(int64_t frame, const Rect& rect, const Planes& target);
  void collect_ground_changes(int64_t from, int64_t to, std::vector<Rect>& changes) const;
  [[nodiscard]] bool shows_ground_layers(int64_t frame, const Rect& rect) const;
  void collect_ground_layers(int64_t frame, std::vector<Rect>& rects) const;
  // The same when everything has come to rest.
  Planes settled_ground();

 private:
  struct NamedSprite {
    std::string name;
    Sprite sprite;
  };
  StagedPage& page_;
  Canvas ground_;
  std::vector<NamedSprite> parts_;
  std::optional<Canvas> settled_;
};

// From one page, as it came to rest, to another that is there in whole at frame `end`.
class Morph {
 public:
  Morph(MorphPage& before, MorphPage& after, int64_t end);

  // In the middle of it; positions are of kFineSteps.
  void paint(int64_t frame, int position, const Rect& rect, const Planes& target);
  // Adds where two of its frames differ.
  void collect_changes(int64_t from, int from_position, int64_t to, int to_position, Size size,
                       std::vector<Rect>& changes);

 private:
  // A part as it is on one page.
  struct Side {
    Texture texture;
    Box seen;
    Box place;
    bool is_cut = false;
    int opacity = 256;
  };
  struct Pair {
    std::optional<MorphPage::Part> before;
    std::optional<MorphPage::Part> after;
  };

  [[nodiscard]] static Side side_of(const MorphPage::Part& part, int64_t frame);
  static Rect rect_of(const MorphPage::Part& part, int64_t frame);
  static void fade(const MorphPage::Part& part, int64_t frame, int share, const Rect& rect,
                   const Planes& target);
  [[nodiscard]] Rect rect_of(const Pair& pair, int64_t frame, int position, Size size) const;
  void move(const Pair& pair, int position, const Rect& rect, const Planes& target) const;

  MorphPage& before_;
  MorphPage& after_;
  int64_t end_;
  std::vector<Pair> pairs_;                 // in the order in which they are painted
  std::optional<std::vector<Rect>> apart_;  // where the two grounds differ
};

}  // namespace talkie
