// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/kept_recording.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace talkie {

namespace {

using Json = nlohmann::json;

std::string head_of(const Recording& recording) {
  Json words = Json::array();
  for (const WordSpan& word : recording.words)
    words.push_back({word.begin, word.end});
  Json loudness = Json::array();
  for (const float block : recording.loudness)
    loudness.push_back(std::lround(block * kLoudnessSteps));
  return Json({{"voice", recording.voice},
               {"length", recording.length},
               {"words", words},
               {"loudness", loudness},
               {"warnings", recording.warnings}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool read_head(const std::string& head, Recording& recording) {
  const Json json = Json::parse(head, nullptr, false);
  if (json.is_discarded()) return false;
  try {
    recording.voice = json.at("voice").get<std::string>();
    recording.length = json.at("length").get<int64_t>();
    for (const Json& word : json.at("words"))
      recording.words.push_back({word.at(0).get<int64_t>(), word.at(1).get<int64_t>()});
    for (const Json& block : json.at("loudness"))
      recording.loudness.push_back(block.get<float>() / kLoudnessSteps);
    recording.warnings = json.at("warnings").get<std::vector<std::string>>();
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

}  // namespace

std::optional<Recording> find_recording(const Cache& cache, const std::string& key, bool samples) {
  Recording recording;
  recording.key = key;
  if (!samples) {
    const auto head = cache.find_head(key);
    if (!head || !read_head(*head, recording)) return {};
    return recording;
  }
  const auto entry = cache.find(key);
  if (!entry || !read_head(entry->head, recording)) return {};
  if (entry->body.size() != static_cast<size_t>(recording.length) * sizeof(int16_t)) return {};
  recording.samples.resize(static_cast<size_t>(recording.length));
  std::memcpy(recording.samples.data(), entry->body.data(), entry->body.size());
  return recording;
}

void keep_recording(const Cache& cache, const Recording& recording) {
  const std::string_view body(reinterpret_cast<const char*>(recording.samples.data()),
                              recording.samples.size() * sizeof(int16_t));
  static_cast<void>(static_cast<bool>(cache.keep(recording.key, head_of(recording), body)));
}

}  // namespace talkie
