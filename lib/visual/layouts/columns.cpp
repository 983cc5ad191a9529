// SPDX-License-Identifier: LGPL-2.1-or-later
// Two or three things beside one another; below one another on upright pages.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kColumnGap = 3.2;  // u

struct Beside {
  std::vector<const Block*> text;
  const Figure* figure = nullptr;
};

Beside split(const Page& page) {
  Beside beside;
  for (const Block* block : page.content.blocks) {
    const Figure* figure = page.figure_of(*block);
    if (figure && !beside.figure)
      beside.figure = figure;
    else
      beside.text.push_back(block);
  }
  return beside;
}

// The half of the page that a covering picture takes, out to the edges or to the theme's frame.
Piece bleeding_figure(const Page& page, const Figure& figure, double width) {
  const double inset = page.theme.decorations.frame_inset * page.u;
  Piece piece = figure_piece(page, figure, width - inset, page.height() - 2 * inset, true);
  for (Item& item : piece.items)
    if (auto* picture = std::get_if<Picture>(&item.what)) picture->radius = 0;
  return piece;
}

std::optional<Piece> beside_figure(const Page& page, const Beside& beside) {
  const double u = page.u;
  const Box& area = page.area;
  const Image& image = *beside.figure->image;
  const bool left = image.side == Image::Side::left;
  const bool cover = beside.figure->covers();
  const double gap = kColumnGap * u;
  const double text_width = area.width * (beside.text.empty() ? 0.4 : 0.5) - gap / 2;
  const double figure_width = area.width - text_width - gap;
  const double text_x = left ? area.right() - text_width : area.x;

  Piece piece = empty_page(page, PageKind::content);
  Piece figure =
      cover ? bleeding_figure(page, *beside.figure, figure_width + area.x)
            : figure_piece(page, *beside.figure, figure_width,
                           beside.figure->usable() ? area.height : 0.8 * area.height, false);
  const double inset = page.theme.decorations.frame_inset * u;
  if (cover)
    piece.add(figure, left ? inset : page.width() - inset - figure.width, inset);
  else
    piece.add(figure,
              (left ? area.x : area.right() - figure_width) + (figure_width - figure.width) / 2,
              area.y + (area.height - figure.height) / 2);

  const Piece head = head_piece(page, text_width);
  const double below = head.height > 0 && !beside.text.empty() ? (2.4 - page.fit) * u : 0;
  const double room = area.height - head.height - below;
  if (room < 0 || head.width > text_width + 1) return {};
  const std::optional<Piece> body = body_piece(page, beside.text, text_width, room);
  if (!body) return {};
  const double left_over = room - body->height;
  const double above = head.height > 0 && !beside.text.empty() ? 0 : 0.45 * left_over;
  piece.add(head, text_x, area.y + above);
  piece.add(*body, text_x,
            area.y + above + head.height + below + std::min(0.3 * (left_over - above), 3 * u));
  return piece;
}

Piece side_by_side(const Piece& first, const Piece& second, double width, double column) {
  Piece both;
  both.width = width;
  both.height = std::max(first.height, second.height);
  both.add(first, 0, 0);
  both.add(second, width - column, 0);
  return both;
}

// Without a picture: the blocks in reading order down one column and then the other, divided where
// the two come closest in height. A heading stays with what it is about.
std::optional<Piece> in_two_columns(const Page& page) {
  const double u = page.u;
  const std::optional<Head> head = place_head(page, (2.4 - page.fit) * u);
  if (!head) return {};
  const Box& room = head->room;
  const double width = (room.width - kColumnGap * u) / 2;
  const auto& blocks = page.content.blocks;
  std::optional<std::pair<Piece, Piece>> best;
  for (size_t cut = 1; cut < blocks.size(); ++cut) {
    if (std::holds_alternative<Heading>(blocks[cut - 1]->content)) continue;
    const auto middle = blocks.begin() + static_cast<std::ptrdiff_t>(cut);
    std::optional<Piece> first = body_piece(page, {blocks.begin(), middle}, width, room.height);
    std::optional<Piece> second = body_piece(page, {middle, blocks.end()}, width, room.height);
    if (!first || !second) continue;
    if (!best ||
        std::max(first->height, second->height) < std::max(best->first.height, best->second.height))
      best.emplace(*std::move(first), *std::move(second));
  }
  if (!best) return {};
  return compose(page, *head, side_by_side(best->first, best->second, room.width, width), 0.3,
                 3 * u);
}

// The two halves of a list, divided before an outer item.
std::optional<std::pair<List, List>> halves_of(const List& list) {
  const auto outer = std::count_if(list.items.begin(), list.items.end(),
                                   [](const ListItem& item) { return item.depth == 0; });
  if (outer < 6) return {};
  std::pair<List, List> halves;
  std::ptrdiff_t n = 0;
  for (const ListItem& item : list.items) {
    if (item.depth == 0) ++n;
    (n <= (outer + 1) / 2 ? halves.first : halves.second).items.push_back(item);
  }
  return halves;
}

// The two halves of a table, with its header over each.
std::optional<std::pair<Table, Table>> halves_of(const Table& table) {
  if (table.rows.size() < 8) return {};
  std::pair<Table, Table> halves{table, table};
  const auto middle = static_cast<std::ptrdiff_t>((table.rows.size() + 1) / 2);
  halves.first.rows.erase(halves.first.rows.begin() + middle, halves.first.rows.end());
  halves.second.rows.erase(halves.second.rows.begin(), halves.second.rows.begin() + middle);
  return halves;
}

struct Side {
  const Heading* heading = nullptr;
  const Block* list = nullptr;
};

// A box with a heading and a list in it, its upper edge in `edge`.
Piece card(const Page& page, const Side& side, double width, double height, uint32_t edge) {
  const double u = page.u;
  const double inset = std::min(2.2 * u, 0.08 * width) * (1 - 0.35 * page.fit);
  Piece inside;
  if (side.heading) {
    inside = text_piece(page, side.heading->text, TextRole::subheading, width - 2 * inset,
                        Flow::balanced);
    inside.height += (1 - 0.5 * page.fit) * u;
  }
  const Piece list =
      list_piece(page, std::get<List>(side.list->content), side.list->after, width - 2 * inset);
  Piece piece;
  piece.width = width;
  piece.height = std::max(height, inside.height + list.height + 2 * inset);
  // Straight where the edge is.
  const double radius = page.theme.decorations.corner * u;
  piece.add(Shape{{0, 0, width, piece.height}, radius, page.palette.surface});
  if (radius > 0) piece.add(Shape{{0, 0, width, radius}, 0, page.palette.surface});
  piece.add(Shape{{0, 0, width, u / 4}, 0, edge});
  piece.add(inside, inset, inset);
  piece.add(list, inset, inset + inside.height);
  if (list.width > width - 2 * inset + 1) piece.width = list.width + 2 * inset;
  return piece;
}

}  // namespace

std::optional<Piece> lay_out_columns(const Page& page) {
  if (page.upright) return lay_out_stack(page);
  const Beside beside = split(page);
  return beside.figure ? beside_figure(page, beside) : in_two_columns(page);
}

std::optional<Piece> lay_out_halves(const Page& page) {
  // Only where one column would be set rather small.
  const double least_fit = page.width() > page.height() * 1.3 ? 0.3 : 0.9;
  if (page.upright || page.fit < least_fit) return {};
  const double u = page.u;
  const std::optional<Head> head = place_head(page, (2.4 - page.fit) * u);
  if (!head) return {};
  const Box& room = head->room;
  const Block& block = *page.content.blocks.front();
  const double width = (room.width - 2 * kColumnGap * u) / 2;
  Piece first;
  Piece second;
  if (const auto* list = std::get_if<List>(&block.content)) {
    const auto halves = halves_of(*list);
    if (!halves) return {};
    first = list_piece(page, halves->first, block.after, width);
    second = list_piece(page, halves->second, block.after, width);
  } else {
    const auto halves = halves_of(std::get<Table>(block.content));
    if (!halves) return {};
    first = table_piece(page, halves->first, block.after, width);
    second = table_piece(page, halves->second, block.after, width);
  }
  const Piece body = side_by_side(first, second, room.width, width);
  if (body.height > room.height || std::max(first.width, second.width) > width + 1) return {};
  return compose(page, *head, body, 0.3, 3.2 * u);
}

std::optional<Piece> lay_out_comparison(const Page& page) {
  const double u = page.u;
  std::vector<Side> sides;
  const Heading* heading = nullptr;
  for (const Block* block : page.content.blocks) {
    if (const auto* found = std::get_if<Heading>(&block->content)) heading = found;
    if (!std::holds_alternative<List>(block->content)) continue;
    sides.push_back({heading, block});
    heading = nullptr;
  }
  const std::optional<Head> head = place_head(page, (2.2 - page.fit) * u);
  if (!head) return {};
  const Box& room = head->room;
  const double gap = (1.8 - 0.6 * page.fit) * u;
  const auto count = static_cast<double>(sides.size());
  const double width = page.upright ? room.width : (room.width - gap * (count - 1)) / count;
  // What it comes to is on the last one.
  const auto edge = [&](const Side& side) {
    return &side == &sides.back() ? page.palette.accent : page.palette.muted;
  };
  double highest = 0;
  for (const Side& side : sides) {
    const Piece measured = card(page, side, width, 0, edge(side));
    if (measured.width > width + 1) return {};
    highest = std::max(highest, measured.height);
  }
  Piece body;
  body.width = room.width;
  for (const Side& side : sides) {
    const Piece box = card(page, side, width, page.upright ? 0 : highest, edge(side));
    if (page.upright) {
      if (body.height > 0) body.height += gap;
      body.add(box, 0, body.height);
      body.height += box.height;
    } else {
      body.add(box, static_cast<double>(&side - sides.data()) * (width + gap), 0);
      body.height = highest;
    }
  }
  if (body.height > room.height) return {};
  return compose(page, *head, body, 0.15, 1.5 * u);
}

}  // namespace talkie
