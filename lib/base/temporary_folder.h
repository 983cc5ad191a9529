// SPDX-License-Identifier: LGPL-2.1-or-later
// A folder for what nobody needs afterwards.
#pragma once

#include <filesystem>

#include "base/error.h"

namespace talkie {

// Nobody else can look into it; it goes with everything in it.
class TemporaryFolder {
 public:
  // Among the machine's temporary files. unwritable.
  static Result<TemporaryFolder> make();
  // Hidden in that folder, from where files can be renamed to their places.
  static Result<TemporaryFolder> make_in(const std::filesystem::path& folder);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // Removes all that are there now, for a program that ends without unwinding.
  static void discard_every();

 private:
  explicit TemporaryFolder(std::filesystem::path path);
  std::filesystem::path path_;
};

}  // namespace talkie
