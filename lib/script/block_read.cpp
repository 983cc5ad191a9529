// SPDX-License-Identifier: LGPL-2.1-or-later
// A scene's blocks from JSON.
#include <algorithm>

#include "base/text.h"
#include "script/code_info.h"
#include "script/files.h"
#include "script/limits.h"
#include "script/media.h"
#include "script/scene_json.h"

namespace talkie {

namespace {

constexpr Limits kClipTimes{0, 1e6};

class BlockReader {
 public:
  BlockReader(const std::string& folder, Findings& findings)
      : folder_(folder), findings_(findings) {}

  std::optional<Block> read(const Value& value) {
    Block block;
    block.where = value.where;
    Fields fields(value, "a block", findings_);
    const Value* kind = fields.take("kind");
    const std::string name = kind && kind->is_scalar() ? kind->text : "";
    fields.whole("after", kAnyCount, block.after);
    read_where(fields, block.where, findings_);
    if (!read_content(name, fields, value, block)) {
      const std::vector<std::string_view> kinds = known_kinds();
      std::string list;
      for (const std::string_view known : kinds)
        list += (list.empty() ? "" : ", ") + std::string(known);
      findings_.fail(ErrorKind::bad_value, kind ? kind->where : value.where,
                     "a block's 'kind' must be one of " + list + "." + suggestion(name, kinds));
      return {};
    }
    if (const Value* overlay = fields.take("overlay")) read_overlay(*overlay, block);
    fields.warn_of_unknown();
    return block;
  }

 private:
  static std::vector<std::string_view> known_kinds() {
    std::vector<std::string_view> kinds{"heading", "list", "table",    "quote",      "image",
                                        "clip",    "code", "terminal", "placeholder"};
    for (const auto& named : kDrawingNames)
      kinds.push_back(named.name);
    for (const auto& named : kRoleNames)
      kinds.push_back(named.name);
    return kinds;
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
      fields.flag("math", span.math);
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
    } else if (kind == "clip") {
      read_clip(fields, value, block.content.emplace<Clip>());
    } else if (kind == "code") {
      read_code(fields, value, block.content.emplace<Code>());
    } else if (kind == "terminal") {
      read_terminal(fields, value, block.content.emplace<Terminal>());
    } else if (kind == "placeholder") {
      fields.text("words", block.content.emplace<Placeholder>().words);
    } else if (const auto drawn = value_of(kind, kDrawingNames)) {
      auto& drawing = block.content.emplace<Drawing>();
      drawing.kind = *drawn;
      read_drawing(fields, drawing);
      if (drawing.kind == Drawing::Kind::visual) read_visual_name(fields, value, drawing);
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
      read_where(parts, item.where, findings_);
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

  // Empty, after an error, where the path is none that a script may use.
  std::string read_path(const Value* path, const std::string& key, const Value& value) {
    if (!path || !path->is(Value::Type::string)) {
      findings_.fail(ErrorKind::bad_value, path ? path->where : value.where,
                     "this needs a '" + key + "': the name of a file in the script's folder");
      return {};
    }
    Result<std::string> resolved = resolve_asset(folder_, path->text, path->where);
    if (resolved) return *std::move(resolved);
    findings_.fail(resolved.error());
    return {};
  }

  void read_image(Fields& fields, const Value& value, Image& image) {
    image.path = read_path(fields.take("path"), "path", value);
    fields.text("alt", image.alt);
    fields.choice("fit", kFitNames, image.fit);
    fields.choice("side", kSideNames, image.side);
    fields.choice("movement", kMovementNames, image.movement);
    if (const Value* focus = fields.take("focus")) {
      const bool pair = focus->is(Value::Type::list) && focus->list.size() == 2;
      if (!pair) findings_.fail(wrong_value(*focus, "focus", "two numbers from 0 to 1"));
      if (pair) image.focus_x = read_share(focus->list[0]);
      if (pair) image.focus_y = read_share(focus->list[1]);
    }
    for (const Value& option : fields.list("not_drawn"))
      image.not_drawn.push_back(option.text);
  }

  double read_share(const Value& value) {
    return read_number(value, "focus", {0, 1}, findings_).value_or(0.5);
  }

  void read_clip(Fields& fields, const Value& value, Clip& clip) {
    read_image(fields, value, clip.picture);
    fields.length("start", kClipTimes, clip.start);
    if (const Value* end = fields.take("end"))
      clip.end = read_length(*end, "end", kClipTimes, findings_);
    fields.choice("filling", kFillingNames, clip.filling);
    fields.flag("mute", clip.mute);
    fields.number("volume", {0, 4}, clip.volume);
    check_clip(clip, value.where, findings_);
  }

  // `info` is what stood in Markdown; the other fields say what it meant.
  void read_code(Fields& fields, const Value& value, Code& code) {
    fields.text("language", code.language);
    fields.text("info", code.info);
    fields.text("text", code.text);
    fields.text("title", code.title);
    fields.flag("line_numbers", code.line_numbers);
    fields.whole("first_number", kAnyCount, code.first_number);
    fields.flag("magic_move", code.magic_move);
    const std::vector<Value>& steps = fields.list("steps");
    for (const Value& step : steps)
      code.steps.push_back(read_lines(step));
    if (steps.size() > kMaxCodeSteps)
      findings_.fail(ErrorKind::too_large, value.where,
                     "this code has more than " + std::to_string(kMaxCodeSteps) + " steps");
  }

  LineSet read_lines(const Value& value) {
    LineSet lines;
    if (!value.is(Value::Type::list))
      findings_.fail(wrong_value(value, "steps", "a list of [first, last] for each step"));
    for (const Value& range : value.list) {
      const bool pair = range.is(Value::Type::list) && range.list.size() == 2;
      if (!pair) {
        findings_.fail(wrong_value(range, "steps", "two numbers, [first, last]"));
        continue;
      }
      const int first = read_whole(range.list[0], "steps", kAnyCount, findings_).value_or(0);
      const int last = read_whole(range.list[1], "steps", kAnyCount, findings_).value_or(0);
      if (last < first) findings_.fail(wrong_value(range, "steps", "[first, last] in this order"));
      lines.push_back({first, last});
    }
    return lines;
  }

  void read_drawing(Fields& fields, Drawing& drawing) {
    fields.text("info", drawing.info);
    fields.text("text", drawing.text);
    for (const Value& value : fields.list("files")) {
      Drawing::File& file = drawing.files.emplace_back();
      Fields parts(value, "a file", findings_);
      parts.text("name", file.name);
      parts.text("content", file.content);
      parts.warn_of_unknown();
    }
  }

  void read_visual_name(Fields& fields, const Value& value, Drawing& drawing) {
    fields.text("name", drawing.name);
    if (drawing.name.empty())
      findings_.fail(ErrorKind::bad_value, value.where,
                     "this needs a 'name': which visual draws it");
  }

  void read_terminal(Fields& fields, const Value& value, Terminal& terminal) {
    fields.text("text", terminal.text);
    if (const Value* cast = fields.take("cast")) terminal.cast = read_path(cast, "cast", value);
    read_terminal_fields(fields, terminal);
  }

  void read_overlay(const Value& value, Block& block) {
    Overlay& overlay = block.overlay.emplace();
    Fields fields(value, "an overlay", findings_);
    fields.choice("at", kOverlayNames, overlay.place);
    fields.number("size", {0.1, 1}, overlay.size);
    fields.warn_of_unknown();
  }

  const std::string& folder_;
  Findings& findings_;
};

}  // namespace

void read_where(Fields& fields, Place& where, Findings& findings) {
  const Value* value = fields.take("where");
  if (!value) return;
  Place place;
  Fields parts(*value, "a place", findings);
  parts.text("file", place.file);
  parts.whole("line", kAnyCount, place.line);
  parts.whole("column", kAnyCount, place.column);
  parts.warn_of_unknown();
  where = place;
}

std::optional<Block> read_block(const Value& value, const std::string& folder, Findings& findings) {
  return BlockReader(folder, findings).read(value);
}

}  // namespace talkie
