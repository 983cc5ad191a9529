// SPDX-License-Identifier: LGPL-2.1-or-later
// How terminals look: their colours.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace talkie::terminal {

// Colours are 0xRRGGBB.
struct Look {
  std::string_view name;
  uint32_t ground;
  uint32_t text;
  uint32_t cursor;
  // ECMA-48's eight (black, red, green, yellow, blue, magenta, cyan, white), then the bright ones.
  std::array<uint32_t, 16> colours;
  bool scanlines = false;  // of a picture tube
};

// Null where there is none of that name.
const Look* find_look(std::string_view name);
std::span<const std::string_view> look_names();

}  // namespace talkie::terminal
