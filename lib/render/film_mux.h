// SPDX-License-Identifier: LGPL-2.1-or-later
// Puts encoded pieces together to a film's file, in the order in which they come.
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "gst/owned.h"
#include "render/preset.h"
#include "render/segment.h"
#include "render/whole_file.h"
#include "script/scene.h"

namespace talkie {

struct FilmMuxOptions {
  const Preset* preset = nullptr;
  const Film* film = nullptr;
  std::string output;      // whose neighbour the file is while it grows
  std::string path;        // what is written
  std::string video_caps;  // of the segments; empty: a film without pictures
  std::string sound_caps;  // empty: sound comes as samples and is encoded here, as one
  // Of an animated GIF, at the most, which then shows nothing for longer than it takes to look at
  // it. 0: as long as the film.
  Time gif_length{};
};

class FilmMux {
 public:
  using Message = std::function<void(GstMessage*)>;  // every one of the pipeline's

  static Result<std::unique_ptr<FilmMux>> begin(const FilmMuxOptions& options, Message message);
  virtual ~FilmMux() = default;

  // The first `count` packets of a segment, whose times count from `first`, at `rate`.
  virtual Result<void> add_video(const Segment& segment, int64_t first, Rate rate) = 0;
  virtual Result<void> add_sound(const Segment& segment, size_t count, int64_t first) = 0;
  virtual Result<void> add_samples(std::span<const int16_t> samples, int64_t first) = 0;

  // Waits until the muxer has taken most of what it was given, so that little is in memory.
  virtual Result<void> settle(const std::stop_token& stop) = 0;
  // Ends the file.
  virtual Result<void> finish(const std::stop_token& stop) = 0;
  [[nodiscard]] virtual int priming() const = 0;
  // It takes nothing more.
  [[nodiscard]] virtual bool is_full() const { return false; }
};

}  // namespace talkie
