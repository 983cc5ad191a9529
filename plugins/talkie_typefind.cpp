// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds scripts by what is in them: Markdown whose header has the key `talkie`, and JSON with
// scenes. What a file is called is not told to type finders: see talkiefilesrc.
#include "talkie_typefind.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "gst/owned.h"

using namespace talkie;

namespace {

constexpr guint64 kMostLookedAt = 16 * 1024;

// As much of the beginning as there is, up to kMostLookedAt.
std::string_view beginning(GstTypeFind* find) {
  guint64 size = gst_type_find_get_length(find);
  size = size > 0 ? std::min(size, kMostLookedAt) : kMostLookedAt;
  for (; size >= 16; size /= 2)
    if (const guint8* data = gst_type_find_peek(find, 0, static_cast<guint>(size)))
      return {reinterpret_cast<const char*>(data), static_cast<size_t>(size)};
  return {};
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

bool is_markdown_script(std::string_view text) {
  bool in_header = false;
  for (const std::string_view line : split(text, '\n')) {
    const bool is_fence = trim(line) == "---";
    if (!in_header && !is_fence) return false;
    if (in_header && is_fence) return false;
    if (in_header && line.starts_with("talkie:")) return true;
    in_header = true;
  }
  return false;
}

// Whether the text has that key of a JSON object, and a value that begins so.
bool has_key(std::string_view text, std::string_view key, std::string_view value) {
  for (size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    std::string_view rest = trim(text.substr(at + key.size()));
    if (!rest.starts_with(':')) continue;
    rest.remove_prefix(1);
    if (trim(rest).starts_with(value)) return true;
  }
  return false;
}

bool is_json_script(std::string_view text) {
  return trim(text).starts_with('{') && has_key(text, "\"scenes\"", "[") &&
         (has_key(text, "\"version\"", "1") || has_key(text, "\"talkie\"", ""));
}

void find_talkie(GstTypeFind* find, gpointer) {
  const std::string_view text = without_mark(beginning(find));
  if (is_markdown_script(text) || is_json_script(text))
    gst_type_find_suggest_empty_simple(find, GST_TYPE_FIND_MAXIMUM, kTalkieCaps);
}

}  // namespace

static GstStaticCaps talkie_caps = GST_STATIC_CAPS(kTalkieCaps);

GST_TYPE_FIND_REGISTER_DEFINE(talkie, "talkie", GST_RANK_PRIMARY, find_talkie, "md,json",
                              Owned<GstCaps>::adopt(gst_static_caps_get(&talkie_caps)).get(),
                              nullptr, nullptr)
