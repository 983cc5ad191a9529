// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/files.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <vector>

#include "base/text.h"
#include "script/folders.h"

namespace talkie {

namespace fs = std::filesystem;

namespace {

// A scheme as RFC 3986 section 3.1 has it. One letter is a drive of another system, not a scheme.
bool is_url(std::string_view path) {
  if (path.starts_with("//")) return true;
  const size_t colon = path.find(':');
  if (colon == std::string_view::npos || colon < 2) return false;
  return std::all_of(path.begin(), path.begin() + static_cast<ptrdiff_t>(colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
  });
}

Error refusal(const Place& where, std::string message) {
  return Error{ErrorKind::refused, std::move(message), {}, where};
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [end, at] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end() || (end->empty() && std::next(end) == folder.end());
}

// Canonical paths; scenes are read on several threads.
class AllowedFolders {
 public:
  void add(fs::path folder) {
    const std::lock_guard lock(mutex_);
    folders_.push_back(std::move(folder));
  }
  std::vector<fs::path> all() {
    const std::lock_guard lock(mutex_);
    return folders_;
  }

 private:
  std::mutex mutex_;
  std::vector<fs::path> folders_;
};
AllowedFolders& allowed_folders() {
  static AllowedFolders folders;
  return folders;
}

}  // namespace

Result<void> allow_folder(const std::string& folder) {
  std::error_code error;
  fs::path path = fs::canonical(folder, error);
  if (error || !fs::is_directory(path, error))
    return Error{ErrorKind::not_found, "'" + folder + "' is no folder"};
  allowed_folders().add(std::move(path));
  return {};
}

std::string folder_around(const std::string& folder) {
  const std::vector<fs::path> others = allowed_folders().all();
  if (others.empty()) return folder;
  std::error_code error;
  fs::path around = fs::weakly_canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
  while (!std::ranges::all_of(others, [&](const fs::path& path) { return lies_in(path, around); }))
    around = around.parent_path();
  return around.string();
}

Result<std::string> resolve_asset(const std::string& folder, std::string_view path,
                                  const Place& where) {
  const std::string name(path);
  constexpr size_t kMaxPath = 4096;
  if (name.empty() || name.size() > kMaxPath || name.find('\0') != std::string::npos)
    return refusal(where, "this is not the name of a file");
  if (is_url(name))
    return refusal(where, "'" + name.substr(0, 80) +
                              "' is an address, and scripts cannot fetch anything; save the "
                              "file beside the script and write its name");
  std::error_code error;
  const fs::path root =
      fs::weakly_canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
  if (error) return refusal(where, "cannot find the script's folder '" + folder + "'");
  const fs::path absolute = fs::weakly_canonical(root / name, error);
  if (error) return refusal(where, "cannot follow '" + name + "': " + error.message());
  const auto holds_it = [&](const fs::path& other) { return lies_in(absolute, other); };
  if (!lies_in(absolute, root) && std::ranges::none_of(allowed_folders().all(), holds_it))
    return refusal(where, "'" + name +
                              "' lies outside the script's folder, and scripts may only use files "
                              "inside it; copy the file there, or allow its folder with "
                              "--allow-dir");
  return absolute.string();
}

// In the words of who looks for the file to draw it, so that one finding is not told twice.
void warn_if_missing(const std::string& path, const Place& where, Findings& findings,
                     const std::string& instead) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    findings.warn(where, "cannot read '" + path + "': No such file or directory; " + instead);
  else if (!fs::is_regular_file(status))
    findings.warn(where, "'" + path + "' is not a file; " + instead);
}

bool fail_if_missing(const std::string& path, const Place& where, Findings& findings) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_regular_file(status)) return true;
  if (status.type() == fs::file_type::not_found)
    findings.fail(ErrorKind::not_found, where, "there is no file '" + path + "'");
  else
    findings.fail(ErrorKind::not_found, where, "'" + path + "' is not a file");
  return false;
}

std::string folder_of(const std::string& file) {
  std::error_code error;
  fs::path folder = fs::path(file).parent_path();
  if (folder.empty()) folder = ".";
  const fs::path absolute = fs::weakly_canonical(fs::absolute(folder, error), error);
  return error ? folder.string() : absolute.string();
}

std::string css_colour(std::string_view text) {
  // The names of CSS 2.1, section 4.3.6.
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"aqua", "#00ffff"},   {"black", "#000000"},  {"blue", "#0000ff"},   {"fuchsia", "#ff00ff"},
      {"gray", "#808080"},   {"green", "#008000"},  {"grey", "#808080"},   {"lime", "#00ff00"},
      {"maroon", "#800000"}, {"navy", "#000080"},   {"olive", "#808000"},  {"orange", "#ffa500"},
      {"purple", "#800080"}, {"red", "#ff0000"},    {"silver", "#c0c0c0"}, {"teal", "#008080"},
      {"white", "#ffffff"},  {"yellow", "#ffff00"},
  };
  const std::string word = to_lower(trim(text));
  for (const auto& [name, colour] : kNames)
    if (word == name) return std::string(colour);
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!word.starts_with('#') || !std::all_of(word.begin() + 1, word.end(), is_hex)) return {};
  if (word.size() == 7) return word;
  if (word.size() != 4) return {};
  return {'#', word[1], word[1], word[2], word[2], word[3], word[3]};
}

}  // namespace talkie
