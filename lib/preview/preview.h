// SPDX-License-Identifier: LGPL-2.1-or-later
// A film while it is being written: a page on the loopback address that plays it and follows the
// file. The door of this folder.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/cache.h"
#include "base/error.h"
#include "render/render.h"

namespace talkie {

struct PreviewOptions {
  ScriptSource source;  // a file
  std::string engine;   // of speech, several with commas; empty: the first found
  int port = 0;         // 0: any that is free
  // What was made before is taken from here, and what is made is kept here, for films too.
  std::string cache = default_cache_folder().string();
  int workers = 0;  // side by side; 0: as many as the machine has cores
};

struct PreviewHooks {
  std::function<void(const std::string& address)> ready = {};
  std::function<void(const Problems&)> read = {};  // each time that the script was read
};

// Serves until a stop, which ends it at once. Errors: bad_value (the script is no file), failed
// (the port is in use), missing_part. A script that cannot be read, or is not there, is none: the
// page says so and waits for another one.
Result<void> preview(const PreviewOptions& options, const PreviewHooks& hooks,
                     const std::stop_token& stop);

}  // namespace talkie
