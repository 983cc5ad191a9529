// SPDX-License-Identifier: LGPL-2.1-or-later
// Colours that can be read: contrast as WCAG 2.1 defines it.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "visual/theme_data.h"

namespace talkie {

namespace {

double channel(uint32_t colour, int shift) {
  return ((colour >> shift) & 0xff) / 255.0;
}

double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

}  // namespace

std::string hex_colour(uint32_t colour) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4)
    text += kDigits[(colour >> shift) & 15];
  return text;
}

std::optional<uint32_t> parse_colour(std::string_view text) {
  if (text.empty() || text[0] != '#' || (text.size() != 4 && text.size() != 7)) return {};
  uint32_t value = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + 1, last, value, 16);
  if (error != std::errc{} || end != last) return {};
  if (text.size() == 4)
    value = (value & 0xf00) * 0x1100 | (value & 0xf0) * 0x110 | (value & 0xf) * 0x11;
  return value;
}

double luminance(uint32_t colour) {
  return 0.2126 * linear(channel(colour, 16)) + 0.7152 * linear(channel(colour, 8)) +
         0.0722 * linear(channel(colour, 0));
}

double contrast(uint32_t a, uint32_t b) {
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

uint32_t mix(uint32_t a, uint32_t b, double share) {
  uint32_t mixed = 0;
  for (const int shift : {16, 8, 0}) {
    const double value = channel(a, shift) * (1 - share) + channel(b, shift) * share;
    mixed |= static_cast<uint32_t>(std::lround(value * 255)) << shift;
  }
  return mixed;
}

uint32_t readable(uint32_t colour, uint32_t ground, double ratio) {
  const uint32_t towards =
      contrast(0xffffff, ground) > contrast(0x000000, ground) ? 0xffffff : 0x000000;
  for (double share = 0; share < 1; share += 0.02) {
    const uint32_t moved = mix(colour, towards, share);
    if (contrast(moved, ground) >= ratio) return moved;
  }
  return towards;
}

Palette palette_on(const Theme& theme, uint32_t ground) {
  Palette palette = theme.palette;
  palette.ground = ground;
  if (ground == theme.palette.ground) return palette;
  const bool own = contrast(theme.palette.text, ground) >= contrast(theme.inverse, ground);
  palette.text = readable(own ? theme.palette.text : theme.inverse, ground, 7);
  palette.muted = readable(mix(palette.text, ground, 0.3), ground, 4.5);
  palette.surface = mix(ground, palette.text, 0.07);
  for (uint32_t* shape : {&palette.accent, &palette.accent_2, &palette.positive, &palette.negative})
    *shape = readable(*shape, ground, 3);
  return palette;
}

}  // namespace talkie
