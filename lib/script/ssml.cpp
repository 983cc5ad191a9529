// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/ssml.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "script/characters.h"
#include "script/limits.h"
#include "script/names.h"
#include "script/ssml_values.h"
#include "script/values.h"
#include "script/xml_reader.h"

namespace talkie {

namespace {

// The silence after a sentence in <s> that has no full stop to make one.
constexpr Time kSentencePause{300'000'000};
constexpr Limits kSsmlPitchLimits{0.5, 2};
constexpr Limits kSsmlVolumeLimits{0, 4};

constexpr Named<std::string_view> kReadings[] = {
    {"characters", "characters"},
    {"spell-out", "characters"},
    {"verbatim", "characters"},
    {"digits", "digits"},
    {"cardinal", "cardinal"},
    {"number", "cardinal"},
    {"ordinal", "ordinal"},
    {"date", "date"},
    {"time", "time"},
    {"telephone", "telephone"},
};
constexpr std::string_view kLevels[] = {"strong", "moderate", "reduced", "none"};

bool is_xml_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

gunichar first_character(std::string_view text) {
  return g_utf8_get_char(text.data());
}
gunichar last_character(std::string_view text) {
  return g_utf8_get_char(g_utf8_prev_char(text.data() + text.size()));
}

// Makes utterances and pauses of elements and text.
class SsmlReader : public XmlHandler {
 public:
  SsmlReader(const Utterance& voice, const Place& where, Findings& findings)
      : findings_(findings), base_(voice) {
    base_.where = where;
    base_.text.clear();
    base_.caption.clear();
    base_.spans.clear();
    now_ = base_;
  }

  std::vector<NarrationStep> take() {
    finish_utterance();
    auto* last = steps_.empty() ? nullptr : std::get_if<Utterance>(&steps_.back());
    for (SpeechSpan& mark : waiting_marks_)
      if (last)
        last->spans.push_back(
            {.kind = mark.kind, .offset = last->text.size(), .value = mark.value});
    return std::move(steps_);
  }

  void begin(const XmlTag& tag) override {
    Open open;
    if (!open_.empty()) {
      const Open& outer = open_.back();
      open.hidden = outer.hidden;
      open.rate = outer.rate;
      open.pitch = outer.pitch;
      open.volume = outer.volume;
    }
    if (open_.size() == 0 && tag.name != "speak")
      findings_.fail(ErrorKind::syntax, tag.where, "SSML begins with <speak>");
    open_.push_back(std::move(open));
    if (!open_.back().hidden) element(tag);
  }

  void end() override {
    Open open = std::move(open_.back());
    open_.pop_back();
    if (open.span) close_span(*open.span);
    if (open.sentence) end_sentence();
    if (open.before) split(*std::move(open.before));
  }

  void text(std::string_view text) override {
    if (open_.empty() || open_.back().hidden) return;
    for (size_t i = 0; i < text.size();) {
      if (is_xml_space(text[i])) {
        space(text[i] == '\n');
        ++i;
        continue;
      }
      const size_t start = i;
      while (i < text.size() && !is_xml_space(text[i]))
        ++i;
      add(text.substr(start, i - start));
    }
  }

 private:
  // An element that has begun.
  struct Open {
    std::optional<size_t> span;       // in now_.spans
    std::optional<Utterance> before;  // what utterances begin as again behind it
    bool sentence = false;
    bool hidden = false;  // its text is not spoken
    double rate = 1;      // of all prosody around its text
    double pitch = 1;
    double volume = 1;
  };

  // ---- text

  // White space is one space, and none at the beginning.
  void space(bool line_end) {
    if (now_.text.empty()) return;
    if (now_.text.back() != ' ') {
      now_.text += ' ';
      line_end_ = true;
    }
    line_end_ = line_end_ && line_end;
  }

  // No space stands for a line's end between two characters of a script that writes without.
  void add(std::string_view text) {
    if (line_end_ && now_.text.size() > 1 && now_.text.back() == ' ' &&
        is_unspaced(first_character(text)) &&
        is_unspaced(last_character(std::string_view(now_.text).substr(0, now_.text.size() - 1)))) {
      now_.text.pop_back();
      for (SpeechSpan& span : now_.spans)
        span.offset = std::min(span.offset, now_.text.size());
    }
    line_end_ = false;
    if (std::exchange(sentence_pause_, false)) pause(kSentencePause);
    now_.text += text;
  }

  void end_sentence() {
    const std::string_view said = trim(now_.text);
    if (said.empty()) return;
    constexpr std::string_view kEnds[] = {".", "!", "?", ":", ";", "…", "。", "！", "？"};
    if (std::none_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return said.ends_with(end); }))
      sentence_pause_ = true;
    if (!is_unspaced(last_character(said))) space(false);
  }

  // ---- spans

  size_t open_span(SpeechSpan span) {
    span.offset = now_.text.size();
    now_.spans.push_back(std::move(span));
    return now_.spans.size() - 1;
  }

  void close_span(size_t index) {
    SpeechSpan& span = now_.spans[index];
    size_t end = now_.text.size();
    if (end > span.offset && now_.text.back() == ' ') --end;
    span.length = end - std::min(span.offset, end);
  }

  void pause(Time length) {
    if (length > Time{}) open_span({.kind = SpeechSpan::Kind::pause, .pause = length});
  }

  static bool is_point(const SpeechSpan& span) {
    return span.kind == SpeechSpan::Kind::pause || span.kind == SpeechSpan::Kind::mark;
  }

  // ---- utterances

  // What follows is another utterance, which begins as `next`; elements around it go on.
  void split(Utterance next) {
    std::vector<SpeechSpan> around;
    for (const Open& open : open_)
      if (open.span) {
        close_span(*open.span);
        around.push_back(now_.spans[*open.span]);
      }
    finish_utterance();
    base_ = std::move(next);
    now_ = base_;
    for (SpeechSpan& mark : waiting_marks_)
      open_span(std::move(mark));
    waiting_marks_.clear();
    auto span = around.begin();
    for (Open& open : open_)
      if (open.span) open.span = open_span(*span++);
  }

  void finish_utterance() {
    sentence_pause_ = false;
    if (now_.text.ends_with(' ')) now_.text.pop_back();
    if (now_.text.empty()) return finish_silence();
    const size_t size = now_.text.size();
    for (SpeechSpan& span : now_.spans) {
      span.offset = std::min(span.offset, size);
      span.length = std::min(span.length, size - span.offset);
    }
    std::erase_if(now_.spans,
                  [](const SpeechSpan& span) { return !is_point(span) && span.length == 0; });
    steps_.emplace_back(std::exchange(now_, base_));
  }

  // Breaks without words between them are a pause of the script.
  void finish_silence() {
    Time length{};
    for (SpeechSpan& span : now_.spans) {
      length += span.pause;
      if (span.kind == SpeechSpan::Kind::mark) waiting_marks_.push_back(std::move(span));
    }
    if (length > Time{}) steps_.emplace_back(Pause{length});
    now_ = base_;
  }

  // ---- elements

  void element(const XmlTag& tag) {
    using Method = void (SsmlReader::*)(const XmlTag&);
    static constexpr Named<Method> kElements[] = {
        {"speak", &SsmlReader::speak_element},       {"p", &SsmlReader::paragraph_element},
        {"s", &SsmlReader::sentence_element},        {"break", &SsmlReader::break_element},
        {"emphasis", &SsmlReader::emphasis_element}, {"prosody", &SsmlReader::prosody_element},
        {"say-as", &SsmlReader::say_as_element},     {"sub", &SsmlReader::sub_element},
        {"phoneme", &SsmlReader::phoneme_element},   {"voice", &SsmlReader::voice_element},
        {"lang", &SsmlReader::language_element},     {"mark", &SsmlReader::mark_element},
        {"audio", &SsmlReader::audio_element},       {"token", &SsmlReader::language_element},
        {"w", &SsmlReader::language_element},        {"desc", &SsmlReader::hidden_element},
        {"meta", &SsmlReader::hidden_element},       {"metadata", &SsmlReader::hidden_element},
    };
    if (const auto method = value_of(tag.name, kElements)) return (this->**method)(tag);
    std::vector<std::string_view> known;
    for (const auto& [name, function] : kElements)
      known.push_back(name);
    findings_.warn(tag.where, "'" + tag.name +
                                  "' is no element that is understood here; what is "
                                  "in it is spoken." +
                                  suggestion(tag.name, known));
  }

  // The attribute; an error where it is not there or empty.
  const std::string* required(const XmlTag& tag, std::string_view name, const char* example) {
    const std::string* value = tag.find(name);
    if (value && !trim(*value).empty()) return value;
    findings_.fail(ErrorKind::bad_value, tag.where,
                   "<" + tag.name + "> needs '" + std::string(name) + "', as in " + example);
    return nullptr;
  }

  void warn_of(const XmlTag& tag, std::initializer_list<std::string_view> attributes) {
    for (const std::string_view name : attributes)
      if (tag.find(name))
        findings_.warn(tag.where, "'" + std::string(name) + "' of <" + tag.name +
                                      "> is understood and not done; it changes nothing");
  }

  void wrong(const XmlTag& tag, std::string_view attribute, const std::string& expected) {
    findings_.fail(ErrorKind::bad_value, tag.where,
                   "'" + std::string(attribute) + "' must be " + expected + "; it is '" +
                       *tag.find(attribute) + "'");
  }

  // Another language than around it is another utterance, and its own voice.
  std::optional<Utterance> with_language(const XmlTag& tag) {
    const std::string* tagged = tag.find("xml:lang");
    if (!tagged) return {};
    const Value value{.type = Value::Type::string, .where = tag.where, .text = *tagged};
    const auto language = read_language(value, "xml:lang", findings_);
    if (!language || *language == base_.language) return {};
    Utterance next = base_;
    next.language = *language;
    next.voice.clear();
    next.where = tag.where;
    return next;
  }

  void change(std::optional<Utterance> next) {
    if (!next) return;
    Utterance before = base_;
    split(*std::move(next));
    open_.back().before = std::move(before);
  }

  void speak_element(const XmlTag& tag) {
    if (open_.size() > 1)
      findings_.fail(ErrorKind::syntax, tag.where, "<speak> must not be inside of <speak>");
    change(with_language(tag));
  }

  void language_element(const XmlTag& tag) { change(with_language(tag)); }

  void paragraph_element(const XmlTag& tag) {
    std::optional<Utterance> next = with_language(tag);
    if (!next) next = base_;
    next->where = tag.where;
    change(std::move(next));
  }

  void sentence_element(const XmlTag& tag) {
    change(with_language(tag));
    if (!now_.text.empty()) end_sentence();
    open_.back().sentence = true;
  }

  void break_element(const XmlTag& tag) {
    std::optional<Time> length = read_ssml_strength("medium");
    if (tag.find("strength")) {
      length = read_ssml_strength(*tag.find("strength"));
      if (!length) return wrong(tag, "strength", "none, x-weak, weak, medium, strong or x-strong");
    }
    if (tag.find("time")) {
      length = read_ssml_time(*tag.find("time"));
      if (!length) return wrong(tag, "time", "a time such as 500ms or 1.5s, at most 60s");
    }
    pause(*length);
  }

  void emphasis_element(const XmlTag& tag) {
    const std::string* level = tag.find("level");
    if (level && std::find(std::begin(kLevels), std::end(kLevels), *level) == std::end(kLevels))
      return wrong(tag, "level", "strong, moderate, reduced or none");
    if (level && *level == "none") return;
    open_.back().span = open_span(
        {.kind = SpeechSpan::Kind::emphasis, .value = level ? *level : std::string("moderate")});
  }

  using ReadFactor = std::optional<SsmlFactor> (*)(std::string_view);

  // One of prosody's factors: `into` is the span's, within `all`, the one of everything around it.
  void factor(const XmlTag& tag, std::string_view name, ReadFactor read, Limits limits,
              const std::string& expected, double& all, double& into) {
    const std::string* text = tag.find(name);
    if (!text) return;
    const auto factor = read(*text);
    const double wanted = !factor ? -1 : factor->relative ? all * factor->factor : factor->factor;
    constexpr double kRounding = 1e-9;
    if (wanted < limits.low - kRounding || wanted > limits.high + kRounding)
      return wrong(tag, name, expected);
    into = all > 0 ? wanted / all : 1;
    all = wanted;
  }

  void prosody_element(const XmlTag& tag) {
    Open& open = open_.back();
    SpeechSpan span{.kind = SpeechSpan::Kind::prosody};
    factor(tag, "rate", read_ssml_rate, kSpeedLimits,
           "slow, fast, 80%, +10% or the like, from 25% to 400% in all", open.rate, span.rate);
    factor(tag, "pitch", read_ssml_pitch, kSsmlPitchLimits,
           "low, high, +10%, -2st or the like, an octave up or down at most in all (what a voice's "
           "own pitch is in Hz is not known)",
           open.pitch, span.pitch);
    factor(tag, "volume", read_ssml_volume, kSsmlVolumeLimits,
           "soft, loud, -6dB, +10% or the like, +12dB at most in all", open.volume, span.volume);
    warn_of(tag, {"contour", "range", "duration"});
    open.span = open_span(std::move(span));
  }

  void say_as_element(const XmlTag& tag) {
    const std::string* reading =
        required(tag, "interpret-as", "<say-as interpret-as=\"characters\">GIF</say-as>");
    if (!reading) return;
    const auto known = value_of(*reading, kReadings);
    if (!known)
      return findings_.warn(tag.where, "interpret-as=\"" + *reading +
                                           "\" is not known; the text is read as it is. Known "
                                           "are " +
                                           all_names(kReadings));
    open_.back().span = open_span({.kind = SpeechSpan::Kind::say_as, .value = std::string(*known)});
  }

  void sub_element(const XmlTag& tag) {
    if (const auto* alias = required(tag, "alias", "<sub alias=\"mister\">Mr</sub>"))
      open_.back().span =
          open_span({.kind = SpeechSpan::Kind::sub, .value = std::string(trim(*alias))});
  }

  void phoneme_element(const XmlTag& tag) {
    const auto* sounds = required(tag, "ph", "<phoneme ph=\"təˈmɑːtəʊ\">tomato</phoneme>");
    if (!sounds) return;
    const std::string* alphabet = tag.find("alphabet");
    if (alphabet && *alphabet != "ipa")
      return findings_.warn(tag.where, "the alphabet '" + *alphabet +
                                           "' is not understood; the word is read as it is "
                                           "written. Write it in IPA (alphabet=\"ipa\")");
    open_.back().span =
        open_span({.kind = SpeechSpan::Kind::phoneme, .value = std::string(trim(*sounds))});
  }

  void voice_element(const XmlTag& tag) {
    std::optional<Utterance> next = with_language(tag);
    if (const std::string* name = tag.find("name")) {
      if (!next) next = base_;
      next->voice = std::string(trim(*name));
      next->speaker.clear();
      next->where = tag.where;
    }
    if (!next)
      findings_.warn(tag.where,
                     "voices are chosen by name=\"…\" or xml:lang=\"…\"; 'talkie "
                     "voices' lists them");
    change(std::move(next));
  }

  void mark_element(const XmlTag& tag) {
    if (const std::string* name = required(tag, "name", "<mark name=\"here\"/>"))
      open_span({.kind = SpeechSpan::Kind::mark, .value = *name});
  }

  void audio_element(const XmlTag& tag) {
    findings_.warn(tag.where,
                   "<audio> is not played; what is in it is spoken. Write (sound: …) instead");
  }

  void hidden_element(const XmlTag&) { open_.back().hidden = true; }

  Findings& findings_;
  Utterance base_;  // what utterances begin as
  Utterance now_;
  std::vector<NarrationStep> steps_;
  std::vector<Open> open_;
  std::vector<SpeechSpan> waiting_marks_;
  bool line_end_ = false;        // the last space of the text is a line's end
  bool sentence_pause_ = false;  // before the next words
};

}  // namespace

bool is_ssml(std::string_view text) {
  constexpr std::string_view kBegin = "<speak";
  text = trim(text);
  if (!text.starts_with(kBegin) || text.size() == kBegin.size()) return false;
  const char next = text[kBegin.size()];
  return next == '>' || next == '/' || is_xml_space(next);
}

std::vector<NarrationStep> read_ssml(std::string_view text, const Place& where,
                                     const Utterance& voice, Findings& findings) {
  if (count_characters(text) > kMaxBlockCharacters) {
    findings.fail(ErrorKind::too_large, where,
                  "this <speak> has more than " + std::to_string(kMaxBlockCharacters) +
                      " characters; split it into several");
    return {};
  }
  SsmlReader reader(voice, where, findings);
  if (const Result<void> read = read_xml(text, where, reader); !read) {
    findings.fail(read.error());
    return {};
  }
  return reader.take();
}

}  // namespace talkie
