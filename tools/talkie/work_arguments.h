// SPDX-License-Identifier: LGPL-2.1-or-later
// The options that say how the work is done; the same for every verb that makes scenes.
#pragma once

#include <cstdint>
#include <string>

#include "base/cache.h"
#include "command_line.h"
#include "render/render.h"

namespace talkie::tool {

struct Work {
  std::string cache = default_cache_folder().string();  // empty: none
  uint64_t cache_limit = kDefaultCacheLimit;
  int workers = 0;  // 0: as many as the machine has cores
  EncoderChoice encoder = EncoderChoice::software;
};

class WorkArguments {
 public:
  void add_to(CommandLine& line);
  // Errors: usage.
  [[nodiscard]] Result<Work> work() const;

 private:
  std::string workers_;
  std::string cache_;
  std::string cache_limit_;
  std::string encoder_;
  bool no_cache_ = false;
};

}  // namespace talkie::tool
