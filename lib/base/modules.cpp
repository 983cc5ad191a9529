// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/modules.h"

#include <gmodule.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "base/text.h"

namespace talkie {

std::vector<std::string> module_folders(const char* variable, const std::string& installed) {
  std::vector<std::string> folders;
  if (const char* path = std::getenv(variable))
    for (const std::string_view folder : split(path, ':'))
      if (!folder.empty()) folders.emplace_back(folder);
  folders.push_back(installed);
  return folders;
}

std::vector<std::string> module_files(const std::vector<std::string>& folders,
                                      std::string_view prefix) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& folder : folders) {
    const auto first = std::ssize(files);
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      const std::string name = at->path().filename().string();
      if (name.starts_with(prefix) && name.ends_with("." G_MODULE_SUFFIX))
        files.push_back(at->path().string());
    }
    std::sort(files.begin() + first, files.end());
  }
  return files;
}

Result<void*> load_function(const std::string& path, const char* name) {
  GModule* module = g_module_open(
      path.c_str(), static_cast<GModuleFlags>(G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL));
  if (!module)
    return Error{ErrorKind::unreadable, std::string("it cannot be loaded: ") + g_module_error()};
  g_module_make_resident(module);
  gpointer function = nullptr;
  if (!g_module_symbol(module, name, &function) || !function)
    return Error{ErrorKind::unsupported, std::string("it has no function ") + name};
  return function;
}

}  // namespace talkie
