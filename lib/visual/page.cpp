// SPDX-License-Identifier: LGPL-2.1-or-later
// The page that a layout fills: its unit, colours, type and free area.
#include <algorithm>
#include <cmath>

#include "visual/layout.h"

namespace talkie {

namespace {

// Films in a right-to-left language, and scenes that are mostly written in one.
bool reads_rtl(const Scene& scene) {
  if (is_rtl_language(scene.film.language)) return true;
  LetterCount count;
  for_each_text(scene, [&](std::string_view text, bool code) {
    const LetterCount letters = code ? LetterCount{} : count_letters(text);
    count.ltr += letters.ltr;
    count.rtl += letters.rtl;
  });
  return count.rtl > count.ltr;
}

constexpr double kPageNumberFoot = 3.4;  // u; from the frame's lower edge

bool will_have_captions(const Scene& scene) {
  return scene.film.captions != CaptionMode::none &&
         std::any_of(scene.narration.begin(), scene.narration.end(), [](const NarrationStep& step) {
           return std::holds_alternative<Utterance>(step);
         });
}

}  // namespace

Page::Page(const Scene& s, const Theme& t, Size frame, const Content& c,
           const std::vector<Figure>& f)
    : scene(s),
      theme(t),
      size(frame),
      content(c),
      figures(f),
      u(unit_of(frame)),
      upright(frame.height > frame.width * 1.2),
      rtl(reads_rtl(s)),
      captioned(will_have_captions(s)),
      on_picture(false),
      palette(palette_on(t, ground_of(t, s).colour)) {
  const double side = theme.margin * u *
                      (upright                            ? 0.8
                       : frame.width < frame.height * 1.3 ? 0.86
                                                          : 1);
  const double top = upright ? std::max(side, 0.1 * size.height) : std::min(side, 6.2 * u);
  double bottom = upright ? std::max(side, 0.12 * size.height) : side;
  if (captioned)
    bottom = std::max(bottom, caption_zone_px(caption_style_of(theme, scene, size)) + 1.25 * u);
  area = {side, top, size.width - 2 * side, size.height - top - bottom};
}

Piece empty_page(const Page& page, PageKind kind) {
  Piece piece;
  piece.width = page.width();
  piece.height = page.height();
  add_decorations(page, piece, kind);
  return piece;
}

Typeface Page::face(TextRole role, double fit_now) const {
  const TypeStyle& style = theme.style(role);
  const double scale = upright_scale(size);
  Typeface face;
  face.family = theme.families[static_cast<size_t>(style.font)];
  face.mono_family = theme.families[static_cast<size_t>(TypeStyle::Font::mono)];
  face.behind = theme.families_behind();
  const double largest = style.size * scale;
  face.size = largest * std::pow(style.smallest / largest, fit_now) * u;
  face.weight = style.weight;
  face.italic = style.italic;
  face.upper = style.upper;
  face.tracking = style.tracking * face.size;
  face.leading = style.leading * face.size;
  switch (role) {
    case TextRole::kicker:
      face.colour = accent_text();
      break;
    case TextRole::subtitle:
    case TextRole::footer:
      face.colour = palette.muted;
      break;
    default:
      face.colour = palette.text;
  }
  // Words that matter are heavier; in large type, which is heavy already, they take the accent.
  const bool by_colour = role == TextRole::statement;
  face.strong_colour = by_colour ? accent_text() : face.colour;
  face.strong_weight = by_colour ? style.weight : std::clamp(style.weight + 200, 700, 900);
  return face;
}

TextBlock Page::text(const RichText& text, const Typeface& face, double max_width, Flow flow,
                     Align align) const {
  return set_text(text, face, {max_width, flow, align, rtl, scene.film.language});
}

double Page::hang(const Typeface& face) const {
  return rtl ? 0 : side_bearing(face);
}

const Figure* Page::figure_of(const Block& block) const {
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [&](const Figure& figure) { return figure.block == &block; });
  return found == figures.end() ? nullptr : &*found;
}

void Page::use_drawing(std::string_view layout) {
  drawn = on_picture ? nullptr : theme.drawn_for(layout, size);
  if (!drawn) return;
  if (!drawn->ground.empty() && scene.background.empty())
    palette = palette_on(theme, colour_of(theme.palette, drawn->ground).value_or(palette.ground));
  if (const std::optional<Box> body = box("body")) area = *body;
}

std::optional<Box> Page::box(std::string_view name) const {
  if (!drawn) return {};
  const auto found = drawn->boxes.find(name);
  if (found == drawn->boxes.end()) return {};
  const LayoutBox& share = found->second;
  Box box{share.x * width(), share.y * height(), share.width * width(), share.height * height()};
  if (captioned) {
    const double foot = height() - caption_zone_px(caption_style_of(theme, scene, size)) - 1.25 * u;
    const double left = std::max(0.0, std::min(box.bottom(), foot) - box.y);
    // A line that the captions would cover stands elsewhere.
    if (left < box.height && name != "body" && name != "title") return {};
    box.height = left;
  }
  return box;
}

Page Page::in_box(std::string_view name) const {
  Page page = *this;
  // On a ground of the scene's own nothing is drawn.
  if (!drawn || !scene.background.empty()) return page;
  const auto found = drawn->boxes.find(name);
  if (found != drawn->boxes.end() && !found->second.ground.empty())
    page.palette =
        palette_on(theme, colour_of(theme.palette, found->second.ground).value_or(palette.ground));
  return page;
}

RichText plain(std::string_view text) {
  return {Span{std::string(text)}};
}

Piece text_piece(const Page& page, const RichText& text, TextRole role, double width, Flow flow) {
  const Typeface face = page.face(role);
  const TextBlock block = page.text(text, face, width, flow);
  Piece piece;
  piece.width = block.width;
  piece.height = block.height;
  piece.add(block, -page.hang(face), 0);
  return piece;
}

Piece footer_piece(const Page& page) {
  RichText line;
  for (const RichText& footer : page.content.footers) {
    if (!line.empty()) line.push_back({" · "});
    line.insert(line.end(), footer.begin(), footer.end());
  }
  return text_piece(page, line, TextRole::footer, page.area.width);
}

void Page::reserve_footer() {
  if (content.footers.empty() || box("footer")) return;
  const double height = footer_piece(*this).height;
  footer_y = area.bottom() - height;
  area.height -= height + u;
}

}  // namespace talkie
