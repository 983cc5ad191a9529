// SPDX-License-Identifier: LGPL-2.1-or-later
#include "work_arguments.h"

#include "terminal.h"

namespace talkie::tool {

namespace {

constexpr int kMostWorkers = 64;

}  // namespace

void WorkArguments::add_to(CommandLine& line) {
  line.text("workers", 0, &workers_);
  line.text("cache", 0, &cache_);
  line.flag("no-cache", 0, &no_cache_);
  line.text("cache-limit", 0, &cache_limit_);
  line.text("encoder", 0, &encoder_);
}

Result<Work> WorkArguments::work() const {
  Work work;
  if (!cache_.empty()) work.cache = cache_;
  if (no_cache_) work.cache.clear();
  if (!cache_limit_.empty()) {
    const auto bytes = parse_bytes(cache_limit_);
    if (!bytes)
      return Error{ErrorKind::bad_value, "'" + cache_limit_ +
                                             "' is no size; write 500M or 10G after "
                                             "--cache-limit."};
    work.cache_limit = *bytes;
  }
  if (!workers_.empty()) {
    const auto count = parse_count(workers_);
    if (!count || *count < 1 || *count > kMostWorkers)
      return Error{ErrorKind::bad_value, "'" + workers_ +
                                             "' is no number of workers; write 1 to 64 after "
                                             "--workers."};
    work.workers = *count;
  }
  if (!encoder_.empty()) {
    const auto encoder = encoder_choice_from_text(encoder_);
    if (!encoder) return encoder.error();
    work.encoder = *encoder;
  }
  return work;
}

}  // namespace talkie::tool
