// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/film_notes.h"

#include <algorithm>
#include <utility>

#include "render/notes.h"

namespace talkie {

namespace {

// What is done with one kind of file.
struct NoteFormat {
  bool (*is)(const FileBytes& file, const std::string& magic);  // its first bytes
  NotesHeld held;
  Result<void> (*write)(FileBytes& file, const FilmNotes& notes);
};

constexpr size_t kMagicBytes = 36;

const NoteFormat kNoteFormats[] = {
    {[](const FileBytes& file, const std::string& magic) {
       return magic.substr(4, 4) == "ftyp" && !is_fragmented_mp4(file);
     },
     {true, true},
     write_mp4_notes},
    {[](const FileBytes&, const std::string& magic) {
       return magic.starts_with("OggS") && magic.substr(28, 8) == "OpusHead";
     },
     {true, true},
     write_opus_notes},
    {[](const FileBytes&, const std::string& magic) { return magic.starts_with("fLaC"); },
     {true, true},
     write_flac_notes},
    // A frame of MPEG audio, layer III (ISO/IEC 11172-3, 2.4.2.3).
    {[](const FileBytes&, const std::string& magic) {
       return magic[0] == '\xff' && (magic[1] & 0xe6) == 0xe2;
     },
     {true, true},
     write_mp3_notes},
};

Result<const NoteFormat*> format_of(const FileBytes& file) {
  if (file.size() < kMagicBytes) return nullptr;
  const auto magic = file.read(0, kMagicBytes);
  if (!magic) return magic.error();
  const auto* found = std::ranges::find_if(
      kNoteFormats, [&](const NoteFormat& format) { return format.is(file, *magic); });
  return found != std::end(kNoteFormats) ? found : nullptr;
}

}  // namespace

Result<NotesHeld> notes_held_by(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return file.error();
  const auto format = format_of(*file);
  if (!format) return format.error();
  return *format ? (*format)->held : NotesHeld{};
}

Result<void> write_notes(const std::string& path, const FilmNotes& notes) {
  auto file = FileBytes::open(path);
  if (!file) return file.error();
  const auto format = format_of(*file);
  if (!format) return format.error();
  if (!*format) return {};
  return (*format)->write(*file, notes);
}

Result<void> add_notes(const std::string& path, const Script& script, bool sound_alone, Time length,
                       std::vector<Chapter> chapters, const SceneTiming& first,
                       Problems& problems) {
  const auto held = notes_held_by(path);
  if (!held) return held.error();
  const Film& film = script.film;
  const Place place{film.cover.empty() ? script.scenes.front().where.file : film.cover};
  if (held->chapters && chapters.size() > kMostChapters) {
    problems.warn(place, "the film has " + std::to_string(chapters.size()) +
                             " chapters, and its file can name " + std::to_string(kMostChapters) +
                             ": the last one goes on to the end; make several films of it, or "
                             "take headings away");
    chapters.resize(kMostChapters);
  }
  FilmNotes notes{film.title, film.author, film.language, length, std::move(chapters), {}};
  if (sound_alone && held->cover) {
    auto cover = make_cover(script, first);
    if (!cover) return cover.error();
    notes.cover = *std::move(cover);
  } else if (sound_alone && !film.cover.empty()) {
    problems.warn(place,
                  "this kind of file has no place for a cover; choose another preset, such "
                  "as m4a");
  }
  return write_notes(path, notes);
}

}  // namespace talkie
