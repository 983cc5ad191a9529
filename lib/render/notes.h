// SPDX-License-Identifier: LGPL-2.1-or-later
// How each family of files holds a film's notes; for film_notes.cpp only.
#pragma once

#include "render/file_bytes.h"
#include "render/film_notes.h"

namespace talkie {

// Where the index is not in one place, there is none to hold notes.
bool is_fragmented_mp4(const FileBytes& file);
Result<void> write_mp4_notes(FileBytes& file, const FilmNotes& notes);
Result<void> write_opus_notes(FileBytes& file, const FilmNotes& notes);
Result<void> write_flac_notes(FileBytes& file, const FilmNotes& notes);
Result<void> write_mp3_notes(FileBytes& file, const FilmNotes& notes);

}  // namespace talkie
