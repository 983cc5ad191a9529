// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene as JSON, as docs/scene.md describes it.
#include <nlohmann/json.hpp>

#include "script/names.h"
#include "script/scene.h"
#include "script/script.h"

namespace talkie {

std::string plain_text(const RichText& text) {
  std::string plain;
  for (const Span& span : text)
    plain += span.text;
  return plain;
}

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

// Text without styles is a plain string.
Json json_of(const RichText& text) {
  if (text.empty()) return "";
  if (text.size() == 1 && text[0] == Span{text[0].text}) return text[0].text;
  Json spans = Json::array();
  for (const Span& span : text) {
    Json json = {{"text", span.text}};
    if (span.strong) json["strong"] = true;
    if (span.emphasis) json["emphasis"] = true;
    if (span.code) json["code"] = true;
    spans.push_back(std::move(json));
  }
  return spans;
}

Json json_of(const std::vector<RichText>& texts) {
  Json list = Json::array();
  for (const RichText& text : texts)
    list.push_back(json_of(text));
  return list;
}

Json content_json(const Heading& heading) {
  return {{"kind", "heading"}, {"level", heading.level}, {"text", json_of(heading.text)}};
}

Json content_json(const List& list) {
  Json items = Json::array();
  for (const ListItem& item : list.items) {
    Json json = {{"text", json_of(item.text)}, {"depth", item.depth}};
    if (item.number) json["number"] = *item.number;
    if (item.checked) json["checked"] = *item.checked;
    json["where"] = json_of(item.where);
    items.push_back(std::move(json));
  }
  return {{"kind", "list"}, {"items", std::move(items)}};
}

Json content_json(const Table& table) {
  Json columns = Json::array();
  for (const Align align : table.columns)
    columns.push_back(name_of(align, kAlignNames));
  Json rows = Json::array();
  for (const std::vector<RichText>& row : table.rows)
    rows.push_back(json_of(row));
  return {{"kind", "table"},
          {"columns", std::move(columns)},
          {"header", json_of(table.header)},
          {"rows", std::move(rows)}};
}

Json content_json(const Quote& quote) {
  Json json = {{"kind", "quote"}, {"paragraphs", json_of(quote.paragraphs)}};
  if (!quote.author.empty()) json["author"] = json_of(quote.author);
  return json;
}

Json content_json(const Image& image) {
  Json json = {{"kind", "image"},
               {"path", image.path},
               {"alt", image.alt},
               {"fit", name_of(image.fit, kFitNames)},
               {"side", name_of(image.side, kSideNames)}};
  if (!image.not_drawn.empty()) json["not_drawn"] = image.not_drawn;
  return json;
}

Json content_json(const Code& code) {
  return {{"kind", "code"}, {"language", code.language}, {"info", code.info}, {"text", code.text}};
}

Json content_json(const Label& label) {
  return {{"kind", name_of(label.role, kRoleNames)}, {"text", json_of(label.text)}};
}

Json json_of(const Block& block) {
  Json json = std::visit([](const auto& content) { return content_json(content); }, block.content);
  json["after"] = block.after;
  json["where"] = json_of(block.where);
  return json;
}

Json json_of(const NarrationStep& step) {
  if (const auto* pause = std::get_if<Pause>(&step)) return {{"pause", to_seconds(pause->length)}};
  const auto& utterance = std::get<Utterance>(step);
  Json json = {{"say", utterance.text}};
  if (!utterance.caption.empty()) json["caption"] = utterance.caption;
  if (!utterance.voice.empty()) json["voice"] = utterance.voice;
  if (!utterance.language.empty()) json["language"] = utterance.language;
  if (utterance.speed != 1) json["speed"] = utterance.speed;
  json["where"] = json_of(utterance.where);
  return json;
}

Json json_of(const Transition& transition) {
  return {{"kind", name_of(transition.kind, kTransitionNames)},
          {"direction", name_of(transition.direction, kDirectionNames)},
          {"length", to_seconds(transition.length)}};
}

Json json_of(const Film& film) {
  return {{"title", film.title},
          {"author", film.author},
          {"language", film.language},
          {"size", {film.size.width, film.size.height}},
          {"frame_rate", std::to_string(film.frame_rate.numerator) + "/" +
                             std::to_string(film.frame_rate.denominator)},
          {"captions", name_of(film.captions, kCaptionModeNames)},
          {"folder", film.folder}};
}

}  // namespace

std::string to_json(const Scene& scene) {
  Json json = {{"version", kSceneVersion},
               {"id", scene.id},
               {"index", scene.index},
               {"count", scene.count},
               {"film", json_of(scene.film)},
               {"theme", scene.theme},
               {"layout", scene.layout},
               {"background", scene.background},
               {"transition", json_of(scene.transition)}};
  json["blocks"] = Json::array();
  for (const Block& block : scene.blocks)
    json["blocks"].push_back(json_of(block));
  json["narration"] = Json::array();
  for (const NarrationStep& step : scene.narration)
    json["narration"].push_back(json_of(step));
  if (scene.duration) json["duration"] = to_seconds(*scene.duration);
  json["lead"] = to_seconds(scene.lead);
  json["tail"] = to_seconds(scene.tail);
  json["fade_out"] = scene.fade_out;
  json["where"] = json_of(scene.where);
  // File names need not be UTF-8; what is not becomes U+FFFD instead of an exception.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace talkie
