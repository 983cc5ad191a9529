// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/image_options.h"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "script/files.h"
#include "script/names.h"

namespace talkie {

namespace {

constexpr std::string_view kNotDrawn[] = {
    "zoom",   "zoomin",   "zoomout",   "pan",         "panzoom",      "panzoomout", "top",
    "bottom", "top-left", "top-right", "bottom-left", "bottom-right", "stretch",    "blur",
    "mute",   "loop",     "freeze",    "trim",        "match",        "loop-audio"};

bool is_not_drawn(const std::string& word) {
  return std::find(std::begin(kNotDrawn), std::end(kNotDrawn), word) != std::end(kNotDrawn);
}

bool is_option(const std::string& word) {
  if (word == "auto") return false;
  return value_of(word, kFitNames) || value_of(word, kSideNames) || is_not_drawn(word);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' '))
    if (!trim(word).empty()) words.emplace_back(trim(word));
  return words;
}

std::string without_comma(const std::string& word) {
  return to_lower(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
}

}  // namespace

void read_image_options(std::string_view text, bool narakeet, Image& image) {
  std::vector<std::string> words = words_of(text);
  std::vector<std::string> options;
  size_t begin = 0;
  while (begin < words.size() && is_option(without_comma(words[begin])))
    options.push_back(without_comma(words[begin++]));
  size_t end = words.size();
  while (end > begin && is_option(to_lower(words[end - 1])))
    --end;
  if (end > begin && end < words.size() && words[end - 1].ends_with(',')) {
    for (size_t i = end; i < words.size(); ++i)
      options.push_back(to_lower(words[i]));
    words[end - 1].pop_back();
  } else {
    end = words.size();
  }

  for (const std::string& option : options) {
    const auto side = value_of(option, kSideNames);
    if (const auto fit = value_of(option, kFitNames))
      image.fit = *fit;
    else if (side && (!narakeet || *side == Image::Side::background))
      image.side = *side;
    else
      image.not_drawn.push_back(option);
  }
  if (narakeet && image.fit == Image::Fit::automatic) image.fit = Image::Fit::cover;
  for (size_t i = begin; i < end; ++i)
    image.alt += (image.alt.empty() ? "" : " ") + words[i];
}

void warn_of_not_drawn(const Image& image, const Place& where, Findings& findings) {
  if (image.not_drawn.empty()) return;
  std::string options;
  for (const std::string& option : image.not_drawn)
    options += (options.empty() ? "'" : ", '") + option + "'";
  findings.warn(where, options + (image.not_drawn.size() == 1 ? " is" : " are") +
                           " understood and not drawn yet; the picture is shown without.");
}

bool find_image(const std::string& folder, std::string_view url, const Place& where, Image& image,
                Findings& findings) {
  std::string name(url);
  // Markdown writes a space in an address as %20.
  const std::unique_ptr<char, decltype(&g_free)> decoded(
      g_uri_unescape_string(name.c_str(), nullptr), g_free);
  if (decoded && find_invalid_utf8(decoded.get()) == std::string_view::npos) name = decoded.get();
  const std::string lower = to_lower(name);
  for (const std::string_view ending :
       {".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v", ".mp3", ".wav", ".m4a", ".ogg"}) {
    if (!lower.ends_with(ending)) continue;
    findings.warn(where, "videos and sounds in scenes are understood and not done yet; '" + name +
                             "' is left out.");
    return false;
  }
  Result<std::string> path = resolve_asset(folder, name, where);
  if (!path) {
    findings.fail(path.error());
    return false;
  }
  image.path = *std::move(path);
  warn_if_missing(image.path, where, findings);
  return true;
}

}  // namespace talkie
