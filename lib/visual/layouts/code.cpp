// SPDX-License-Identifier: LGPL-2.1-or-later
// Code in a window of its own: its lines light up and scroll by as they are spoken of.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "visual/layout.h"
#include "visual/layouts/code_lines.h"
#include "visual/layouts/magic_move.h"

namespace talkie {

namespace {

constexpr Time kLightUp{300'000'000};
constexpr Time kScroll{600'000'000};
constexpr size_t kKeptWhenScrolling = 2;  // lines that are still seen after scrolling by a window

// What is said of these lines: their words. All lines together have none of their own.
std::string words_of(const Code& code, const LineSet& lines) {
  if (lines.empty()) return {};
  std::string words;
  int number = 0;
  for (const std::string_view line : split(code.text, '\n'))
    if (holds(lines, ++number)) words += (words.empty() ? "" : "\n") + std::string(line);
  return words;
}

// Which lines matter at which step: the author's own, else what fits into the window at once.
struct CodeStage {
  LineSet lit;
  double scroll = 0;  // pixels
  std::string words = {};
};

class CodeBody {
 public:
  CodeBody(const Page& page, const Code& code, CodeText text, double room, int after)
      : page_(page), code_(code), text_(std::move(text)), room_(room), after_(after) {}

  // The lines with their top left corner at x, y; what does not fit into `room` scrolls.
  void place(Piece& piece, double x, double y) {
    plan_stages();
    const double gutter = number_gutter();
    for (size_t i = 1; i < stages_.size(); ++i) {
      step_numbers_.push_back(static_cast<int>(piece.steps.size()));
      piece.steps.push_back({stages_[i].words, after_});
    }
    const std::optional<Box> window =
        scrolls() ? std::optional<Box>(Box{0, y, piece.width, room_}) : std::nullopt;
    int layer = -1;
    for (size_t i = 0; i < text_.lines.size(); ++i) {
      const CodeLine& line = text_.lines[i];
      if (moves() && (i == 0 || !moves_with_line_above(i)))
        layer = piece.add_layer(plan_of(line.number, home_of(i), window));
      put(piece, line, x, y - home_of(i), gutter, layer);
      const Box place{0, y + top_of(i) - home_of(i), piece.width, row()};
      const int number = code_.first_number + line.number - 1;  // as it is shown
      piece.names.push_back({"line " + std::to_string(number), place, layer});
    }
  }

  // The width that line numbers take.
  [[nodiscard]] double number_gutter() const {
    if (!code_.line_numbers) return 0;
    const int last = code_.first_number + (text_.lines.empty() ? 0 : text_.lines.back().number) - 1;
    const auto digits = static_cast<double>(std::to_string(std::max(last, 10)).size());
    return (digits + 2) * advance();
  }

 private:
  [[nodiscard]] bool scrolls() const { return text_.height > room_ + 1; }
  [[nodiscard]] bool named_by_cues() const {
    return std::ranges::any_of(page_.scene.cues, [](const Cue& cue) {
      return cue.kind == Cue::Kind::highlight && !cue.what.empty() && cue.what[0] >= '0' &&
             cue.what[0] <= '9';
    });
  }
  [[nodiscard]] bool moves() const { return stages_.size() > 1 || named_by_cues() || !all_lit(0); }
  [[nodiscard]] bool all_lit(size_t stage) const { return stages_[stage].lit.empty(); }
  [[nodiscard]] double advance() const { return 0.6 * text_.face.size; }
  // From one line to the next: more than the type asks for where letters are tall.
  [[nodiscard]] double row() const {
    return text_.height / static_cast<double>(std::max<size_t>(text_.lines.size(), 1));
  }
  [[nodiscard]] double top_of(size_t index) const { return static_cast<double>(index) * row(); }

  void plan_stages() {
    for (const LineSet& lines : code_.steps)
      stages_.push_back({lines, 0, words_of(code_, lines)});
    if (stages_.empty()) stages_.push_back({});
    if (!scrolls()) return;
    if (code_.steps.empty()) {
      const auto rows = static_cast<size_t>(std::max(1.0, std::floor(room_ / row())));
      const size_t by = rows > 2 * kKeptWhenScrolling ? rows - kKeptWhenScrolling : rows;
      for (size_t top = by;
           top < text_.lines.size() && top + kKeptWhenScrolling < text_.lines.size(); top += by)
        stages_.push_back({{}, scroll_to(top_of(top)), words_from(top, rows)});
      return;
    }
    for (CodeStage& stage : stages_)
      if (!stage.lit.empty()) stage.scroll = scroll_to(middle_of(stage.lit) - room_ / 2);
  }
  // The words of the lines that come into sight.
  [[nodiscard]] std::string words_from(size_t top, size_t rows) const {
    const int last = text_.lines[std::min(top + rows, text_.lines.size()) - 1].number;
    const size_t first = std::min(top + kKeptWhenScrolling, text_.lines.size() - 1);
    return words_of(code_, {{text_.lines[first].number, last}});
  }
  [[nodiscard]] double scroll_to(double top) const {
    return std::clamp(top, 0.0, std::max(0.0, text_.height - room_));
  }
  [[nodiscard]] double middle_of(const LineSet& lines) const {
    double top = text_.height;
    double bottom = 0;
    for (size_t i = 0; i < text_.lines.size(); ++i)
      if (holds(lines, text_.lines[i].number)) {
        top = std::min(top, top_of(i));
        bottom = std::max(bottom, top_of(i) + row());
      }
    return (top + bottom) / 2;
  }

  // Neighbours that always look alike are one layer, unless cues may tell them apart.
  [[nodiscard]] bool moves_with_line_above(size_t i) const {
    const int line = text_.lines[i].number;
    const int above = text_.lines[i - 1].number;
    if (home_of(i) != home_of(i - 1)) return false;
    if (line == above) return true;
    if (named_by_cues()) return false;
    return std::ranges::all_of(stages_, [&](const CodeStage& stage) {
      return holds(stage.lit, line) == holds(stage.lit, above);
    });
  }

  // How far the window has scrolled when a line is first seen whole: it is painted where it stands
  // then, since nothing outside of the frame can be painted.
  [[nodiscard]] double home_of(size_t i) const {
    if (!scrolls()) return 0;
    for (const CodeStage& stage : stages_)
      if (top_of(i) >= stage.scroll - 1 && top_of(i) + row() <= stage.scroll + room_ + 1)
        return stage.scroll;
    return scroll_to(top_of(i) - room_ / 2);
  }

  [[nodiscard]] LayerPlan plan_of(int line, double home, const std::optional<Box>& window) const {
    const auto look_at = [&](const CodeStage& stage) {
      return Look{holds(stage.lit, line) ? 1 : kDimmedLine, 0, home - stage.scroll};
    };
    LayerPlan plan;
    plan.enter = Enter::Kind::none;
    plan.window = window;
    if (look_at(stages_[0]) != Look{})
      plan.moves.push_back({{}, Time{}, look_at(stages_[0]), Ease::linear});
    for (size_t i = 1; i < stages_.size(); ++i) {
      const Look to = look_at(stages_[i]);
      if (to == look_at(stages_[i - 1])) continue;
      const Time length = stages_[i].scroll == stages_[i - 1].scroll ? kLightUp : kScroll;
      plan.moves.push_back(
          {{When::Kind::step, step_numbers_[i - 1], Time{}}, length, to, Ease::in_out});
    }
    return plan;
  }

  void put(Piece& piece, const CodeLine& line, double x, double y, double gutter, int layer) const {
    if (gutter > 0 && !line.continued) {
      Typeface face = text_.face;
      face.colour = mix(page_.theme.code.muted, page_.theme.code.ground, 0.15);
      const std::string number = std::to_string(code_.first_number + line.number - 1);
      const TextBlock block = set_lines(number, face, "en");
      Text text{block.lines[0]};
      text.line.x = x + gutter - 2 * advance() - block.width;
      text.line.baseline = y + line.line.baseline;
      piece.items.emplace_back(std::move(text), -1, layer);
    }
    Text text{line.line};
    text.line.x += x + gutter;
    text.line.baseline += y;
    piece.items.emplace_back(std::move(text), -1, layer);
  }

  const Page& page_;
  const Code& code_;
  const CodeText text_;
  const double room_;
  const int after_;
  std::vector<CodeStage> stages_;
  std::vector<int> step_numbers_;
};

struct Window {
  double inset = 0;
  double bar = 0;
};

Window window_of(const Page& page, double width) {
  return {std::min(2.1 * page.u, 0.06 * width), (3.1 - 0.5 * page.fit) * page.u};
}

// The window's ground, its bar, three dots and a name.
void add_window(const Page& page, Piece& piece, const Window& window, double width,
                const std::string& title) {
  const double u = page.u;
  const double corner = page.theme.decorations.corner * u;
  piece.add(Shape{{0, 0, width, piece.height}, corner, page.theme.code.ground});
  // On a ground as dark as its own a window needs an edge.
  if (contrast(page.theme.code.ground, page.palette.ground) < 1.5)
    piece.add(Shape{.box = {0, 0, width, piece.height},
                    .radius = corner,
                    .fill = page.theme.code.text,
                    .opacity = 0.14,
                    .stroke = u / 14});
  const double dot = 0.8 * u;
  double x = window.inset;
  for (const uint32_t colour : {0xff5f57u, 0xfebc2eu, 0x28c840u}) {
    piece.add(Shape{{x, (window.bar - dot) / 2 + 0.15 * u, dot, dot}, dot / 2, colour, 0.9});
    x += 1.35 * u;
  }
  if (title.empty()) return;
  const double room = width - 2 * window.inset;
  Typeface label = page.face(TextRole::footer);
  label.colour = page.theme.code.muted;
  const TextBlock name = page.text(plain(title), label, room, Flow::single);
  if (name.width < room - 6 * u)
    piece.add(name, width - window.inset - name.width, (window.bar - name.height) / 2 + 0.15 * u);
}

}  // namespace

std::vector<const Code*> code_run(const std::vector<const Block*>& blocks, size_t first) {
  std::vector<const Code*> run;
  for (size_t i = first; i < blocks.size(); ++i) {
    const auto* code = std::get_if<Code>(&blocks[i]->content);
    if (!code || (!run.empty() && !(code->magic_move && run.front()->magic_move))) break;
    run.push_back(code);
  }
  return run;
}

Piece code_piece(const Page& page, const Code& code, int after, double width,
                 std::optional<double> height, std::optional<double> most) {
  const Window window = window_of(page, width);
  const double room = width - 2 * window.inset;
  CodeText text = set_code(page, code, room * (code.line_numbers ? 0.93 : 1));
  Piece piece;
  piece.torn = text.torn;
  piece.width = text.width > room + 1 ? text.width + 2 * window.inset : width;
  const double frame = 1.5 * window.bar;
  double inside = text.height;
  if (most && page.fit > 0.99 && inside > *most - frame) {
    const double row = text.height / static_cast<double>(text.lines.size());
    inside = std::max(1.0, std::floor((*most - frame) / row)) * row;  // no line is cut
  }
  const double needed = frame + inside;
  piece.height = std::max(needed, height.value_or(needed));
  add_window(page, piece, window, width, code.title.empty() ? code.language : code.title);
  CodeBody(page, code, std::move(text), inside, after)
      .place(piece, window.inset, window.bar + (piece.height - needed) * 0.25);
  // Code reads from left to right on every page.
  if (page.rtl) piece.mirror(width);
  piece.make_step(code.text, after);
  return piece;
}

Piece magic_move_piece(const Page& page, const std::vector<const Code*>& run,
                       const std::vector<int>& after, double width, std::optional<double> height) {
  const Window window = window_of(page, width);
  const double room = width - 2 * window.inset;
  double fit = page.fit;
  for (const Code* code : run)
    fit = std::max(fit, code_fit(page, *code, room));
  std::vector<CodeText> texts;
  double highest = 0;
  Piece piece;
  piece.width = width;
  for (const Code* code : run) {
    texts.push_back(set_code_at(page, *code, room, fit));
    highest = std::max(highest, texts.back().height);
    piece.torn = piece.torn || texts.back().torn;
  }
  const double needed = 1.5 * window.bar + highest;
  piece.height = std::max(needed, height.value_or(needed));
  const Code& first = *run.front();
  add_window(page, piece, window, width, first.title.empty() ? first.language : first.title);
  const double y = window.bar + (piece.height - needed) * 0.25;
  add_magic_move(piece, texts, after, window.inset, y);
  if (page.rtl) piece.mirror(width);
  piece.make_step(first.text, after.front());
  return piece;
}

}  // namespace talkie
