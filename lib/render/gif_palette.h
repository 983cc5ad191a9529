// SPDX-License-Identifier: LGPL-2.1-or-later
// The colours of one picture in a GIF: few, chosen for what is in it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace talkie {

inline constexpr size_t kMostGifColours = 255;  // and one that is transparent

// 0xRRGGBB.
using Colour = uint32_t;

// At most `most` colours for these pixels; all that there are, where they are no more than that
// (median cut: Heckbert 1982, by variance). Never empty.
std::vector<Colour> choose_palette(std::span<const Colour> pixels, size_t most = kMostGifColours);

// Finds the nearest colour of a palette, and remembers.
class NearestColour {
 public:
  explicit NearestColour(std::vector<Colour> palette);
  [[nodiscard]] uint8_t operator()(Colour colour);
  [[nodiscard]] const std::vector<Colour>& palette() const { return palette_; }

 private:
  [[nodiscard]] uint8_t find(Colour colour) const;
  std::vector<Colour> palette_;
  struct Known {
    Colour colour = ~0u;
    uint8_t index = 0;
  };
  std::vector<Known> known_;  // by the colour's hash; the last one stays
};

}  // namespace talkie
