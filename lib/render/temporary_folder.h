// SPDX-License-Identifier: LGPL-2.1-or-later
// A folder for what nobody needs afterwards.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace talkie {

// Goes with everything in it.
class TemporaryFolder {
 public:
  // Among the machine's temporary files. unwritable, no_space.
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace talkie
