// SPDX-License-Identifier: LGPL-2.1-or-later
#include "talkie_uri.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "base/text.h"
#include "speech/provider.h"

namespace talkie {

namespace {

constexpr std::string_view kProperties[] = {"captions", "dialect",    "engine", "language",
                                            "scenes",   "transition", "voice"};
constexpr std::string_view kSettings[] = {"fps", "size", "theme"};

struct UriDeleter {
  void operator()(GstUri* uri) const { gst_uri_unref(uri); }
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Error bad(std::string message) {
  return Error{ErrorKind::bad_value, std::move(message)};
}

// The rule that scripts are under as well.
Result<void> check_engines(std::string_view names) {
  for (const std::string_view part : split(names, ',')) {
    const std::string_view name = trim(part);
    const auto provider = find_provider(name);
    if (!provider) return provider.error();
    if ((*provider)->is_remote() && !is_chosen_by_user(name))
      return bad("a URI cannot choose '" + std::string(name) +
                 "', which asks a network; name it in talkie.conf, or set talkiesrc's 'engine'");
  }
  return {};
}

Result<void> read_field(const char* key, const char* value, ScriptUri& result) {
  if (!value) return bad(std::string("'") + key + "' in a talkie URI has no value");
  if (contains(kProperties, key)) {
    if (std::string_view(key) == "engine")
      if (auto checked = check_engines(value); !checked) return checked.error();
    result.properties.emplace_back(key, value);
  } else if (contains(kSettings, key)) {
    result.settings.emplace_back(key, value);
  } else {
    return bad(std::string("a talkie URI cannot say '") + key +
               "'; it can say captions, dialect, engine, fps, language, scenes, size, theme, "
               "transition and voice");
  }
  return {};
}

Result<void> read_query(GstUri* uri, ScriptUri& result) {
  GHashTable* table = gst_uri_get_query_table(uri);
  if (!table) return {};
  Result<void> done;
  GHashTableIter at;
  gpointer key = nullptr;
  gpointer value = nullptr;
  g_hash_table_iter_init(&at, table);
  while (done && g_hash_table_iter_next(&at, &key, &value))
    done = read_field(static_cast<const char*>(key), static_cast<const char*>(value), result);
  g_hash_table_unref(table);
  return done;
}

}  // namespace

Result<ScriptUri> parse_script_uri(const char* text) {
  const std::unique_ptr<GstUri, UriDeleter> uri(gst_uri_from_string(text));
  const char* scheme = uri ? gst_uri_get_scheme(uri.get()) : nullptr;
  if (!scheme || std::string_view(scheme) != kTalkieProtocol)
    return bad(std::string("'") + text + "' is no talkie URI, such as talkie:///folder/talk.md");
  const char* host = gst_uri_get_host(uri.get());
  if (host && *host && std::string_view(host) != "localhost")
    return bad(std::string("scripts are on this machine, not on '") + host +
               "'; write talkie:///folder/talk.md");
  ScriptUri result;
  gchar* path = gst_uri_get_path(uri.get());
  if (path) result.path = path;
  g_free(path);
  if (!std::filesystem::path(result.path).is_absolute())
    return bad(std::string("'") + text + "' names no file; write talkie:///folder/talk.md");
  if (auto read = read_query(uri.get(), result); !read) return read.error();
  return result;
}

std::string uri_of_script(const std::string& path) {
  std::error_code failure;
  const std::string absolute = std::filesystem::absolute(path, failure).string();
  gchar* escaped =
      g_uri_escape_string(absolute.c_str(), G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, TRUE);
  std::string uri = std::string(kTalkieProtocol) + "://" + escaped;
  g_free(escaped);
  return uri;
}

void apply_script_uri(GstElement* talkiesrc, const ScriptUri& uri) {
  g_object_set(talkiesrc, "location", uri.path.c_str(), "script", nullptr, nullptr);
  for (const auto& [name, value] : uri.properties)
    g_object_set(talkiesrc, name.c_str(), value.c_str(), nullptr);
  if (uri.settings.empty()) return;
  GstStructure* settings = gst_structure_new_empty("settings");
  for (const auto& [key, value] : uri.settings)
    gst_structure_set(settings, key.c_str(), G_TYPE_STRING, value.c_str(), nullptr);
  g_object_set(talkiesrc, "settings", settings, nullptr);
  gst_structure_free(settings);
}

}  // namespace talkie
