// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/visual_directions.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.h"
#include "script/cue_text.h"
#include "script/values.h"

namespace talkie {

namespace {

constexpr Limits kOverlaySizes{0.1, 1};
constexpr const char* kOverlayForms =
    "a place and a size, such as 'bottom-right 40%' (top-left, top, top-right, left, centre, "
    "right, bottom-left, bottom, bottom-right, left-half, right-half; 10% to 100%)";

bool is_half(Overlay::Place place) {
  return place == Overlay::Place::left_half || place == Overlay::Place::right_half;
}

// "40%", "0.4"
std::optional<double> parse_size(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  double size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  if (percent) size /= 100;
  if (size < kOverlaySizes.low || size > kOverlaySizes.high) return {};
  return size;
}

struct OverlayWords {
  std::optional<Overlay::Place> place;
  std::optional<double> size;

  // False where the word is neither, or the second of its kind.
  bool take(std::string_view word) {
    if (const auto named = value_of(to_lower(word), kOverlayNames))
      return !std::exchange(place, named);
    const auto share = parse_size(word);
    return share && !std::exchange(size, share);
  }

  Overlay overlay() const {
    Overlay overlay;
    overlay.place = place.value_or(overlay.place);
    overlay.size = size.value_or(is_half(overlay.place) ? 0.5 : overlay.size);
    return overlay;
  }
};

struct OverlayFile {
  const Value* value = nullptr;
  MediaKind kind = MediaKind::by_name;
};

std::optional<Overlay> read_overlay_group(const Value& group, OverlayFile& file,
                                          Findings& findings) {
  Fields fields(group, "an overlay", findings);
  OverlayWords words;
  for (const std::string_view key : {"at", "size"}) {
    const Value* value = fields.take(key);
    if (!value || (value->is_scalar() && words.take(value->text))) continue;
    findings.fail(wrong_value(*value, key, kOverlayForms));
    return {};
  }
  constexpr std::pair<std::string_view, MediaKind> kFiles[] = {
      {"image", MediaKind::by_name},
      {"video", MediaKind::clip},
      {"terminal", MediaKind::recording},
  };
  for (const auto& [key, kind] : kFiles)
    if (const Value* value = fields.take(key)) file = {value, kind};
  fields.warn_of_unknown();
  return words.overlay();
}

std::optional<Overlay> read_overlay(const Value& value, OverlayFile& file, Findings& findings) {
  if (value.is(Value::Type::map)) return read_overlay_group(value, file, findings);
  OverlayWords words;
  bool good = value.is_scalar() && !trim(value.text).empty();
  if (good)
    for (const std::string_view word : split(value.text, ' '))
      good = good && (trim(word).empty() || words.take(trim(word)));
  if (good) return words.overlay();
  findings.fail(wrong_value(value, "overlay", kOverlayForms));
  return {};
}

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace

void direct_overlay(const Value& value, SceneBuilder& builder, Findings& findings) {
  OverlayFile file;
  const auto overlay = read_overlay(value, file, findings);
  if (!overlay) return;
  if (!file.value) return builder.overlay_next(*overlay, value.where);
  const MediaContext context{builder.folder(), builder.narakeet()};
  auto media = read_media(*file.value, file.kind, context, findings);
  if (!media) return;
  builder.overlay_next(*overlay, value.where);
  builder.show(*std::move(media), value.where);
}

void direct_cue(const Value& value, SceneBuilder& builder, Findings& findings) {
  for (CueAction& action : read_cues(value, findings)) {
    if (action.wait >= Time{})
      builder.pause(action.wait, value.where);
    else
      builder.cue_next(std::move(action.cue));
  }
}

void direct_camera(const Value& value, SceneBuilder& builder, Findings& findings) {
  auto move = read_camera(value, findings);
  if (!move) return;
  if (move->cue)
    builder.cue_next(*std::move(move->cue));
  else
    builder.scene_for(value.where).camera = move->movement;
}

void direct_visual(const Value& value, SceneBuilder& builder, Findings& findings) {
  const auto text = read_text(value, "visual", findings);
  if (!text) return;
  constexpr std::string_view kGeneric = "generic";
  const std::string_view words = trim(*text);
  if (words == kGeneric || words.starts_with("generic ")) {
    builder.show(Placeholder{unquoted(words.substr(kGeneric.size()))}, value.where);
    return;
  }
  findings.warn(value.where, "there is no visual '" + std::string(words.substr(0, 60)) +
                                 "'; a placeholder with these words is shown. Write (visual: "
                                 "generic \"a map of the coast\") where that is what you want.");
  builder.show(Placeholder{unquoted(words)}, value.where);
}

}  // namespace talkie
