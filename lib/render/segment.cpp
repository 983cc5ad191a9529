// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/segment.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace talkie {

namespace {

using Json = nlohmann::json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Problems& problems, int first_line) {
  Json list = Json::array();
  for (const Problem& problem : problems.all()) {
    Json one = {{"message", problem.message},
                {"error", problem.severity == Problem::Severity::error}};
    if (!problem.where.file.empty() || problem.where.line > 0) {
      one["line"] = problem.where.line - first_line;
      one["column"] = problem.where.column;
    }
    list.push_back(one);
  }
  return list;
}

Problems problems_of(const Json& list, const Place& scene) {
  Problems problems;
  for (const Json& one : list) {
    Place where;
    if (one.contains("line"))
      where = {scene.file, scene.line + one.at("line").get<int>(), one.at("column").get<int>()};
    const auto message = one.at("message").get<std::string>();
    if (one.at("error").get<bool>())
      problems.fail(where, message);
    else
      problems.warn(where, message);
  }
  return problems;
}

}  // namespace

std::string problems_to_json(const Problems& problems, int first_line) {
  return dump(json_of(problems, first_line));
}

std::optional<Problems> problems_from_json(const std::string& json, const Place& scene) {
  const Json list = Json::parse(json, nullptr, false);
  if (list.is_discarded()) return {};
  try {
    return problems_of(list, scene);
  } catch (const Json::exception&) {
    return {};
  }
}

CacheEntry to_entry(const Segment& segment, int first_line) {
  CacheEntry entry;
  entry.head = dump(Json({{"caps", segment.caps},
                          {"packets", segment.packets.size()},
                          {"problems", json_of(segment.problems, first_line)}}));
  entry.body.resize(segment.packets.size() * sizeof(Packet));
  std::memcpy(entry.body.data(), segment.packets.data(), entry.body.size());
  entry.body += segment.bytes;
  return entry;
}

std::optional<Segment> segment_from_entry(const CacheEntry& entry, const Place& scene) {
  const Json head = Json::parse(entry.head, nullptr, false);
  if (head.is_discarded()) return {};
  Segment segment;
  try {
    segment.caps = head.at("caps").get<std::string>();
    segment.problems = problems_of(head.at("problems"), scene);
    const auto count = head.at("packets").get<size_t>();
    if (count > entry.body.size() / sizeof(Packet)) return {};
    segment.packets.resize(count);
  } catch (const Json::exception&) {
    return {};
  }
  const size_t table = segment.packets.size() * sizeof(Packet);
  std::memcpy(segment.packets.data(), entry.body.data(), table);
  segment.bytes = entry.body.substr(table);
  uint64_t bytes = 0;
  for (const Packet& packet : segment.packets)
    bytes += packet.bytes;
  if (bytes != segment.bytes.size()) return {};
  return segment;
}

}  // namespace talkie
