// SPDX-License-Identifier: LGPL-2.1-or-later
// What a film's file says besides its pictures and its sound, and what no muxer can be told before
// it begins: chapters, whose times are known when everything has been spoken, and the cover.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "render/cover.h"
#include "render/film_chapters.h"
#include "script/scene.h"
#include "speech/timing.h"

namespace talkie {

struct FilmNotes {
  std::string title;
  std::string author;
  std::string language;  // BCP 47
  Time length{};
  std::vector<Chapter> chapters;
  std::optional<Cover> cover;
};

// Which of them a kind of file has a place for.
struct NotesHeld {
  bool chapters = false;
  bool cover = false;
};

// MP4, Opus in Ogg, FLAC, MP3; nothing in other files.
Result<NotesHeld> notes_held_by(const std::string& path);

// Writes them into the file, which grows in place: chapters, the cover, and of the rest what the
// muxer has not written. To be followed by finish_file(), which counts the pages of an Ogg anew.
Result<void> write_notes(const std::string& path, const FilmNotes& notes);

// All of it for a film that has just been muxed: makes the cover of one without pictures, where the
// file has a place for it. `chapters`: from add_chapter(); `first`: the first scene's words.
// Warnings go to `problems`.
Result<void> add_notes(const std::string& path, const Script& script, bool sound_alone, Time length,
                       std::vector<Chapter> chapters, const SceneTiming& first, Problems& problems);

}  // namespace talkie
