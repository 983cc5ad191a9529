// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/engines/espeak_ssml.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

namespace talkie::espeak {

namespace {

constexpr std::string_view kSpaces = " \t\n\r";

// The attribute of a tag, with XML's five entities resolved.
std::optional<std::string> attribute_of(std::string_view tag, std::string_view name) {
  const std::string start = " " + std::string(name) + "=";
  const size_t at = tag.find(start);
  if (at == std::string_view::npos || at + start.size() >= tag.size()) return {};
  const size_t begin = at + start.size() + 1;
  const size_t end = tag.find(tag[begin - 1], begin);
  if (end == std::string_view::npos) return {};
  std::string value(tag.substr(begin, end - begin));
  constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},  {"&quot;", "\""},
      {"&apos;", "'"}, {"&#39;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities)
    for (size_t i = 0; (i = value.find(entity, i)) != std::string::npos; ++i)
      value.replace(i, entity.size(), character);
  return value;
}

// A number with this unit behind it: "+20%". Engines' texts are in the C locale.
std::optional<double> number_of(const std::string& text, std::string_view unit) {
  if (!text.ends_with(unit)) return {};
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const bool whole = end == text.c_str() + text.size() - unit.size() && end != text.c_str();
  return whole ? std::optional(number) : std::nullopt;
}

class Rewriter {
 public:
  Rewriter(std::string_view source, std::string_view language, double pitch)
      : source_(source), language_(language), pitch_(pitch) {
    result_.phonemes = source.find("<phoneme") != std::string_view::npos;
  }

  Ssml rewrite() {
    while (at_ < source_.size()) {
      if (source_[at_] == '<')
        tag();
      else
        character();
    }
    return std::move(result_);
  }

 private:
  void write(std::string_view text, size_t origin) {
    result_.text += text;
    result_.origins.resize(result_.text.size(), origin);
  }

  void tag() {
    const size_t end = std::min(source_.find('>', at_), source_.size() - 1) + 1;
    const std::string_view tag = source_.substr(at_, end - at_);
    if (tag.starts_with("<phoneme ") && phoneme(tag, end)) return;
    if (tag.starts_with("<prosody "))
      write(prosody(tag), at_);
    else if (!tag.starts_with("<phoneme") && !tag.starts_with("</phoneme"))
      write(tag, at_);
    at_ = end;
  }

  // espeak-ng counts volumes in percent, and pitches from 0 to 100.
  std::string prosody(std::string_view tag) const {
    std::string result = "<prosody";
    if (const auto rate = attribute_of(tag, "rate")) result += " rate=\"" + *rate + "\"";
    if (const auto pitch = attribute_of(tag, "pitch")) {
      const auto change = number_of(*pitch, "%");
      result += " pitch=\"" +
                (change ? std::to_string(pitch_number(pitch_ * (1 + *change / 100))) : *pitch) +
                "\"";
    }
    if (const auto volume = attribute_of(tag, "volume")) {
      const auto change = number_of(*volume, "dB");
      const auto percent = std::lround(100 * std::pow(10, change.value_or(0) / 20));
      result += " volume=\"" + (change ? std::to_string(percent) + "%" : *volume) + "\"";
    }
    return result + ">";
  }

  // [[…]] instead of the word. Without spaces around it espeak-ng loses what stands next to it.
  bool phoneme(std::string_view tag, size_t begin) {
    constexpr std::string_view kEnd = "</phoneme>";
    const size_t end = source_.find(kEnd, begin);
    const auto ipa = attribute_of(tag, "ph");
    if (end == std::string_view::npos || !ipa) return false;
    std::string unknown;
    const std::string phonemes = phonemes_of(*ipa, language_, unknown);
    if (phonemes.empty()) {
      result_.warnings.push_back(
          "espeak-ng's voice of this language has no sound for '" + unknown + "' in /" + *ipa +
          "/; it reads '" + std::string(source_.substr(begin, end - begin)) + "' as it is written");
      return false;
    }
    write(" [[" + phonemes + "]] ", begin);
    at_ = end + kEnd.size();
    full_stop();
    return true;
  }

  // A full stop after a space would be read out, unless words follow: "dot".
  void full_stop() {
    if (at_ >= source_.size() || source_[at_] != '.') return;
    const size_t next = std::min(source_.find_first_not_of(kSpaces, at_ + 1), source_.size() - 1);
    if (source_[next] != '<') return;
    bool words = false;  // behind the tags that follow
    bool tag = false;
    for (size_t i = next; i < source_.size() && !words; ++i) {
      words = !tag && source_[i] != '<' && kSpaces.find(source_[i]) == std::string_view::npos;
      tag = source_[i] == '<' || (tag && source_[i] != '>');
    }
    if (words) write(":", at_);
    ++at_;
  }

  void character() {
    const char c = source_[at_];
    // The author's own brackets are none of phonemes.
    constexpr std::string_view kNothing = "\u200B";
    if (result_.phonemes && c == '[' && result_.text.ends_with('[')) write(kNothing, at_);
    write(source_.substr(at_, 1), at_);
    ++at_;
  }

  std::string_view source_;
  std::string_view language_;
  double pitch_;
  size_t at_ = 0;
  Ssml result_;
};

}  // namespace

int pitch_number(double pitch) {
  return static_cast<int>(std::lround(50 + 50 * std::log2(std::clamp(pitch, 0.5, 2.0))));
}

Ssml ssml_for(std::string_view ssml, std::string_view language, double pitch) {
  return Rewriter(ssml, language, pitch).rewrite();
}

}  // namespace talkie::espeak
