// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/lexicon.h"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"
#include "script/characters.h"
#include "script/lexicon_files.h"

namespace talkie {

namespace {

// One character of a text with its marks, as it is compared.
struct Cell {
  std::string written;  // NFC; any white space is " "
  std::string folded;   // in any case
  gunichar code = 0;    // of the character itself
  size_t offset = 0;    // bytes of the text
  size_t end = 0;
};

std::string normal(const char* text, size_t length) {
  const std::unique_ptr<char, decltype(&g_free)> result(
      g_utf8_normalize(text, static_cast<gssize>(length), G_NORMALIZE_NFC), g_free);
  return result ? result.get() : std::string(text, length);
}

std::string folded(const std::string& text) {
  const std::unique_ptr<char, decltype(&g_free)> result(
      g_utf8_casefold(text.c_str(), static_cast<gssize>(text.size())), g_free);
  return result.get();
}

bool has_capital(const std::string& text) {
  for (const char* at = text.c_str(); *at; at = g_utf8_next_char(at))
    if (g_unichar_isupper(g_utf8_get_char(at)) || g_unichar_istitle(g_utf8_get_char(at)))
      return true;
  return false;
}

std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  for (size_t at = 0; at < text.size();) {
    Cell cell;
    cell.offset = at;
    cell.code = g_utf8_get_char(text.data() + at);
    const bool space = g_unichar_isspace(cell.code);
    do
      at += static_cast<size_t>(g_utf8_skip[static_cast<unsigned char>(text[at])]);
    while (at < text.size() && (space ? g_unichar_isspace(g_utf8_get_char(text.data() + at))
                                      : g_unichar_ismark(g_utf8_get_char(text.data() + at))));
    cell.end = std::min(at, text.size());
    cell.written = space ? " " : normal(text.data() + cell.offset, cell.end - cell.offset);
    cell.folded = folded(cell.written);
    cells.push_back(std::move(cell));
  }
  return cells;
}

bool is_plain_letter(const Cell& cell) {
  return is_letter(cell.code) && !is_unspaced(cell.code);
}

// What entries are found by: the letters up to the next other character, or that character alone.
std::string first_word(const std::vector<Cell>& cells, size_t at) {
  std::string word = cells[at].folded;
  if (is_plain_letter(cells[at]))
    while (++at < cells.size() && is_plain_letter(cells[at]))
      word += cells[at].folded;
  return word;
}

bool is_apostrophe(gunichar c) {
  return c == '\'' || c == 0x2019;
}

// Signs that make another word of the one they stand at: C++, C#, AT&T.
bool is_part_of_word(const Cell& cell) {
  return is_plain_letter(cell) ||
         (cell.code < 0x80 && cell.code > ' ' &&
          std::string_view("+#&@%_").find(static_cast<char>(cell.code)) != std::string_view::npos);
}

// Whether the cells before `end` make whole words there. The s of a possessive may follow.
bool ends_word(const std::vector<Cell>& cells, size_t end) {
  if (end == cells.size() || is_unspaced(cells[end - 1].code)) return true;
  if (is_part_of_word(cells[end])) return !is_plain_letter(cells[end - 1]);
  const bool joins = cells[end].code == '.' || is_apostrophe(cells[end].code);
  if (!joins || end + 1 == cells.size() || !is_plain_letter(cells[end + 1])) return true;
  const bool is_s = cells[end + 1].folded == "s";
  return is_apostrophe(cells[end].code) && is_s &&
         (end + 2 == cells.size() || !is_plain_letter(cells[end + 2]));
}

bool begins_word(const std::vector<Cell>& cells, size_t begin) {
  if (begin == 0 || !is_plain_letter(cells[begin])) return true;
  if (is_part_of_word(cells[begin - 1])) return false;
  return cells[begin - 1].code != '.' || begin == 1 || !is_plain_letter(cells[begin - 2]);
}

// The tag's first part: "en" of "en-GB".
std::string primary(std::string_view language) {
  return to_lower(language.substr(0, language.find('-')));
}

bool says_how(const SpeechSpan& span) {
  return span.kind == SpeechSpan::Kind::sub || span.kind == SpeechSpan::Kind::phoneme ||
         span.kind == SpeechSpan::Kind::say_as;
}

// Whether [offset, end) may get a span beside this one.
bool leaves_room(const SpeechSpan& span, size_t offset, size_t end) {
  const size_t span_end = span.offset + span.length;
  if (span.kind == SpeechSpan::Kind::mark) return true;
  if (span.length == 0) return span.offset <= offset || span.offset >= end;
  const bool apart = span_end <= offset || span.offset >= end;
  const bool around = span.offset <= offset && span_end >= end;
  const bool inside = span.offset >= offset && span_end <= end;
  return apart || (!says_how(span) && (around || inside));
}

// What English adds to a name's sounds for a possessive.
std::string possessive(const std::string& sounds) {
  const auto ends = [&](std::initializer_list<std::string_view> all) {
    return std::any_of(all.begin(), all.end(), [&](auto end) { return sounds.ends_with(end); });
  };
  if (ends({"s", "z", "ʃ", "ʒ"})) return "ɪz";
  return ends({"p", "t", "k", "f", "θ"}) ? "s" : "z";
}

// Of two at one place the outer one is first; what stands at a point is before both.
bool comes_before(const SpeechSpan& a, const SpeechSpan& b) {
  if (a.offset != b.offset) return a.offset < b.offset;
  return (a.length == 0) != (b.length == 0) ? a.length == 0 : a.length > b.length;
}

// What the entry says of the cells [begin, end).
SpeechSpan span_of(const Lexicon::Entry& entry, const std::vector<Cell>& cells, size_t begin,
                   size_t end, bool english) {
  const bool respelled = entry.ipa.empty();
  SpeechSpan span{.kind = respelled ? SpeechSpan::Kind::sub : SpeechSpan::Kind::phoneme,
                  .offset = cells[begin].offset,
                  .length = cells[end - 1].end - cells[begin].offset,
                  .value = respelled ? entry.say : entry.ipa};
  const bool is_possessive =
      end + 1 < cells.size() && is_apostrophe(cells[end].code) && cells[end + 1].folded == "s";
  if (!respelled && is_possessive && english) {
    span.value += possessive(entry.ipa);
    span.length = cells[end + 1].end - span.offset;
  }
  return span;
}

}  // namespace

void Lexicon::read(const Value& value, const std::string& folder, Findings& findings) {
  read_lexicon(value, folder, *this, findings);
  warn_of_loops(findings);
}

void Lexicon::add(Entry entry, Findings& findings) {
  entry.word = std::string(trim(entry.word));
  if (entry.word.empty())
    return findings.fail(ErrorKind::bad_value, entry.where, "an entry of a lexicon needs a word");
  if (trim(entry.say).empty() && trim(entry.ipa).empty())
    return findings.fail(ErrorKind::bad_value, entry.where,
                         "the lexicon does not say how '" + entry.word +
                             "' is said; write it as in 'GIF: jif' or 'GIF: /dʒɪf/'");
  if (entries_.size() == kMaxLexiconEntries) {
    if (!std::exchange(full_, true))
      findings.fail(ErrorKind::too_large, entry.where,
                    "the lexicon has more than " + std::to_string(kMaxLexiconEntries) +
                        " entries; leave out those that the script does not need");
    return;
  }
  const std::vector<Cell> cells = cells_of(entry.word);
  Known known{std::move(entry), {}};
  known.entry.exact = known.entry.exact || has_capital(known.entry.word);
  for (const Cell& cell : cells)
    known.cells.push_back(known.entry.exact ? cell.written : cell.folded);
  std::vector<size_t>& others = by_first_word_[first_word(cells, 0)];
  for (const size_t other : others) {
    const Known& first = entries_[other];
    if (first.cells != known.cells || first.entry.exact != known.entry.exact ||
        first.entry.language != known.entry.language)
      continue;
    return findings.warn(known.entry.where, "the lexicon has '" + known.entry.word +
                                                "' already, at " + first.entry.where.to_string() +
                                                "; that entry counts");
  }
  const auto shorter = std::find_if(others.begin(), others.end(), [&](size_t other) {
    const Known& one = entries_[other];
    return std::pair(one.cells.size(), one.entry.exact) <
           std::pair(known.cells.size(), known.entry.exact);
  });
  others.insert(shorter, entries_.size());
  entries_.push_back(std::move(known));
}

void Lexicon::apply(Utterance& utterance, std::string_view film_language) const {
  if (entries_.empty()) return;
  const std::string language =
      primary(utterance.language.empty() ? film_language : std::string_view(utterance.language));
  const std::vector<Cell> cells = cells_of(utterance.text);
  const auto fits = [&](const Known& known, size_t at) {
    const size_t end = at + known.cells.size();
    if (end > cells.size() || !ends_word(cells, end)) return false;
    if (!known.entry.language.empty() && primary(known.entry.language) != language) return false;
    for (size_t i = 0; i < known.cells.size(); ++i)
      if (known.cells[i] != (known.entry.exact ? cells[at + i].written : cells[at + i].folded))
        return false;
    return std::all_of(utterance.spans.begin(), utterance.spans.end(), [&](const SpeechSpan& span) {
      return leaves_room(span, cells[at].offset, cells[end - 1].end);
    });
  };
  const auto longest_at = [&](size_t at) -> const Known* {
    if (!begins_word(cells, at)) return nullptr;
    const auto words = by_first_word_.find(first_word(cells, at));
    if (words == by_first_word_.end()) return nullptr;
    for (const size_t index : words->second)
      if (fits(entries_[index], at)) return &entries_[index];
    return nullptr;
  };
  std::vector<SpeechSpan> found;
  for (size_t at = 0; at < cells.size();) {
    const Known* match = longest_at(at);
    const size_t end = at + (match ? match->cells.size() : 1);
    if (match) found.push_back(span_of(match->entry, cells, at, end, language == "en"));
    at = end;
  }
  utterance.spans.insert(utterance.spans.end(), found.begin(), found.end());
  std::stable_sort(utterance.spans.begin(), utterance.spans.end(), comes_before);
}

void Lexicon::warn_of_loops(Findings& findings) const {
  std::unordered_map<std::string, size_t> by_word;
  for (size_t i = 0; i < entries_.size(); ++i)
    by_word.emplace(folded(entries_[i].entry.word), i);
  const auto next = [&](size_t i) -> std::optional<size_t> {
    const auto found = by_word.find(folded(std::string(trim(entries_[i].entry.say))));
    return found == by_word.end() ? std::nullopt : std::optional(found->second);
  };
  std::vector<size_t> seen_from(entries_.size(), entries_.size());
  for (size_t start = 0; start < entries_.size(); ++start) {
    std::optional<size_t> at = start;
    for (; at && seen_from[*at] == entries_.size(); at = next(*at))
      seen_from[*at] = start;
    if (!at || seen_from[*at] != start) continue;
    const Entry& entry = entries_[*at].entry;
    findings.warn(entry.where, "'" + entry.word + "' leads back to itself ('" + entry.say +
                                   "'); respellings are not looked up again, so it is said as "
                                   "that is read");
  }
}

}  // namespace talkie
