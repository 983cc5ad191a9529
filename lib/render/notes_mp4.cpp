// SPDX-License-Identifier: LGPL-2.1-or-later
// MP4: Nero's list of chapters (moov/udta/chpl), which most players read, and the cover among
// iTunes' tags (moov/udta/meta/ilst/covr).
#include <algorithm>
#include <limits>

#include "render/mp4_boxes.h"
#include "render/notes.h"

namespace talkie {

namespace {

constexpr size_t kLongestTitle = 255;  // bytes, whose count is one byte

// As many whole characters of UTF-8 as fit.
std::string cut(const std::string& title) {
  if (title.size() <= kLongestTitle) return title;
  constexpr std::string_view kMore = "…";
  size_t end = kLongestTitle - kMore.size();
  while (end > 0 && (title[end] & 0xc0) == 0x80)
    --end;
  return title.substr(0, end).append(kMore);
}

// Version 1: four bytes that nobody uses, the count, and for each chapter its start in 100
// nanoseconds and its title. Nowhere specified; as FFmpeg, Nero and others read and write it.
std::string chapter_list(const std::vector<Chapter>& chapters) {
  std::string list = mp4_number(0x01000000, 4) + mp4_number(0, 4) + mp4_number(chapters.size(), 1);
  for (const Chapter& chapter : chapters) {
    const std::string title = cut(chapter.title);
    list += mp4_number(static_cast<uint64_t>(chapter.start.count() / 100), 8);
    list += mp4_number(title.size(), 1) + title;
  }
  return list;
}

// An item of iTunes' metadata: the type of its data, 13 for JPEG and 14 for PNG, a locale, the data
// (QuickTime File Format, "Metadata item list atom").
std::string with_cover(const std::string& items, const Cover& cover) {
  return edit_child(items, "covr", [&cover](const std::string&) {
    const uint64_t type = cover.is_png ? 14 : 13;
    return make_box("data", mp4_number(type, 4) + mp4_number(0, 4) + cover.bytes);
  });
}

// `meta` begins with its version and flags; its handler says that it holds iTunes' tags.
std::string edit_tags(std::string meta, const Cover& cover) {
  if (meta.size() < 4)
    meta = mp4_number(0, 4) +
           make_box("hdlr", std::string(8, '\0') + "mdirappl" + std::string(9, '\0'));
  return meta.substr(0, 4) + edit_child(meta.substr(4), "ilst", [&cover](const std::string& items) {
           return with_cover(items, cover);
         });
}

std::string edit_moov(const std::string& moov, const FilmNotes& notes) {
  return edit_child(moov, "udta", [&notes](std::string user_data) {
    if (!notes.chapters.empty())
      user_data = edit_child(user_data, "chpl",
                             [&notes](const std::string&) { return chapter_list(notes.chapters); });
    if (notes.cover)
      user_data = edit_child(user_data, "meta", [&notes](const std::string& meta) {
        return edit_tags(meta, *notes.cover);
      });
    return user_data;
  });
}

// Where the tracks' samples are: `shift` bytes further, from `from` on. False where a number does
// not fit into its field any more.
bool shift_samples(std::string& bytes, uint64_t begin, uint64_t end, uint64_t from,
                   uint64_t shift) {
  bool fits = true;
  const auto inside = [&](uint64_t child_begin, uint64_t child_end) {
    fits = fits && shift_samples(bytes, child_begin, child_end, from, shift);
  };
  for (const char* parent : {"trak", "mdia", "minf", "stbl"})
    each_box(bytes, begin, end, parent, inside);
  const auto correct = [&](uint64_t table, uint64_t table_end, int width) {
    const uint64_t last =
        width == 4 ? std::numeric_limits<uint32_t>::max() : std::numeric_limits<uint64_t>::max();
    const auto step = static_cast<uint64_t>(width);
    for (uint64_t at = table + 8; at + step <= table_end; at += step) {
      const uint64_t offset = big_endian(bytes, at, width);
      if (offset < from) continue;
      fits = fits && offset <= last - shift;
      put_big_endian(bytes, at, width, offset + shift);
    }
  };
  each_box(bytes, begin, end, "stco",
           [&](uint64_t table, uint64_t table_end) { correct(table, table_end, 4); });
  each_box(bytes, begin, end, "co64",
           [&](uint64_t table, uint64_t table_end) { correct(table, table_end, 8); });
  return fits;
}

}  // namespace

bool is_fragmented_mp4(const FileBytes& file) {
  const auto place = find_moov(file);
  if (!place) return false;
  const auto moov = file.read(place->offset + 8, place->size - 8);
  bool found = false;
  if (moov)
    each_box(*moov, 0, moov->size(), "mvex", [&found](uint64_t, uint64_t) { found = true; });
  return found;
}

Result<void> write_mp4_notes(FileBytes& file, const FilmNotes& notes) {
  if (notes.chapters.empty() && !notes.cover) return {};
  const auto place = find_moov(file);
  if (!place) return place.error();
  const auto moov = file.read(place->offset + 8, place->size - 8);
  if (!moov) return moov.error();
  std::string edited = edit_moov(*moov, notes);
  const uint64_t shift = edited.size() - moov->size();
  if (!shift_samples(edited, 0, edited.size(), place->offset + place->size, shift))
    return Error{ErrorKind::too_large, "the film is too large for its MP4 file's index"};
  return file.replace(place->offset, place->size, make_box("moov", edited));
}

}  // namespace talkie
