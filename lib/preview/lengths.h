// SPDX-License-Identifier: LGPL-2.1-or-later
// How long scenes are, found by speaking them: where each stands on the film's line is known before
// its picture is there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/cache.h"
#include "script/scene.h"

namespace talkie {

// On a thread of its own, which ends with it.
class Lengths {
 public:
  // `found` is called by the thread, for each scene of `scenes` that can be spoken.
  Lengths(Film film, std::vector<Scene> scenes, std::string engine, const Cache& cache,
          std::function<void(size_t scene, int64_t frames)> found);

 private:
  std::jthread thread_;
};

}  // namespace talkie
