// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/temporary_folder.h"

#include <glib.h>

#include <cerrno>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace talkie {

namespace {

std::mutex folders_mutex;
std::vector<std::filesystem::path> folders_there;  // guarded by it

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make() {
  GError* raw = nullptr;
  const std::unique_ptr<char, decltype(&g_free)> path(g_dir_make_tmp("talkie-XXXXXX", &raw),
                                                      g_free);
  const std::unique_ptr<GError, decltype(&g_error_free)> error(raw, g_error_free);
  if (!path)
    return Error{ErrorKind::unwritable, "cannot make a temporary folder: " +
                                            std::string(error->message) + "; TMPDIR says where"};
  return TemporaryFolder(path.get());
}

Result<TemporaryFolder> TemporaryFolder::make_in(const std::filesystem::path& folder) {
  std::string path = (folder / ".talkie-XXXXXX").string();
  if (g_mkdtemp(path.data())) return TemporaryFolder(path);
  return Error{ErrorKind::unwritable, "cannot write into the folder '" + folder.string() +
                                          "': " + std::string(g_strerror(errno))};
}

TemporaryFolder::TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {
  const std::lock_guard lock(folders_mutex);
  folders_there.push_back(path_);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code failure;
  std::filesystem::remove_all(path_, failure);
  const std::lock_guard lock(folders_mutex);
  std::erase(folders_there, path_);
}

void TemporaryFolder::discard_every() {
  const std::lock_guard lock(folders_mutex);
  std::error_code failure;
  for (const std::filesystem::path& path : folders_there)
    std::filesystem::remove_all(path, failure);
  folders_there.clear();
}

}  // namespace talkie
