// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/speakers.h"

#include <glib.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "script/sound_values.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr size_t kMaxNameBytes = 100;
constexpr size_t kMaxSpeakers = 50;
constexpr size_t kLongestNearMiss = 40;  // bytes

std::string folded(std::string_view name) {
  const std::unique_ptr<char, decltype(&g_free)> text(
      g_utf8_casefold(name.data(), static_cast<gssize>(name.size())), g_free);
  return text.get();
}

class SpeakerReader {
 public:
  SpeakerReader(Speakers& speakers, Findings& findings)
      : speakers_(speakers), findings_(findings) {}

  void read(const Member& member) {
    Speaker speaker{.name = std::string(trim(member.key)), .folded = folded(trim(member.key))};
    if (!is_name(speaker.name))
      return fail(member.where, "'" + member.key.substr(0, 40) +
                                    "' cannot be a speaker's name; write a short name without a "
                                    "colon, such as Ada");
    if (find_speaker(speakers_, speaker.name))
      return fail(member.where,
                  "there are two speakers '" + speaker.name + "'; capitals make no difference");
    if (speakers_.size() == kMaxSpeakers)
      return fail(member.where,
                  "there are more than " + std::to_string(kMaxSpeakers) + " speakers");
    if (member.value.is(Value::Type::map))
      read_settings(member.value, speaker);
    else if (!member.value.is(Value::Type::null) &&
             !(speaker.voice = read_text(member.value, speaker.name, findings_)))
      return;
    if (speaker.voice.value_or("").empty() && !speaker.language)
      return fail(member.where, "the speaker '" + speaker.name + "' has no voice; write " +
                                    speaker.name +
                                    ": en-gb, or another that 'talkie voices' lists");
    speakers_.push_back(std::move(speaker));
  }

 private:
  static bool is_name(const std::string& name) {
    return !name.empty() && name.size() <= kMaxNameBytes && name.find(':') == name.npos &&
           name.find('\n') == name.npos;
  }

  void fail(const Place& where, const std::string& message) {
    findings_.fail(ErrorKind::bad_value, where, message);
  }

  void read_settings(const Value& value, Speaker& speaker) {
    Fields fields(value, "a speaker", findings_);
    if (const Value* voice = fields.take("voice"))
      speaker.voice = read_text(*voice, "voice", findings_);
    if (const Value* language = fields.take("language"))
      speaker.language = read_language(*language, "language", findings_);
    if (const Value* speed = fields.take("speed"))
      speaker.speed = read_speed(*speed, "speed", findings_);
    if (const Value* pitch = fields.take("pitch"))
      speaker.pitch = read_pitch(*pitch, "pitch", findings_);
    if (const Value* volume = fields.take("volume"))
      speaker.volume = read_volume(*volume, "volume", findings_);
    fields.warn_of_unknown();
  }

  Speakers& speakers_;
  Findings& findings_;
};

// What stands before a line's first colon, and how many bytes of its text that takes with the
// colon.
struct Name {
  std::string text;
  size_t bytes = 0;
  bool space_behind = false;  // or nothing: "10:30" is no name and a word
};

std::optional<Name> name_before_colon(const RichText& line) {
  std::string text;
  for (const Span& span : line) {
    if (span.code || span.math) break;
    text += span.text;
    if (text.size() > 2 * kMaxNameBytes) break;
  }
  const std::string_view begin = std::string_view(text).substr(0, kMaxNameBytes + 3);
  for (const std::string_view colon : {":", "\uFF1A"}) {
    const size_t at = begin.find(colon);
    if (at == begin.npos || at == 0) continue;
    const size_t end = at + colon.size();
    return Name{std::string(trim(begin.substr(0, at))), end,
                end == text.size() || text[end] == ' ' || colon.size() > 1};
  }
  return {};
}

void cut_front(RichText& text, size_t bytes) {
  while (!text.empty() && text.front().text.size() <= bytes) {
    bytes -= text.front().text.size();
    text.erase(text.begin());
  }
  if (text.empty()) return;
  std::string& first = text.front().text;
  first.erase(0, bytes);
  first.erase(0, std::min(first.find_first_not_of(' '), first.size()));
  if (first.empty()) text.erase(text.begin());
}

}  // namespace

void read_speakers(const Value& value, Speakers& speakers, Findings& findings) {
  if (!value.is(Value::Type::map))
    return findings.fail(wrong_value(value, "speakers",
                                     "names with their voices, such as {Ada: en-gb, Bob: en-us}"));
  speakers.clear();
  SpeakerReader reader(speakers, findings);
  for (const Member& member : value.map)
    reader.read(member);
}

const Speaker* find_speaker(const Speakers& speakers, std::string_view name) {
  if (speakers.empty()) return nullptr;
  const std::string wanted = folded(name);
  const auto found = std::ranges::find_if(
      speakers, [&](const Speaker& speaker) { return speaker.folded == wanted; });
  return found == speakers.end() ? nullptr : &*found;
}

std::string suggest_speaker(const Speakers& speakers, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Speaker& speaker : speakers)
    names.push_back(speaker.name);
  return suggestion(name, names);
}

void speak_as(const Speaker& speaker, Utterance& utterance) {
  utterance.speaker = speaker.name;
  // A language without a voice asks for a voice of that language.
  if (speaker.voice || speaker.language) utterance.voice = speaker.voice.value_or("");
  utterance.language = speaker.language.value_or(utterance.language);
  utterance.speed = speaker.speed.value_or(utterance.speed);
  utterance.pitch = speaker.pitch.value_or(utterance.pitch);
  utterance.volume = speaker.volume.value_or(utterance.volume);
}

const Speaker* speaker_of(const RichText& line, const Speakers& speakers) {
  if (speakers.empty()) return nullptr;
  const auto name = name_before_colon(line);
  return name ? find_speaker(speakers, name->text) : nullptr;
}

const Speaker* take_speaker(RichText& paragraph, const Speakers& speakers, const Place& where,
                            Findings& findings) {
  if (speakers.empty()) return nullptr;
  const auto name = name_before_colon(paragraph);
  if (!name) return nullptr;
  if (const Speaker* speaker = find_speaker(speakers, name->text)) {
    cut_front(paragraph, name->bytes);
    if (paragraph.empty()) findings.warn(where, "'" + speaker->name + "' has nothing to say here");
    return speaker;
  }
  if (!name->space_behind || name->text.size() > kLongestNearMiss) return nullptr;
  if (const std::string meant = suggest_speaker(speakers, name->text); !meant.empty())
    findings.warn(
        where, "there is no speaker '" + name->text + "', so this is spoken as it stands." + meant);
  return nullptr;
}

}  // namespace talkie
