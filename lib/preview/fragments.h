// SPDX-License-Identifier: LGPL-2.1-or-later
// Segments as browsers take them: fragmented MP4 (W3C, ISO BMFF Byte Stream Format), one track
// each.
#pragma once

#include <string>

#include "base/error.h"
#include "base/time.h"
#include "render/segment.h"

namespace talkie {

// What comes before any fragment of a track.
struct TrackStart {
  std::string type;  // "video/mp4; codecs=\"avc1.640028\""
  std::string init;  // ftyp and moov
};

// `caps` are a segment's: H.264 with an avcC record, or AAC. `steps`: what its packets count in.
// `unsupported`: anything else.
Result<TrackStart> start_track(const std::string& caps, Rate steps);

// `count` packets from number `first` on; the segment's first one is at time 0.
std::string write_fragment(const Segment& segment, size_t first, size_t count, Rate steps);

}  // namespace talkie
