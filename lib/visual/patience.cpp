// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/patience.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

namespace talkie {

namespace {

// A thread that does one thing after the other, until its owner goes.
class Helper {
 public:
  Helper() : desk_(std::make_shared<Desk>()) {
    std::thread([desk = desk_] { work_at(*desk); }).detach();
  }
  ~Helper() {
    const std::lock_guard lock(desk_->mutex);
    desk_->closed = true;
    desk_->changed.notify_one();
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  std::future<void> start(std::function<void()> work) {
    std::packaged_task<void()> task(std::move(work));
    std::future<void> done = task.get_future();
    const std::lock_guard lock(desk_->mutex);
    desk_->task = std::move(task);
    desk_->changed.notify_one();
    return done;
  }

 private:
  // Outlives both of them: who is left behind still looks at it when the work ends at last.
  struct Desk {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<std::packaged_task<void()>> task;
    bool closed = false;
  };

  static void work_at(Desk& desk) {
    std::unique_lock lock(desk.mutex);
    for (;;) {
      desk.changed.wait(lock, [&] { return desk.task || desk.closed; });
      if (!desk.task) return;
      std::packaged_task<void()> task = std::move(*desk.task);
      desk.task.reset();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  const std::shared_ptr<Desk> desk_;
};

}  // namespace

bool ends_in_time(std::function<void()> work) {
  thread_local std::unique_ptr<Helper> helper;
  if (!helper) helper = std::make_unique<Helper>();
  std::future<void> done = helper->start(std::move(work));
  if (done.wait_for(kPatience) != std::future_status::ready) {
    helper.reset();
    return false;
  }
  done.get();
  return true;
}

}  // namespace talkie
