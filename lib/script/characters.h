// SPDX-License-Identifier: LGPL-2.1-or-later
// What kind a character is, for where words begin and end.
#pragma once

#include <glib.h>

namespace talkie {

// A letter, a digit, or a mark on one.
inline bool is_letter(gunichar c) {
  return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

// Of a script that writes no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
inline bool is_spaceless(gunichar c) {
  switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return true;
    default:
      return c == 0x30FC;  // the long vowel mark of kana is of no script
  }
}

// The same, or punctuation as wide as these characters.
inline bool is_unspaced(gunichar c) {
  return is_spaceless(c) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFF0F);
}

}  // namespace talkie
