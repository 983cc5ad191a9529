// SPDX-License-Identifier: LGPL-2.1-or-later
// A step of a scene's narration from JSON.
#include <algorithm>
#include <vector>

#include "base/text.h"
#include "script/scene_json.h"
#include "script/sound_values.h"
#include "script/ssml.h"

namespace talkie {

namespace {

constexpr Limits kRateLimits{0.1, 10};
constexpr Limits kSpanPitchLimits{0.1, 10};
constexpr Limits kSpanVolumeLimits{0, 100};

// Whether a character, or the text's end, begins at this byte.
bool is_border(std::string_view text, size_t at) {
  return at == text.size() ||
         (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80);
}

template <size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class SpanReader {
 public:
  SpanReader(Utterance& utterance, Findings& findings)
      : utterance_(utterance), findings_(findings) {}

  void read(const Value& value) {
    SpeechSpan span;
    Fields fields(value, "a span", findings_);
    fields.choice("kind", kSpeechSpanNames, span.kind);
    int offset = 0;
    int length = 0;
    fields.whole("offset", kAnyCount, offset);
    fields.whole("length", kAnyCount, length);
    span.offset = static_cast<size_t>(offset);
    span.length = static_cast<size_t>(length);
    fields.text("value", span.value);
    fields.length("pause", kPauseLimits, span.pause);
    fields.number("rate", kRateLimits, span.rate);
    fields.number("pitch", kSpanPitchLimits, span.pitch);
    fields.number("volume", kSpanVolumeLimits, span.volume);
    fields.warn_of_unknown();
    check_value(span, value.where);
    check_place(span, value.where);
    utterance_.spans.push_back(std::move(span));
  }

 private:
  void fail(const Place& where, const std::string& message) {
    findings_.fail(ErrorKind::bad_value, where, message);
  }

  void check_value(const SpeechSpan& span, const Place& where) {
    using Kind = SpeechSpan::Kind;
    constexpr std::string_view kEmphases[] = {"strong", "moderate", "reduced"};
    constexpr std::string_view kSayAs[] = {"characters", "cardinal", "ordinal",  "digits",
                                           "date",       "time",     "telephone"};
    const bool words =
        span.kind == Kind::sub || span.kind == Kind::phoneme || span.kind == Kind::mark;
    if (span.kind == Kind::emphasis && !is_one_of(span.value, kEmphases))
      fail(where, "the 'value' of emphasis must be strong, moderate or reduced");
    if (span.kind == Kind::say_as && !is_one_of(span.value, kSayAs))
      fail(where,
           "the 'value' of say-as must be characters, cardinal, ordinal, digits, date, time or "
           "telephone");
    if (words && span.value.empty())
      fail(where, "this span needs a 'value': what is said, or its name");
  }

  // Inside of the text, on characters, in order, and inside of each other or apart.
  void check_place(const SpeechSpan& span, const Place& where) {
    const bool point = span.kind == SpeechSpan::Kind::pause || span.kind == SpeechSpan::Kind::mark;
    const std::string& text = utterance_.text;
    if (span.offset > text.size() || span.length > text.size() - span.offset ||
        !is_border(text, span.offset) || !is_border(text, span.offset + span.length))
      return fail(where, "this span is not at characters of what is said");
    if ((span.length == 0) != point)
      return fail(where, point ? "pauses and marks have no length" : "this span covers nothing");
    if (!utterance_.spans.empty() && utterance_.spans.back().offset > span.offset)
      return fail(where, "spans must be in the order of their offsets");
    while (!open_ends_.empty() && open_ends_.back() <= span.offset)
      open_ends_.pop_back();
    if (!open_ends_.empty() && span.offset + span.length > open_ends_.back())
      return fail(where, "this span ends outside of the one it begins in");
    if (!point) open_ends_.push_back(span.offset + span.length);
  }

  Utterance& utterance_;
  Findings& findings_;
  std::vector<size_t> open_ends_;  // of the spans around the next one
};

class StepReader {
 public:
  StepReader(const Header* script, Findings& findings) : script_(script), findings_(findings) {}

  NarrationStep read(const Value& value) {
    Utterance utterance = script_ ? script_->voice : Utterance{};
    utterance.where = value.where;
    if (value.is(Value::Type::string)) {
      utterance.text = value.text;
      refuse_ssml(utterance);
      return utterance;
    }
    Fields fields(value, "a narration step", findings_);
    if (const Value* pause = fields.take("pause")) {
      const auto length = read_length(*pause, "pause", kPauseLimits, findings_);
      fields.warn_of_unknown();
      return Pause{length.value_or(Time{})};
    }
    if (!fields.take("say") && value.is(Value::Type::map))
      findings_.fail(ErrorKind::bad_value, value.where,
                     "a narration step needs 'say' (a text) or 'pause' (seconds)");
    fields.text("say", utterance.text);
    refuse_ssml(utterance);
    fields.text("caption", utterance.caption);
    if (const Value* speaker = fields.take("speaker")) read_speaker(*speaker, utterance);
    read_voice(fields, utterance);
    SpanReader spans(utterance, findings_);
    for (const Value& span : fields.list("spans"))
      spans.read(span);
    read_where(fields, utterance.where, findings_);
    fields.warn_of_unknown();
    return utterance;
  }

 private:
  void refuse_ssml(const Utterance& utterance) {
    if (is_ssml(utterance.text))
      findings_.fail(ErrorKind::unsupported, utterance.where,
                     "in JSON, SSML is written as 'spans' of what is said");
  }

  void read_voice(Fields& fields, Utterance& utterance) {
    fields.text("voice", utterance.voice);
    if (const Value* language = fields.take("language"))
      utterance.language =
          read_language(*language, "language", findings_).value_or(utterance.language);
    fields.number("speed", kSpeedLimits, utterance.speed);
    fields.number("pitch", kPitchLimits, utterance.pitch);
    fields.number("volume", kVolumeLimits, utterance.volume);
  }

  // One of the script's. A scene that stands alone says itself how they speak.
  void read_speaker(const Value& value, Utterance& utterance) {
    const auto name = read_text(value, "speaker", findings_);
    if (!name) return;
    utterance.speaker = *name;
    if (!script_) return;
    if (const Speaker* speaker = find_speaker(script_->speakers, *name))
      speak_as(*speaker, utterance);
    else
      findings_.fail(ErrorKind::bad_value, value.where,
                     "there is no speaker '" + *name + "'; name the voice in 'speakers'." +
                         suggest_speaker(script_->speakers, *name));
  }

  const Header* script_;
  Findings& findings_;
};

}  // namespace

NarrationStep read_step(const Value& value, const Header* script, Findings& findings) {
  return StepReader(script, findings).read(value);
}

}  // namespace talkie
