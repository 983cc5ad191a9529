// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene from JSON, every field checked.
#include "base/text.h"
#include "script/files.h"
#include "script/limits.h"
#include "script/scene_json.h"
#include "script/script.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr Limits kAnyCount{0, 999'999'999};
constexpr Limits kAnySeconds{0, 86'400};

class SceneReader {
 public:
  SceneReader(const Utterance& voice, SceneSource source, Scene& scene, Findings& findings)
      : voice_(voice), source_(source), scene_(scene), findings_(findings) {}

  void read(const Value& value) {
    scene_.where = value.where;
    Fields fields(value, "a scene", findings_);
    int version = kSceneVersion;
    fields.whole("version", kAnyCount, version);
    if (version != kSceneVersion)
      findings_.fail(ErrorKind::unsupported, value.find("version")->where,
                     "this scene is of version " + std::to_string(version) +
                         ", and this program knows version 1");
    fields.text("id", scene_.id);
    fields.whole("index", kAnyCount, scene_.index);
    fields.whole("count", kAnyCount, scene_.count);
    if (const Value* film = fields.take("film")) {
      if (source_ == SceneSource::wire)
        read_film(*film);
      else
        findings_.warn(film->where,
                       "what holds for the whole film is said by the script's own keys, beside "
                       "'scenes'; this is ignored");
    }
    read_look(fields);
    for (const Value& block : fields.list("blocks"))
      read_block(block);
    for (const Value& step : fields.list("narration"))
      read_step(step);
    if (const Value* duration = fields.take("duration"))
      scene_.duration = read_length(*duration, "duration", kDurationLimits, findings_);
    fields.length("lead", kAnySeconds, scene_.lead);
    fields.length("tail", kAnySeconds, scene_.tail);
    fields.flag("fade_out", scene_.fade_out);
    read_where(fields, scene_.where);
    fields.warn_of_unknown();
    check_limits();
  }

 private:
  // The same as in Markdown.
  void check_limits() {
    size_t spoken = 0;
    for (const NarrationStep& step : scene_.narration)
      if (const auto* utterance = std::get_if<Utterance>(&step))
        spoken += count_characters(utterance->text);
    if (spoken > kMaxSpokenCharacters)
      findings_.fail(ErrorKind::too_large, scene_.where,
                     "more than " + std::to_string(kMaxSpokenCharacters) +
                         " characters are spoken in this scene; split it into several");
    for (const Block& block : scene_.blocks)
      if (const auto* heading = std::get_if<Heading>(&block.content);
          heading && count_characters(plain_text(heading->text)) > kMaxHeadingCharacters)
        findings_.fail(ErrorKind::too_large, block.where,
                       "this heading has more than " + std::to_string(kMaxHeadingCharacters) +
                           " characters; shorten it");
  }

  void read_film(const Value& value) {
    Film& film = scene_.film;
    Fields fields(value, "a film", findings_);
    fields.text("title", film.title);
    fields.text("author", film.author);
    if (const Value* language = fields.take("language"))
      film.language = read_language(*language, "language", findings_).value_or(film.language);
    if (const Value* size = fields.take("size"))
      film.size = read_size(*size, "size", findings_).value_or(film.size);
    if (const Value* rate = fields.take("frame_rate"))
      film.frame_rate = read_rate(*rate, "frame_rate", findings_).value_or(film.frame_rate);
    fields.choice("captions", kCaptionModeNames, film.captions);
    fields.text("folder", film.folder);
    fields.warn_of_unknown();
  }

  void read_look(Fields& fields) {
    fields.text("theme", scene_.theme);
    if (const Value* layout = fields.take("layout"))
      scene_.layout = known_layout(*layout, findings_);
    if (const Value* background = fields.take("background"))
      scene_.background = read_background(*background, scene_.film.folder, findings_);
    if (const Value* transition = fields.take("transition"))
      scene_.transition =
          read_transition(*transition, "transition", findings_).value_or(scene_.transition);
  }

  void read_where(Fields& fields, Place& where) {
    const Value* value = fields.take("where");
    if (!value) return;
    Place place;
    Fields parts(*value, "a place", findings_);
    parts.text("file", place.file);
    parts.whole("line", kAnyCount, place.line);
    parts.whole("column", kAnyCount, place.column);
    parts.warn_of_unknown();
    where = place;
  }

  void read_rich(const Value& value, std::string_view key, RichText& text) {
    if (value.is(Value::Type::string)) {
      if (!value.text.empty()) text = {{value.text}};
      return;
    }
    if (!value.is(Value::Type::list)) {
      findings_.fail(wrong_value(value, key, "a text or a list of spans"));
      return;
    }
    for (const Value& part : value.list) {
      Span& span = text.emplace_back();
      if (part.is(Value::Type::string)) {
        span.text = part.text;
        continue;
      }
      Fields fields(part, "a span", findings_);
      fields.text("text", span.text);
      fields.flag("strong", span.strong);
      fields.flag("emphasis", span.emphasis);
      fields.flag("code", span.code);
      fields.warn_of_unknown();
    }
  }

  void read_rich(Fields& fields, std::string_view key, RichText& text) {
    if (const Value* value = fields.take(key)) read_rich(*value, key, text);
  }

  std::vector<RichText> rich_list(const std::vector<Value>& values, std::string_view key) {
    std::vector<RichText> texts;
    for (const Value& value : values)
      read_rich(value, key, texts.emplace_back());
    return texts;
  }

  void read_block(const Value& value) {
    Block block;
    block.where = value.where;
    block.after = static_cast<int>(scene_.narration.size());
    Fields fields(value, "a block", findings_);
    const Value* kind = fields.take("kind");
    const std::string name = kind && kind->is_scalar() ? kind->text : "";
    fields.whole("after", kAnyCount, block.after);
    read_where(fields, block.where);
    if (!read_content(name, fields, value, block)) {
      constexpr std::string_view kKinds[] = {"heading", "list",     "table",  "quote",
                                             "image",   "code",     "kicker", "subtitle",
                                             "footer",  "statement"};
      findings_.fail(ErrorKind::bad_value, kind ? kind->where : value.where,
                     "a block's 'kind' must be heading, list, table, quote, image, code, kicker, "
                     "subtitle, footer or statement." +
                         suggestion(name, kKinds));
      return;
    }
    fields.warn_of_unknown();
    scene_.blocks.push_back(std::move(block));
  }

  bool read_content(const std::string& kind, Fields& fields, const Value& value, Block& block) {
    if (kind == "heading") {
      auto& heading = block.content.emplace<Heading>();
      fields.whole("level", {1, 6}, heading.level);
      read_rich(fields, "text", heading.text);
    } else if (kind == "list") {
      read_list(fields, block.content.emplace<List>());
    } else if (kind == "table") {
      read_table(fields, value, block.content.emplace<Table>());
    } else if (kind == "quote") {
      auto& quote = block.content.emplace<Quote>();
      quote.paragraphs = rich_list(fields.list("paragraphs"), "paragraphs");
      read_rich(fields, "author", quote.author);
    } else if (kind == "image") {
      read_image(fields, value, block.content.emplace<Image>());
    } else if (kind == "code") {
      auto& code = block.content.emplace<Code>();
      fields.text("language", code.language);
      fields.text("info", code.info);
      fields.text("text", code.text);
    } else if (const auto role = value_of(kind, kRoleNames)) {
      auto& label = block.content.emplace<Label>();
      label.role = *role;
      read_rich(fields, "text", label.text);
    } else {
      return false;
    }
    return true;
  }

  void read_list(Fields& fields, List& list) {
    for (const Value& value : fields.list("items")) {
      ListItem& item = list.items.emplace_back();
      item.where = value.where;
      if (value.is(Value::Type::string)) {
        read_rich(value, "items", item.text);
        continue;
      }
      Fields parts(value, "a list's item", findings_);
      read_rich(parts, "text", item.text);
      parts.whole("depth", {0, 100}, item.depth);
      if (const Value* number = parts.take("number"))
        item.number = read_whole(*number, "number", kAnyCount, findings_);
      if (const Value* checked = parts.take("checked"))
        item.checked = read_flag(*checked, "checked", findings_);
      read_where(parts, item.where);
      parts.warn_of_unknown();
    }
  }

  void read_table(Fields& fields, const Value& value, Table& table) {
    for (const Value& align : fields.list("columns"))
      table.columns.push_back(
          read_choice(align, "columns", kAlignNames, findings_).value_or(Align::automatic));
    table.header = rich_list(fields.list("header"), "header");
    for (const Value& row : fields.list("rows")) {
      if (!row.is(Value::Type::list)) findings_.fail(wrong_value(row, "rows", "a list of lists"));
      table.rows.push_back(rich_list(row.list, "rows"));
    }
    size_t width = std::max(table.columns.size(), table.header.size());
    for (const std::vector<RichText>& row : table.rows)
      width = std::max(width, row.size());
    if (width == 0) findings_.fail(ErrorKind::bad_value, value.where, "this table has no cells");
    table.columns.resize(width, Align::automatic);
    table.header.resize(width);
    for (std::vector<RichText>& row : table.rows)
      row.resize(width);
  }

  void read_image(Fields& fields, const Value& value, Image& image) {
    const Value* path = fields.take("path");
    if (!path || !path->is(Value::Type::string)) {
      findings_.fail(ErrorKind::bad_value, path ? path->where : value.where,
                     "an image needs a 'path': the name of a file in the script's folder");
    } else if (auto resolved = resolve_asset(scene_.film.folder, path->text, path->where)) {
      image.path = *resolved;
    } else {
      findings_.fail(resolved.error());
    }
    fields.text("alt", image.alt);
    fields.choice("fit", kFitNames, image.fit);
    fields.choice("side", kSideNames, image.side);
    for (const Value& option : fields.list("not_drawn"))
      image.not_drawn.push_back(option.text);
  }

  void read_step(const Value& value) {
    Utterance utterance = voice_;
    utterance.where = value.where;
    if (value.is(Value::Type::string)) {
      utterance.text = value.text;
      scene_.narration.emplace_back(std::move(utterance));
      return;
    }
    Fields fields(value, "a narration step", findings_);
    if (const Value* pause = fields.take("pause")) {
      const auto length = read_length(*pause, "pause", kPauseLimits, findings_);
      scene_.narration.emplace_back(Pause{length.value_or(Time{})});
    } else {
      if (!fields.take("say") && value.is(Value::Type::map))
        findings_.fail(ErrorKind::bad_value, value.where,
                       "a narration step needs 'say' (a text) or 'pause' (seconds)");
      fields.text("say", utterance.text);
      fields.text("caption", utterance.caption);
      fields.text("voice", utterance.voice);
      if (const Value* language = fields.take("language"))
        utterance.language =
            read_language(*language, "language", findings_).value_or(utterance.language);
      fields.number("speed", kSpeedLimits, utterance.speed);
      read_where(fields, utterance.where);
      scene_.narration.emplace_back(std::move(utterance));
    }
    fields.warn_of_unknown();
  }

  const Utterance& voice_;
  const SceneSource source_;
  Scene& scene_;
  Findings& findings_;
};

}  // namespace

void read_scene(const Value& value, const Utterance& voice, SceneSource source, Scene& scene,
                Findings& findings) {
  SceneReader(voice, source, scene, findings).read(value);
}

Result<Scene> scene_from_json(std::string_view json, Problems& problems) {
  const Result<Value> value = parse_json(json, "");
  if (!value) {
    problems.fail(value.error().where, value.error().message);
    return value.error();
  }
  Scene scene;
  Findings findings;
  read_scene(*value, Utterance{}, SceneSource::wire, scene, findings);
  const Result<void> verdict = findings.verdict();
  findings.deliver(problems);
  if (!verdict) return verdict.error();
  return scene;
}

}  // namespace talkie
