// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/transition_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "script/names.h"
#include "script/values.h"

namespace talkie {

namespace {

using Kind = Transition::Kind;
using Direction = Transition::Direction;

// What others call them, without hyphens. `same`: it looks as it does there.
struct OtherName {
  std::string_view name;
  Kind kind;
  bool same;
  Direction direction = Direction::left;
};
constexpr OtherName kOtherNames[] = {
    {"none", Kind::cut, true},
    {"fade", Kind::crossfade, true},
    {"fadeslow", Kind::crossfade, true},
    {"fadefast", Kind::crossfade, true},
    {"fadegrays", Kind::crossfade, false},
    {"fadethroughblack", Kind::fade_black, true},
    {"fadethroughwhite", Kind::fade_white, true},
    {"smooth", Kind::wipe, true},  // a wipe with a soft edge, as all of ours are
    {"cover", Kind::slide, true},
    {"circleopen", Kind::circle, true},
    {"circleclose", Kind::circle, false},
    {"circlecrop", Kind::circle, false},
    {"fadecircle", Kind::circle, false},
    {"rect", Kind::circle, false},
    {"rectcrop", Kind::circle, false},
    {"zoomin", Kind::zoom, true},
    {"squeezeh", Kind::zoom, false},
    {"squeezev", Kind::zoom, false},
    {"distance", Kind::dissolve, false},
    {"pixelize", Kind::dissolve, false},
    {"pixelise", Kind::dissolve, false},
    {"hblur", Kind::crossfade, false},
    {"slice", Kind::wipe, false},
    {"hlslice", Kind::wipe, false, Direction::left},
    {"hrslice", Kind::wipe, false, Direction::right},
    {"vuslice", Kind::wipe, false, Direction::up},
    {"vdslice", Kind::wipe, false, Direction::down},
    {"hlwind", Kind::wipe, false, Direction::left},
    {"hrwind", Kind::wipe, false, Direction::right},
    {"vuwind", Kind::wipe, false, Direction::up},
    {"vdwind", Kind::wipe, false, Direction::down},
    {"diagtl", Kind::wipe, false, Direction::left},
    {"diagtr", Kind::wipe, false, Direction::right},
    {"diagbl", Kind::wipe, false, Direction::left},
    {"diagbr", Kind::wipe, false, Direction::right},
    {"wipetl", Kind::wipe, false, Direction::left},
    {"wipetr", Kind::wipe, false, Direction::right},
    {"wipebl", Kind::wipe, false, Direction::left},
    {"wipebr", Kind::wipe, false, Direction::right},
    {"horzopen", Kind::wipe, false, Direction::up},
    {"horzclose", Kind::wipe, false, Direction::up},
    {"vertopen", Kind::wipe, false, Direction::left},
    {"vertclose", Kind::wipe, false, Direction::left},
};

std::string without_hyphens(std::string_view name) {
  std::string plain(name);
  std::erase(plain, '-');
  return plain;
}

struct Found {
  Transition transition;
  bool same = true;
};

std::optional<Found> find_kind(const std::string& name) {
  for (const Named<Kind>& named : kTransitionNames)
    if (without_hyphens(named.name) == name) return Found{{named.value}};
  for (const OtherName& other : kOtherNames)
    if (other.name == name) return Found{{other.kind, other.direction}, other.same};
  return {};
}

// "wipeleft" -> "wipe", left
std::optional<Direction> take_direction(std::string& name) {
  for (const Named<Direction>& direction : kDirectionNames)
    if (name.size() > direction.name.size() && name.ends_with(direction.name)) {
      name.resize(name.size() - direction.name.size());
      return direction.value;
    }
  return {};
}

struct Words {
  std::string name;  // of the kind, in one word
  std::optional<Direction> direction;
  std::optional<Time> length;
};

class TransitionParser {
 public:
  explicit TransitionParser(std::string_view text) : text_(text) {}

  Result<Transition> parse(std::string* unlike) {
    std::string plain = to_lower(text_);
    // "wipe-left", but not "wipe -1"
    for (size_t i = 1; i < plain.size(); ++i)
      if (plain[i] == '-' && plain[i - 1] != ' ') plain[i] = ' ';
    Words words;
    for (const std::string_view word : split(plain, ' '))
      if (!trim(word).empty() && !take(trim(word), words))
        return bad("'" + std::string(trim(word)) + "' stands there a second time");
    if (words.name.empty() && !words.length) return bad("it names no kind");
    return build(words, unlike);
  }

 private:
  static bool take(std::string_view word, Words& words) {
    if (const auto direction = value_of(word, kDirectionNames))
      return !std::exchange(words.direction, direction);
    if (const auto length = parse_time(word)) return !std::exchange(words.length, length);
    words.name += word;
    return true;
  }

  Result<Transition> build(Words words, std::string* unlike) const {
    auto found = words.name.empty() ? Found{} : find_kind(words.name);
    const std::string name = words.name;
    if (!found && !words.direction) {
      words.direction = take_direction(words.name);
      found = find_kind(words.name);
    }
    if (!found) return bad("there is no '" + name + "'");
    Transition& transition = found->transition;
    // Elsewhere a fade has directions too.
    if (words.name == "fade" && words.direction) found = Found{{Kind::wipe}, false};
    if (words.direction && !has_direction(transition.kind))
      return bad("only wipe, slide, push and reveal have a direction");
    transition.direction = words.direction.value_or(transition.direction);
    transition.length = words.length.value_or(transition.length);
    if (to_seconds(transition.length) > kTransitionLimits.high)
      return bad("its length must be 0 to 5 seconds");
    if (transition.kind == Kind::cut) transition.length = Time{};
    if (!found->same && unlike) *unlike = name;
    return transition;
  }

  Error bad(const std::string& what) const {
    return Error{ErrorKind::bad_value, "'" + std::string(text_.substr(0, kShown)) +
                                           "' is no transition: " + what + "; write one of " +
                                           all_names(kTransitionNames) +
                                           ", with a direction and a length as in 'crossfade 0.5' "
                                           "or 'wipe left 0.7'"};
  }

  static constexpr size_t kShown = 60;
  std::string_view text_;
};

}  // namespace

bool has_direction(Kind kind) {
  return kind == Kind::wipe || kind == Kind::slide || kind == Kind::push || kind == Kind::reveal;
}

Result<Transition> parse_transition(std::string_view text, std::string* unlike) {
  return TransitionParser(trim(text)).parse(unlike);
}

}  // namespace talkie
