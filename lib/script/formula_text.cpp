// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/formula_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "script/formula_symbols.h"

namespace talkie {

namespace {

// What has limits below and above it.
constexpr std::string_view kBigOperators[] = {"sum", "prod", "int", "oint"};

const FormulaSymbol* find_symbol(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kFormulaSymbols), std::end(kFormulaSymbols),
                   [name](const FormulaSymbol& symbol) { return symbol.name == name; });
  return found == std::end(kFormulaSymbols) ? nullptr : found;
}

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

constexpr std::string_view kRaised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷",
                                        "⁸", "⁹", "⁺", "⁻", "⁼", "⁽", "⁾", "ⁿ"};
constexpr std::string_view kLowered[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇",
                                         "₈", "₉", "₊", "₋", "₌", "₍", "₎", "ₙ"};
constexpr std::string_view kPlain[] = {"0", "1", "2", "3", "4", "5", "6", "7",
                                       "8", "9", "+", "−", "=", "(", ")", "n"};

// "12" -> "¹²"; "" where a character has no small form.
std::string in_small(std::string_view text, const std::string_view (&small)[16]) {
  std::string out;
  while (!text.empty()) {
    size_t i = 0;
    while (i < std::size(kPlain) && !text.starts_with(kPlain[i]))
      ++i;
    if (i == std::size(kPlain)) return {};
    out += small[i];
    text.remove_prefix(kPlain[i].size());
  }
  return out;
}

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_number_part(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// One pass over the TeX, from left to right; groups by recursion, as deep as kDeepest.
class FormulaReader {
 public:
  FormulaReader(std::string_view tex, bool aloud) : rest_(tex), aloud_(aloud) {}

  std::string read() {
    std::string out;
    while (!rest_.empty()) {
      out += sequence();
      if (!rest_.empty()) rest_.remove_prefix(1);  // a brace that closes nothing
    }
    return tidy(out);
  }

 private:
  static constexpr int kDeepest = 40;

  // Up to the end or a closing brace.
  std::string sequence() {
    std::string out;
    while (!rest_.empty() && rest_.front() != '}') {
      const bool big = begins_with_big_operator();
      const std::string part = atom();
      add(out, part);
      scripts(out, big);
    }
    return out;
  }

  void add(std::string& out, std::string_view part) const {
    if (aloud_ && !out.empty() && !part.empty()) out += ' ';
    out += part;
  }

  void scripts(std::string& out, bool big) {
    bool any = false;
    while (!rest_.empty() && (rest_.front() == '^' || rest_.front() == '_')) {
      const bool raised = rest_.front() == '^';
      rest_.remove_prefix(1);
      const std::string script = argument();
      any = true;
      if (!aloud_)
        out += small_text(script, raised);
      else if (big)
        out += (raised ? " to " : " from ") + script;
      else
        out += raised ? raised_words(script) : " sub " + script;
    }
    if (aloud_ && big && any) out += " of";
  }

  static std::string raised_words(const std::string& script) {
    if (script == "2") return " squared";
    if (script == "3") return " cubed";
    if (script == "composed with" || script == "degrees") return " degrees";
    if (script == "prime") return " prime";
    return " to the " + script;
  }

  static std::string small_text(const std::string& script, bool raised) {
    const std::string plain = without_spaces(script);
    if (plain == "∘" || plain == "°") return "°";
    if (plain == "′") return plain;
    if (const std::string small = in_small(plain, raised ? kRaised : kLowered); !small.empty())
      return small;
    return (raised ? "^" : "_") + grouped(plain);
  }

  // More than one character gets parentheses.
  static std::string grouped(const std::string& text) {
    return count_characters(text) > 1 ? "(" + text + ")" : text;
  }

  void skip_spaces() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n'))
      rest_.remove_prefix(1);
  }

  // A group or the next character or command.
  std::string argument() {
    skip_spaces();
    if (rest_.empty() || rest_.front() == '}') return {};
    if (rest_.front() != '{' && rest_.front() != '\\') return character(1);
    return tidy(atom());
  }

  std::string atom() {
    const char c = rest_.front();
    if (c == '{') return group();
    if (c == '\\') return command();
    if (is_number_part(c)) {
      const size_t end =
          std::find_if_not(rest_.begin(), rest_.end(), is_number_part) - rest_.begin();
      return character(end);
    }
    // A character of UTF-8, with the bytes that continue it.
    size_t length = 1;
    while (length < rest_.size() && (static_cast<unsigned char>(rest_[length]) & 0xC0) == 0x80)
      ++length;
    return character(length);
  }

  std::string group() {
    rest_.remove_prefix(1);
    if (depth_ >= kDeepest) return {};
    ++depth_;
    std::string inner = sequence();
    --depth_;
    if (!rest_.empty()) rest_.remove_prefix(1);
    return inner;
  }

  // The next `length` bytes, which are no command.
  std::string character(size_t length) {
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (const FormulaSymbol* symbol = find_symbol(text); symbol && text != "&" && text != "\\")
      return std::string(aloud_ ? symbol->words : symbol->text);
    if (text == "&" || text == "~" || text == " " || text == "\n") return aloud_ ? "" : " ";
    if (aloud_ && text.size() == 1 && !is_letter(text[0]) && !is_number_part(text[0])) return {};
    return std::string(text);
  }

  std::string_view command_name() const {
    size_t end = 1;
    while (end < rest_.size() && is_letter(rest_[end]))
      ++end;
    return rest_.substr(1, end > 1 ? end - 1 : 1);
  }

  bool begins_with_big_operator() const {
    return rest_.front() == '\\' && is_one_of(command_name(), kBigOperators);
  }

  std::string command() {
    const std::string_view name = command_name();
    rest_.remove_prefix(std::min(name.size() + 1, rest_.size()));
    if (depth_ >= kDeepest) return {};
    ++depth_;
    std::string out = command(name);
    --depth_;
    return out;
  }

  std::string command(std::string_view name) {
    if (name == "frac" || name == "dfrac" || name == "tfrac") return fraction();
    if (name == "sqrt") return root();
    if (name == "ce") return chemistry();
    if (name == "text" || name == "textrm" || name == "mathrm" || name == "operatorname" ||
        name == "mbox")
      return words_as_they_are();
    if (name == "begin" || name == "end") {
      words_as_they_are();
      return {};
    }
    if (name == "left" || name == "right") {  // their "." is nothing
      if (rest_.starts_with('.')) rest_.remove_prefix(1);
      return {};
    }
    if (const FormulaSymbol* symbol = find_symbol(name); symbol && name != "!" && name != ",")
      return std::string(aloud_ ? symbol->words : symbol->text);
    if (name == "{" || name == "}") return aloud_ ? "" : std::string(name);
    return {};
  }

  std::string fraction() {
    const std::string top = argument();
    const std::string bottom = argument();
    if (aloud_) return top + " over " + bottom;
    return grouped_sum(top) + "/" + grouped_sum(bottom);
  }

  // What has spaces is a sum or a product.
  static std::string grouped_sum(const std::string& text) {
    return text.find(' ') == std::string::npos ? text : "(" + text + ")";
  }

  std::string root() {
    std::string degree;
    if (rest_.starts_with('[')) {
      const size_t end = std::min(rest_.find(']'), rest_.size());
      degree = std::string(trim(rest_.substr(1, end - 1)));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    const std::string inner = argument();
    if (aloud_) {
      if (degree.empty()) return "the square root of " + inner;
      return degree == "3" ? "the cube root of " + inner : "the " + degree + "th root of " + inner;
    }
    const std::string sign = degree == "3" ? "∛" : degree == "4" ? "∜" : "√";
    return sign + grouped(inner);
  }

  // The letters of a group, without their meaning in formulas.
  std::string words_as_they_are() {
    if (!rest_.starts_with('{')) return {};
    const size_t end = std::min(rest_.find('}'), rest_.size());
    const std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }

  // "H2O" -> "H₂O", "H 2 O"
  std::string chemistry() {
    std::string out;
    for (const char c : words_as_they_are()) {
      const std::string_view one(&c, 1);
      if (aloud_)
        out += (is_letter(c) && c >= 'a' && c <= 'z' ? "" : " ") + std::string(one);
      else if (c >= '0' && c <= '9' && !out.empty() && out.back() != ' ')
        out += in_small(one, kLowered);
      else
        out += c;
    }
    return out;
  }

  // One space between words, none at the ends and before a comma.
  static std::string tidy(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
      if (c == ',' && !out.empty() && out.back() == ' ') out.pop_back();
      out += c;
    }
    return std::string(trim(out));
  }

  std::string_view rest_;
  const bool aloud_;
  int depth_ = 0;
};

}  // namespace

std::string formula_words(std::string_view tex) {
  return FormulaReader(tex, true).read();
}

std::string formula_text(std::string_view tex) {
  return FormulaReader(tex, false).read();
}

}  // namespace talkie
