// SPDX-License-Identifier: LGPL-2.1-or-later
// The files that scenes show or let sound, and what is written beside their names:
// ![left zoom The old bridge](bridge.jpg), ![0:12-0:34 mute](clip.mp4), (terminal: build.cast)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

using Media = std::variant<Image, Clip, Terminal, Effect>;

// Which kind a file is: its name's ending says it, or the direction that names it.
enum class MediaKind { by_name, clip, recording };

struct MediaContext {
  const std::string& folder;
  bool narakeet = false;  // a picture covers the frame, and sides say what is cropped
};

// A picture's link. The words before the first that is no option, and those after a last comma if
// all of them are, are options; what remains is the alt text. Empty, after a warning or an error,
// where there is nothing to show.
std::optional<Media> read_media(std::string_view url, std::string_view words, MediaKind kind,
                                const MediaContext& context, const Place& where,
                                Findings& findings);
// A direction's value: "clip.mp4 12-34 mute" or {file: clip.mp4, start: 12, mute: true}.
std::optional<Media> read_media(const Value& value, MediaKind kind, const MediaContext& context,
                                Findings& findings);

// Warns of what is understood and not drawn.
void warn_of_not_drawn(const Image& image, const Place& where, Findings& findings);

// Clips' limits, for JSON too.
void check_clip(const Clip& clip, const Place& where, Findings& findings);

}  // namespace talkie
