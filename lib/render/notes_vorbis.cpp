// SPDX-License-Identifier: LGPL-2.1-or-later
// Opus in Ogg (RFC 7845) and FLAC (RFC 9639): both have Vorbis comments ("NAME=text"). Chapters are
// CHAPTER001=00:00:00.000 and CHAPTER001NAME=…, as Xiph's chapter extension has them.
#include <glib.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

#include "render/notes.h"

namespace talkie {

namespace {

Error damaged(const char* what) {
  return Error{ErrorKind::failed, "the encoded file is damaged", what};
}

std::string little_endian(size_t value) {
  std::string bytes(4, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return bytes;
}

std::string number(uint64_t value, int width) {
  std::string bytes(static_cast<size_t>(width), '\0');
  put_big_endian(bytes, 0, width, value);
  return bytes;
}

// The list of comments with who wrote it in front (Vorbis I, section 5).
class Comments {
 public:
  static std::optional<Comments> parse(std::string_view bytes) {
    const auto take = [&bytes]() -> std::optional<std::string_view> {
      const auto length = take_number(bytes);
      if (!length || *length > bytes.size()) return {};
      const std::string_view text = bytes.substr(0, *length);
      bytes.remove_prefix(*length);
      return text;
    };
    Comments comments;
    const auto vendor = take();
    const auto count = vendor ? take_number(bytes) : std::nullopt;
    if (!count) return {};
    comments.vendor_ = *vendor;
    for (size_t i = 0; i < *count; ++i) {
      const auto comment = take();
      if (!comment) return {};
      comments.list_.emplace_back(*comment);
    }
    return comments;
  }

  // Instead of what has that name.
  void set(const std::string& name, const std::string& text) {
    if (text.empty()) return;
    std::erase_if(list_, [&](const std::string& one) { return one.starts_with(name + "="); });
    list_.push_back(name + "=" + text);
  }

  [[nodiscard]] std::string bytes() const {
    std::string bytes = little_endian(vendor_.size()) + vendor_ + little_endian(list_.size());
    for (const std::string& comment : list_)
      bytes += little_endian(comment.size()) + comment;
    return bytes;
  }

 private:
  static std::optional<size_t> take_number(std::string_view& bytes) {
    if (bytes.size() < 4) return {};
    size_t value = 0;
    for (size_t i = 4; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(4);
    return value;
  }

  std::string vendor_;
  std::vector<std::string> list_;
};

std::string clock_of(Time time) {
  constexpr int64_t kHour = 3'600'000;
  const int64_t ms = time.count() / 1'000'000;
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", static_cast<int>(ms / kHour),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60),
                static_cast<int>(ms % 1000));
  return text;
}

void add_texts(Comments& comments, const FilmNotes& notes) {
  comments.set("TITLE", notes.title);
  comments.set("ARTIST", notes.author);
  comments.set("LANGUAGE", notes.language.substr(0, notes.language.find('-')));
  for (size_t i = 0; i < notes.chapters.size(); ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "CHAPTER%03d", static_cast<int>(i + 1));
    comments.set(name, clock_of(notes.chapters[i].start));
    comments.set(std::string(name) + "NAME", notes.chapters[i].title);
  }
}

// FLAC's picture block (RFC 9639 section 8.8), which Opus has in base64.
std::string picture_block(const Cover& cover) {
  constexpr uint64_t kFrontCover = 3;
  constexpr uint64_t kBitsPerPixel = 24;
  const std::string type = cover.media_type();
  return number(kFrontCover, 4) + number(type.size(), 4) + type + number(0, 4) +
         number(static_cast<uint64_t>(cover.size.width), 4) +
         number(static_cast<uint64_t>(cover.size.height), 4) + number(kBitsPerPixel, 4) +
         number(0, 4) + number(cover.bytes.size(), 4) + cover.bytes;
}

std::string base64(const std::string& bytes) {
  const std::unique_ptr<gchar, decltype(&g_free)> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()), g_free);
  return text.get();
}

constexpr std::string_view kOpusTags = "OpusTags";
constexpr uint64_t kPageHeader = 27;
constexpr size_t kLongestLace = 255;  // bytes, and of them as many:
constexpr size_t kLacesOfAPage = 255;
constexpr char kContinued = 1;  // the page goes on with the packet before

struct OggPage {
  std::string header;  // without its table of laces
  std::string laces;
  uint64_t size = 0;  // of the whole page
};

Result<OggPage> read_page(const FileBytes& file, uint64_t at) {
  const auto header = file.read(at, kPageHeader);
  if (!header) return header.error();
  if (!header->starts_with("OggS")) return damaged("Ogg page");
  const auto laces = file.read(at + kPageHeader, static_cast<unsigned char>(header->back()));
  if (!laces) return laces.error();
  OggPage page{*header, *laces, kPageHeader + laces->size()};
  for (const char lace : *laces)
    page.size += static_cast<unsigned char>(lace);
  return page;
}

// One packet on pages of its own (RFC 3533 section 6), with the serial number of `model`. Their
// numbers and checksums are finish_ogg()'s to write.
std::string pages_of(const std::string& packet, const OggPage& model) {
  std::string pages;
  const size_t laces = packet.size() / kLongestLace + 1;  // the last one is shorter than 255
  size_t done = 0;
  for (size_t first = 0; first < laces; first += kLacesOfAPage) {
    const size_t count = std::min(kLacesOfAPage, laces - first);
    const bool ends = first + count == laces;
    std::string header = model.header;
    header[5] = first > 0 ? kContinued : '\0';
    // The time at which a packet ends on this page; none does, or it has none.
    std::fill(header.begin() + 6, header.begin() + 14, ends ? '\0' : '\xff');
    header.back() = static_cast<char>(count);
    std::string table(count, '\xff');
    if (ends) table.back() = static_cast<char>(packet.size() % kLongestLace);
    const size_t bytes = ends ? packet.size() - done : count * kLongestLace;
    pages += header + table + packet.substr(done, bytes);
    done += bytes;
  }
  return pages;
}

}  // namespace

// The comments are the second packet, alone on its pages (RFC 7845 section 3).
Result<void> write_opus_notes(FileBytes& file, const FilmNotes& notes) {
  const auto head = read_page(file, 0);
  if (!head) return head.error();
  std::string packet;
  std::optional<OggPage> model;
  uint64_t at = head->size;
  for (bool ends = false; !ends;) {
    const auto page = read_page(file, at);
    if (!page) return page.error();
    const uint64_t table = kPageHeader + page->laces.size();
    const auto bytes = file.read(at + table, page->size - table);
    if (!bytes) return bytes.error();
    packet += *bytes;
    at += page->size;
    ends = !page->laces.empty() && page->laces.back() != '\xff';
    if (!model) model = *page;
  }
  if (!packet.starts_with(kOpusTags)) return damaged("Opus comments");
  auto comments = Comments::parse(std::string_view(packet).substr(kOpusTags.size()));
  if (!comments) return damaged("Opus comments");
  add_texts(*comments, notes);
  if (notes.cover) comments->set("METADATA_BLOCK_PICTURE", base64(picture_block(*notes.cover)));
  return file.replace(head->size, at - head->size,
                      pages_of(std::string(kOpusTags) + comments->bytes(), *model));
}

// Metadata blocks, the last one marked; then the frames (RFC 9639 section 8.1).
Result<void> write_flac_notes(FileBytes& file, const FilmNotes& notes) {
  enum Type : char { kComments = 4, kPicture = 6 };
  constexpr char kLast = '\x80';
  constexpr uint64_t kMagic = 4;
  const auto block = [](char type, const std::string& content) {
    return type + number(content.size(), 3) + content;
  };
  std::string blocks;
  uint64_t at = kMagic;
  auto comments = Comments::parse(std::string(8, '\0'));
  for (bool last = false; !last;) {
    const auto header = file.read(at, 4);
    if (!header) return header.error();
    last = (header->front() & kLast) != 0;
    const char type = static_cast<char>(header->front() & ~kLast);
    const uint64_t size = big_endian(*header, 1, 3);
    const auto content = file.read(at + 4, size);
    if (!content) return content.error();
    at += 4 + size;
    if (type == kComments)
      comments = Comments::parse(*content);
    else
      blocks += block(type, *content);
  }
  if (!comments) return damaged("FLAC comments");
  add_texts(*comments, notes);
  if (notes.cover) blocks += block(kPicture, picture_block(*notes.cover));
  blocks += block(kComments | kLast, comments->bytes());
  return file.replace(kMagic, at - kMagic, blocks);
}

}  // namespace talkie
