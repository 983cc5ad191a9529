// SPDX-License-Identifier: LGPL-2.1-or-later
// Finding themes, and what the rest of the program asks of one.
#include "visual/theme.h"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "base/text.h"
#include "config.h"
#include "visual/painter.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr size_t kMaxThemeBytes = 1u << 20;

// Where themes are looked for; the first one of a name wins.
std::vector<std::filesystem::path> theme_folders() {
  std::vector<std::filesystem::path> folders;
  folders.emplace_back(std::filesystem::path(g_get_user_config_dir()) / "talkie" / "themes");
  if (const char* path = std::getenv("TALKIE_THEME_PATH"))
    for (const std::string_view folder : split(path, ':'))
      if (!folder.empty()) folders.emplace_back(folder);
  folders.emplace_back(std::filesystem::path(TALKIE_DATA_DIR) / "themes");
  return folders;
}

// The names of the themes found, with their files.
std::map<std::string, std::string> theme_files() {
  std::map<std::string, std::string> files;
  for (const std::filesystem::path& folder : theme_folders()) {
    std::error_code ignored;  // a folder that is not there holds no themes
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      const std::filesystem::path file = entry.path() / "theme.yaml";
      if (std::filesystem::is_regular_file(file, ignored))
        files.try_emplace(entry.path().filename().string(), file.string());
    }
  }
  return files;
}

Result<Theme> load_theme(const std::string& name, const std::string& file) {
  const Result<std::string> text = read_file(file, kMaxThemeBytes);
  if (!text) return text.error();
  return read_theme(*text, name, file);
}

Error no_theme(std::string_view name, const std::map<std::string, std::string>& files) {
  std::vector<std::string_view> known;
  std::string all;
  for (const auto& [key, path] : files) {
    known.push_back(key);
    all += (all.empty() ? "" : ", ") + key;
  }
  return Error{ErrorKind::not_found, "there is no theme '" + std::string(name) + "'." +
                                         suggestion(name, known) +
                                         " The themes found: " + (all.empty() ? "none" : all)};
}

}  // namespace

Result<std::string> theme_file_named(std::string_view name) {
  const std::map<std::string, std::string> files = theme_files();
  const auto file = files.find(std::string(name));
  if (file == files.end()) return no_theme(name, files);
  return file->second;
}

std::vector<ThemeInfo> list_themes() {
  std::vector<ThemeInfo> themes;
  for (const auto& [name, file] : theme_files()) {
    const Result<Theme> theme = load_theme(name, file);
    themes.push_back(
        {name, theme ? theme->description : "cannot be used: " + theme.error().to_string(), file});
  }
  return themes;
}

Result<const Theme*> find_theme(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Theme>, std::less<>> loaded;
  const std::lock_guard lock(mutex);
  if (const auto found = loaded.find(name); found != loaded.end()) return found->second.get();

  const Result<std::string> file = theme_file_named(name);
  if (!file) return file.error();
  Result<Theme> theme = load_theme(std::string(name), *file);
  if (!theme) return theme.error();
  auto kept = std::make_unique<const Theme>(*std::move(theme));
  return loaded.emplace(name, std::move(kept)).first->second.get();
}

const DrawnLayout* Theme::drawn_for(std::string_view layout, Size size) const {
  const std::string shape = size.height > size.width * 1.2   ? ".portrait"
                            : size.width < size.height * 1.3 ? ".square"
                                                             : "";
  const auto shared = drawn_as.find(layout);
  const std::string own(shared == drawn_as.end() ? layout : shared->second);
  for (const std::string& file : {own + shape, "page" + shape})
    if (const auto found = drawn.find(file); found != drawn.end()) return &found->second;
  return nullptr;
}

std::string Theme::families_behind() const {
  std::string all;
  for (const std::string& family : behind)
    all += ", " + family;
  return all;
}

Ground ground_of(const Theme& theme, const Scene& scene) {
  if (const std::optional<uint32_t> own = parse_colour(scene.background)) return {*own, {}};
  return {theme.palette.ground, theme.glows};
}

double upright_scale(Size size) {
  const double ratio = static_cast<double>(size.height) / size.width;
  return std::clamp(1 + (ratio - 1) * 0.3, 1.0, 1.25);
}

bool is_rtl_language(std::string_view language) {
  static constexpr std::array<std::string_view, 10> kRtl = {"ar", "arc", "ckb", "dv", "fa",
                                                            "he", "ps",  "sd",  "ur", "yi"};
  const std::string primary = to_lower(language.substr(0, language.find_first_of("-_")));
  return std::find(kRtl.begin(), kRtl.end(), primary) != kRtl.end();
}

CaptionStyle caption_style_of(const Theme& theme, const Scene& scene, Size size) {
  const CaptionLook& look = theme.captions;
  const double u = unit_of(size);
  const bool upright = size.height > size.width * 1.2;
  CaptionStyle style;
  style.family =
      theme.families[static_cast<size_t>(TypeStyle::Font::text)] + theme.families_behind();
  style.weight = look.weight;
  style.size_px = look.size * u * upright_scale(size);
  style.text = 0xff000000 | look.text;
  style.spoken = 0xff000000 | look.spoken;
  style.box = static_cast<uint32_t>(std::lround(look.opacity * 255)) << 24 | look.box;
  style.radius_px = look.radius * u;
  // Players put their own controls over the lower part of upright films.
  const double inset = theme.decorations.frame_inset;
  const double foot = inset > 0 ? (inset + 1.25) * u : 3.25 * u;
  style.bottom_px = upright ? std::max(foot, 0.1 * size.height) : foot;
  style.max_width_px = std::min(size.width - 10 * u, 33 * style.size_px);
  style.rtl = is_rtl_language(scene.film.language);
  return style;
}

double caption_zone_px(const CaptionStyle& style) {
  constexpr double kTwoLines = 3.2;  // ems; of text with the box around it
  return style.bottom_px + kTwoLines * style.size_px;
}

Enter enter_of(const Theme& theme, Size size) {
  return {theme.motion.kind, from_seconds(theme.motion.seconds),
          theme.motion.distance * unit_of(size)};
}

}  // namespace talkie
