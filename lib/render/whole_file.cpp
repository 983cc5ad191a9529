// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include "base/temporary_folder.h"

namespace talkie {

namespace {

// Every temporary file that is there now.
std::mutex g_mutex;
std::vector<std::string> g_temporaries;

void remember(const std::string& path) {
  const std::scoped_lock lock(g_mutex);
  g_temporaries.push_back(path);
}

void forget(const std::string& path) {
  const std::scoped_lock lock(g_mutex);
  std::erase(g_temporaries, path);
}

// Waits until the file's or folder's data is on the disk.
int sync_path(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return errno;
  const int number = fsync(file) == 0 ? 0 : errno;
  close(file);
  // Some file systems cannot sync a folder; then there is nothing left to do.
  return number == EINVAL ? 0 : number;
}

Result<void> check_target(const std::filesystem::path& target) {
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::file_status status = fs::status(target, failure);
  if (fs::is_directory(status))
    return Error{ErrorKind::unwritable,
                 "cannot write '" + target.string() + "': it is a folder; name a file in it"};
  if (fs::exists(status) && !fs::is_regular_file(status))
    return Error{ErrorKind::unwritable,
                 "cannot write '" + target.string() + "': it is not a regular file"};
  if (fs::exists(status) && access(target.c_str(), W_OK) != 0) return write_error(target, errno);

  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const fs::file_status folder_status = fs::status(folder, failure);
  if (!fs::exists(folder_status))
    return Error{ErrorKind::not_found, "cannot write '" + target.string() + "': the folder '" +
                                           folder.string() + "' does not exist; create it first"};
  if (!fs::is_directory(folder_status))
    return Error{ErrorKind::unwritable, "cannot write '" + target.string() + "': '" +
                                            folder.string() + "' is not a folder"};
  return {};
}

}  // namespace

Error write_error(const std::filesystem::path& target, int number) {
  const std::string start = "cannot write '" + target.string() + "': ";
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return {ErrorKind::no_space, start + "the disk is full; free some space or choose another"};
    case EFBIG:
      return {ErrorKind::no_space, start + "the file would be larger than allowed here"};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorKind::unwritable,
              start + std::strerror(number) + "; choose a folder that you may write to"};
    default:
      return {ErrorKind::unwritable, start + std::strerror(number)};
  }
}

Result<WholeFile> WholeFile::begin(const std::filesystem::path& target) {
  if (auto checked = check_target(target); !checked) return checked.error();

  // A link stays a link: its file is replaced.
  std::error_code failure;
  std::filesystem::path real = target;
  if (std::filesystem::is_symlink(target, failure)) {
    real = std::filesystem::canonical(target, failure);
    if (failure) return write_error(target, failure.value());
  }

  static std::atomic<unsigned> counter{0};
  while (true) {
    const std::string name =
        ".talkie-" + std::to_string(getpid()) + "-" + std::to_string(counter++) + ".part";
    const std::string temporary = (real.parent_path() / name).string();
    const int file = open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST) continue;  // left by a process that was killed
    if (file < 0) return write_error(target, errno);
    close(file);
    return WholeFile(real.string(), temporary);
  }
}

WholeFile::WholeFile(std::string target, std::string temporary)
    : target_(std::move(target)), temporary_(std::move(temporary)) {
  remember(temporary_);
}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

WholeFile& WholeFile::operator=(WholeFile&& other) noexcept {
  if (this == &other) return *this;
  discard();
  target_ = std::move(other.target_);
  temporary_ = std::exchange(other.temporary_, {});
  return *this;
}

WholeFile::~WholeFile() {
  discard();
}

Result<void> WholeFile::commit() {
  if (const int number = sync_path(temporary_, O_RDONLY); number != 0)
    return write_error(target_, number);
  if (rename(temporary_.c_str(), target_.c_str()) != 0) return write_error(target_, errno);
  forget(std::exchange(temporary_, {}));
  const std::string folder = std::filesystem::path(target_).parent_path().string();
  sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  return {};
}

void WholeFile::discard() {
  if (temporary_.empty()) return;
  unlink(temporary_.c_str());
  forget(std::exchange(temporary_, {}));
}

void WholeFile::discard_every() {
  const std::scoped_lock lock(g_mutex);
  for (const std::string& path : g_temporaries)
    unlink(path.c_str());
  g_temporaries.clear();
  TemporaryFolder::discard_every();
}

}  // namespace talkie
