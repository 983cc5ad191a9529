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
};

class FilmMux {
 public:
  using Message = std::function<void(GstMessage*)>;  // every one of the pipeline's

  static Result<std::unique_ptr<FilmMux>> begin(const FilmMuxOptions& options, Message message);
  ~FilmMux();
  FilmMux(const FilmMux&) = delete;
  FilmMux& operator=(const FilmMux&) = delete;

  // The first `count` packets of a segment, whose times count from `first`, at `rate`.
  Result<void> add_video(const Segment& segment, int64_t first, Rate rate);
  Result<void> add_sound(const Segment& segment, size_t count, int64_t first);
  Result<void> add_samples(std::span<const int16_t> samples, int64_t first);

  // Waits until the muxer has taken most of what it was given, so that little is in memory.
  Result<void> settle(const std::stop_token& stop);
  // Ends the file.
  Result<void> finish(const std::stop_token& stop);
  [[nodiscard]] int priming() const { return priming_; }

 private:
  FilmMux() = default;
  Result<void> build(const FilmMuxOptions& options);
  Result<void> push(GstElement* source, const Segment& segment, size_t count, int64_t first,
                    Rate rate);
  // True at the end of the stream.
  Result<bool> look(GstClockTime patience);

  Message message_;
  Owned<GstElement> pipeline_;
  Owned<GstBus> bus_;
  GstElement* video_ = nullptr;  // the pipeline's
  GstElement* sound_ = nullptr;
  int channels_ = 1;  // of samples
  std::string video_caps_;
  std::unique_ptr<WholeFile> scratch_;  // the muxer's own temporary file, where it wants one
  int priming_ = 0;
};

}  // namespace talkie
