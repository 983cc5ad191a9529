// SPDX-License-Identifier: LGPL-2.1-or-later
// What good typesetters do without thinking, as rules over plain text.
#include <glib.h>

#include <algorithm>
#include <array>

#include "visual/typography.h"

namespace talkie {

std::string in_capitals(std::string_view text, std::string_view language) {
  // g_utf8_strup takes the language from the locale, not from the text.
  const bool dotted = language.starts_with("tr") || language.starts_with("az");
  std::string prepared;
  for (const char c : text)
    prepared += dotted && c == 'i' ? "\u0130" : std::string(1, c);
  gchar* upper = g_utf8_strup(prepared.data(), static_cast<gssize>(prepared.size()));
  std::string result(upper);
  g_free(upper);
  return result;
}

bool is_plain_alphabet(std::string_view text) {
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_isalpha(c)) continue;
    const GUnicodeScript script = g_unichar_get_script(c);
    if (script != G_UNICODE_SCRIPT_LATIN && script != G_UNICODE_SCRIPT_GREEK &&
        script != G_UNICODE_SCRIPT_CYRILLIC && script != G_UNICODE_SCRIPT_COMMON)
      return false;
  }
  return true;
}

std::string with_bound_units(std::string_view text) {
  static constexpr std::array<std::string_view, 44> kUnits = {
      "m", "km", "cm", "mm", "µm", "nm", "g",   "kg",  "mg",  "t", "s",  "ms", "µs",  "h",   "min",
      "l", "L",  "ml", "°C", "°F", "°",  "%",   "‰",   "€",   "$", "£",  "Hz", "kHz", "MHz", "GHz",
      "B", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "W", "kW", "V",  "K",   "px"};
  std::string bound;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' && i > 0 && g_ascii_isdigit(text[i - 1])) {
      const std::string_view rest = text.substr(i + 1);
      const size_t end = std::min(rest.find_first_of(" ,.;:!?)/\n"), rest.size());
      if (std::find(kUnits.begin(), kUnits.end(), rest.substr(0, end)) != kUnits.end()) {
        bound += "\u00A0";
        continue;
      }
    }
    bound += text[i];
  }
  return bound;
}

double break_penalty(std::string_view word) {
  if (word.empty()) return 0;
  const gunichar last = g_utf8_get_char(g_utf8_prev_char(word.data() + word.size()));
  static constexpr std::array<gunichar, 14> kPauses = {
      ',', ';', ':', '.', '!', '?', 0x2013, 0x2014, 0x3002, 0x3001, 0xFF0C, 0xFF1A, 0x060C, 0x061B};
  if (std::find(kPauses.begin(), kPauses.end(), last) != kPauses.end()) return -0.03;
  // Short words lean on the next one: "the sea", "of it", "zur See", "à la mer".
  const long characters = g_utf8_strlen(word.data(), static_cast<gssize>(word.size()));
  const bool alphabetic = g_unichar_isalpha(last) && last < 0x2E80;
  if (!alphabetic || characters > 3) return 0;
  return characters == 1 ? 0.07 : characters == 2 ? 0.045 : 0.03;
}

LetterCount count_letters(std::string_view text) {
  LetterCount count;
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_isalpha(c)) continue;
    switch (g_unichar_get_script(c)) {
      case G_UNICODE_SCRIPT_ARABIC:
      case G_UNICODE_SCRIPT_HEBREW:
      case G_UNICODE_SCRIPT_SYRIAC:
      case G_UNICODE_SCRIPT_THAANA:
      case G_UNICODE_SCRIPT_NKO:
      case G_UNICODE_SCRIPT_ADLAM:
      case G_UNICODE_SCRIPT_MANDAIC:
      case G_UNICODE_SCRIPT_SAMARITAN:
      case G_UNICODE_SCRIPT_HANIFI_ROHINGYA:
        ++count.rtl;
        break;
      default:
        ++count.ltr;
    }
  }
  return count;
}

}  // namespace talkie
