// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands on a page besides its content: the theme's drawing, bar, frame, logo, page number,
// progress; and a background picture.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kPageNumberFoot = 3.4;  // u; from the frame's lower edge
constexpr double kLogoMiddle = 3;        // u; from the frame's edge

// As SVG writes it, in every locale.
std::string number(double value) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                          std::chars_format::fixed, 3);
  return {digits.data(), error == std::errc{} ? end : digits.data()};
}

// A drawing as large as the frame.
Vector over_all(const Page& page, std::string svg) {
  const Box frame{0, 0, page.width(), page.height()};
  return {.box = frame,
          .width = page.width(),
          .height = page.height(),
          .seen = frame,
          .defs = nullptr,
          .svg = std::move(svg)};
}

// The corner, or the one above it: upright pages have captions and controls at their foot.
Logo::Corner corner_of(const Page& page) {
  using Corner = Logo::Corner;
  const Corner corner = page.theme.logo.corner;
  if (page.width() > page.height() * 1.3) return corner;
  if (corner == Corner::bottom_left) return Corner::top_left;
  if (corner == Corner::bottom_right) return Corner::top_right;
  return corner;
}

void add_logo(const Page& page, Piece& piece) {
  using Corner = Logo::Corner;
  const Logo& logo = page.theme.logo;
  if (logo.picture.empty()) return;
  const double u = page.u;
  const double aspect = static_cast<double>(logo.picture.size.width) / logo.picture.size.height;
  Box place;
  if (const auto box = page.box("logo")) {
    place.height = std::min(box->height, box->width / aspect);
    place.width = place.height * aspect;
    place.x = box->x;
    place.y = box->y + (box->height - place.height) / 2;
  } else {
    const Corner corner = corner_of(page);
    const bool left = corner == Corner::top_left || corner == Corner::bottom_left;
    const bool top = corner == Corner::top_left || corner == Corner::top_right;
    const double inset = page.theme.decorations.frame_inset;
    const double middle = inset > 0 ? inset + 0.5 * logo.size + 0.4 : kLogoMiddle;
    place.height = logo.size * u;
    place.width = std::min(place.height * aspect, 0.3 * page.width());
    place.height = place.width / aspect;
    // On the text's edge of pages that are not drawn: the same place on all of them.
    const Page plain_page(page.scene, page.theme, page.size, page.content, page.figures);
    place.x = left ? plain_page.area.x : plain_page.area.right() - place.width;
    place.y = (top ? middle * u : page.height() - middle * u) - place.height / 2;
  }
  piece.add(Picture{.box = place, .whole = place, .uri = logo.picture.uri});
}

// Written large across the page, or a picture in its middle.
void add_watermark(const Page& page, Piece& piece) {
  const Watermark& mark = page.theme.watermark;
  if (mark.empty()) return;
  const double width = page.width();
  const double height = page.height();
  std::string svg = "<g opacity=\"" + number(mark.opacity) + "\">";
  if (!mark.picture.empty()) {
    const double side = 0.6 * std::min(width, height);
    svg += "<image x=\"" + number((width - side) / 2) + "\" y=\"" + number((height - side) / 2) +
           "\" width=\"" + number(side) + "\" height=\"" + number(side) + "\" href=\"" +
           mark.picture.uri + "\"/>";
  } else {
    const double letters = static_cast<double>(std::max<size_t>(4, count_characters(mark.text)));
    const double size = std::min(0.3 * height, 1.15 * width / letters);
    const std::string& family = page.theme.families[0];
    char colour[16];
    std::snprintf(colour, sizeof colour, "#%06x", page.palette.text);
    svg += "<text text-anchor=\"middle\" font-weight=\"800\" font-size=\"" + number(size) +
           "\" font-family=\"" + escape_xml(family) + "\" fill=\"" + colour + "\" y=\"" +
           number(0.36 * size) + "\" transform=\"translate(" + number(width / 2) + " " +
           number(height / 2) + ") rotate(-18)\">" + escape_xml(mark.text) + "</text>";
  }
  piece.items.emplace_back(over_all(page, svg + "</g>"), -1);
}

// How far the film has come, scene by scene.
void add_progress(const Page& page, Piece& piece) {
  const ProgressBar& progress = page.theme.progress;
  if (progress.height <= 0 || page.scene.count < 2) return;
  const double height = progress.height * page.u;
  const double y = progress.at_top ? 0 : page.height() - height;
  const double share = static_cast<double>(page.scene.index + 1) / page.scene.count;
  piece.add(Shape{{0, y, page.width(), height}, 0, page.palette.text, 0.1});
  piece.add(Shape{{0, y, page.width() * share, height}, 0, page.palette.accent});
}

void add_page_number(const Page& page, Piece& piece) {
  if (!page.theme.decorations.page_numbers || page.upright || page.scene.count < 2) return;
  const Page there = page.in_box("number");
  const TextBlock number = page.text(plain(std::to_string(page.scene.index + 1)),
                                     there.face(TextRole::footer), page.width(), Flow::single);
  // Not above the captions, as other boxes are: it is small, and stands beside them.
  if (page.drawn && page.drawn->boxes.contains("number")) {
    const LayoutBox& box = page.drawn->boxes.find("number")->second;
    piece.add(number, box.x * page.width(),
              box.y * page.height() + (box.height * page.height() - number.height) / 2);
    return;
  }
  const double foot = page.height() - kPageNumberFoot * page.u;
  const bool taken =
      !page.theme.logo.picture.empty() && corner_of(page) == Logo::Corner::bottom_right;
  piece.add(number, taken ? page.area.x : page.area.right() - number.width, foot - number.height);
}

void add_footer_line(const Page& page, Piece& piece) {
  if (page.footer_y) piece.add(footer_piece(page), page.area.x, *page.footer_y);
  const auto box = page.box("footer");
  if (!box || page.content.footers.empty()) return;
  Page there = page.in_box("footer");
  there.area = *box;
  const Piece footer = footer_piece(there);
  piece.add(footer, box->x, box->y + upright_in(page, "footer", *box, footer.height));
}

}  // namespace

void add_decorations(const Page& page, Piece& piece, PageKind kind) {
  const Decorations& look = page.theme.decorations;
  const double u = page.u;
  const bool on_ground = !page.content.background && kind != PageKind::picture;
  if (page.content.background && kind != PageKind::picture)
    add_full_picture(page, piece, *page.content.background, true);
  const size_t first = piece.items.size();
  if (on_ground) {
    // A ground that the scene has chosen is not painted over.
    if (page.drawn && page.scene.background.empty() && !page.drawn->drawing.empty()) {
      const Palette palette = palette_on(page.theme, ground_of(page.theme, page.scene).colour);
      piece.items.emplace_back(
          over_all(page, draw_layout(*page.drawn, palette, page.size, page.rtl)), -1);
    }
    if (kind == PageKind::large && look.title_bar > 0)
      piece.add(Shape{{0, 0, look.title_bar * u, page.height()}, 0, page.palette.accent});
    if (look.frame_inset > 0) {
      const double inset = look.frame_inset * u;
      piece.add(Shape{.box = {inset, inset, page.width() - 2 * inset, page.height() - 2 * inset},
                      .fill = page.palette.text,
                      .opacity = 0.18,
                      .stroke = u / 12});
    }
  }
  add_watermark(page, piece);
  add_progress(page, piece);
  add_logo(page, piece);
  if (kind == PageKind::content) {
    add_footer_line(page, piece);
    add_page_number(page, piece);
  }
  for (size_t i = first; i < piece.items.size(); ++i)
    piece.items[i].decoration = true;
}

}  // namespace talkie
