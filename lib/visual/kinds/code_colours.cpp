// SPDX-License-Identifier: LGPL-2.1-or-later
// Code in colours, by shiki.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.h"
#include "visual/drawn.h"
#include "visual/kit/kit.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

using json = nlohmann::json;

constexpr size_t kLongestCode = size_t{256} << 10;  // bytes; a page shows a hundredth of that
constexpr std::ptrdiff_t kMostLines = 4'000;
constexpr double kContrast = 4.5;
constexpr unsigned kItalic = 1, kBold = 2;

CodeLines plain_lines(std::string_view text, const CodeStyle& style) {
  CodeLines lines;
  for (const std::string_view line : split(text, '\n')) {
    auto& tokens = lines.emplace_back();
    if (!line.empty()) tokens.push_back({std::string(line), style.text});
  }
  return lines;
}

// The bytes of the first `units` UTF-16 units of valid UTF-8, whole characters.
size_t bytes_of_units(std::string_view text, size_t units) {
  size_t at = 0;
  for (size_t counted = 0; at < text.size() && counted < units;) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    counted += length == 4 ? 2 : 1;
    at = std::min(at + length, text.size());
  }
  return at;
}

// "#rrggbb" or "#rrggbbaa" on the code's ground, so that it can be read; anything else: its text's.
uint32_t readable_colour(std::string_view written, const CodeStyle& style) {
  const std::optional<uint32_t> colour = parse_colour(written.substr(0, 7));
  if (!colour) return style.text;
  uint32_t seen = *colour;
  if (written.size() == 9) {
    const auto alpha = std::strtoul(std::string(written.substr(7)).c_str(), nullptr, 16);
    seen = mix(style.ground, seen, static_cast<double>(alpha) / 255);
  }
  return readable(seen, style.ground, kContrast);
}

// The tokens of a line. They hold exactly its text, whatever the answer says.
std::vector<CodeToken> tokens_of(std::string_view line, const json& found, const CodeStyle& style) {
  std::vector<CodeToken> tokens;
  const auto add = [&](std::string_view text, uint32_t colour, unsigned face) {
    if (text.empty()) return;
    const bool bold = face & kBold, italic = face & kItalic;
    if (CodeToken* last = tokens.empty() ? nullptr : &tokens.back();
        last && last->colour == colour && last->bold == bold && last->italic == italic)
      last->text += text;
    else
      tokens.push_back({std::string(text), colour, bold, italic});
  };
  for (const json& token : found) {
    if (!token.is_array() || token.size() != 3 || !token[0].is_number_unsigned()) continue;
    const std::string_view text = line.substr(0, bytes_of_units(line, token[0].get<size_t>()));
    const auto* colour = token[1].get_ptr<const std::string*>();
    add(text, colour ? readable_colour(*colour, style) : style.text,
        token[2].is_number_unsigned() ? token[2].get<unsigned>() : 0);
    line.remove_prefix(text.size());
  }
  add(line, style.text, 0);
  return tokens;
}

}  // namespace

Result<CodeLines> colour_code(std::string_view text, const std::string& language,
                              const CodeStyle& style) {
  if (language.empty() || text.empty()) return plain_lines(text, style);
  if (text.size() > kLongestCode || std::ranges::count(text, '\n') > kMostLines)
    return Error{ErrorKind::too_large,
                 "code of more than 256 KiB or 4,000 lines stays without colours; show less of it"};
  if (find_invalid_utf8(text) != std::string_view::npos) return plain_lines(text, style);
  const bool dark = luminance(style.ground) < 0.18;
  const std::string theme = !style.theme.empty() ? style.theme
                            : dark               ? "github-dark"
                                                 : "github-light";
  const json request{{"text", text}, {"language", language}, {"theme", theme}};
  auto answer = Kit::shared().ask(KitBundle::code, request.dump());
  if (!answer) return answer.error();
  const json found = json::parse(*answer, nullptr, false);
  const auto lines = found.is_object() ? found.find("lines") : found.end();
  if (!found.is_object() || lines == found.end() || !lines->is_array())
    return Error{ErrorKind::failed, "code stays without colours: the answer cannot be read"};
  CodeLines coloured;
  for (const std::string_view line : split(text, '\n')) {
    const size_t index = coloured.size();
    coloured.push_back(
        tokens_of(line, index < lines->size() ? (*lines)[index] : json::array(), style));
  }
  return coloured;
}

}  // namespace talkie
