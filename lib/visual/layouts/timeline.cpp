// SPDX-License-Identifier: LGPL-2.1-or-later
// What happened when: dates on a line, across the page or, where it is upright, down it. One step
// for each date.
#include <algorithm>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

constexpr size_t kLongestLabel = 24;  // characters
constexpr double kLeastColumn = 7.5;  // ems of the text beside a line across the page
constexpr double kTextScale = 0.86;   // of list items
constexpr double kDot = 1.1;          // u
constexpr double kLine = 0.18;        // u

struct Entry {
  RichText when;
  RichText what;  // of all inner items too
};

std::vector<Entry> entries_of(const List& list) {
  std::vector<Entry> entries;
  for (const ListItem& item : list.items) {
    if (item.depth > 0 && !entries.empty()) {
      RichText& what = entries.back().what;
      what.push_back({" "});
      what.insert(what.end(), item.text.begin(), item.text.end());
      continue;
    }
    auto [when, what] = split_label(item.text);
    entries.push_back({std::move(when), std::move(what)});
  }
  return entries;
}

Typeface date_face(const Page& page) {
  Typeface face = page.face(TextRole::subheading);
  face.colour = face.strong_colour = page.accent_text();
  face.tabular = true;
  return face;
}

Typeface text_face(const Page& page) {
  Typeface face = page.face(TextRole::body);
  const double scale = std::max(kTextScale, 1.2 * page.u / face.size);
  face.size *= scale;
  face.leading *= scale;
  return face;
}

void add_dot(const Page& page, Piece& piece, double x, double y) {
  const double dot = kDot * page.u;
  piece.add(Shape{{x, y - dot / 2, dot, dot}, dot / 2, page.palette.accent});
  const double hole = 0.42 * dot;
  piece.add(Shape{{x + (dot - hole) / 2, y - hole / 2, hole, hole}, hole / 2, page.palette.ground});
}

std::string words_of(const Entry& entry) {
  return plain_text(entry.when) + " " + plain_text(entry.what);
}

// The line from one dot to the next comes in with the later one.
void add_length(const Page& page, Piece& piece, Box box) {
  piece.add(Shape{box, std::min(box.width, box.height) / 2, page.palette.accent, 0.55});
}

std::optional<Piece> across(const Page& page, const std::vector<Entry>& entries, int after,
                            double width) {
  const double u = page.u;
  const auto count = static_cast<double>(entries.size());
  const double gap = 2 * u;
  const double column = (width - gap * (count - 1)) / count;
  const Typeface date = date_face(page);
  const Typeface text = text_face(page);
  if (column < kLeastColumn * text.size) return {};
  double dates = 0;
  for (const Entry& entry : entries)
    dates = std::max(dates, page.text(entry.when, date, column, Flow::balanced).height);
  Piece piece;
  piece.width = width;
  const double line = dates + 1.3 * u;
  const double thickness = kLine * u;
  piece.add(
      Shape{{0, line - thickness / 2, width, thickness}, thickness / 2, page.palette.text, 0.16});
  double x = 0;
  for (const Entry& entry : entries) {
    Piece step;
    const TextBlock when = page.text(entry.when, date, column, Flow::balanced);
    const TextBlock what = page.text(entry.what, text, column);
    if (x > 0) {
      const double from = x - column - gap + kDot * u;
      add_length(page, step, {from, line - thickness / 2, x - from, thickness});
    }
    add_dot(page, step, x, line);
    step.add(when, x - page.hang(date), dates - when.height);
    step.add(what, x, line + 1.5 * u);
    piece.height = std::max(piece.height, line + 1.5 * u + what.height);
    step.make_step(words_of(entry), after);
    piece.add(step, 0, 0);
    x += column + gap;
  }
  return piece.torn ? std::nullopt : std::optional(piece);
}

Piece down(const Page& page, const std::vector<Entry>& entries, int after, double width) {
  const double u = page.u;
  const Typeface date = date_face(page);
  const Typeface text = text_face(page);
  const double thickness = kLine * u;
  const double middle = kDot * u / 2;
  // The dates have a column of their own, but on upright pages.
  const bool beside = !page.upright && width > 24 * u;
  double dates = 0;
  for (const Entry& entry : entries)
    dates = std::max(dates, page.text(entry.when, date, 0.3 * width, Flow::balanced).width);
  const double x = (kDot + 1.3) * u;
  const double text_x = beside ? x + dates + 2 * u : x;
  const double gap = (1.5 - 0.6 * page.fit) * u;
  Piece piece;
  double last = 0;
  for (const Entry& entry : entries) {
    Piece step;
    const double y = piece.height > 0 ? piece.height + gap : 0;
    const TextBlock when =
        page.text(entry.when, date, beside ? 0.3 * width : width - x, Flow::balanced);
    const TextBlock what = page.text(entry.what, text, std::min(width - text_x, 24 * text.size));
    const double dot = y + when.lines.front().baseline - 0.36 * date.size;
    if (piece.height > 0)
      add_length(page, step,
                 {middle - thickness / 2, last + kDot * u / 2, thickness, dot - last - kDot * u});
    add_dot(page, step, 0, dot);
    step.add(when, x - page.hang(date), y);
    // Beside the date, on its line; or below it.
    const double text_y = !beside ? y + when.height + 0.2 * u
                          : what.lines.empty()
                              ? y
                              : y + when.lines.front().baseline - what.lines.front().baseline;
    step.add(what, text_x, text_y);
    piece.height = std::max(y + when.height, text_y + what.height);
    piece.width = std::max({piece.width, text_x + what.width, x + when.width});
    step.make_step(words_of(entry), after);
    piece.add(step, 0, 0);
    last = dot;
  }
  return piece;
}

}  // namespace

std::pair<RichText, RichText> split_label(const RichText& text) {
  std::pair<RichText, RichText> parts;
  // "**1969** The landing"
  if (text.size() > 1 && text[0].strong && !text[1].strong) {
    parts.first = {text[0]};
    parts.second.assign(text.begin() + 1, text.end());
    std::string& label = parts.first[0].text;
    if (label.ends_with(":")) label.pop_back();
    std::string& rest = parts.second[0].text;
    if (rest.starts_with(":")) rest.erase(0, 1);
    rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
    return parts;
  }
  if (text.empty() || text[0].code || text[0].math) return {{}, text};
  const std::string& first = text[0].text;
  size_t best = std::string::npos;
  size_t length = 0;
  for (const std::string_view mark : {": ", " – ", " — ", "："}) {
    const size_t at = first.find(mark);
    if (at < best) {
      best = at;
      length = mark.size();
    }
  }
  if (best == std::string::npos || best == 0 ||
      count_characters(std::string_view(first).substr(0, best)) > kLongestLabel)
    return {{}, text};
  parts.first = {text[0]};
  parts.first[0].text = first.substr(0, best);
  parts.second = text;
  parts.second[0].text = first.substr(best + length);
  return parts;
}

std::optional<Piece> lay_out_timeline(const Page& page) {
  const Block& block = *page.content.blocks.front();
  const std::vector<Entry> entries = entries_of(std::get<List>(block.content));
  const std::optional<Head> head = place_head(page, (2.4 - page.fit) * page.u);
  if (!head || entries.empty()) return {};
  const Box& room = head->room;
  if (page.width() > page.height() * 1.3)
    if (const auto body = across(page, entries, block.after, room.width);
        body && body->height <= room.height)
      return compose(page, *head, *body, 0.42);
  const Piece body = down(page, entries, block.after, room.width);
  if (body.height > room.height || body.width > room.width + 1) return {};
  return compose(page, *head, body, 0.3, 3.2 * page.u);
}

}  // namespace talkie
