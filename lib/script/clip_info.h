// SPDX-License-Identifier: LGPL-2.1-or-later
// What is known of a video file before it is played. Who can open such files says so at start:
// this folder cannot.
#pragma once

#include <string>

#include "base/error.h"
#include "base/time.h"
#include "script/scene.h"

namespace talkie {

struct ClipInfo {
  Size size;        // of its pictures as they are shown: turned upright, pixels made square
  Time duration{};  // of its pictures
  bool has_sound = false;
};

// Looks into the file; kept for as long as the file stays as it is. Thread-safe.
using ClipProber = Result<ClipInfo> (*)(const std::string& path);
void set_clip_prober(ClipProber prober);

// not_found, unreadable, unsupported (no video in it), missing_part (a decoder is not installed, or
// nobody can open videos): all of them name the path.
Result<ClipInfo> clip_info(const std::string& path);

// What a scene shows of a file: from Clip::start to Clip::end, or to the file's own end.
struct ClipPart {
  ClipInfo info;
  Time length{};  // above 0
};
// As clip_info(), and bad_value where the clip begins after its file's end.
Result<ClipPart> part_of(const Clip& clip);
// How many frames of a film it takes at its own speed; pictures and sound are repeated after them.
int64_t frames_of(const ClipPart& part, Rate frame_rate);

}  // namespace talkie
