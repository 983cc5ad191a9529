// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes out live: encoded pictures and packets of sound on the show's own line.
#pragma once

#include <gst/gst.h>

#include "gst/owned.h"

namespace talkie {

// The two streams of a show, encoded once for all its outputs: H.264 (stream-format avc, alignment
// au) and AAC (stream-format raw). Their caps have codec_data and stay the same for the whole show.
struct LiveStreams {
  Owned<GstCaps> video;
  Owned<GstCaps> sound;
};

// Its PTS and DURATION are on the show's line, which begins at 0 and only goes on, whatever scene
// comes next: pictures follow each other without holes, and so does the sound. Nothing is decoded
// in another order than it is shown. A buffer without DELTA_UNIT is a key unit; all packets of
// sound are. DISCONT: the show jumped (somebody steered it); decoders need not mind, playlists may
// say so. Buffers are shared by all outputs and read only; make a shallow copy to change one's
// times.
struct LivePacket {
  enum class Stream { video, sound };
  Stream stream = Stream::video;
  Owned<GstBuffer> buffer;
};

}  // namespace talkie
