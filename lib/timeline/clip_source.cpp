// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/clip_source.h"

#include <mutex>
#include <utility>

namespace talkie {

namespace {

std::mutex opener_mutex;
ClipOpener& the_opener() {
  static ClipOpener opener;
  return opener;
}

}  // namespace

void set_clip_opener(ClipOpener opener) {
  const std::lock_guard lock(opener_mutex);
  the_opener() = std::move(opener);
}

ClipOpener clip_opener() {
  const std::lock_guard lock(opener_mutex);
  return the_opener();
}

}  // namespace talkie
