// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/pack_folder.h"

#include <system_error>
#include <utility>

#include "render/whole_file.h"

namespace talkie {

namespace fs = std::filesystem;

namespace {

// Renames, and takes it back where not all of it could be done.
class Moves {
 public:
  Moves() = default;
  Moves(const Moves&) = delete;
  Moves& operator=(const Moves&) = delete;
  ~Moves() {
    std::error_code ignored;
    for (; !done_.empty(); done_.pop_back())
      fs::rename(done_.back().second, done_.back().first, ignored);
  }
  Result<void> move(const fs::path& from, const fs::path& to) {
    std::error_code failure;
    fs::rename(from, to, failure);
    if (failure) return write_error(to, failure.value());
    done_.emplace_back(from, to);
    return {};
  }
  void keep() { done_.clear(); }

 private:
  std::vector<std::pair<fs::path, fs::path>> done_;
};

}  // namespace

Result<PackFolder> PackFolder::begin(const fs::path& target) {
  fs::path whole = target.lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();  // "out/"
  std::error_code failure;
  const bool is_there = fs::exists(whole, failure);
  if (is_there && !fs::is_directory(whole, failure))
    return Error{ErrorKind::unwritable, "cannot write '" + target.string() +
                                            "': it is no folder; name another after --pack"};
  // On the file system of the target, so that a rename is enough.
  const fs::path around = is_there ? whole : whole.has_parent_path() ? whole.parent_path() : ".";
  if (!fs::is_directory(around, failure))
    return Error{ErrorKind::not_found, "cannot write '" + target.string() + "': the folder '" +
                                           around.string() + "' does not exist; create it first"};
  auto growing = TemporaryFolder::make_in(around);
  if (!growing) return growing.error();
  return PackFolder(std::move(whole), *std::move(growing));
}

std::string PackFolder::with_target(std::string text) const {
  const std::string here = path().string();
  for (size_t at = 0; (at = text.find(here, at)) != std::string::npos;)
    text.replace(at, here.size(), target_.string());
  return text;
}

Result<void> PackFolder::commit() {
  std::vector<fs::path> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(path(), failure))
    names.push_back(entry.path().filename());
  const bool is_new = fs::create_directory(target_, failure);
  if (failure) return write_error(target_, failure.value());
  const fs::path before = path() / "before";
  fs::create_directory(before, failure);
  Result<void> moved;
  {
    Moves moves;
    for (const fs::path& name : names) {
      if (moved && fs::exists(target_ / name, failure))
        moved = fs::is_directory(target_ / name, failure)
                    ? Error{ErrorKind::unwritable,
                            "cannot write '" + (target_ / name).string() + "': it is a folder"}
                    : moves.move(target_ / name, before / name);
      if (moved) moved = moves.move(path() / name, target_ / name);
    }
    if (moved) moves.keep();
  }
  if (!moved && is_new) fs::remove(target_, failure);
  return moved;
}

}  // namespace talkie
