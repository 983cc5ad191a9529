// SPDX-License-Identifier: LGPL-2.1-or-later
// The head, and under it everything else in reading order.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kLeastPicture = 11;  // u; a picture lower than that shows nothing
constexpr double kGap = 2;            // u; between blocks
constexpr double kTitleFit = 0.6;     // titles are scaled down on their own that far to save lines
constexpr double kQuoteAmongOthers = 0.64;  // of the size that it has on a page of its own
constexpr double kBelowHeading = 0.7;       // u; between a heading and what it is about

// A block, or a few pictures side by side, whose height is found last.
struct Part {
  Piece piece;
  std::vector<const Figure*> figures;
  int after = 0;
  double gap = 0;  // above it
};

Piece fixed_piece(const Page& page, const Block& block, double width) {
  const auto& content = block.content;
  if (const auto* list = std::get_if<List>(&content))
    return list_piece(page, *list, block.after, width);
  if (const auto* table = std::get_if<Table>(&content))
    return table_piece(page, *table, block.after, width);
  if (const auto* quote = std::get_if<Quote>(&content))
    return quote_piece(page, *quote, block.after, width, kQuoteAmongOthers);
  Piece piece;
  if (const auto* heading = std::get_if<Heading>(&content)) {
    piece = text_piece(page, heading->text, TextRole::subheading, width, Flow::balanced);
    piece.make_step(plain_text(heading->text), block.after);
  }
  if (const auto* label = std::get_if<Label>(&content)) {
    piece = text_piece(page, label->text, TextRole::body,
                       std::min(width, 27 * page.face(TextRole::body).size));
    piece.make_step(plain_text(label->text), block.after);
  }
  return piece;
}

// The window of the codes that begin with block `first`.
Piece code_window(const Page& page, const std::vector<const Code*>& codes,
                  const std::vector<const Block*>& blocks, size_t first, double width,
                  std::optional<double> height, std::optional<double> most) {
  if (codes.size() == 1)
    return code_piece(page, *codes[0], blocks[first]->after, width, height, most);
  std::vector<int> after;
  for (size_t i = 0; i < codes.size(); ++i)
    after.push_back(blocks[first + i]->after);
  return magic_move_piece(page, codes, after, width, height);
}

std::vector<Part> parts_of(const Page& page, const std::vector<const Block*>& blocks,
                           double width) {
  std::vector<Part> parts;
  const double loose = (1 - 0.35 * page.fit) * page.u;
  bool below_heading = false;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block* block = blocks[i];
    const Figure* figure = page.figure_of(*block);
    const bool beside = figure && !parts.empty() && !parts.back().figures.empty() &&
                        parts.back().figures.size() < 3 && !page.upright && width > 20 * page.u;
    if (beside) {
      parts.back().figures.push_back(figure);
      continue;
    }
    Part& part = parts.emplace_back();
    part.after = block->after;
    const std::vector<const Code*> codes = code_run(blocks, i);
    if (figure)
      part.figures.push_back(figure);
    else if (!codes.empty())
      part.piece = code_window(page, codes, blocks, i, width, {}, {});
    else
      part.piece = fixed_piece(page, *block, width);
    part.gap = parts.size() == 1 ? 0 : (below_heading ? kBelowHeading : kGap) * loose;
    below_heading = std::holds_alternative<Heading>(block->content);
    if (!codes.empty()) i += codes.size() - 1;
  }
  return parts;
}

// Pictures side by side in a box, on one middle line.
Piece figure_row(const Page& page, const Part& part, double width, double height) {
  const double gap = 2 * page.u;
  const auto count = static_cast<double>(part.figures.size());
  const double room = (width - gap * (count - 1)) / count;
  std::vector<Piece> pictures;
  double highest = 0;
  double all = gap * (count - 1);
  for (const Figure* figure : part.figures) {
    const bool cover = figure->covers();
    const double lower = figure->usable() ? height : std::min(height, room * 0.6);
    pictures.push_back(figure_piece(page, *figure, room, lower, cover));
    highest = std::max(highest, pictures.back().height);
    all += pictures.back().width;
  }
  Piece row;
  row.width = width;
  row.height = highest;
  double x = (width - all) / 2;
  std::string words;
  for (size_t i = 0; i < pictures.size(); ++i) {
    row.add(pictures[i], x, (highest - pictures[i].height) / 2);
    x += pictures[i].width + gap;
    words += (words.empty() ? "" : " ") + part.figures[i]->image->alt;
  }
  // What comes in part by part begins with an empty place.
  if (row.steps.empty() || part.after > 0) row.make_step(words, part.after);
  return row;
}

}  // namespace

std::optional<Piece> body_piece(const Page& page, const std::vector<const Block*>& blocks,
                                double width, double height) {
  std::vector<Part> parts = parts_of(page, blocks, width);
  double fixed = 0;
  int pictures = 0;
  for (const Part& part : parts) {
    fixed += part.gap + part.piece.height;
    pictures += part.figures.empty() ? 0 : 1;
  }
  const double share = pictures > 0 ? (height - fixed) / pictures : 0;
  if (fixed > height || (pictures > 0 && share < std::min(kLeastPicture * page.u, height)))
    return {};
  Piece body;
  for (Part& part : parts) {
    if (!part.figures.empty()) part.piece = figure_row(page, part, width, share);
    if (part.piece.width > width + 1) return {};
    body.height += part.gap;
    body.add(part.piece, 0, body.height);
    body.height += part.piece.height;
    body.width = std::max(body.width, part.piece.width);
  }
  return body;
}

Piece title_piece(const Page& page, double width) {
  const size_t most_lines = page.width() > page.height() * 1.2 ? 2 : 4;
  const double first_fit = page.small_title ? page.fit : 0;
  const double last_fit = std::max(first_fit, kTitleFit);
  Piece piece;
  for (double fit = first_fit; fit <= last_fit + 0.001; fit += 0.2) {
    const Typeface face = page.face(TextRole::title, fit);
    const TextBlock block = page.text(page.content.heading->text, face, width, Flow::balanced);
    piece = {};
    piece.add(block, -page.hang(face), 0);
    piece.width = block.width;
    piece.height = block.height;
    if (block.lines.size() <= most_lines && !block.torn) break;
  }
  return piece;
}

Piece head_piece(const Page& page, double width) {
  const double u = page.u;
  Piece piece;
  const auto add_below = [&](const Piece& part, double gap) {
    if (piece.height > 0) piece.height += gap;
    piece.add(part, 0, piece.height);
    piece.height += part.height;
    piece.width = std::max(piece.width, part.width);
  };
  if (!page.content.kicker.empty())
    add_below(text_piece(page, page.content.kicker, TextRole::kicker, width), 0);
  if (page.content.heading) add_below(title_piece(page, width), 0.7 * u);
  if (!page.content.subtitle.empty())
    add_below(text_piece(page, page.content.subtitle, TextRole::subtitle, width, Flow::balanced),
              0.6 * u);
  const Decorations& look = page.theme.decorations;
  if (page.content.heading && look.rule_width > 0) {
    piece.height += 1.1 * u;
    piece.add(Shape{.box = {0, piece.height, look.rule_width * u, look.rule_height * u},
                    .radius = look.rule_height * u / 2,
                    .fill = page.palette.accent,
                    .fill_end = page.palette.accent_2});
    piece.height += look.rule_height * u;
  }
  return piece;
}

std::optional<Piece> lay_out_stack(const Page& page) {
  const double u = page.u;
  const std::optional<Head> head = place_head(page, (2.4 - page.fit) * u);
  if (!head) return {};
  const Box& room = head->room;
  std::optional<Piece> body;
  const auto& blocks = page.content.blocks;
  const std::vector<const Code*> codes = code_run(blocks, 0);
  if (!codes.empty() && codes.size() == blocks.size()) {
    const double share = page.upright ? 0.3 : head->apart ? 0.6 : 0.84;
    body = code_window(page, codes, blocks, 0, room.width, share * room.height, room.height);
    body->make_static();
    if (body->height > room.height || body->width > room.width + 1) return {};
  } else {
    body = body_piece(page, blocks, room.width, room.height);
  }
  if (!body) return {};
  // More of what is left over is below, where captions may stand.
  return compose(page, *head, *body, 0.3, 3.2 * u);
}

}  // namespace talkie
