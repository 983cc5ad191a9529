// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/mp4_boxes.h"

namespace talkie {

namespace {

constexpr uint64_t kMaxMoovBytes = 1u << 30;
constexpr uint64_t kBoxHeader = 8;  // size and type

}  // namespace

Result<FilePart> find_moov(const FileBytes& file) {
  for (uint64_t at = 0; at + 16 <= file.size();) {
    const auto head = file.read(at, 16);
    if (!head) return head.error();
    const uint64_t narrow = big_endian(*head, 0, 4);
    const uint64_t size =
        narrow == 1 ? big_endian(*head, 8, 8) : (narrow == 0 ? file.size() - at : narrow);
    if (size < kBoxHeader || size > file.size() - at) break;
    if (head->substr(4, 4) == "moov" && narrow >= kBoxHeader && size < kMaxMoovBytes)
      return FilePart{at, size};
    at += size;
  }
  return Error{ErrorKind::failed, "the encoded file is damaged", "no complete moov box"};
}

std::string mp4_number(uint64_t value, int width) {
  std::string bytes(static_cast<size_t>(width), '\0');
  put_big_endian(bytes, 0, width, value);
  return bytes;
}

std::string make_box(std::string_view type, std::string_view content) {
  return mp4_number(kBoxHeader + content.size(), 4).append(type).append(content);
}

void each_box(std::string_view bytes, uint64_t begin, uint64_t end, std::string_view type,
              const std::function<void(uint64_t, uint64_t)>& visit) {
  for (uint64_t at = begin; at + kBoxHeader <= end;) {
    const uint64_t size = big_endian(std::string(bytes.substr(at, 4)), 0, 4);
    if (size < kBoxHeader || size > end - at) return;  // moov's children are never larger
    if (bytes.substr(at + 4, 4) == type) visit(at + kBoxHeader, at + size);
    at += size;
  }
}

std::string edit_child(const std::string& content, std::string_view type,
                       const std::function<std::string(const std::string&)>& edit) {
  std::string edited;
  each_box(content, 0, content.size(), type, [&](uint64_t begin, uint64_t end) {
    if (!edited.empty()) return;
    edited = content.substr(0, begin - kBoxHeader) +
             make_box(type, edit(content.substr(begin, end - begin))) + content.substr(end);
  });
  return edited.empty() ? content + make_box(type, edit({})) : edited;
}

}  // namespace talkie
