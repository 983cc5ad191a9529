// SPDX-License-Identifier: LGPL-2.1-or-later
// An animated GIF (GIF89a, CompuServe 1990), picture by picture.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "render/gif_palette.h"
#include "script/scene.h"

namespace talkie {

// Every picture has colours of its own, and only what has changed in it is written. It plays round
// and round. Pixels come row by row.
class GifFile {
 public:
  GifFile(const std::string& path, Size size);

  // A picture that is there from `start` to `end`. unwritable, no_space.
  Result<void> add(std::vector<Colour> pixels, Time start, Time end);
  Result<void> finish();

 private:
  struct Area {
    int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are outside
    [[nodiscard]] bool empty() const { return left >= right; }
  };
  [[nodiscard]] Area changed_area(const std::vector<Colour>& pixels) const;
  [[nodiscard]] bool differs(const std::vector<Colour>& pixels, size_t at) const;
  void write_header();
  void write_picture(const std::vector<Colour>& pixels, const Area& area);
  void write_delay(int hundredths);
  [[nodiscard]] Result<void> written();

  std::string path_;
  Size size_;
  std::ofstream file_;
  std::vector<Colour> shown_;  // what each pixel was when it was last written
  std::string waiting_;        // the last picture, until it is known how long it stays
  Time waiting_since_{};
  Time end_{};
};

// The codes of GIF's variable-length LZW, in blocks of up to 255 bytes (GIF89a, appendix F).
std::string gif_lzw(const std::vector<uint8_t>& indices, int colour_bits);

}  // namespace talkie
