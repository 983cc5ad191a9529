// SPDX-License-Identifier: LGPL-2.1-or-later
// Pages of large type: the film's title, a section's name, the closing page.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

// A thin line with the first of the small prints at its start and the last one at its end.
// Returns where the line is.
double add_footer(const Page& page, Piece& piece, const std::vector<RichText>& parts) {
  const Box& area = page.area;
  const Typeface face = page.face(TextRole::footer);
  RichText first = parts.front();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    first.push_back({" · "});
    first.insert(first.end(), parts[i].begin(), parts[i].end());
  }
  const double gap = 3 * page.u;
  TextBlock last;
  if (parts.size() > 1) last = page.text(parts.back(), face, 0.45 * area.width);
  const TextBlock text =
      page.text(first, face, area.width - (last.width > 0 ? last.width + gap : 0));
  const double height = std::max(text.height, last.height);
  const double y = area.bottom() - height;
  piece.add(text, area.x - page.hang(face), y);
  for (TextLine& line : last.lines)
    line.x = last.width - line.width;
  piece.add(last, area.right() - last.width, y);
  const double rule = y - 1.5 * page.u;
  piece.add(Shape{{area.x, rule, area.width, page.u / 12}, 0, page.palette.text, 0.14});
  return rule;
}

// The large text with what belongs to it.
Piece large_block(const Page& page, const RichText& large, TextRole role, double width) {
  const double u = page.u;
  const Decorations& look = page.theme.decorations;
  Piece block = text_piece(page, large, role, width, Flow::balanced);
  if (look.rule_width > 0) {
    block.height += 1.4 * u;
    block.add(Shape{.box = {0, block.height, look.rule_width * u, look.rule_height * u},
                    .radius = look.rule_height * u / 2,
                    .fill = page.palette.accent,
                    .fill_end = page.palette.accent_2});
    block.height += look.rule_height * u;
  }
  if (!page.content.subtitle.empty()) {
    const Piece subtitle = text_piece(page, page.content.subtitle, TextRole::subtitle,
                                      std::min(width, 46 * u), Flow::balanced);
    block.height += 1.5 * u;
    block.add(subtitle, 0, block.height);
    block.height += subtitle.height;
    block.width = std::max(block.width, subtitle.width);
  }
  return block;
}

// As the theme's drawing says.
std::optional<Piece> drawn_page(const Page& page, const RichText& large, TextRole role,
                                const std::vector<RichText>& footers) {
  const Box place = *page.box("title");
  Piece piece = empty_page(page, PageKind::large);
  const Page there = page.in_box("title");
  Piece block = large_block(there, large, role, place.width);
  if (!page.content.kicker.empty()) {
    const auto box = page.box("kicker");
    const Piece kicker = text_piece(page.in_box(box ? "kicker" : "title"), page.content.kicker,
                                    TextRole::kicker, box ? box->width : place.width);
    if (box) {
      piece.add(kicker, box->x, box->y + upright_in(page, "kicker", *box, kicker.height));
    } else {
      Piece both = kicker;
      both.height += 1.4 * page.u;
      both.add(block, 0, both.height);
      both.height += block.height;
      both.width = std::max(kicker.width, block.width);
      block = std::move(both);
    }
  }
  const auto foot = page.box("footer");
  Piece line;
  for (const RichText& footer : footers) {
    const Piece part = text_piece(page.in_box(foot ? "footer" : "title"), footer, TextRole::footer,
                                  foot ? foot->width : place.width);
    line.add(part, 0, line.height);
    line.height += part.height;
  }
  if (foot) {
    piece.add(line, foot->x, foot->y + upright_in(page, "footer", *foot, line.height));
  } else if (line.height > 0) {
    block.add(line, 0, block.height + 1.6 * page.u);
    block.height += 1.6 * page.u + line.height;
  }
  if (block.height > place.height || block.width > place.width + 1) return {};
  piece.add(block, place.x, place.y + upright_in(page, "title", place, block.height));
  return piece;
}

// Kicker at the top, the large text in the middle, the footer at the foot.
std::optional<Piece> large_page(const Page& page, const RichText& large, TextRole role,
                                const std::vector<RichText>& footers) {
  if (page.box("title")) return drawn_page(page, large, role, footers);
  const double u = page.u;
  const Box& area = page.area;
  Piece piece = empty_page(page, PageKind::large);
  double top = area.y;
  double bottom = area.bottom();
  if (!footers.empty()) bottom = add_footer(page, piece, footers) - 2.2 * u;
  const Piece block = large_block(page, large, role, area.width);
  Piece kicker;
  if (!page.content.kicker.empty()) {
    kicker = text_piece(page, page.content.kicker, TextRole::kicker, area.width);
    top += kicker.height + 1.6 * u;
  }
  if (block.height > bottom - top || block.width > area.width + 1) return {};
  const double middle = page.height() * (page.upright ? 0.45 : 0.48) - block.height / 2;
  const double y = std::clamp(middle, top, bottom - block.height);
  piece.add(block, area.x, y);
  // On upright pages the top is far away; the kicker keeps to its title.
  piece.add(kicker, area.x, page.upright ? y - kicker.height - 1.6 * u : area.y);
  return piece;
}

RichText name_of(const Page& page) {
  if (page.content.heading) return page.content.heading->text;
  return plain(page.scene.film.title);
}

}  // namespace

std::optional<Piece> lay_out_title(const Page& page) {
  std::vector<RichText> footers = page.content.footers;
  if (footers.empty() && !page.scene.film.author.empty())
    footers.push_back(plain(page.scene.film.author));
  return large_page(page, name_of(page), TextRole::hero, footers);
}

std::optional<Piece> lay_out_section(const Page& page) {
  return large_page(page, name_of(page), TextRole::section, page.content.footers);
}

std::optional<Piece> lay_out_closing(const Page& page) {
  if (page.box("title"))
    return drawn_page(page, name_of(page), TextRole::section, page.content.footers);
  const double u = page.u;
  const Box& area = page.area;
  Piece piece = empty_page(page, PageKind::closing);
  Piece block;
  const auto add_centred = [&](const RichText& text, TextRole role, double gap, double width) {
    if (text.empty()) return;
    const TextBlock set = page.text(text, page.face(role), width, Flow::balanced, Align::centre);
    if (block.height > 0) block.height += gap;
    block.add(set, (area.width - width) / 2, block.height);
    block.height += set.height;
    block.width = std::max(block.width, set.width);
  };
  add_centred(page.content.kicker, TextRole::kicker, 0, area.width);
  add_centred(name_of(page), TextRole::section, 1.2 * u, area.width);
  block.height += 1.6 * u;
  const double rule = 4.667 * u;
  const double thickness = std::max(page.theme.decorations.rule_height, 0.2) * u;
  block.add(Shape{.box = {(area.width - rule) / 2, block.height, rule, thickness},
                  .radius = thickness / 2,
                  .fill = page.palette.accent,
                  .fill_end = page.theme.decorations.rule_width > 0 ? page.palette.accent_2
                                                                    : page.palette.accent});
  block.height += thickness;
  add_centred(page.content.subtitle, TextRole::subtitle, 1.6 * u, std::min(area.width, 46 * u));
  for (const RichText& footer : page.content.footers)
    add_centred(footer, TextRole::footer, 1.2 * u, std::min(area.width, 50 * u));
  if (block.height > area.height || block.width > area.width + 1) return {};
  const double middle = page.height() * (page.upright ? 0.45 : 0.48) - block.height / 2;
  piece.add(block, area.x, std::clamp(middle, area.y, area.bottom() - block.height));
  return piece;
}

}  // namespace talkie
