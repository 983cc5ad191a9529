// SPDX-License-Identifier: LGPL-2.1-or-later
// A video or sound file opened by GStreamer: its decoded pictures or sound one after another, or
// all of its packets. Decoders are chosen and set so that the same file always gives the same
// bytes: they run in software, on one thread. Nothing that would reach into a network is chosen at
// all.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "gst/owned.h"

namespace talkie {

// What a file has, found without decoding.
struct MediaFacts {
  bool has_pictures = false;
  bool has_sound = false;
  int width = 0;  // as coded; 0 where only a decoder knows
  int height = 0;
  Time pictures_end{};         // of the last picture
  Time end{};                  // of pictures and sound
  std::optional<Time> stated;  // what the file says of its length
};
// Looks at the packets near the end, or at all where the file does not say how long it is.
// not_found, unreadable (what is no video, or breaks off).
Result<MediaFacts> look_into_media(const std::string& path);

class MediaFile {
 public:
  // `sound` is mono; `whole_sound` is stereo where the file has more than one channel.
  enum class Stream { pictures, sound, whole_sound };
  // Begins to decode the first such stream. not_found, unreadable, unsupported (it has none),
  // missing_part (a decoder): all of them name the path.
  static Result<std::unique_ptr<MediaFile>> open(const std::string& path, Stream stream);
  ~MediaFile();
  MediaFile(const MediaFile&) = delete;
  MediaFile& operator=(const MediaFile&) = delete;

  struct Piece {
    Owned<GstBuffer> buffer;  // none: the stream is over
    Owned<GstCaps> caps;
    Time start{};  // in the file's time
  };
  // Waits for 10 s at most. Pictures are upright and progressive; sound is as sound_caps(),
  // but for its channels.
  Result<Piece> next(const std::stop_token& stop = {});
  // What next() gives begins at or before `time`, where a decoder can begin, or with the file's
  // beginning.
  Result<void> seek(Time time);

 private:
  struct State;
  explicit MediaFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace talkie
