// SPDX-License-Identifier: LGPL-2.1-or-later
// The International Phonetic Alphabet in espeak-ng's names for sounds, which differ from language
// to language: each was checked by what espeak-ng 1.51 itself writes in IPA for it
// (espeak_SetPhonemeTrace).
#include <algorithm>
#include <optional>
#include <utility>

#include "speech/engines/espeak_ssml.h"

namespace talkie::espeak {

namespace {

constexpr std::string_view kSame = "=";  // as in other languages
constexpr std::string_view kNone = "";   // the language's voice has no such sound

struct Sound {
  std::string_view ipa;
  bool vowel = false;
  std::string_view others;
  std::string_view en = kSame;
  std::string_view de = kSame;
  std::string_view fr = kSame;
  std::string_view es = kSame;
};

// Of two that begin alike the longer one is first.
constexpr Sound kSounds[] = {
    // consonants
    {"tʃ", false, "tS"},
    {"dʒ", false, "dZ"},
    {"ts", false, "ts"},
    {"pf", false, "pf"},
    {"p", false, "p"},
    {"b", false, "b"},
    {"t", false, "t"},
    {"d", false, "d"},
    {"k", false, "k"},
    {"ɡ", false, "g"},
    {"g", false, "g"},
    {"f", false, "f"},
    {"v", false, "v"},
    {"θ", false, "T"},
    {"ð", false, "D"},
    {"s", false, "s"},
    {"z", false, "z"},
    {"ʃ", false, "S"},
    {"ʒ", false, "Z"},
    {"ç", false, "C"},
    {"x", false, "x"},
    {"χ", false, "x"},
    {"h", false, "h"},
    {"m", false, "m"},
    {"n̩", true, "@|n"},
    {"n", false, "n"},
    {"ŋ", false, "N"},
    {"ɲ", false, "n^"},
    {"l̩", true, "@|l", "@L"},
    {"l", false, "l"},
    {"ɫ", false, "l"},
    {"ʎ", false, "l^"},
    {"r", false, "r", kSame, kSame, "R", "R"},
    {"ɹ", false, "r"},
    {"ɾ", false, "r", "t#"},
    {"ʁ", false, "R", kSame, "r", "r"},
    {"ʀ", false, "R", kSame, "r", "r"},
    {"j", false, "j"},
    {"w", false, "w"},
    {"ɥ", false, "w", kSame, kSame, "y\""},
    {"ɣ", false, "Q"},
    {"β", false, "B"},
    {"ɟ", false, "J"},
    // vowels
    {"aɪ", true, "aI"},
    {"aʊ", true, "aU", kSame, kSame, "a|u"},
    {"ɔɪ", true, "OI", kSame, "OY", kSame, "o|i"},
    {"ɔʏ", true, "OY", "OI", kSame, "OI", "o|i"},
    {"ɔø", true, "OY", "OI", kSame, "OI", "o|i"},
    {"eɪ", true, "eI"},
    {"oʊ", true, "oU"},
    {"əʊ", true, "oU"},
    {"ɪə", true, "i@"},
    {"eə", true, "e|@", "e@"},
    {"ʊə", true, "u|@", "U@"},
    {"iː", true, "i:"},
    {"i", true, "i"},
    {"ɪ", true, "I", kSame, kSame, kSame, "i"},
    {"yː", true, "y:", kNone},
    {"y", true, "y", kNone},
    {"ʏ", true, "y", kNone},
    {"øː", true, "Y:", kNone},
    {"ø", true, "Y", kNone, "Y:"},
    {"œ̃", true, kNone, kNone, "W~", "W~"},
    {"œː", true, kNone, kNone, "W:", "W:"},
    {"œ", true, kNone, kNone, "W", "W"},
    {"eː", true, "e:"},
    {"e", true, "e"},
    {"ɛ̃", true, kNone, kNone, kNone, "E~"},
    {"ɛː", true, "E:"},
    {"ɛ", true, "E"},
    {"æ", true, "a"},
    {"ɐ", true, "a", "a#", "3"},
    {"aː", true, "a:", "A:"},
    {"a", true, "a"},
    {"ɑ̃", true, kNone, "A~", "A~", "A~"},
    {"ɑː", true, "a:", "A:", "A:"},
    {"ɑ", true, "a", "A:", "A"},
    {"ɒ", true, "O", "0"},
    {"ɔ̃", true, kNone, "O~", "O~", "O~"},
    {"õ", true, kNone, "O~", "O~", "O~"},
    {"ɔː", true, "O:"},
    {"ɔ", true, "O"},
    {"oː", true, "o:"},
    {"o", true, "o"},
    {"uː", true, "u:"},
    {"u", true, "u"},
    {"ʊ", true, "U", kSame, kSame, "u"},
    {"ʌ", true, "a", "V", kSame, "V"},
    {"ɜː", true, kNone, "3:", "3:"},
    {"ɝː", true, kNone, "3:", "3:"},
    {"ɜ", true, kNone, "3:", "3:"},
    {"ɝ", true, kNone, "3:", "3:"},
    {"ɚ", true, "@", "3"},
    {"ə", true, "@"},
};

std::string_view name_in(const Sound& sound, std::string_view language) {
  const std::string_view own = language == "en"   ? sound.en
                               : language == "de" ? sound.de
                               : language == "fr" ? sound.fr
                               : language == "es" ? sound.es
                                                  : kSame;
  return own == kSame ? sound.others : own;
}

// Ties between two letters, breaks between syllables and half length say nothing here; what Unicode
// puts together is taken apart.
std::string plain_ipa(std::string_view ipa) {
  struct {
    std::string_view from;
    std::string_view to;
  } constexpr kPlain[] = {{"͡", ""},   {"͜", ""},   {".", ""},  {"ˑ", ""},
                          {"õ", "õ"}, {"ã", "ɑ̃"}, {"ẽ", "ɛ̃"}, {":", "ː"}};
  std::string text(ipa);
  for (const auto& [from, to] : kPlain)
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  return text;
}

std::string first_character_of(std::string_view text) {
  size_t end = 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    ++end;
  return std::string(text.substr(0, end));
}

}  // namespace

std::string phonemes_of(std::string_view ipa, std::string_view language, std::string& unknown) {
  const std::string text = plain_ipa(ipa);
  std::string result;
  std::string stress;  // espeak-ng's stands right before the vowel, IPA's before the syllable
  for (std::string_view rest = text; !rest.empty();) {
    const auto is_next = [&](std::string_view sign) { return rest.starts_with(sign); };
    if (is_next("ˈ") || is_next("'") || is_next("ˌ")) {
      stress = is_next("ˌ") ? "," : "'";
      rest.remove_prefix(is_next("'")    ? 1
                         : stress == "," ? std::string_view("ˌ").size()
                                         : std::string_view("ˈ").size());
      continue;
    }
    if (is_next(" ")) {
      if (!result.empty()) result += "||";
      rest.remove_prefix(1);
      continue;
    }
    const auto sound = std::find_if(std::begin(kSounds), std::end(kSounds),
                                    [&](const Sound& one) { return is_next(one.ipa); });
    const std::string_view name = sound == std::end(kSounds) ? kNone : name_in(*sound, language);
    if (name == kNone) {
      unknown = sound == std::end(kSounds) ? first_character_of(rest) : std::string(sound->ipa);
      return {};
    }
    if (!result.empty() && !result.ends_with('|')) result += '|';
    if (sound->vowel) result += std::exchange(stress, {});
    result += name;
    rest.remove_prefix(sound->ipa.size());
  }
  if (result.empty()) unknown = std::string(ipa);
  return result;
}

}  // namespace talkie::espeak
