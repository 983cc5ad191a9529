// SPDX-License-Identifier: LGPL-2.1-or-later
// The search for the size at which all of a scene fits on its page.
#include "visual/layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "visual/cues.h"

namespace talkie {

namespace {

constexpr std::array<double, 6> kFits = {0, 0.2, 0.4, 0.6, 0.8, 1};

// Things that wait for their words must not leave a page without anything on it.
void show_something_at_once(Piece& piece) {
  const bool something = std::any_of(piece.items.begin(), piece.items.end(), [](const Item& item) {
    return item.step < 0 && !item.decoration &&
           (std::holds_alternative<Text>(item.what) || std::holds_alternative<Picture>(item.what) ||
            std::holds_alternative<Vector>(item.what));
  });
  const bool moving = std::ranges::any_of(
      piece.layers, [](const LayerPlan& plan) { return plan.fills_box() && plan.step < 0; });
  if (!something && !moving && !piece.steps.empty()) piece.forget_first_step();
}

// More text than a page can hold: it needs no measuring.
bool cannot_fit(const Scene& scene, Size size) {
  constexpr double kMostPerSquareUnit = 2.5;  // characters, at the smallest size
  size_t characters = 0;
  for_each_text(scene, [&](std::string_view text, bool) { characters += count_characters(text); });
  const double u = unit_of(size);
  const double square_units = size.width / u * (size.height / u);
  return static_cast<double>(characters) > kMostPerSquareUnit * square_units;
}

// Tries the layouts at one size after the other. A page on which a word is cut is the last choice.
std::optional<Piece> largest_that_fits(Page& page, const std::vector<Layout>& layouts) {
  std::optional<Piece> torn;
  for (const bool small_title : {false, true}) {
    page.small_title = small_title;
    for (const double fit : kFits) {
      if (small_title && fit < 0.7) continue;
      page.fit = fit;
      for (const Layout layout : layouts) {
        std::optional<Piece> piece = layout(page);
        if (piece && !piece->torn) return piece;
        if (piece && !torn) torn = std::move(piece);
      }
    }
    if (torn) return torn;
  }
  return {};
}

Error too_much(const Scene& scene, const Content& content) {
  std::string name = content.heading ? plain_text(content.heading->text) : "";
  if (count_characters(name) > 60) {
    size_t end = 57;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
      --end;
    name = name.substr(0, end) + "…";
  }
  const std::string which = name.empty() ? "this slide" : "the slide '" + name + "'";
  const std::string what = content.blocks.empty() ? "; shorten it" : "; split it in two with ---";
  return Error{ErrorKind::too_large,
               which + " has too much on it to be read, even at the smallest size" + what,
               {},
               scene.where};
}

}  // namespace

Result<Slide> lay_out(const Scene& scene, Size size, Problems& problems) {
  const Result<const Theme*> theme = find_theme(scene.theme);
  if (!theme) {
    Error error = theme.error();
    if (error.where == Place{}) error.where = scene.where;
    return error;
  }
  if (size.width < 1 || size.height < 1)
    return Error{ErrorKind::bad_value,
                 "a picture must be at least one pixel wide and high",
                 {},
                 scene.where};
  const std::vector<Figure> figures = find_figures(scene, **theme, size, problems);
  const Content content = sort_content(scene, figures);
  const LayoutKind& kind = choose_layout(scene, content, problems);
  if (cannot_fit(scene, size)) return too_much(scene, content);

  const Page plain_page(scene, **theme, size, content, figures);
  Page page = content.background ? on_picture(plain_page) : plain_page;
  page.use_drawing(kind.name);
  if (!kind.has_footer) page.reserve_footer();
  std::optional<Piece> piece = largest_that_fits(page, layouts_to_try(kind, page));
  // What the theme's drawing has no room for, the layout places by itself.
  if (!piece && page.drawn) {
    Page bare = plain_page;
    if (!kind.has_footer) bare.reserve_footer();
    piece = largest_that_fits(bare, layouts_to_try(kind, bare));
  }
  if (!piece) return too_much(scene, content);
  add_overlays(page, *piece);
  if (scene.narration.empty()) piece->make_static();
  show_something_at_once(*piece);
  piece->keep_above_boxes();
  if (page.rtl) piece->mirror(page.width());

  auto plan = std::make_shared<SlidePlan>();
  move_camera(page, *plan);
  if (auto followed = follow_cues(page, *piece, *plan); !followed) return followed.error();
  plan->page = *std::move(piece);
  if (scene.morphs) plan->parts = parts_of(plan->page);

  Slide slide;
  slide.plan = plan;
  slide.steps = plan->page.steps;
  slide.layout = kind.name;
  slide.svg =
      to_svg(plan->page, {size, ground_of(**theme, scene), scene.film.language,
                          content.heading ? plain_text(content.heading->text) : "", scene.morphs});
  return slide;
}

}  // namespace talkie
