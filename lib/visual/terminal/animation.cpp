// SPDX-License-Identifier: LGPL-2.1-or-later
// A session in its window, fitted to what is said and played.
#include <algorithm>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "visual/terminal/session.h"
#include "visual/terminal/terminal.h"
#include "visual/terminal/window.h"
#include "visual/theme_data.h"

namespace talkie::terminal {
namespace {

constexpr int kVersion = 1;  // of all that this folder draws; part of the key
constexpr int kUsualColumns = 80;
constexpr int kFewColumns = 40;
constexpr int kFewRows = 6;
constexpr double kUnreadable = 0.6;  // u: smaller type gets a warning

constexpr double kSlowest = 0.5;  // of the natural pace, where it is fitted
constexpr double kFastestTyping = 2;
constexpr double kFastestRecording = 4;
constexpr double kUntilLastWord = 0.94;  // it is over a little earlier
constexpr double kUntilEnd = 0.98;
constexpr Time kTogether{1'000'000'000 / 120};  // events so close are one

// How much faster than natural. Where even the fastest pace that looks natural would not reach the
// scene's end, it is as fast as that takes: how it ends is what it is shown for.
double pace(Time length, double speed, bool recorded, const Animation::Timing& timing) {
  if (speed > 0 && speed != 1) return speed;
  const double natural = to_seconds(length);
  const double until_word = to_seconds(timing.speech_end) * kUntilLastWord;
  const double until_end = to_seconds(timing.end) * kUntilEnd;
  double pace = 1;
  if (until_word > 0)
    pace =
        std::clamp(natural / until_word, kSlowest, recorded ? kFastestRecording : kFastestTyping);
  return until_end > 0 ? std::max(pace, natural / until_end) : pace;
}

// All that is shown: shared by an animation and its players.
struct Show {
  Session session;
  Window window;
};

// Plays the events of a session up to any of them.
class TerminalPlayer final : public Animation::Player {
 public:
  TerminalPlayer(std::shared_ptr<const Show> show, double pace)
      : show_(std::move(show)),
        session_(show_->session),
        window_(show_->window),
        painter_(window_),
        grid_(window_.columns, window_.rows),
        bitmap_(paint_window(window_)) {
    for (size_t i = 0; i < session_.events.size(); ++i) {
      const Time time = from_seconds(to_seconds(session_.events[i].time) / pace);
      if (moments_.empty() || time - moments_.back().time >= kTogether)
        moments_.push_back({time, 0});
      moments_.back().events = i + 1;
    }
    start();
    unpainted_ = {0, 0, window_.rows, window_.columns};
  }

  Time next_change(Time time) override {
    const auto next = std::ranges::upper_bound(moments_, time, {}, &Moment::time);
    return next == moments_.end() ? Time::max() : next->time;
  }

  View changed(Time from, Time to) override {
    const size_t first = events_at(std::min(from, to));
    const size_t last = events_at(std::max(from, to));
    if (first > known()) go_to(first);
    if (last > known()) go_to(last);
    CellRect cells;
    for (auto change = std::ranges::upper_bound(changes_, first, {}, &Change::end);
         change != changes_.end() && change->begin < last; ++change)
      cells.add(change->begin < first || change->end > last ? change->touched : change->differ);
    return window_.pixels_of(cells);
  }

  const Bitmap& at(Time time) override {
    go_to(events_at(time));
    if (const CellRect cells = std::exchange(unpainted_, {}); !cells.empty())
      painter_.paint(bitmap_, grid_, cells);
    return bitmap_;
  }

 private:
  struct Moment {
    Time time;
    size_t events;  // that have happened by then
  };
  // What some events have changed. Once known it need not be found again.
  struct Change {
    size_t begin;
    size_t end;
    CellRect differ;   // from before them to after them
    CellRect touched;  // by any of them
  };

  [[nodiscard]] size_t events_at(Time time) const {
    const auto next = std::ranges::upper_bound(moments_, time, {}, &Moment::time);
    return next == moments_.begin() ? 0 : std::prev(next)->events;
  }

  void start() {
    screen_ = std::make_unique<Screen>(window_.look, session_.columns, session_.rows);
    screen_->take_damage();
    done_ = 0;
    read_cells({0, 0, grid_.rows, grid_.columns});
  }

  [[nodiscard]] size_t known() const { return changes_.empty() ? 0 : changes_.back().end; }

  // Only forwards; what is behind is reached from the start.
  void go_to(size_t events) {
    if (events < done_) start();
    if (done_ < known() && known() < events) advance(known());
    if (done_ < events) advance(events);
  }

  void advance(size_t events) {
    const size_t first = done_;
    size_t begin = first ? session_.events[first - 1].end : 0;
    for (; done_ < events; ++done_) {
      const Session::Event& event = session_.events[done_];
      screen_->write(std::string_view(session_.output).substr(begin, event.end - begin));
      begin = event.end;
      if (event.columns) screen_->resize(event.columns, event.rows);
    }
    const CellRect touched = screen_->take_damage();
    const CellRect differ = read_cells(touched);
    if (first == known()) changes_.push_back({first, events, differ, touched});
  }

  // The smallest rectangle around the cells that are not as they were.
  CellRect read_cells(const CellRect& damage) {
    CellRect changed;
    for (int row = damage.top; row < std::min(damage.bottom, grid_.rows); ++row) {
      for (int column = damage.left; column < std::min(damage.right, grid_.columns); ++column) {
        const Cell cell = screen_->cell(row, column);
        if (cell == grid_.at(row, column)) continue;
        grid_.at(row, column) = cell;
        changed.add({row, column, row + 1, column + 1});
      }
    }
    unpainted_.add(changed);
    return changed;
  }

  const std::shared_ptr<const Show> show_;
  const Session& session_;
  const Window& window_;
  CellPainter painter_;
  Grid grid_;  // as `screen_` is
  Bitmap bitmap_;
  CellRect unpainted_;  // where `bitmap_` is not as `grid_`
  std::vector<Moment> moments_;
  std::vector<Change> changes_;  // one after another, from the first event on
  std::unique_ptr<Screen> screen_;
  size_t done_ = 0;  // events that `screen_` has seen
};

class TerminalAnimation final : public Animation {
 public:
  TerminalAnimation(Show show, double speed, bool recorded, std::string key)
      : show_(std::make_shared<const Show>(std::move(show))),
        speed_(speed),
        recorded_(recorded),
        key_(std::move(key)) {}

  [[nodiscard]] Size size() const override { return show_->window.size; }
  [[nodiscard]] std::string key() const override { return key_; }
  [[nodiscard]] std::unique_ptr<Player> play(const Timing& timing) const override {
    return std::make_unique<TerminalPlayer>(
        show_, pace(show_->session.length(), speed_, recorded_, timing));
  }

 private:
  const std::shared_ptr<const Show> show_;
  const double speed_;
  const bool recorded_;
  const std::string key_;
};

// How far the cursor gets on a screen of that size, with a column to stand in.
Size reach(const Session& session, const Look& look, int columns, int rows) {
  Screen screen(look, columns, rows);
  Size size{1, 1};
  size_t begin = 0;
  for (const Session::Event& event : session.events) {
    screen.write(std::string_view(session.output).substr(begin, event.end - begin));
    begin = event.end;
    size.width = std::max(size.width, screen.cursor().col + 1);
    size.height = std::max(size.height, screen.cursor().row + 1);
  }
  return size;
}

// The window of a text: as wide and high as what it shows, within reason.
Result<Window> window_of_text(const Terminal& terminal, Session& session, const Look& look,
                              const TerminalStyle& style) {
  Content content;
  content.fixed_columns = terminal.columns > 0;
  content.fixed_rows = terminal.rows > 0;
  content.columns = content.fixed_columns ? terminal.columns
                                          : std::clamp(reach(session, look, kMostColumns, 2).width,
                                                       kFewColumns, kUsualColumns);
  content.rows = content.fixed_rows ? terminal.rows : kFewRows;
  Result<Window> window = fit_window(content, style);
  if (!window) return window;
  if (!content.fixed_rows) {
    // Lines that are too long go on in the next: how many there are depends on the width.
    content.columns = window->columns;
    content.rows = std::max(reach(session, look, content.columns, kMostRows).height, kFewRows);
    window = fit_window(content, style);
    if (!window) return window;
  }
  session.columns = window->columns;
  session.rows = window->rows;
  return window;
}

// A recording has the size it was made with; less of it may be shown.
Result<Window> window_of_cast(const Terminal& terminal, const Session& session,
                              const TerminalStyle& style) {
  Content content{session.columns, session.rows, true, true};
  for (const Session::Event& event : session.events) {
    content.columns = std::max<int>(content.columns, event.columns);
    content.rows = std::max<int>(content.rows, event.rows);
  }
  if (terminal.columns > 0) content.columns = terminal.columns;
  if (terminal.rows > 0) content.rows = terminal.rows;
  return fit_window(content, style);
}

// As the theme's code windows are.
Look look_of_page(const TerminalStyle& style) {
  const uint32_t ground = style.window.value_or(find_look("dark")->ground);
  const bool light = luminance(ground) > 0.4;
  Look look = *find_look(light ? "light" : "dark");
  look.ground = ground;
  if (style.window_text) look.text = *style.window_text;
  look.cursor = readable(style.accent, ground, 3);
  // Black, white and bright white are grounds as often as they are text.
  for (const size_t i : {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14})
    look.colours[i] = readable(look.colours[i], ground, 4.5);
  return look;
}

Look choose_look(const Terminal& terminal, const Session& session, const TerminalStyle& style,
                 const Place& where, Problems& problems) {
  if (const Look* look = find_look(terminal.look)) return *look;
  if (!terminal.look.empty()) {
    std::string names;
    for (const std::string_view name : look_names())
      names.append(names.empty() ? "" : ", ").append(name);
    problems.warn(where, "There is no terminal look '" + terminal.look + "' (there are: " + names +
                             ")." + suggestion(terminal.look, look_names()));
  }
  return session.look.value_or(look_of_page(style));
}

std::string key_of(const Session& session, const Window& window, double speed, bool recorded) {
  KeyMaker key("terminal");
  key.add(kVersion).add(session.output).add(window.title).add(window.type.families);
  key.add(window.type.language).add(std::bit_cast<int64_t>(window.type.size));
  std::string events;
  for (const Session::Event& event : session.events) {
    const int64_t parts[] = {event.time.count(), static_cast<int64_t>(event.end), event.columns,
                             event.rows};
    events.append(reinterpret_cast<const char*>(parts), sizeof parts);
  }
  key.add(events);
  for (const int number :
       {session.columns, session.rows, window.columns, window.rows, window.size.width,
        window.size.height, window.left, window.top, window.bar, window.type.cell_width,
        window.type.cell_height, window.type.baseline, int{recorded}, int{window.look.scanlines}})
    key.add(number);
  for (const double number : {speed, window.u, window.corner})
    key.add(std::bit_cast<int64_t>(number));
  for (const uint32_t colour :
       {window.look.ground, window.look.text, window.look.cursor, window.page_ground})
    key.add(colour);
  for (const uint32_t colour : window.look.colours)
    key.add(colour);
  return key.key();
}

std::string title_of(const Terminal& terminal, const Session& session) {
  if (!terminal.title.empty()) return terminal.title;
  return session.title.empty() ? "bash" : session.title;
}

}  // namespace
}  // namespace talkie::terminal

namespace talkie {

Result<std::shared_ptr<const Animation>> make_terminal(const Terminal& asked,
                                                       const TerminalStyle& style,
                                                       const Place& where, Problems& problems) {
  using namespace terminal;
  const bool recorded = !asked.cast.empty();
  auto session =
      recorded ? read_cast(asked.cast, where, problems) : Result<Session>(type_session(asked.text));
  if (!session) return session.error();
  const terminal::Look look = choose_look(asked, *session, style, where, problems);
  auto window = recorded ? window_of_cast(asked, *session, style)
                         : window_of_text(asked, *session, look, style);
  if (!window) {
    Error error = window.error();
    error.where = where;
    return error;
  }
  window->look = look;
  window->title = title_of(asked, *session);
  if (window->type.size < kUnreadable * style.u)
    problems.warn(where, "The terminal's text is very small: " + std::to_string(window->columns) +
                             " columns and " + std::to_string(window->rows) +
                             " rows; show fewer, or give it a page of its own.");
  std::string key = key_of(*session, *window, asked.speed, recorded);
  return std::shared_ptr<const Animation>(std::make_shared<TerminalAnimation>(
      Show{*std::move(session), *std::move(window)}, asked.speed, recorded, std::move(key)));
}

}  // namespace talkie
