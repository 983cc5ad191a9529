// SPDX-License-Identifier: LGPL-2.1-or-later
// Small pictures of scenes, each as it looks at its end.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/cache.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

// Painted on a thread of its own that steps back behind all others.
class Thumbnails {
 public:
  using Painted = std::function<void(const std::string& key, const std::string& jpeg)>;

  // `painted` is called by the thread. The cache outlives this.
  Thumbnails(const Cache& cache, Painted painted);
  ~Thumbnails();
  Thumbnails(const Thumbnails&) = delete;
  Thumbnails& operator=(const Thumbnails&) = delete;

  struct Job {
    std::string key;  // of what the scene looks like
    std::shared_ptr<const Script> script;
    int scene = 0;
    SceneTiming timing;
  };
  // `first`: before all that was asked for.
  void ask(Job job, bool first);

 private:
  void run(const std::stop_token& stop);

  const Cache& cache_;
  const Painted painted_;
  std::mutex mutex_;  // guards the jobs
  std::condition_variable_any changed_;
  std::deque<Job> jobs_;
  std::jthread thread_;
};

}  // namespace talkie
