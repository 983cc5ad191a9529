// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene as JSON, as docs/scene.md describes it.
#include <nlohmann/json.hpp>

#include "script/formula_text.h"
#include "script/names.h"
#include "script/scene.h"
#include "script/script.h"

namespace talkie {

std::string plain_text(const RichText& text) {
  std::string plain;
  for (const Span& span : text)
    plain += span.math ? formula_text(span.text) : span.text;
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
    if (span.math) json["math"] = true;
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
  if (image.focus_x != 0.5 || image.focus_y != 0.5) json["focus"] = {image.focus_x, image.focus_y};
  if (image.movement != Movement::none) json["movement"] = name_of(image.movement, kMovementNames);
  if (!image.not_drawn.empty()) json["not_drawn"] = image.not_drawn;
  return json;
}

Json content_json(const Clip& clip) {
  Json json = content_json(clip.picture);
  json["kind"] = "clip";
  json["start"] = to_seconds(clip.start);
  if (clip.end) json["end"] = to_seconds(*clip.end);
  json["filling"] = name_of(clip.filling, kFillingNames);
  if (clip.mute) json["mute"] = true;
  if (clip.volume != 1) json["volume"] = clip.volume;
  return json;
}

Json json_of(const LineSet& lines) {
  Json ranges = Json::array();
  for (const LineRange& range : lines)
    ranges.push_back({range.first, range.last});
  return ranges;
}

Json content_json(const Code& code) {
  Json json = {
      {"kind", "code"}, {"language", code.language}, {"info", code.info}, {"text", code.text}};
  if (!code.title.empty()) json["title"] = code.title;
  if (code.line_numbers) json["line_numbers"] = true;
  if (code.first_number != 1) json["first_number"] = code.first_number;
  for (const LineSet& lines : code.steps)
    json["steps"].push_back(json_of(lines));
  if (code.magic_move) json["magic_move"] = true;
  return json;
}

Json content_json(const Drawing& drawing) {
  Json json = {{"kind", name_of(drawing.kind, kDrawingNames)},
               {"info", drawing.info},
               {"text", drawing.text}};
  if (drawing.kind == Drawing::Kind::visual) json["name"] = drawing.name;
  for (const Drawing::File& file : drawing.files)
    json["files"].push_back({{"name", file.name}, {"content", file.content}});
  return json;
}

Json content_json(const Terminal& terminal) {
  Json json = {{"kind", "terminal"}};
  if (!terminal.text.empty()) json["text"] = terminal.text;
  if (!terminal.cast.empty()) json["cast"] = terminal.cast;
  if (!terminal.look.empty()) json["look"] = terminal.look;
  if (!terminal.title.empty()) json["title"] = terminal.title;
  if (terminal.columns > 0) json["columns"] = terminal.columns;
  if (terminal.rows > 0) json["rows"] = terminal.rows;
  if (terminal.speed != 1) json["speed"] = terminal.speed;
  return json;
}

Json content_json(const Placeholder& placeholder) {
  return {{"kind", "placeholder"}, {"words", placeholder.words}};
}

Json content_json(const Label& label) {
  return {{"kind", name_of(label.role, kRoleNames)}, {"text", json_of(label.text)}};
}

Json json_of(const Block& block) {
  Json json = std::visit([](const auto& content) { return content_json(content); }, block.content);
  json["after"] = block.after;
  if (block.overlay)
    json["overlay"] = {{"at", name_of(block.overlay->place, kOverlayNames)},
                       {"size", block.overlay->size}};
  json["where"] = json_of(block.where);
  return json;
}

Json json_of(const SpeechSpan& span) {
  using Kind = SpeechSpan::Kind;
  Json json = {{"kind", name_of(span.kind, kSpeechSpanNames)}, {"offset", span.offset}};
  if (span.length > 0) json["length"] = span.length;
  if (!span.value.empty()) json["value"] = span.value;
  if (span.kind == Kind::pause) json["pause"] = to_seconds(span.pause);
  if (span.rate != 1) json["rate"] = span.rate;
  if (span.pitch != 1) json["pitch"] = span.pitch;
  if (span.volume != 1) json["volume"] = span.volume;
  return json;
}

Json json_of(const NarrationStep& step) {
  if (const auto* pause = std::get_if<Pause>(&step)) return {{"pause", to_seconds(pause->length)}};
  const auto& utterance = std::get<Utterance>(step);
  Json json = {{"say", utterance.text}};
  if (!utterance.caption.empty()) json["caption"] = utterance.caption;
  if (!utterance.speaker.empty()) json["speaker"] = utterance.speaker;
  if (!utterance.voice.empty()) json["voice"] = utterance.voice;
  if (!utterance.language.empty()) json["language"] = utterance.language;
  if (utterance.speed != 1) json["speed"] = utterance.speed;
  if (utterance.pitch != 1) json["pitch"] = utterance.pitch;
  if (utterance.volume != 1) json["volume"] = utterance.volume;
  for (const SpeechSpan& span : utterance.spans)
    json["spans"].push_back(json_of(span));
  json["where"] = json_of(utterance.where);
  return json;
}

Json json_of(const Cue& cue) {
  Json json = {{"kind", name_of(cue.kind, kCueNames)}};
  if (!cue.what.empty()) json["what"] = cue.what;
  json["step"] = cue.step;
  json["offset"] = cue.offset;
  json["where"] = json_of(cue.where);
  return json;
}

Json json_of(const Effect& effect) {
  Json json = {{"path", effect.path}};
  if (effect.volume != 1) json["volume"] = effect.volume;
  json["step"] = effect.step;
  json["offset"] = effect.offset;
  json["where"] = json_of(effect.where);
  return json;
}

Json json_of(const Music& music) {
  Json json = {{"path", music.path},
               {"section", music.section},
               {"volume", music.volume},
               {"loop", music.loop},
               {"fade_in", to_seconds(music.fade_in)},
               {"fade_out", to_seconds(music.fade_out)},
               {"ducking", music.ducking}};
  if (music.ends) json["ends"] = true;
  json["where"] = json_of(music.where);
  return json;
}

Json json_of(const Transition& transition) {
  return {{"kind", name_of(transition.kind, kTransitionNames)},
          {"direction", name_of(transition.direction, kDirectionNames)},
          {"length", to_seconds(transition.length)}};
}

Json json_of(const Film& film) {
  Json json = {{"title", film.title},
               {"author", film.author},
               {"language", film.language},
               {"size", {film.size.width, film.size.height}},
               {"frame_rate", std::to_string(film.frame_rate.numerator) + "/" +
                                  std::to_string(film.frame_rate.denominator)},
               {"captions", name_of(film.captions, kCaptionModeNames)},
               {"video", film.video},
               {"folder", film.folder}};
  if (film.loudness != Film{}.loudness) json["loudness"] = film.loudness;
  if (film.stereo) json["stereo"] = true;
  return json;
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
  if (scene.morphs) json["morphs"] = true;
  if (scene.camera != Movement::none) json["camera"] = name_of(scene.camera, kMovementNames);
  json["blocks"] = Json::array();
  for (const Block& block : scene.blocks)
    json["blocks"].push_back(json_of(block));
  json["narration"] = Json::array();
  for (const NarrationStep& step : scene.narration)
    json["narration"].push_back(json_of(step));
  for (const Cue& cue : scene.cues)
    json["cues"].push_back(json_of(cue));
  if (!scene.recording.empty())
    json["recording"] = {{"path", scene.recording}, {"where", json_of(scene.recording_where)}};
  if (scene.music) json["music"] = json_of(*scene.music);
  for (const Effect& effect : scene.effects)
    json["effects"].push_back(json_of(effect));
  if (scene.voice_follows) json["voice_follows"] = to_seconds(*scene.voice_follows);
  if (scene.duration) json["duration"] = to_seconds(*scene.duration);
  json["lead"] = to_seconds(scene.lead);
  json["tail"] = to_seconds(scene.tail);
  json["fade_out"] = scene.fade_out;
  json["where"] = json_of(scene.where);
  // File names need not be UTF-8; what is not becomes U+FFFD instead of an exception.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace talkie
