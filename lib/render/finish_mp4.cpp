// SPDX-License-Identifier: LGPL-2.1-or-later
// MP4 (ISO/IEC 14496-12): creation times, and an edit list that skips the encoder's priming.
#include <algorithm>
#include <functional>
#include <string_view>

#include "render/file_bytes.h"
#include "render/mp4_boxes.h"

namespace talkie {

namespace {

// A box in a buffer: [begin, end) is what follows its header.
struct Box {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// A full box's fields are wider in version 1.
bool is_wide(const std::string& bytes, const Box& box) {
  return bytes[box.begin] == 1;
}

class Moov {
 public:
  Moov(std::string bytes, const FinishOptions& options)
      : bytes_(std::move(bytes)), options_(options) {}

  bool finish() {
    const Box all{0, bytes_.size()};
    const auto header = find(all, "mvhd");
    if (!header || header->end - header->begin < 20) return false;
    if (options_.reproducible) clear_times(*header);
    movie_scale_ = field(*header, 12, 20, 4, 4);
    if (movie_scale_ == 0) return false;
    each(all, "trak", [this](const Box& track) { finish_track(track); });
    set_field(*header, 16, 24, longest_);
    return true;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void finish_track(const Box& track) {
    const auto header = find(track, "tkhd");
    const auto media = find(track, "mdia");
    if (!header || !media) return;
    const auto media_header = find(*media, "mdhd");
    if (!media_header) return;
    if (options_.reproducible) {
      clear_times(*header);
      clear_times(*media_header);
    }
    if (options_.audio_priming > 0 && is_aac(*media)) skip_priming(track, *header, *media_header);
    longest_ = std::max(longest_, field(*header, 20, 28, 4, 8));
  }

  // The edit list of an audio track has one entry, from 0 to its end; it starts later now.
  void skip_priming(const Box& track, const Box& header, const Box& media_header) {
    const auto edits = find(track, "edts");
    const auto list = edits ? find(*edits, "elst") : std::nullopt;
    if (!list || big_endian(bytes_, list->begin + 4, 4) != 1) return;
    const int width = is_wide(bytes_, *list) ? 8 : 4;
    const uint64_t entry = list->begin + 8;
    const auto step = static_cast<uint64_t>(width);
    if (big_endian(bytes_, entry + step, width) != 0) return;  // somebody has set it already
    const auto priming = static_cast<uint64_t>(options_.audio_priming);
    const uint64_t media_scale = field(media_header, 12, 20, 4, 4);
    if (media_scale == 0) return;
    const uint64_t length = big_endian(bytes_, entry, width);
    const auto in_movie = [&](uint64_t samples) {
      return (samples * movie_scale_ + media_scale / 2) / media_scale;
    };
    uint64_t shorter = length - std::min(length, in_movie(priming));
    if (options_.audio_length > 0)
      shorter = std::min(shorter, in_movie(static_cast<uint64_t>(options_.audio_length)));
    put_big_endian(bytes_, entry, width, shorter);
    put_big_endian(bytes_, entry + step, width, priming);
    set_field(header, 20, 28, shorter);
  }

  bool is_aac(const Box& media) const {
    const auto information = find(media, "minf");
    const auto table = information ? find(*information, "stbl") : std::nullopt;
    const auto description = table ? find(*table, "stsd") : std::nullopt;
    return description && description->end - description->begin >= 16 &&
           std::string_view(bytes_).substr(description->begin + 12, 4) == "mp4a";
  }

  // creation_time and modification_time stand first in mvhd, tkhd and mdhd.
  void clear_times(const Box& box) {
    const int width = is_wide(bytes_, box) ? 8 : 4;
    put_big_endian(bytes_, box.begin + 4, width, 0);
    put_big_endian(bytes_, box.begin + 4 + static_cast<uint64_t>(width), width, 0);
  }

  // A field at one of two places and widths, by the box's version.
  [[nodiscard]] uint64_t field(const Box& box, uint64_t narrow_at, uint64_t wide_at,
                               int narrow_width, int wide_width) const {
    return is_wide(bytes_, box) ? big_endian(bytes_, box.begin + wide_at, wide_width)
                                : big_endian(bytes_, box.begin + narrow_at, narrow_width);
  }
  void set_field(const Box& box, uint64_t narrow_at, uint64_t wide_at, uint64_t value) {
    if (is_wide(bytes_, box))
      put_big_endian(bytes_, box.begin + wide_at, 8, value);
    else
      put_big_endian(bytes_, box.begin + narrow_at, 4, value);
  }

  void each(const Box& parent, std::string_view type,
            const std::function<void(const Box&)>& visit) const {
    for (uint64_t at = parent.begin; at + 8 <= parent.end;) {
      const uint64_t size = big_endian(bytes_, at, 4);
      if (size < 8 || size > parent.end - at) return;  // moov's children are never larger
      if (std::string_view(bytes_).substr(at + 4, 4) == type) visit({at + 8, at + size});
      at += size;
    }
  }
  [[nodiscard]] std::optional<Box> find(const Box& parent, std::string_view type) const {
    std::optional<Box> found;
    each(parent, type, [&found](const Box& box) {
      // Every box that is looked for has at least 32 bytes of fields or children.
      if (!found && box.end - box.begin >= 16) found = box;
    });
    return found;
  }

  std::string bytes_;
  FinishOptions options_;
  uint64_t movie_scale_ = 0;
  uint64_t longest_ = 0;
};

}  // namespace

Result<void> finish_mp4(FileBytes& file, const FinishOptions& options) {
  const auto place = find_moov(file);
  if (!place) return place.error();
  auto bytes = file.read(place->offset + 8, place->size - 8);
  if (!bytes) return bytes.error();
  Moov moov(*std::move(bytes), options);
  if (moov.finish()) return file.write(place->offset + 8, moov.bytes());
  return Error{ErrorKind::failed, "the encoded file is damaged", "no complete moov box"};
}

}  // namespace talkie
