// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables: lines between rows only, figures under one another, one step for each row.
#include <algorithm>
#include <numeric>

#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kShortCell = 12;   // ems; names and figures, which are not broken
constexpr size_t kRowsAtATime = 8;  // longer tables come in by groups of rows

// "12.2 m", "−3", "07:15", "€ 1,200", "45 %": begins with a figure and has few letters.
bool is_quantity(const RichText& cell) {
  const std::string text = plain_text(cell);
  const size_t figure = text.find_first_of("0123456789");
  if (figure == std::string::npos) return false;
  const LetterCount before = count_letters(std::string_view(text).substr(0, figure));
  const LetterCount all = count_letters(text);
  return before.ltr + before.rtl == 0 && all.ltr + all.rtl <= 4;
}

class TableSetter {
 public:
  TableSetter(const Page& page, const Table& table, double width)
      : page_(page), table_(table), width_(width), body_(page.face(TextRole::table)) {
    body_.tabular = true;
    head_ = body_;
    const double smaller = std::max(0.82, std::min(1.2 * page.u / body_.size, 1.0));
    head_.size *= smaller;
    head_.leading *= smaller;
    head_.weight = std::min(900, body_.weight + 100);
    head_.colour = head_.strong_colour = page.palette.muted;
    gap_ = 1.6 * body_.size;
    find_alignments();
    find_widths();
  }

  Piece set(int after) {
    Piece piece;
    piece.width = total_;
    piece.torn = broken_;
    const bool has_header = std::any_of(table_.header.begin(), table_.header.end(),
                                        [](const RichText& cell) { return !cell.empty(); });
    if (has_header) {
      piece.height = add_row(piece, table_.header, head_, 0) + 0.45 * body_.size;
      add_rule(piece, piece.height, 0.5);
    }
    const size_t group = table_.rows.size() <= kRowsAtATime ? 1 : (table_.rows.size() + 5) / 6;
    for (size_t first = 0; first < table_.rows.size(); first += group) {
      Piece step;
      std::string words;
      for (size_t i = first; i < std::min(first + group, table_.rows.size()); ++i) {
        if (i > 0) add_rule(step, piece.height, 0.14);
        piece.height += padding();
        piece.height += add_row(step, table_.rows[i], body_, piece.height) + padding();
        for (const RichText& cell : table_.rows[i])
          words += plain_text(cell) + " ";
      }
      if (!words.empty()) words.pop_back();
      step.make_step(words, after);
      piece.add(step, 0, 0);
    }
    return piece;
  }

 private:
  [[nodiscard]] double padding() const { return body_.size * (0.52 - 0.3 * page_.fit); }

  void find_alignments() {
    for (size_t column = 0; column < table_.columns.size(); ++column) {
      Align align = table_.columns[column];
      if (align == Align::automatic) {
        bool figures = !table_.rows.empty();
        for (const auto& row : table_.rows)
          figures = figures && (row[column].empty() || is_quantity(row[column]));
        align = figures ? Align::right : Align::left;
      }
      // Left is the starting edge from here on; figures end under one another on every page.
      if (page_.rtl && align == Align::right)
        align = Align::left;
      else if (page_.rtl && align == Align::left && table_.columns[column] == Align::left)
        align = Align::right;
      aligns_.push_back(align);
    }
  }

  [[nodiscard]] double natural_width(size_t column) const {
    double width = 0;
    const auto measure = [&](const RichText& cell, const Typeface& face) {
      width = std::max(width, page_.text(cell, face, 1e6, Flow::single).width);
    };
    measure(table_.header[column], head_);
    for (const auto& row : table_.rows)
      measure(row[column], body_);
    return width + 0.5;
  }

  // Columns are as wide as they need to be. What is left over goes between them; where it is not
  // enough, the widest ones give.
  void find_widths() {
    const size_t count = table_.columns.size();
    for (size_t column = 0; column < count; ++column)
      widths_.push_back(natural_width(column));
    const std::vector<double> natural = widths_;
    const double gaps = gap_ * static_cast<double>(count - 1);
    double sum = std::accumulate(widths_.begin(), widths_.end(), 0.0);
    const double room = std::max(width_ - gaps, 1.0);
    while (sum > room) {
      const double widest = *std::max_element(widths_.begin(), widths_.end());
      double next = 0;
      double share = 0;
      for (const double w : widths_) {
        if (w < widest - 0.01) next = std::max(next, w);
        if (w >= widest - 0.01) ++share;
      }
      const double cut = std::min(widest - next, (sum - room) / share);
      for (double& w : widths_)
        if (w >= widest - 0.01) w -= cut;
      sum -= cut * share;
      if (cut < 0.01) break;
    }
    for (size_t column = 0; column < count; ++column)
      broken_ = broken_ || (widths_[column] < natural[column] - 0.01 &&
                            natural[column] < kShortCell * body_.size);
    total_ = sum + gaps;
    const double wanted = std::min(width_, std::max(total_ * 1.5, 0.62 * width_));
    if (count > 1 && wanted > total_) {
      gap_ += (wanted - total_) / static_cast<double>(count - 1);
      total_ = wanted;
    }
  }

  double add_row(Piece& piece, const std::vector<RichText>& cells, const Typeface& face, double y) {
    double height = face.leading;
    double x = 0;
    for (size_t column = 0; column < cells.size(); ++column) {
      const TextBlock block =
          page_.text(cells[column], face, widths_[column], Flow::running, aligns_[column]);
      piece.add(block, x - (aligns_[column] == Align::left ? page_.hang(face) : 0), y);
      height = std::max(height, block.height);
      x += widths_[column] + gap_;
    }
    return height;
  }

  void add_rule(Piece& piece, double y, double opacity) const {
    const double thickness = page_.u / (opacity > 0.3 ? 10 : 14);
    piece.add(Shape{{0, y - thickness / 2, total_, thickness}, 0, page_.palette.text, opacity});
  }

  const Page& page_;
  const Table& table_;
  const double width_;
  Typeface body_;
  Typeface head_;
  double gap_ = 0;
  double total_ = 0;
  bool broken_ = false;  // a short cell does not stand in one line
  std::vector<Align> aligns_;
  std::vector<double> widths_;
};

}  // namespace

Piece table_piece(const Page& page, const Table& table, int after, double width) {
  if (table.columns.empty()) return {};
  return TableSetter(page, table, width).set(after);
}

}  // namespace talkie
