// SPDX-License-Identifier: LGPL-2.1-or-later
// A whole delivery in one run: the film and all that goes with it when it is published.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "render/render.h"

namespace talkie {

// What a delivery begins with, and with "-vertical", "-chapters" in front of the dot.
struct PackOptions {
  RenderOptions film;  // its output is not looked at; its preset makes films with pictures
  std::string folder;  // is made where it is not there; what else is in it stays
  std::string name;    // of the film, without an extension: "talk"
};

struct PackFile {
  std::string path;
  std::string what;  // "the film"
  uint64_t bytes = 0;
};

struct PackReport {
  std::vector<PackFile> files;
  std::vector<std::string> notes;  // what could not be, and why: one sentence each
  RenderReport film;               // of the film itself; `elapsed` and `warnings` are the whole's
};

// Makes the film, with captions as SRT and WebVTT, chapters as text, a thumbnail, the sound alone,
// a short GIF, and an upright version of a film that is wide. All of it appears, or nothing. What
// several of them need is made once: in the options' cache, or in one for this run.
Result<PackReport> pack(const PackOptions& options, const RenderHooks& hooks = {},
                        std::stop_token stop = {});

}  // namespace talkie
