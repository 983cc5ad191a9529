// SPDX-License-Identifier: LGPL-2.1-or-later
// Boxes of MP4 files (ISO/IEC 14496-12 4.2) as texts: found, made, and put into each other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/file_bytes.h"

namespace talkie {

struct FilePart {
  uint64_t offset = 0;
  uint64_t size = 0;
};

// The moov box with its header, which has 8 bytes. `failed` where the file has none.
Result<FilePart> find_moov(const FileBytes& file);

std::string make_box(std::string_view type, std::string_view content);
// A big-endian number of `width` bytes.
std::string mp4_number(uint64_t value, int width);

// Calls `visit` with the place of every child of that type between `begin` and `end` of `bytes`:
// where its content begins, and where it ends.
void each_box(std::string_view bytes, uint64_t begin, uint64_t end, std::string_view type,
              const std::function<void(uint64_t, uint64_t)>& visit);

// `content`, the children of a box, with the first one of that type as `edit` makes it of its
// content; where there is none it is made of nothing and put at the end.
std::string edit_child(const std::string& content, std::string_view type,
                       const std::function<std::string(const std::string&)>& edit);

}  // namespace talkie
