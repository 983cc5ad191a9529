// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/said.h"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace talkie {

namespace {

using Kind = SpeechSpan::Kind;

// All prosody at a place.
struct Manner {
  double rate = 1;
  double pitch = 1;
  double volume = 1;
  bool operator==(const Manner&) const = default;
  [[nodiscard]] bool is_plain() const { return *this == Manner{}; }
};

// A stretch of the text that is said in one way, or a silence.
struct Piece {
  size_t offset = 0;
  size_t end = 0;
  Time pause{};
  Manner manner;
  std::string_view emphasis;            // its level, or empty
  const SpeechSpan* reading = nullptr;  // the sub, say-as or phoneme that it is
};

bool is_reading(const SpeechSpan& span) {
  return span.kind == Kind::sub || span.kind == Kind::say_as || span.kind == Kind::phoneme;
}

// Cuts the text at the ends of its spans.
std::vector<Piece> pieces_of(const Utterance& utterance) {
  const size_t size = utterance.text.size();
  const auto end_of = [&](const SpeechSpan& span) {
    return span.offset + std::min(span.length, size - std::min(span.offset, size));
  };
  std::vector<size_t> edges = {0, size};
  for (const SpeechSpan& span : utterance.spans) {
    edges.push_back(std::min(span.offset, size));
    edges.push_back(std::min(end_of(span), size));
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());

  std::vector<Piece> pieces;
  std::vector<const SpeechSpan*> around;
  auto next = utterance.spans.begin();
  for (size_t i = 0; i < edges.size(); ++i) {
    const size_t offset = edges[i];
    std::erase_if(around, [&](const SpeechSpan* span) { return end_of(*span) <= offset; });
    for (; next != utterance.spans.end() && next->offset <= offset; ++next) {
      if (next->kind == Kind::pause) pieces.push_back({offset, offset, next->pause, {}, {}, {}});
      if (next->length > 0 && end_of(*next) > offset) around.push_back(&*next);
    }
    if (i + 1 == edges.size()) break;
    Piece piece{offset, edges[i + 1], {}, {}, {}, {}};
    for (const SpeechSpan* span : around) {
      if (span->kind == Kind::emphasis) piece.emphasis = span->value;
      if (!piece.reading && is_reading(*span)) piece.reading = span;
      if (span->kind != Kind::prosody) continue;
      piece.manner.rate *= span->rate;
      piece.manner.pitch *= span->pitch;
      piece.manner.volume *= span->volume;
    }
    const bool goes_on = piece.reading && !pieces.empty() &&
                         pieces.back().reading == piece.reading && pieces.back().end == offset;
    if (goes_on)
      pieces.back().end = piece.end;
    else
      pieces.push_back(piece);
  }
  return pieces;
}

std::vector<std::string_view> characters_of_text(std::string_view text) {
  std::vector<std::string_view> characters;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      ++end;
    characters.push_back(text.substr(at, end - at));
    at = end;
  }
  return characters;
}

bool has_words(std::string_view text) {
  const auto characters = characters_of_text(text);
  return std::any_of(characters.begin(), characters.end(), [](std::string_view character) {
    const gunichar code = g_utf8_get_char(character.data());
    return !g_unichar_isspace(code) && !g_unichar_ispunct(code);
  });
}

// The bytes of the punctuation and the space after it that a text begins with: they belong to the
// words before.
size_t length_of_tail(std::string_view text) {
  size_t length = 0;
  for (const std::string_view character : characters_of_text(text)) {
    const gunichar code = g_utf8_get_char(character.data());
    if (g_unichar_isspace(code)) return length + character.size();
    if (!g_unichar_ispunct(code)) return 0;
    length += character.size();
  }
  return length;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "3" -> "3rd"; empty where it is not known how the language writes it.
std::string ordinal_of(std::string_view number, std::string_view language) {
  const std::string_view primary = language.substr(0, 2);
  if (primary == "de") return std::string(number) + ".";
  if (primary != "en" && !primary.empty()) return {};
  const char last = number.back();
  const bool teen = number.size() > 1 && number[number.size() - 2] == '1';
  const char* ending = teen          ? "th"
                       : last == '1' ? "st"
                       : last == '2' ? "nd"
                       : last == '3' ? "rd"
                                     : "th";
  return std::string(number) + ending;
}

// Writes what is said, and where it comes from.
class PartWriter {
 public:
  PartWriter(std::string_view source, bool escapes) : source_(source), escapes_(escapes) {}

  // Characters that are nobody's words.
  void markup(std::string_view text) { part_.text += text; }

  // The source's own words.
  void words(size_t offset, size_t end) {
    for (const std::string_view character :
         characters_of_text(source_.substr(offset, end - offset))) {
      add(character, offset, offset + character.size());
      offset += character.size();
    }
  }

  // Other words that stand for [offset, end) of the source.
  void instead(std::string_view text, size_t offset, size_t end) {
    const size_t begin = part_.text.size();
    part_.text += escapes_ ? escaped(text) : std::string(text);
    part_.origins.push_back({begin, part_.text.size(), offset, end});
  }

  // Characters one by one.
  void spelled(size_t offset, size_t end, std::string_view between) {
    bool first = true;
    for (const std::string_view character :
         characters_of_text(source_.substr(offset, end - offset))) {
      const gunichar code = g_utf8_get_char(character.data());
      const size_t next = offset + character.size();
      if (g_unichar_ismark(code)) {
        add(character, offset, next);
      } else if (!g_unichar_isspace(code)) {
        if (!std::exchange(first, false)) markup(between);
        add(character, offset, next);
      }
      offset = next;
    }
  }

  SaidPart& part() { return part_; }

 private:
  // Only what XML needs: engines do not all know the names of quotes.
  static std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (c == '&')
        result += "&amp;";
      else if (c == '<')
        result += "&lt;";
      else if (c == '>')
        result += "&gt;";
      else
        result += c;
    }
    return result;
  }

  // What stands one to one goes on in the last origin.
  void add(std::string_view character, size_t offset, size_t end) {
    const size_t begin = part_.text.size();
    const std::string said = escapes_ ? escaped(character) : std::string(character);
    part_.text += said;
    if (!part_.origins.empty() && said == character) {
      SaidPart::Origin& last = part_.origins.back();
      const bool one_to_one = last.said_end - last.said == last.end - last.offset;
      if (one_to_one && last.said_end == begin && last.end == offset) {
        last.said_end += said.size();
        last.end = end;
        return;
      }
    }
    part_.origins.push_back({begin, part_.text.size(), offset, end});
  }

  std::string_view source_;
  bool escapes_;
  SaidPart part_;
};

// Divides an utterance, for one kind of provider.
class Divider {
 public:
  Divider(const Utterance& utterance, bool ssml)
      : utterance_(utterance), ssml_(ssml), writer_(utterance.text, ssml) {}

  Said divide() {
    const std::vector<Piece> pieces = pieces_of(utterance_);
    if (ssml_) writer_.markup("<speak>");
    for (const Piece& piece : pieces) {
      if (piece.pause > Time{})
        pause(piece.pause);
      else if (piece.end > piece.offset)
        say(piece);
    }
    end_prosody();
    if (ssml_) writer_.markup("</speak>");
    flush();
    said_.pause_after = waiting_;
    place_marks();
    return std::move(said_);
  }

 private:
  // Silence at the ends of a request would be cut off as the voice's own.
  void pause(Time length) {
    if (!ssml_) flush();
    waiting_ += length;
  }

  // What must come before the next words.
  void begin_words(const Manner& manner) {
    if (ssml_) {
      if (manner != manner_) end_prosody();
      if (waiting_ > Time{} && any_words_) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(waiting_).count();
        writer_.markup("<break time=\"" + std::to_string(ms) + "ms\"/>");
        waiting_ = {};
      }
      if (manner != manner_) begin_prosody(manner);
    } else if (any_words_ && manner != manner_) {
      flush();
    }
    if (!any_words_) {
      writer_.part().pause_before = std::exchange(waiting_, Time{});
      if (!ssml_) {
        writer_.part().rate = manner.rate;
        writer_.part().pitch = manner.pitch;
        writer_.part().volume = manner.volume;
      }
    }
    manner_ = manner;
    any_words_ = true;
  }

  void say(Piece piece) {
    if (!piece.reading && waiting_ == Time{} && any_words_ && piece.manner != manner_) {
      const size_t tail = length_of_tail(
          std::string_view(utterance_.text).substr(piece.offset, piece.end - piece.offset));
      writer_.words(piece.offset, piece.offset + tail);
      piece.offset += tail;
    }
    const std::string_view text =
        std::string_view(utterance_.text).substr(piece.offset, piece.end - piece.offset);
    // What is no word is no reason for another request, nor for prosody.
    if (!has_words(text)) {
      if (any_words_ && waiting_ == Time{}) writer_.words(piece.offset, piece.end);
      return;
    }
    begin_words(piece.manner);
    const bool emphasised = ssml_ && !piece.emphasis.empty();
    if (emphasised) writer_.markup("<emphasis level=\"" + escape_xml(piece.emphasis) + "\">");
    if (!piece.reading)
      writer_.words(piece.offset, piece.end);
    else if (piece.reading->kind == Kind::sub)
      writer_.instead(piece.reading->value, piece.offset, piece.end);
    else if (piece.reading->kind == Kind::phoneme)
      phoneme(piece, text);
    else
      say_as(piece, text);
    if (emphasised) writer_.markup("</emphasis>");
  }

  void phoneme(const Piece& piece, std::string_view text) {
    if (ssml_) {
      writer_.markup("<phoneme alphabet=\"ipa\" ph=\"" + escape_xml(piece.reading->value) + "\">");
    } else {
      said_.warnings.push_back("this voice cannot be told sounds (/" + piece.reading->value +
                               "/); it reads '" + std::string(text) +
                               "' as it is written. A respelling in the lexicon works with every "
                               "voice");
    }
    writer_.words(piece.offset, piece.end);
    if (ssml_) writer_.markup("</phoneme>");
  }

  void say_as(const Piece& piece, std::string_view text) {
    const std::string& how = piece.reading->value;
    if (how == "characters" && ssml_) {
      writer_.markup("<say-as interpret-as=\"characters\">");
      writer_.words(piece.offset, piece.end);
      return writer_.markup("</say-as>");
    }
    if (how == "characters") return writer_.spelled(piece.offset, piece.end, ", ");
    if (how == "digits" || how == "telephone") return writer_.spelled(piece.offset, piece.end, " ");
    if (how == "ordinal" && is_number(trim(text))) {
      const std::string ordinal = ordinal_of(trim(text), utterance_.language);
      if (!ordinal.empty()) return writer_.instead(ordinal, piece.offset, piece.end);
      said_.warnings.push_back("it is not known how '" + std::string(text) +
                               "' is written as an ordinal in this language; write it as a word");
    }
    writer_.words(piece.offset, piece.end);
  }

  static std::string number(double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    return g_ascii_formatd(text, sizeof text, "%.4g", value);
  }

  void begin_prosody(const Manner& manner) {
    if (manner.is_plain()) return;
    const auto change = [](double factor) {
      return (factor < 1 ? "" : "+") + number((factor - 1) * 100) + "%";
    };
    std::string tag = "<prosody";
    if (manner.rate != 1) tag += " rate=\"" + number(manner.rate * 100) + "%\"";
    if (manner.pitch != 1) tag += " pitch=\"" + change(manner.pitch) + "\"";
    if (manner.volume != 1)
      tag += " volume=\"" + (manner.volume > 0 ? decibels(manner.volume) : "silent") + "\"";
    writer_.markup(tag + ">");
    in_prosody_ = true;
  }

  static std::string decibels(double factor) {
    return (factor < 1 ? "" : "+") + number(20 * std::log10(factor)) + "dB";
  }

  void end_prosody() {
    if (std::exchange(in_prosody_, false)) writer_.markup("</prosody>");
  }

  void flush() {
    if (!any_words_) return;
    SaidPart part = std::exchange(writer_, PartWriter(utterance_.text, ssml_)).part();
    part.ssml = ssml_;
    said_.parts.push_back(std::move(part));
    any_words_ = false;
    manner_ = {};
  }

  // A mark belongs to the part that says what follows it, or else to the last one.
  void place_marks() {
    if (said_.parts.empty()) said_.parts.emplace_back();
    for (const SpeechSpan& span : utterance_.spans) {
      if (span.kind != Kind::mark) continue;
      const auto part = std::find_if(said_.parts.begin(), said_.parts.end(), [&](const auto& one) {
        return !one.origins.empty() && span.offset < one.origins.back().end;
      });
      SaidPart& own = part == said_.parts.end() ? said_.parts.back() : *part;
      own.marks.push_back({span.value, span.offset});
    }
  }

  const Utterance& utterance_;
  const bool ssml_;
  PartWriter writer_;
  Said said_;
  Time waiting_{};  // silence before the next words
  Manner manner_;   // of the words before
  bool any_words_ = false;
  bool in_prosody_ = false;
};

}  // namespace

size_t SaidPart::origin_of(size_t said) const {
  const auto after = std::upper_bound(origins.begin(), origins.end(), said,
                                      [](size_t at, const Origin& one) { return at < one.said; });
  if (after == origins.begin()) return origins.empty() ? 0 : origins.front().offset;
  const Origin& origin = *std::prev(after);
  // What stands between two origins leads to the next one's words.
  if (said >= origin.said_end) return after == origins.end() ? origin.end : after->offset;
  const size_t length = origin.said_end - origin.said;
  return origin.offset + (said - origin.said) * (origin.end - origin.offset) / length;
}

Said said_of(const Utterance& utterance, bool takes_ssml) {
  const bool plain = std::all_of(utterance.spans.begin(), utterance.spans.end(),
                                 [](const SpeechSpan& span) { return span.kind == Kind::mark; });
  if (!plain) return Divider(utterance, takes_ssml).divide();
  Said said;
  const size_t size = utterance.text.size();
  said.parts.push_back({.text = utterance.text, .origins = {{0, size, 0, size}}});
  for (const SpeechSpan& mark : utterance.spans)
    said.parts.front().marks.push_back({mark.value, mark.offset});
  return said;
}

}  // namespace talkie
