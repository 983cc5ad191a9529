// SPDX-License-Identifier: LGPL-2.1-or-later
// Video clips and sound files, looked into and decoded by GStreamer, for the rooms that know no
// GStreamer.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "script/clip_info.h"
#include "speech/sound_file.h"
#include "timeline/clip_source.h"

namespace talkie {

// From now on scenes show and sound their clips, and sound files can be read. GStreamer is started
// with the first of them.
void use_gstreamer_for_clips();

// What it sets, as script/clip_info.h, timeline/clip_source.h, speech/clip_sound.h and
// speech/sound_file.h say.
Result<ClipInfo> probe_clip(const std::string& path);
Result<std::unique_ptr<ClipSource>> open_clip(const ClipLayer& layer, Size box, Rate frame_rate);
Result<std::vector<int16_t>> read_clip_sound(const std::string& path, Time start, Time length,
                                             const std::stop_token& stop);
Result<std::shared_ptr<const SoundFile>> decode_sound_file(const std::string& path,
                                                           const std::stop_token& stop);

}  // namespace talkie
