// SPDX-License-Identifier: LGPL-2.1-or-later
// What else than the script decides how a page looks.
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <librsvg/rsvg.h>
#include <pango/pango.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/build.h"
#include "base/hash.h"
#include "visual/kit/kit.h"
#include "visual/painter.h"

namespace talkie {

namespace {

namespace fs = std::filesystem;

void add_file(std::vector<std::string>& facts, const fs::path& path) {
  std::error_code failure;
  const auto time = fs::last_write_time(path, failure).time_since_epoch().count();
  const auto size = fs::file_size(path, failure);
  facts.push_back(path.string() + " " + std::to_string(size) + " " + std::to_string(time));
}

std::vector<std::string> font_files() {
  std::vector<std::string> facts;
  FcConfig* config = FcInitLoadConfig();
  if (!config) return facts;
  const auto each = [](FcStrList* list, const auto& visit) {
    while (const FcChar8* text = FcStrListNext(list))
      visit(fs::path(reinterpret_cast<const char*>(text)));
    FcStrListDone(list);
  };
  each(FcConfigGetConfigFiles(config), [&](const fs::path& file) { add_file(facts, file); });
  each(FcConfigGetFontDirs(config), [&](const fs::path& folder) {
    std::error_code failure;
    for (const auto& entry : fs::recursive_directory_iterator(
             folder, fs::directory_options::skip_permission_denied, failure))
      if (entry.is_regular_file(failure)) add_file(facts, entry.path());
  });
  FcConfigDestroy(config);
  std::ranges::sort(facts);  // folders come in any order
  return facts;
}

std::string find_environment() {
  KeyMaker key("drawing");
  key.add(build_identity()).add(pango_version_string()).add(cairo_version_string());
  for (const unsigned number : {rsvg_major_version, rsvg_minor_version, rsvg_micro_version})
    key.add(int64_t{number});
  key.add(FcGetVersion());
  for (const std::string& fact : font_files())
    key.add(fact);
  key.add(Kit::shared().identity());
  return key.key();
}

}  // namespace

const std::string& drawing_environment() {
  static const std::string environment = find_environment();
  return environment;
}

}  // namespace talkie
