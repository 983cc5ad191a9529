// SPDX-License-Identifier: LGPL-2.1-or-later
// A file that appears whole or not at all.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace talkie {

// A hidden temporary file beside `target`, which takes its name only when everything is written.
// Another program may do the writing; this owns the name.
class WholeFile {
 public:
  // Creates the temporary file, empty. Errors: not_found (the folder), unwritable, no_space; all
  // name the target and say what to do.
  static Result<WholeFile> begin(const std::filesystem::path& target);

  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&& other) noexcept;
  ~WholeFile();  // discards what was not committed

  [[nodiscard]] const std::string& temporary() const { return temporary_; }
  [[nodiscard]] const std::string& target() const { return target_; }

  // Puts the bytes on the disk, then the name: after a power cut there is the old file or the new.
  Result<void> commit();
  void discard();

  // Removes every temporary file and folder of this process, for an exit that cannot wait for
  // destructors.
  static void discard_every();

 private:
  WholeFile(std::string target, std::string temporary);

  std::string target_;
  std::string temporary_;  // empty once committed or discarded
};

// The sentence for a failed write; `number` is an errno.
Error write_error(const std::filesystem::path& target, int number);

}  // namespace talkie
