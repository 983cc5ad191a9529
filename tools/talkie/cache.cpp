// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie cache: what was made before, and how much room it takes.
#include "base/cache.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "command_line.h"
#include "terminal.h"
#include "verbs.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie cache info|clear

What 'talkie render' makes, it keeps: spoken paragraphs, encoded scenes, whole films. What has not
changed is not made again. The cache is the folder ~/.cache/talkie, or the one after --cache; it
holds 4 GB at most, or what --cache-limit of 'talkie render' says.

    talkie cache info
    talkie cache clear

Options
  --cache DIR           another folder
  --json                for programs
)";

int usage(const Error& error) {
  std::cerr << "talkie cache: " << error.message << std::endl;
  return kUsage;
}

void print(const Cache& cache, const Cache::Info& info, bool as_json, const char* done) {
  if (as_json) {
    const nlohmann::ordered_json json = {
        {"folder", cache.folder().string()}, {"entries", info.entries}, {"bytes", info.bytes}};
    std::cout << json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
    return;
  }
  std::cout << cache.folder().string() << ": " << done << info.entries
            << (info.entries == 1 ? " entry, " : " entries, ") << bytes_text(info.bytes)
            << std::endl;
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  std::string folder = default_cache_folder().string();
  bool as_json = false;
  line.text("cache", 0, &folder);
  line.flag("json", 0, &as_json);
  const auto what = line.parse_one("info or clear");
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!what) return usage(what.error());
  const Cache cache(folder);
  if (*what == "info") {
    print(cache, cache.info(), as_json, "");
    return kDone;
  }
  if (*what != "clear") {
    constexpr std::string_view kKnown[] = {"info", "clear"};
    return usage(Error{ErrorKind::bad_value,
                       "'" + *what + "' is neither info nor clear." + suggestion(*what, kKnown)});
  }
  const auto removed = cache.clear();
  if (!removed) {
    print_error(removed.error());
    return kFailed;
  }
  print(cache, *removed, as_json, "removed ");
  return kDone;
}

}  // namespace

const Verb kCache = {"cache", "what was made before: info, clear", kHelp, run};

}  // namespace talkie::tool
