// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/drawings.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/value.h"
#include "script/files.h"
#include "script/limits.h"

namespace talkie {

namespace {

class FileReader {
 public:
  FileReader(Drawing& drawing, const std::string& folder, Findings& findings)
      : drawing_(drawing), folder_(folder), findings_(findings) {}

  void read(const std::string& name, const Place& where) {
    const auto known = [&](const Drawing::File& file) { return file.name == name; };
    if (std::any_of(drawing_.files.begin(), drawing_.files.end(), known)) return;
    const Result<std::string> path = resolve_asset(folder_, name, where);
    if (!path) return findings_.fail(path.error());
    Result<std::string> content = read_file(*path, kMaxDataBytes);
    if (!content) return findings_.fail(content.error().kind, where, content.error().message);
    if (find_invalid_utf8(*content) != std::string_view::npos)
      return findings_.fail(ErrorKind::syntax, where,
                            "'" + name + "' is not UTF-8 text; save it as UTF-8");
    bytes_ += content->size();
    if (bytes_ > kMaxBlockDataBytes)
      return findings_.fail(ErrorKind::too_large, where,
                            "the files of this block have more than " +
                                std::to_string(kMaxBlockDataBytes >> 20) + " MB together");
    drawing_.files.push_back({name, *std::move(content)});
  }

 private:
  Drawing& drawing_;
  const std::string& folder_;
  Findings& findings_;
  size_t bytes_ = 0;
};

// Of a place in the block's text, whose first line is at `first`.
Place in_block(const Place& place, const Place& first) {
  return {first.file, first.line + place.line - 1, place.column};
}

// A chart is YAML up to a line of dashes, and CSV behind it. Data in one word is a file's name.
void read_chart_files(const Drawing& drawing, const Place& where, FileReader& reader) {
  const std::string_view text = drawing.text;
  const size_t head = text.starts_with("---\n") ? 0 : text.find("\n---\n");
  const Result<Value> chart = parse_yaml(text.substr(0, head), {where.file, 1, 1});
  const Value* data = chart ? chart->find("data") : nullptr;
  if (data && data->is(Value::Type::string)) reader.read(data->text, in_block(data->where, where));
}

// "url" in the group of every "data", at any depth; parse_json bounds the depth.
void read_urls(const Value& value, const Place& where, FileReader& reader) {
  for (const Value& item : value.list)
    read_urls(item, where, reader);
  for (const Member& member : value.map) {
    const Value* url = member.key == "data" ? member.value.find("url") : nullptr;
    if (url && url->is(Value::Type::string)) reader.read(url->text, in_block(url->where, where));
    read_urls(member.value, where, reader);
  }
}

}  // namespace

void read_files(Drawing& drawing, const std::string& folder, const Place& where,
                Findings& findings) {
  FileReader reader(drawing, folder, findings);
  if (drawing.kind == Drawing::Kind::chart) {
    read_chart_files(std::as_const(drawing), where, reader);
  } else if (drawing.kind == Drawing::Kind::vega_lite) {
    if (const Result<Value> spec = parse_json(drawing.text, where.file))
      read_urls(*spec, where, reader);
  }
}

void take_visual_name(Drawing& drawing, const Place& where, Findings& findings) {
  const std::string info(trim(drawing.info));
  const size_t end = std::min(info.find_first_of(" \t"), info.size());
  drawing.name = info.substr(0, end);
  drawing.info = trim(std::string_view(info).substr(end));
  if (drawing.name.empty())
    findings.fail(ErrorKind::syntax, where,
                  "say behind 'visual' which visual draws this: ```visual clock");
}

}  // namespace talkie
