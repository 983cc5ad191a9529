// SPDX-License-Identifier: LGPL-2.1-or-later
// Pages with one thing to read: a sentence, a figure, a quotation.
#include <algorithm>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

constexpr size_t kLongSentence = 240;  // characters; what is said beyond that is not shown

// What a scene shows that has nothing to show: the first sentence of what is said.
std::string first_sentence(const Scene& scene) {
  for (const NarrationStep& step : scene.narration) {
    const auto* utterance = std::get_if<Utterance>(&step);
    if (!utterance) continue;
    const std::string& text = utterance->text;
    size_t end = text.size();
    for (const std::string_view mark : {". ", "! ", "? ", "。", "！", "？"}) {
      const size_t found = text.find(mark);
      // The space after the mark is left out; a full-width mark has none.
      if (found != std::string::npos)
        end = std::min(end, found + (mark[1] == ' ' ? 1 : mark.size()));
    }
    std::string sentence = text.substr(0, end);
    while (count_characters(sentence) > kLongSentence) {
      const size_t cut = sentence.find_last_of(",;: ", sentence.size() - 2);
      if (cut == std::string::npos || cut == 0) break;
      sentence = sentence.substr(0, cut) + "…";
    }
    return sentence;
  }
  return {};
}

// A head at the top, the rest in the middle of what is left.
std::optional<Piece> centred_under_head(const Page& page, const Piece& head, const Piece& body) {
  const Box& area = page.area;
  Piece piece = empty_page(page, PageKind::content);
  if (const std::optional<Box> box = page.box("title")) {
    if (head.height > box->height || head.width > box->width + 1) return {};
    if (body.height > area.height || body.width > area.width + 1) return {};
    piece.add(head, box->x, box->y + upright_in(page, "title", *box, head.height));
    piece.add(body, area.x, area.y + upright_in(page, "body", area, body.height));
    return piece;
  }
  const double top = area.y + (head.height > 0 ? head.height + 1.5 * page.u : 0);
  if (body.height > area.bottom() - top || body.width > area.width + 1) return {};
  // A page without a head is centred in the frame, a little high.
  double y = top + (area.bottom() - top - body.height) * 0.45;
  if (head.height == 0) y = std::min(y, (page.height() - body.height) * 0.47);
  y = std::max(y, top);
  piece.add(body, area.x, y);
  // On upright pages the top is far away; the head keeps to its body.
  if (head.height > 0)
    piece.add(head, area.x, page.upright ? y - head.height - 1.5 * page.u : area.y);
  return piece;
}

Piece kicker_only(const Page& page, const RichText& kicker) {
  return text_piece(page.in_box("title"), kicker, TextRole::kicker,
                    page.box("title").value_or(page.area).width);
}

bool is_figure(std::string_view word) {
  return word.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

std::optional<Piece> lay_out_statement(const Page& page) {
  const double u = page.u;
  std::vector<const RichText*> sentences;
  for (const Block* block : page.content.blocks)
    if (const auto* label = std::get_if<Label>(&block->content)) sentences.push_back(&label->text);
  RichText spoken;
  Piece head;
  if (!sentences.empty()) {
    head = head_piece(page.in_box("title"), page.box("title").value_or(page.area).width);
  } else {
    RichText kicker = page.content.kicker;
    if (page.content.heading) {
      sentences.push_back(&page.content.heading->text);
    } else {
      spoken = plain(first_sentence(page.scene));
      if (kicker.empty()) kicker = plain(page.scene.film.title);
      if (plain_text(spoken).empty()) std::swap(spoken, kicker);
      sentences.push_back(&spoken);
    }
    head = kicker_only(page, kicker);
  }
  Piece body;
  for (const RichText* sentence : sentences) {
    if (body.height > 0) body.height += 1.5 * u;
    const Piece part =
        text_piece(page, *sentence, TextRole::statement, page.area.width, Flow::balanced);
    body.add(part, 0, body.height);
    body.height += part.height;
    body.width = std::max(body.width, part.width);
  }
  if (page.content.blocks.empty() && !page.content.subtitle.empty()) {
    const Piece subtitle = text_piece(page, page.content.subtitle, TextRole::subtitle,
                                      std::min(page.area.width, 44 * u), Flow::balanced);
    body.add(subtitle, 0, body.height + 1.2 * u);
    body.height += 1.2 * u + subtitle.height;
  }
  return centred_under_head(page, head, body);
}

// "12 h 25 min": figures large, what they count small behind them.
std::optional<Piece> lay_out_number(const Page& page) {
  const double u = page.u;
  Typeface large = page.face(TextRole::number);
  large.colour = page.accent_text();
  Typeface small = page.face(TextRole::statement);
  small.size = large.size * 0.36;
  small.leading = small.size;
  small.colour = page.palette.text;
  Piece body;
  double baseline = 0;
  const std::string text = plain_text(page.content.heading->text);
  std::string word;
  const auto finish = [&](bool figure) {
    if (word.empty()) return;
    const TextBlock block = page.text(plain(word), figure ? large : small, 1e6, Flow::single);
    if (figure) baseline = block.lines[0].baseline;
    // Old-style figures reach below the line.
    body.height = std::max(
        {body.height, block.height, block.lines[0].baseline + block.lines[0].ink_bottom + 0.5 * u});
    const double gap = body.width > 0 ? (figure ? 0.16 : 0.09) * large.size : -page.hang(large);
    body.add(block, body.width + gap, 0);
    body.width += gap + block.width;
    word.clear();
  };
  bool figure = true;
  for (const std::string_view part : split(text, ' ')) {
    if (part.empty()) continue;
    if (is_figure(part) != figure) finish(figure);
    figure = is_figure(part);
    word += (word.empty() ? "" : " ") + std::string(part);
  }
  finish(figure);
  for (Item& item : body.items)
    if (auto* line = std::get_if<Text>(&item.what)) line->line.baseline = baseline;
  if (body.width > page.area.width) return {};
  if (page.rtl) body.mirror(body.width);  // figures and their units keep their order
  if (!page.content.subtitle.empty()) {
    const Piece subtitle = text_piece(page, page.content.subtitle, TextRole::subtitle,
                                      std::min(page.area.width, 44 * u), Flow::balanced);
    body.height += 0.6 * u;
    body.add(subtitle, 0, body.height);
    body.height += subtitle.height;
  }
  return centred_under_head(page, kicker_only(page, page.content.kicker), body);
}

Piece quote_piece(const Page& page, const Quote& quote, int after, double width, double scale) {
  const double u = page.u;
  Typeface face = page.face(TextRole::quote);
  face.size *= scale;
  face.leading *= scale;
  face.tracking *= scale;
  const bool mark = page.theme.decorations.quote_mark;
  const double indent = mark ? 1.15 * face.size : 2 * u;
  Piece piece;
  std::string words;
  for (const RichText& paragraph : quote.paragraphs) {
    const TextBlock lines = page.text(paragraph, face, width - indent, Flow::balanced);
    if (piece.height > 0) piece.height += 0.5 * face.size;
    piece.add(lines, indent - page.hang(face), piece.height);
    piece.height += lines.height;
    piece.width = std::max(piece.width, indent + lines.width);
    words += (words.empty() ? "" : " ") + plain_text(paragraph);
  }
  const double text_height = piece.height;
  const Typeface author = page.face(TextRole::subtitle);
  const TextBlock block = page.text(quote.author, author, width - indent - 6 * u);
  if (!block.lines.empty()) {
    piece.height += 1.1 * u;
    const double middle = piece.height + block.lines[0].baseline - cap_height(author) * 0.4;
    const double rule = mark ? 4.2 * u : 2.4 * u;
    piece.add(Shape{{indent, middle, rule, u / 7}, 0, page.palette.accent});
    piece.add(block, indent + rule + 1.1 * u, piece.height);
    piece.height += block.height;
    piece.width = std::max(piece.width, indent + rule + 1.1 * u + block.width);
    words += " " + plain_text(quote.author);
  }
  if (mark) {
    Typeface large = face;
    large.size *= 3;
    large.leading = large.size;
    large.italic = false;
    large.colour =
        readable(mix(page.palette.ground, page.palette.accent, 0.85), page.palette.ground, 4.5);
    const TextBlock sign = page.text(plain(page.rtl ? "”" : "“"), large, 1e6, Flow::single);
    // Its lower edge ends above the first line's capitals.
    const TextLine& line = sign.lines[0];
    piece.add(
        sign, -0.04 * large.size,
        0.06 * face.size - line.baseline - line.ink_bottom + 0.12 * large.size - 0.1 * face.size);
  } else {
    piece.add(Shape{.box = {0, 0.12 * face.size, 0.33 * u, text_height - 0.24 * face.size},
                    .radius = u / 6,
                    .fill = page.palette.accent});
  }
  piece.make_step(words, after);
  return piece;
}

std::optional<Piece> lay_out_quote(const Page& page) {
  const Block* block = page.content.blocks.front();
  const double width = std::min(page.area.width, 60 * page.u);
  Piece quote = quote_piece(page, std::get<Quote>(block->content), block->after, width);
  quote.make_static();
  const Piece head = head_piece(page.in_box("title"), page.box("title").value_or(page.area).width);
  Piece body;
  const double room = page.theme.decorations.quote_mark ? page.face(TextRole::quote).size : 0;
  body.add(
      quote,
      head.height == 0 && !page.upright ? std::min(3 * page.u, page.area.width - quote.width) : 0,
      room);
  body.width = quote.width;
  body.height = quote.height + room;
  return centred_under_head(page, head, body);
}

}  // namespace talkie
