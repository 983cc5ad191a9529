// SPDX-License-Identifier: LGPL-2.1-or-later
// What is to come: large numbered lines with thin rules between, and the times at their ends.
#include <algorithm>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kMostSpread = 0.7;  // u

struct Point {
  std::string number;
  RichText time;  // may be empty
  RichText what;
  std::vector<const ListItem*> inner;
};

bool has_figure(const RichText& text) {
  return plain_text(text).find_first_of("0123456789") != std::string::npos;
}

std::vector<Point> points_of(const List& list) {
  std::vector<Point> points;
  for (const ListItem& item : list.items) {
    if (item.depth > 0 && !points.empty()) {
      points.back().inner.push_back(&item);
      continue;
    }
    Point& point = points.emplace_back();
    point.number = std::to_string(item.number.value_or(static_cast<int>(points.size())));
    auto [time, what] = split_label(item.text);
    const bool timed = !time.empty() && has_figure(time);
    point.time = timed ? std::move(time) : RichText{};
    point.what = timed ? std::move(what) : item.text;
  }
  return points;
}

class AgendaSetter {
 public:
  AgendaSetter(const Page& page, double width) : page_(page), width_(width) {
    line_ = page.face(TextRole::subheading);
    number_ = line_;
    number_.colour = number_.strong_colour = page.accent_text();
    number_.tabular = true;
    time_ = page.face(TextRole::body);
    time_.colour = time_.strong_colour = page.palette.muted;
    time_.tabular = true;
    inner_ = time_;
    inner_.tabular = false;
    const double scale = std::max(0.86, 1.2 * page.u / inner_.size);
    inner_.size *= scale;
    inner_.leading *= scale;
  }

  // Points stand further apart the fewer they are, up to a height of `most`.
  Piece set(const std::vector<Point>& points, int after, double most) {
    spread_ = 0;
    const double tight = set_all(points, after).height;
    const auto gaps = static_cast<double>(2 * points.size());
    spread_ = std::clamp((most - tight) / gaps, 0.0, kMostSpread * page_.u);
    return set_all(points, after);
  }

 private:
  Piece set_all(const std::vector<Point>& points, int after) {
    double numbers = 0;
    for (const Point& point : points) {
      numbers = std::max(numbers, line(point.number).width);
      times_ = std::max(times_, time(point).width);
    }
    indent_ = numbers + 1.1 * line_.size;
    Piece piece;
    piece.width = width_;
    for (const Point& point : points) {
      Piece step;
      const double top = piece.height;
      if (top > 0) add_rule(step, top);
      piece.height = add(step, point, top + (top > 0 ? padding() : 0)) + padding();
      step.make_step(words_of(point), after);
      piece.add(step, 0, 0);
    }
    piece.height -= padding();
    return piece;
  }

  [[nodiscard]] double padding() const { return (0.95 - 0.45 * page_.fit) * page_.u + spread_; }
  [[nodiscard]] TextBlock line(const std::string& number) const {
    return page_.text(plain(number), number_, 1e6, Flow::single);
  }
  [[nodiscard]] TextBlock time(const Point& point) const {
    return page_.text(point.time, time_, 0.3 * width_, Flow::single);
  }

  void add_rule(Piece& piece, double y) const {
    piece.add(Shape{{0, y, width_, page_.u / 14}, 0, page_.palette.text, 0.16});
  }

  // Its lower edge.
  double add(Piece& piece, const Point& point, double y) const {
    const double room = width_ - indent_ - (times_ > 0 ? times_ + 1.5 * page_.u : 0);
    const TextBlock what = page_.text(point.what, line_, room);
    if (what.lines.empty()) return y + line_.leading;
    const double baseline = y + what.lines.front().baseline;
    const auto on_line = [&](const TextBlock& block) {
      return baseline - block.lines.front().baseline;
    };
    const TextBlock number = line(point.number);
    piece.add(number, -page_.hang(number_), on_line(number));
    piece.add(what, indent_, y);
    if (const TextBlock at = time(point); !at.lines.empty())
      piece.add(at, width_ - at.width, on_line(at));
    double foot = y + what.height;
    for (const ListItem* item : point.inner) {
      const TextBlock more = page_.text(item->text, inner_, room);
      piece.add(more, indent_, foot + 0.15 * page_.u);
      foot += 0.15 * page_.u + more.height;
    }
    return foot;
  }

  static std::string words_of(const Point& point) {
    std::string words = plain_text(point.what);
    for (const ListItem* item : point.inner)
      words += " " + plain_text(item->text);
    return words;
  }

  const Page& page_;
  const double width_;
  double spread_ = 0;  // added to the padding
  double indent_ = 0;
  double times_ = 0;
  Typeface line_;
  Typeface number_;
  Typeface time_;
  Typeface inner_;
};

}  // namespace

std::optional<Piece> lay_out_agenda(const Page& page) {
  const Block& block = *page.content.blocks.front();
  const std::optional<Head> head = place_head(page, (2.6 - page.fit) * page.u);
  if (!head) return {};
  const Box& room = head->room;
  const Piece body =
      AgendaSetter(page, room.width)
          .set(points_of(std::get<List>(block.content)), block.after, 0.8 * room.height);
  if (body.height > room.height || body.width > room.width + 1) return {};
  return compose(page, *head, body, 0.3, 3 * page.u);
}

}  // namespace talkie
