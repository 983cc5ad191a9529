// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/timing.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/value.h"

namespace talkie {

namespace {

using json = nlohmann::ordered_json;

constexpr int kTimingVersion = 1;
constexpr double kLargest = 9007199254740992.0;  // 2^53: whole numbers stay exact in JSON

json to_json_value(const Word& word) {
  return {{"text", word.text},
          {"offset", word.offset},
          {"length", word.length},
          {"start", word.start.count()},
          {"end", word.end.count()}};
}

json to_json_value(const std::vector<TimedMark>& marks) {
  json list = json::array();
  for (const TimedMark& mark : marks) {
    json value = {{"name", mark.name}, {"time", mark.time.count()}};
    if (!mark.what.empty()) value["what"] = mark.what;
    list.push_back(std::move(value));
  }
  return list;
}

json to_json_value(const SpokenUtterance& utterance) {
  json words = json::array();
  for (const Word& word : utterance.words)
    words.push_back(to_json_value(word));
  json value = {{"step", utterance.step},         {"text", utterance.text},
                {"language", utterance.language}, {"start", utterance.start.count()},
                {"end", utterance.end.count()},   {"words", std::move(words)}};
  if (!utterance.caption.empty()) value["caption"] = utterance.caption;
  if (!utterance.speaker.empty()) value["speaker"] = utterance.speaker;
  if (!utterance.voice.empty()) value["voice"] = utterance.voice;
  if (!utterance.fallback.empty()) value["fallback"] = utterance.fallback;
  if (!utterance.marks.empty()) value["marks"] = to_json_value(utterance.marks);
  return value;
}

// Reads the members of a map; keeps the first error and goes on with empty values after it.
class Reader {
 public:
  Reader(const Value& map, std::optional<Error>& error) : map_(map), error_(error) {
    if (!map.is(Value::Type::map)) fail(map.where, "here a map is expected");
  }
  // Call last: complains of keys that nobody read.
  void finish() {
    for (const Member& member : map_.map)
      if (std::find(read_.begin(), read_.end(), member.key) == read_.end())
        fail(member.where, "unknown key '" + member.key + "' in a timing");
  }

  const Value* get(std::string_view key, bool required = true) {
    read_.push_back(key);
    const Value* value = map_.find(key);
    if (!value && required)
      fail(map_.where, "a timing needs the key '" + std::string(key) + "' here");
    return value;
  }
  std::string text(std::string_view key, bool required = true) {
    const Value* value = get(key, required);
    if (!value) return {};
    if (!value->is(Value::Type::string)) wrong(*value, key, "a string");
    return value->text;
  }
  int64_t whole(std::string_view key, double largest = kLargest) {
    const Value* value = get(key);
    if (!value) return 0;
    const double number = value->number;
    if (!value->is(Value::Type::number) || number < 0 || number > largest ||
        number != std::floor(number)) {
      wrong(*value, key, "a whole number that is not negative");
      return 0;
    }
    return static_cast<int64_t>(number);
  }
  Time time(std::string_view key) { return Time{whole(key)}; }
  bool boolean(std::string_view key) {
    const Value* value = get(key);
    if (value && !value->is(Value::Type::boolean)) wrong(*value, key, "true or false");
    return value && value->boolean;
  }
  const std::vector<Value>& list(std::string_view key, bool required = true) {
    static const std::vector<Value> none;
    const Value* value = get(key, required);
    if (!value) return none;
    if (!value->is(Value::Type::list)) wrong(*value, key, "a list");
    return value->list;
  }
  void fail(const Place& where, std::string message) {
    if (!error_) error_ = Error{ErrorKind::bad_value, std::move(message), {}, where};
  }

 private:
  void wrong(const Value& value, std::string_view key, const char* expected) {
    fail(value.where, "'" + std::string(key) + "' is " + std::string(type_name(value.type)) + " (" +
                          value.text.substr(0, 40) + "); it has to be " + expected);
  }

  const Value& map_;
  std::optional<Error>& error_;
  std::vector<std::string_view> read_;
};

Word read_word(const Value& value, const SpokenUtterance& utterance, std::optional<Error>& error) {
  Reader reader(value, error);
  Word word;
  word.text = reader.text("text");
  word.offset = static_cast<size_t>(reader.whole("offset"));
  word.length = static_cast<size_t>(reader.whole("length"));
  word.start = reader.time("start");
  word.end = reader.time("end");
  if (word.offset > utterance.text.size() || word.length > utterance.text.size() - word.offset)
    reader.fail(value.where, "this word is not inside its utterance's text");
  if (word.end < word.start) reader.fail(value.where, "this word ends before it starts");
  reader.finish();
  return word;
}

std::vector<TimedMark> read_marks(const std::vector<Value>& values, std::optional<Error>& error) {
  std::vector<TimedMark> marks;
  for (const Value& value : values) {
    Reader reader(value, error);
    TimedMark& mark = marks.emplace_back();
    mark.name = reader.text("name");
    mark.what = reader.text("what", false);
    mark.time = reader.time("time");
    reader.finish();
  }
  return marks;
}

SpokenUtterance read_utterance(const Value& value, std::optional<Error>& error) {
  Reader reader(value, error);
  SpokenUtterance utterance;
  utterance.step = static_cast<int>(reader.whole("step", 1e9));
  utterance.text = reader.text("text");
  utterance.caption = reader.text("caption", false);
  utterance.speaker = reader.text("speaker", false);
  utterance.voice = reader.text("voice", false);
  utterance.fallback = reader.text("fallback", false);
  utterance.language = reader.text("language");
  utterance.start = reader.time("start");
  utterance.end = reader.time("end");
  if (utterance.end < utterance.start)
    reader.fail(value.where, "this utterance ends before it starts");
  for (const Value& word : reader.list("words"))
    utterance.words.push_back(read_word(word, utterance, error));
  utterance.marks = read_marks(reader.list("marks", false), error);
  reader.finish();
  return utterance;
}

}  // namespace

std::string to_json(const SceneTiming& timing) {
  json utterances = json::array();
  for (const SpokenUtterance& utterance : timing.utterances)
    utterances.push_back(to_json_value(utterance));
  json value = {{"version", kTimingVersion},
                {"scene", timing.scene},
                {"index", timing.index},
                {"start", timing.start.count()},
                {"duration", timing.duration.count()},
                {"last", timing.last},
                {"utterances", std::move(utterances)}};
  if (!timing.cues.empty()) value["cues"] = to_json_value(timing.cues);
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<SceneTiming> timing_from_json(std::string_view text) {
  const Result<Value> value = parse_json(text, "timing");
  if (!value) return value.error();
  std::optional<Error> error;
  Reader reader(*value, error);
  SceneTiming timing;
  if (const int64_t version = reader.whole("version"); version != kTimingVersion)
    reader.fail(value->where,
                "this is version " + std::to_string(version) + " of a timing; version 1 is known");
  timing.scene = reader.text("scene");
  timing.index = static_cast<int>(reader.whole("index", 1e9));
  timing.start = reader.time("start");
  timing.duration = reader.time("duration");
  timing.last = reader.boolean("last");
  for (const Value& utterance : reader.list("utterances"))
    timing.utterances.push_back(read_utterance(utterance, error));
  timing.cues = read_marks(reader.list("cues", false), error);
  reader.finish();
  if (error) return *error;
  return timing;
}

}  // namespace talkie
