// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of one folder that appear together or not at all.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace talkie {

class PackFolder {
 public:
  // `target` may be there or not; the folder that it is in is. not_found, unwritable.
  static Result<PackFolder> begin(const std::filesystem::path& target);

  // Where the files grow.
  [[nodiscard]] const std::filesystem::path& path() const { return growing_.path(); }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  // The text without the names that nobody needs to know.
  [[nodiscard]] std::string with_target(std::string text) const;

  // Moves all that has grown into the target, where it takes the place of what has the same name.
  // After an error the target is as it was before.
  Result<void> commit();

 private:
  PackFolder(std::filesystem::path target, TemporaryFolder growing)
      : target_(std::move(target)), growing_(std::move(growing)) {}
  std::filesystem::path target_;
  TemporaryFolder growing_;
};

}  // namespace talkie
