// SPDX-License-Identifier: LGPL-2.1-or-later
// Recordings of asciinema: a header in JSON, then one event a line.
// https://docs.asciinema.org/manual/asciicast/v2/ and v3/
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "visual/terminal/session.h"
#include "visual/theme_data.h"

namespace talkie::terminal {
namespace {

using nlohmann::json;

constexpr size_t kMostBytes = 64 << 20;
constexpr size_t kMostEvents = 1'000'000;
constexpr double kLongestPause = 2;  // seconds, where the header states none
constexpr double kLongestTime = 7 * 24 * 3600;

double number(const json& object, const char* key, double otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}
std::string words(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// {"fg": "#d0d0d0", "bg": "#212121", "palette": "#151515:#ac4142:…"}, of 8 or 16 colours.
std::optional<Look> look_of(const json& theme) {
  const auto text = parse_colour(words(theme, "fg"));
  const auto ground = parse_colour(words(theme, "bg"));
  const std::string palette = words(theme, "palette");
  const auto colours = split(palette, ':');
  if (!text || !ground || (colours.size() != 8 && colours.size() != 16)) return {};
  Look look{"", *ground, *text, *text, {}};
  for (size_t i = 0; i < look.colours.size(); ++i) {
    const auto colour = parse_colour(colours[i % colours.size()]);
    if (!colour) return {};
    look.colours[i] = *colour;
  }
  return look;
}

// Long lines may be nests of brackets that take much more room than their bytes.
json parse(std::string_view line) {
  constexpr size_t kLong = 4096;
  constexpr int kDeepest = 5;
  const auto is_shallow = [](int depth, json::parse_event_t, json&) { return depth < kDeepest; };
  return line.size() < kLong ? json::parse(line, nullptr, false)
                             : json::parse(line, is_shallow, false);
}

class CastReader {
 public:
  CastReader(const std::string& path, Problems& problems) : path_(path), problems_(problems) {}

  Result<Session> read(std::string_view text) {
    size_t begin = 0;
    while (begin < text.size()) {
      ++line_;
      const size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = trim(text.substr(begin, end - begin));
      const bool last = trim(text.substr(end)).empty();
      begin = end + 1;
      if (line.empty() || line[0] == '#') continue;  // version 3 has comments
      const json value = parse(line);
      const Result<void> taken = version_ ? event(value, last) : header(value);
      if (!taken) return taken.error();
    }
    if (!version_) return fail("This recording is empty; record it again with 'asciinema rec'.");
    return std::move(session_);
  }

 private:
  [[nodiscard]] Place here() const { return {path_, line_, line_ ? 1 : 0}; }
  [[nodiscard]] Error fail(std::string message, ErrorKind kind = ErrorKind::syntax) const {
    return {kind, std::move(message), {}, here()};
  }

  Result<void> header(const json& value) {
    if (!value.is_object() || !value.contains("version"))
      return fail(
          "This is no recording of asciinema: its first line should be a header such as "
          "{\"version\": 2, \"width\": 80, \"height\": 24}.");
    version_ = static_cast<int>(number(value, "version", 0));
    if (version_ != 2 && version_ != 3)
      return fail(
          "Recordings of asciinema's version 2 and 3 are played, and this one is of version " +
              std::to_string(version_) +
              "; convert it with 'asciinema convert' or record it again.",
          ErrorKind::unsupported);
    const json* terminal = &value;
    if (version_ == 3) {
      const auto found = value.find("term");
      if (found == value.end() || !found->is_object())
        return fail("The header of this recording has no \"term\" with the window's size.");
      terminal = &*found;
    }
    const char* width = version_ == 3 ? "cols" : "width";
    const char* height = version_ == 3 ? "rows" : "height";
    const auto size = size_of(number(*terminal, width, 0), number(*terminal, height, 0));
    if (!size) return size.error();
    session_.columns = size->width;
    session_.rows = size->height;
    session_.title = words(value, "title");
    longest_pause_ = number(value, "idle_time_limit", kLongestPause);
    if (!(longest_pause_ > 0)) longest_pause_ = kLongestPause;
    if (const auto theme = terminal->find("theme"); theme != terminal->end()) {
      session_.look = look_of(*theme);
      if (!session_.look)
        problems_.warn(here(),
                       "The recording's \"theme\" cannot be read (fg, bg and a palette of 8 "
                       "or 16 colours such as #1d2021); it is shown without.");
    }
    return {};
  }

  [[nodiscard]] Result<Size> size_of(double columns, double rows) const {
    if (!(columns >= 2 && columns <= kMostColumns && rows >= 1 && rows <= kMostRows))
      return fail("A recording's window has 2 to " + std::to_string(kMostColumns) +
                      " columns and 1 to " + std::to_string(kMostRows) +
                      " rows; this one states another size.",
                  ErrorKind::bad_value);
    return Size{static_cast<int>(columns), static_cast<int>(rows)};
  }

  // [time in seconds, kind, text]
  Result<void> event(const json& value, bool last) {
    const bool whole = value.is_array() && value.size() >= 3 && value[0].is_number() &&
                       value[1].is_string() && value[2].is_string();
    if (!whole && last) {
      problems_.warn(here(), "The recording's last line is not complete; it plays up to there.");
      return {};
    }
    if (!whole) return fail("This line is no event such as [1.5, \"o\", \"text\"].");
    if (session_.events.size() >= kMostEvents)
      return fail("A recording has at most " + std::to_string(kMostEvents) +
                      " events; cut it with 'asciinema cut' or record less.",
                  ErrorKind::too_large);
    const auto time = value[0].get<double>();
    if (!(time >= 0 && time < kLongestTime))
      return fail("An event's time is a number of seconds, not below 0.", ErrorKind::bad_value);
    advance(time);
    const auto& kind = value[1].get_ref<const std::string&>();
    const auto& text = value[2].get_ref<const std::string&>();
    if (kind == "o" && !text.empty()) session_.add(from_seconds(now_), text);
    // What was typed ("i") is seen where the shell echoes it; markers ("m") are for players.
    return kind == "r" ? resize(text) : Result<void>();
  }

  void advance(double time) {
    double pause = time;
    if (version_ == 2) {
      pause = time - recorded_;
      if (pause < 0 && !turned_back_) {
        turned_back_ = true;
        problems_.warn(here(), "The recording's time goes back here; it is shown without a pause.");
      }
      recorded_ = time;
    }
    now_ += std::clamp(pause, 0.0, longest_pause_);
  }

  // "120x40"
  Result<void> resize(const std::string& text) {
    int columns = 0;
    int rows = 0;
    if (std::sscanf(text.c_str(), "%5dx%5d", &columns, &rows) != 2)
      return fail("A change of size is written as \"120x40\".");
    const auto size = size_of(columns, rows);
    if (!size) return size.error();
    session_.events.push_back({from_seconds(now_), session_.output.size(),
                               static_cast<int16_t>(columns), static_cast<int16_t>(rows)});
    return {};
  }

  const std::string& path_;
  Problems& problems_;
  Session session_;
  int line_ = 0;
  int version_ = 0;  // 0: the header has not been read yet
  double longest_pause_ = kLongestPause;
  double recorded_ = 0;  // seconds, of the last event
  double now_ = 0;       // likewise, as it is shown
  bool turned_back_ = false;
};

}  // namespace

Result<Session> read_cast(const std::string& path, const Place& where, Problems& problems) {
  auto text = read_file(path, kMostBytes);
  if (!text) {
    Error error = text.error();
    error.where = where;
    return error;
  }
  return CastReader(path, problems).read(*text);
}

}  // namespace talkie::terminal
