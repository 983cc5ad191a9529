// SPDX-License-Identifier: LGPL-2.1-or-later
// Matroska and WebM (RFC 9559, EBML: RFC 8794): the numbers that the muxer draws at random, and its
// way of writing tags.
#include <glib.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "render/file_bytes.h"

namespace talkie {

namespace {

// Element IDs, RFC 9559 section 5.
enum Id : uint32_t {
  kSegment = 0x18538067,
  kInfo = 0x1549A966,
  kTracks = 0x1654AE6B,
  kTrackEntry = 0xAE,
  kTags = 0x1254C367,
  kTag = 0x7373,
  kTargets = 0x63C0,
  kSimpleTag = 0x67C8,
  kTagString = 0x4487,
  kCluster = 0x1F43B675,
  kSegmentUid = 0x73A4,
  kDateUtc = 0x4461,
  kTrackUid = 0x73C5,
  kTagTrackUid = 0x63C5,
};

struct Element {
  uint32_t id = 0;
  uint64_t begin = 0;  // of its data
  uint64_t end = 0;
};

// The element whose header is at `at` of `bytes` (a window of the file). An unknown size reaches to
// `limit`.
std::optional<Element> element_at(const std::string& bytes, uint64_t at, uint64_t limit) {
  const auto length_of = [&bytes](uint64_t offset) {
    int length = 1;
    for (unsigned char mask = 0x80; mask && !(static_cast<unsigned char>(bytes[offset]) & mask);
         mask >>= 1)
      ++length;
    return length;
  };
  if (at >= bytes.size()) return {};
  const int id_length = length_of(at);
  const uint64_t size_at = at + static_cast<uint64_t>(id_length);
  if (id_length > 4 || size_at >= bytes.size()) return {};
  const int size_length = length_of(size_at);
  const uint64_t begin = size_at + static_cast<uint64_t>(size_length);
  if (size_length > 8 || begin > bytes.size()) return {};
  const uint64_t unknown = (uint64_t{1} << (7 * size_length)) - 1;
  const uint64_t size = big_endian(bytes, size_at, size_length) & unknown;
  const uint64_t end = size == unknown ? limit : begin + size;
  if (end > limit || end < begin) return {};
  return Element{static_cast<uint32_t>(big_endian(bytes, at, id_length)), begin, end};
}

bool is_container(uint32_t id) {
  return id == kInfo || id == kTracks || id == kTrackEntry || id == kTags || id == kTag ||
         id == kTargets || id == kSimpleTag;
}

// GStreamer's muxer (to 1.22 at least) writes tags as its own value language does: "My\\ film",
// with quotes, and octal numbers for what is not ASCII. The text itself, if that is what it is.
std::string plain_text_of(std::string written) {
  written.erase(written.find_last_not_of('\0') + 1);
  if (written.size() < 2 || written.front() != '"' || written.back() != '"' ||
      written.find('\\') == std::string::npos)
    return written;
  std::string text;
  for (size_t i = 1; i + 1 < written.size(); ++i) {
    if (written[i] != '\\' || i + 2 >= written.size()) {
      text += written[i];
    } else if (i + 4 < written.size() && written[i + 1] >= '0' && written[i + 1] <= '3') {
      text += static_cast<char>((written[i + 1] - '0') << 6 | (written[i + 2] - '0') << 3 |
                                (written[i + 3] - '0'));
      i += 3;
    } else {
      text += written[++i];
    }
  }
  return text;
}

// What is corrected in one file; remembers the random numbers and what takes their place.
class Corrections {
 public:
  // Corrects [begin, end) of `bytes`, which hold whole elements.
  void apply(std::string& bytes, uint64_t begin, uint64_t end) {
    for (uint64_t at = begin; at < end;) {
      const auto element = element_at(bytes, at, end);
      if (!element) return;
      if (is_container(element->id)) apply(bytes, element->begin, element->end);
      if (element->id == kTrackUid || element->id == kTagTrackUid) count(bytes, *element);
      if (element->id == kSegmentUid) clear(bytes, element->begin, element->end);
      if (element->id == kTagString) unquote(bytes, *element);
      if (element->id == kDateUtc) make_void(bytes, at, element->end);
      at = element->end;
    }
  }

 private:
  static void clear(std::string& bytes, uint64_t begin, uint64_t end) {
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
  }

  // Shorter texts are filled with zeros, which end a text (RFC 8794 section 7.5).
  static void unquote(std::string& bytes, const Element& element) {
    const uint64_t length = element.end - element.begin;
    std::string text = plain_text_of(bytes.substr(element.begin, length));
    text.resize(length, '\0');
    bytes.replace(element.begin, length, text);
  }

  // A Void element takes the place of a short one (RFC 8794 section 11.3.2).
  static void make_void(std::string& bytes, uint64_t begin, uint64_t end) {
    clear(bytes, begin, end);
    bytes[begin] = '\xEC';
    bytes[begin + 1] = static_cast<char>(0x80 | (end - begin - 2));
  }

  // Tracks are 1, 2, 3 in the order in which the file first names them. 0 in a tag means "all".
  void count(std::string& bytes, const Element& element) {
    const int width = static_cast<int>(element.end - element.begin);
    if (width < 1 || width > 8) return;
    const uint64_t drawn = big_endian(bytes, element.begin, width);
    if (drawn == 0) return;
    const auto [entry, is_new] = numbers_.try_emplace(drawn, numbers_.size() + 1);
    put_big_endian(bytes, element.begin, width, entry->second);
  }

  std::map<uint64_t, uint64_t> numbers_;
};

struct Part {
  uint64_t offset = 0;  // in the file
  std::string bytes;    // a whole element, with its header
};

// The segment's children, but for the clusters, which hold the pictures and the sound.
Result<std::vector<Part>> read_parts(const FileBytes& file) {
  std::vector<Part> parts;
  uint64_t at = 0;
  while (at < file.size()) {
    const auto head = file.read(at, std::min<uint64_t>(12, file.size() - at));
    if (!head) return head.error();
    const auto element = element_at(*head, 0, file.size() - at);
    if (!element) return Error{ErrorKind::failed, "the encoded file is damaged", "EBML element"};
    if (element->id == kSegment) {
      at += element->begin;
      continue;
    }
    if (element->id != kCluster) {
      auto bytes = file.read(at, element->end);
      if (!bytes) return bytes.error();
      parts.push_back({at, *std::move(bytes)});
    }
    at += element->end;
  }
  return parts;
}

// A segment's UID: from all that the file says beside its clusters. The index of these is part of
// it, so that other pictures give another UID.
std::string uid_of(const std::vector<Part>& parts) {
  const std::unique_ptr<GChecksum, decltype(&g_checksum_free)> sum(g_checksum_new(G_CHECKSUM_MD5),
                                                                   g_checksum_free);
  for (const Part& part : parts)
    g_checksum_update(sum.get(), reinterpret_cast<const guchar*>(part.bytes.data()),
                      static_cast<gssize>(part.bytes.size()));
  std::string digest(16, '\0');
  gsize length = digest.size();
  g_checksum_get_digest(sum.get(), reinterpret_cast<guint8*>(digest.data()), &length);
  return digest;
}

void set_segment_uid(Part& info, const std::string& uid) {
  const auto top = element_at(info.bytes, 0, info.bytes.size());
  if (!top || top->id != kInfo) return;
  for (uint64_t at = top->begin; at < top->end;) {
    const auto element = element_at(info.bytes, at, top->end);
    if (!element) return;
    if (element->id == kSegmentUid && element->end - element->begin == uid.size())
      info.bytes.replace(element->begin, uid.size(), uid);
    at = element->end;
  }
}

}  // namespace

Result<void> finish_matroska(FileBytes& file) {
  auto parts = read_parts(file);
  if (!parts) return parts.error();
  Corrections corrections;
  for (Part& part : *parts)
    corrections.apply(part.bytes, 0, part.bytes.size());
  const std::string uid = uid_of(*parts);
  for (Part& part : *parts) {
    set_segment_uid(part, uid);
    if (auto written = file.write(part.offset, part.bytes); !written) return written;
  }
  return {};
}

}  // namespace talkie
