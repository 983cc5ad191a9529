// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/layouts/code_lines.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace talkie {

namespace {

constexpr double kBrokenFit = 0.6;  // code with broken lines is not set larger than that
constexpr size_t kTab = 4;          // columns

// Tabs are spaces up to the next stop.
std::string without_tabs(std::string_view text) {
  std::string plain;
  size_t column = 0;
  for (const char c : text) {
    if (c == '\t') {
      const size_t spaces = kTab - column % kTab;
      plain.append(spaces, ' ');
      column += spaces;
      continue;
    }
    if (c == '\r') continue;
    plain += c;
    if (c == '\n')
      column = 0;
    else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
      ++column;
  }
  return plain;
}

CodeLines plain_lines(std::string_view text, uint32_t colour) {
  CodeLines lines;
  for (const std::string_view line : split(text, '\n'))
    lines.push_back({{std::string(line), colour}});
  return lines;
}

CodeLines coloured_lines(const Page& page, const Code& code) {
  const CodeColours& look = page.theme.code;
  const std::string text = without_tabs(code.text);
  CodeStyle style{look.ground, look.text, look.theme};
  auto lines = colour_code(text, code.language, style);
  return lines ? *std::move(lines) : plain_lines(text, look.text);
}

struct RawLine {
  int number = 1;
  bool continued = false;
  std::vector<CodeToken> tokens;
};

std::string text_of(const std::vector<CodeToken>& tokens) {
  std::string text;
  for (const CodeToken& token : tokens)
    text += token.text;
  return text;
}

// The bytes of a text's first `count` characters.
size_t bytes_of(std::string_view text, size_t count) {
  size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      ++end;
  }
  return end;
}

// Cuts `tokens` after `bytes`; what is behind is returned.
std::vector<CodeToken> cut(std::vector<CodeToken>& tokens, size_t bytes) {
  std::vector<CodeToken> rest;
  size_t begin = 0;
  std::vector<CodeToken> kept;
  for (CodeToken& token : tokens) {
    const size_t end = begin + token.text.size();
    if (begin < bytes) {
      CodeToken first = token;
      first.text = token.text.substr(0, bytes - begin);
      kept.push_back(std::move(first));
    }
    if (end > bytes) {
      CodeToken second = token;
      second.text = token.text.substr(begin < bytes ? bytes - begin : 0);
      rest.push_back(std::move(second));
    }
    begin = end;
  }
  tokens = std::move(kept);
  return rest;
}

void trim_front(std::vector<CodeToken>& tokens) {
  while (!tokens.empty()) {
    std::string& text = tokens.front().text;
    text.erase(0, text.find_first_not_of(' '));
    if (!text.empty()) return;
    tokens.erase(tokens.begin());
  }
}

// Lines longer than `columns` go on in the next one, a little further in.
std::vector<RawLine> wrapped(const CodeLines& lines, size_t columns) {
  std::vector<RawLine> all;
  int number = 0;
  for (const std::vector<CodeToken>& tokens : lines) {
    all.push_back({++number, false, tokens});
    std::string text = text_of(tokens);
    const size_t indent = std::min(text.find_first_not_of(' '), text.size());
    while (count_characters(text) > columns) {
      const size_t limit = bytes_of(text, columns);
      size_t end = text.find_last_of(" ,;([{", limit - 1);
      end = end == std::string::npos || end < limit / 2 ? limit : end + 1;
      std::vector<CodeToken> rest = cut(all.back().tokens, end);
      trim_front(rest);
      if (rest.empty()) break;
      const std::string further(std::min(indent + 4, columns / 3), ' ');
      rest.insert(rest.begin(), {further, rest.front().colour});
      text = text_of(rest);
      all.push_back({number, true, std::move(rest)});
    }
  }
  return all;
}

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// A run of the line as it was set, in the parts that its tokens are; `offset` is where the run
// begins in the line's text. All of its letters are equally wide.
void split_run(const TextRun& run, size_t offset, const std::vector<CodeToken>& tokens,
               std::vector<TextRun>& runs) {
  const double advance = run.width / static_cast<double>(std::max<size_t>(run.text.size(), 1));
  size_t begin = 0;
  for (const CodeToken& token : tokens) {
    const size_t end = begin + token.text.size();
    const size_t from = std::max(begin, offset);
    const size_t to = std::min(end, offset + run.text.size());
    begin = end;
    if (from >= to) continue;
    TextRun part = run;
    part.text = run.text.substr(from - offset, to - from);
    const size_t blanks = std::min(part.text.find_first_not_of(' '), part.text.size());
    part.text = part.text.substr(blanks);
    part.text.erase(part.text.find_last_not_of(' ') + 1);
    if (part.text.empty()) continue;
    part.x = run.x + advance * static_cast<double>(from - offset + blanks);
    part.width = advance * static_cast<double>(part.text.size());
    part.colour = token.colour;
    if (token.bold) part.weight = 700;
    part.italic = token.italic;
    runs.push_back(std::move(part));
  }
}

uint32_t colour_at(const std::vector<CodeToken>& tokens, size_t offset, uint32_t otherwise) {
  size_t begin = 0;
  for (const CodeToken& token : tokens) {
    begin += token.text.size();
    if (offset < begin) return token.colour;
  }
  return otherwise;
}

// Right-to-left text stands in another order than it is written, and keeps one colour.
void colour_line(TextLine& line, const std::vector<CodeToken>& tokens) {
  if (std::ranges::any_of(line.runs, [](const TextRun& run) { return run.level % 2 == 1; })) return;
  std::vector<TextRun> runs;
  size_t offset = 0;
  for (TextRun& run : line.runs) {
    const size_t length = run.text.size();
    if (is_plain_ascii(run.text) && run.stops.empty()) {
      split_run(run, offset, tokens, runs);
    } else {
      run.colour = colour_at(tokens, offset, run.colour);
      runs.push_back(std::move(run));
    }
    offset += length;
  }
  line.runs = std::move(runs);
}

Typeface code_face(const Page& page, double fit) {
  Typeface face = page.face(TextRole::code, fit);
  face.leading *= 1 - 0.12 * fit;
  face.colour = face.strong_colour = page.theme.code.text;
  return face;
}

CodeText set_raw(const Page& page, const std::vector<RawLine>& raw, const Typeface& face) {
  std::string all;
  for (const RawLine& line : raw)
    all += (&line == &raw.front() ? "" : "\n") + text_of(line.tokens);
  TextBlock block = set_lines(all, face, page.scene.film.language);
  CodeText text;
  text.face = face;
  text.width = block.width;
  text.height = block.height;
  for (size_t i = 0; i < block.lines.size() && i < raw.size(); ++i) {
    colour_line(block.lines[i], raw[i].tokens);
    text.lines.push_back({raw[i].number, raw[i].continued, std::move(block.lines[i])});
  }
  return text;
}

size_t columns_in(const Page& page, const Typeface& face, double room) {
  const double advance = set_lines("0000000000", face, page.scene.film.language).width / 10;
  return static_cast<size_t>(std::max(8.0, room / advance));
}

}  // namespace

double code_fit(const Page& page, const Code& code, double room) {
  const std::string text = without_tabs(code.text);
  for (double fit = page.fit; fit < 1.001; fit += 0.2)
    if (set_lines(text, code_face(page, fit), page.scene.film.language).width <= room) return fit;
  return std::max(page.fit, kBrokenFit);
}

CodeText set_code_at(const Page& page, const Code& code, double room, double fit) {
  const CodeLines lines = coloured_lines(page, code);
  const Typeface face = code_face(page, fit);
  constexpr size_t kNeverBroken = 100'000;
  CodeText text = set_raw(page, wrapped(lines, kNeverBroken), face);
  if (text.width <= room) return text;
  text = set_raw(page, wrapped(lines, columns_in(page, face, room)), face);
  text.torn = true;
  return text;
}

CodeText set_code(const Page& page, const Code& code, double room) {
  return set_code_at(page, code, room, code_fit(page, code, room));
}

}  // namespace talkie
