// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/file_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace talkie {

namespace {

constexpr int kSettled = 30;       // ms without an event, after one
constexpr int kMostSettling = 10;  // times that: who writes all the time is heard, too
// Folders of other machines send no events, so the files are looked at now and then, too.
constexpr int kLookAnyway = 1000;
constexpr uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

}  // namespace

Result<std::unique_ptr<FileWatch>> FileWatch::begin(std::function<void()> changed) {
  std::unique_ptr<FileWatch> watch(new FileWatch(std::move(changed)));
  watch->events_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  watch->wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (watch->events_ < 0 || watch->wake_ < 0)
    return Error{ErrorKind::failed, std::string("cannot watch files: ") + std::strerror(errno)};
  watch->thread_ =
      std::jthread([self = watch.get()](const std::stop_token& stop) { self->run(stop); });
  return watch;
}

FileWatch::~FileWatch() {
  thread_.request_stop();
  if (wake_ >= 0) eventfd_write(wake_, 1);
  if (thread_.joinable()) thread_.join();
  if (events_ >= 0) close(events_);
  if (wake_ >= 0) close(wake_);
}

FileWatch::Stamp FileWatch::stamp_of(const std::filesystem::path& file) {
  struct stat status = {};
  if (stat(file.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
          static_cast<uint64_t>(status.st_size), status.st_ino};
}

void FileWatch::watch(const std::set<std::filesystem::path>& files) {
  const std::scoped_lock lock(mutex_);
  std::map<std::filesystem::path, Stamp> stamps;
  std::set<std::filesystem::path> folders;
  for (const auto& file : files) {
    const auto known = files_.find(file);
    stamps[file] = known != files_.end() ? known->second : stamp_of(file);
    folders.insert(file.parent_path());
  }
  files_ = std::move(stamps);
  std::erase_if(folders_, [&](const auto& watched) {
    if (folders.contains(watched.first)) return false;
    inotify_rm_watch(events_, watched.second);
    return true;
  });
  for (const auto& folder : folders) {
    if (folders_.contains(folder)) continue;
    const int watched = inotify_add_watch(events_, folder.c_str(), kEvents);
    if (watched >= 0) folders_[folder] = watched;
  }
}

bool FileWatch::wait(int milliseconds) const {
  pollfd waited[] = {{events_, POLLIN, 0}, {wake_, POLLIN, 0}};
  if (poll(waited, 2, milliseconds) <= 0) return false;
  char events[16384];
  while (read(events_, events, sizeof events) > 0) {
  }
  return true;
}

bool FileWatch::look() {
  const std::scoped_lock lock(mutex_);
  bool differs = false;
  for (auto& [file, stamp] : files_) {
    const Stamp now = stamp_of(file);
    differs |= now != stamp;
    stamp = now;
  }
  return differs;
}

void FileWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (wait(kLookAnyway))
      for (int i = 0; i < kMostSettling && wait(kSettled) && !stop.stop_requested(); ++i) {
      }
    if (!stop.stop_requested() && look()) changed_();
  }
}

}  // namespace talkie
