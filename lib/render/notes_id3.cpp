// SPDX-License-Identifier: LGPL-2.1-or-later
// MP3: an ID3v2.3 tag in front of the sound, with chapters as ID3v2 Chapter Frame Addendum 1.0 has
// them. Version 2.4 is newer and read by fewer: FFmpeg, for one, takes the sizes of frames in a
// chapter for 2.3's.
#include <gst/tag/tag.h>

#include <memory>

#include "config.h"
#include "render/notes.h"

namespace talkie {

namespace {

std::string number(uint64_t value, int width) {
  std::string bytes(static_cast<size_t>(width), '\0');
  put_big_endian(bytes, 0, width, value);
  return bytes;
}

// Seven bits a byte: the size of the tag, and of nothing else.
std::string synchsafe(size_t value) {
  std::string bytes(4, '\0');
  for (size_t i = 4; i-- > 0; value >>= 7)
    bytes[i] = static_cast<char>(value & 0x7f);
  return bytes;
}

std::string frame(const char* id, const std::string& content) {
  return id + number(content.size(), 4) + std::string(2, '\0') + content;
}

// In UTF-16, big-endian, with its byte order mark: 2.3 knows no UTF-8.
std::string text_frame(const char* id, const std::string& text) {
  if (text.empty()) return {};
  constexpr char kUtf16 = 1;
  glong count = 0;
  const std::unique_ptr<gunichar2, decltype(&g_free)> units(
      g_utf8_to_utf16(text.data(), static_cast<glong>(text.size()), nullptr, &count, nullptr),
      g_free);
  std::string content = kUtf16 + number(0xfeff, 2);
  for (glong i = 0; i < count; ++i)
    content += number(units.get()[i], 2);
  return frame(id, content);
}

// ISO 639-2, where it knows the language.
std::string language_code(const std::string& language) {
  const std::string code = language.substr(0, language.find('-'));
  const char* known = gst_tag_get_language_code_iso_639_2T(code.c_str());
  return known ? known : "";
}

std::string chapter_id(size_t index) {
  return "ch" + std::to_string(index) + std::string(1, '\0');
}

std::string milliseconds(Time time) {
  return number(static_cast<uint64_t>(time.count() / 1'000'000), 4);
}

std::string chapter_frames(const FilmNotes& notes) {
  if (notes.chapters.empty()) return {};
  constexpr char kTopLevelAndOrdered = 3;
  std::string toc =
      std::string("toc") + '\0' + kTopLevelAndOrdered + number(notes.chapters.size(), 1);
  std::string frames;
  for (size_t i = 0; i < notes.chapters.size(); ++i) {
    const bool last = i + 1 == notes.chapters.size();
    const Time end = last ? notes.length : notes.chapters[i + 1].start;
    const std::string no_offsets(8, '\xff');  // times count, not bytes
    toc += chapter_id(i);
    frames +=
        frame("CHAP", chapter_id(i) + milliseconds(notes.chapters[i].start) + milliseconds(end) +
                          no_offsets + text_frame("TIT2", notes.chapters[i].title));
  }
  return frame("CTOC", toc) + frames;
}

std::string cover_frame(const Cover& cover) {
  constexpr char kFrontCover = 3;
  return frame("APIC",
               std::string(1, '\0') + cover.media_type() + '\0' + kFrontCover + '\0' + cover.bytes);
}

}  // namespace

Result<void> write_mp3_notes(FileBytes& file, const FilmNotes& notes) {
  std::string frames = text_frame("TIT2", notes.title) + text_frame("TPE1", notes.author) +
                       text_frame("TLAN", language_code(notes.language)) +
                       text_frame("TSSE", "Talkie " TALKIE_VERSION) + chapter_frames(notes);
  if (notes.cover) frames += cover_frame(*notes.cover);
  const std::string header = std::string("ID3\3\0\0", 6) + synchsafe(frames.size());
  return file.replace(0, 0, header + frames);
}

}  // namespace talkie
