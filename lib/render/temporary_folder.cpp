// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/temporary_folder.h"

#include <glib.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace talkie {

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

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code failure;
  if (!path_.empty()) std::filesystem::remove_all(path_, failure);
}

}  // namespace talkie
