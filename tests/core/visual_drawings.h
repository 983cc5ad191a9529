// SPDX-License-Identifier: LGPL-2.1-or-later
// What the tests of drawings share: themes, texts from tests/data/drawings, and pictures.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "base/text.h"
#include "paint_testing.h"
#include "visual/drawn.h"
#include "visual/png.h"
#include "visual/svg_document.h"

namespace talkie {

inline DrawnLook ink() {
  DrawnLook look;
  look.ground = 0xfaf9f6;
  look.surface = 0xefece4;
  look.text = 0x16161a;
  look.muted = 0x5b5b66;
  look.accent = 0xe4572e;
  look.accent_2 = 0x2457c5;
  look.positive = 0x1c7c4a;
  look.negative = 0xc0342b;
  look.series = {0xe4572e, 0x2457c5, 0xe6a117, 0x2a9d8f, 0x8e4585, 0x5aa9e6, 0x7a5230, 0x5b5b66};
  look.language = "en";
  return look;
}
inline DrawnLook midnight() {
  DrawnLook look = ink();
  look.ground = 0x0b1020;
  look.surface = 0x182142;
  look.text = 0xe6ebfb;
  look.muted = 0x98a3c9;
  look.accent = 0x6ea8fe;
  look.accent_2 = 0x9b8cff;
  look.positive = 0x5fd3a0;
  look.negative = 0xff8a7a;
  look.series = {0x6ea8fe, 0xffb454, 0x5fd3a0, 0xd58cff, 0xffe27a, 0xff7d8f, 0x4fd0e6, 0xb7c0dd};
  return look;
}
inline DrawnLook paper() {
  DrawnLook look = ink();
  look.ground = 0xf6f1e4;
  look.surface = 0xebe3cf;
  look.text = 0x2a2118;
  look.muted = 0x6b5d4b;
  look.accent = 0x8c2f1b;
  look.accent_2 = 0x2f5d62;
  look.series = {0x8c2f1b, 0x2f5d62, 0xb8862d, 0x5b7f4d, 0x6b4a7a, 0x3f78a8, 0x7a5230, 0x6b5d4b};
  look.family = "EB Garamond";
  return look;
}

inline std::filesystem::path drawings_folder() {
  const char* root = std::getenv("TALKIE_SOURCE_ROOT");
  return std::filesystem::path(root ? root : ".") / "tests" / "data" / "drawings";
}

// The drawing that a file of the folder holds, by the end of its name.
inline Drawing drawing_in(const std::string& file) {
  const auto text = read_file(drawings_folder() / file, size_t{1} << 20);
  EXPECT_TRUE(text) << file;
  Drawing drawing;
  drawing.text = text ? *text : "";
  using Kind = Drawing::Kind;
  const std::pair<const char*, Kind> kinds[] = {{".tex", Kind::math},
                                                {".chart", Kind::chart},
                                                {".json", Kind::vega_lite},
                                                {".dot", Kind::dot}};
  for (const auto& [end, kind] : kinds)
    if (file.ends_with(end)) drawing.kind = kind;
  return drawing;
}

inline Drawing drawing_of(Drawing::Kind kind, std::string text) {
  return {kind, std::move(text), "", {}};
}

inline std::string element_of(const Drawn& drawn, const std::string& inner, Size size) {
  const double scale = std::min({size.width / drawn.width, size.height / drawn.height,
                                 size.width / 1600.0 * 40 / drawn.text_size});
  const double x = (size.width - drawn.width * scale) / 2;
  const double y = (size.height - drawn.height * scale) / 2;
  return "<defs>" + drawn.defs + "</defs><g transform=\"translate(" + std::to_string(x) + " " +
         std::to_string(y) + ") scale(" + std::to_string(scale) + ")\">" + inner + "</g>";
}

inline std::string document_of(const std::string& inner, Size size, const std::string& ground) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(size.width) +
         "\" height=\"" + std::to_string(size.height) + "\">" +
         (ground.empty() ? "" : "<rect width=\"100%\" height=\"100%\" fill=\"" + ground + "\"/>") +
         inner + "</svg>";
}

inline Bitmap painted(const std::string& svg, Size size) {
  Bitmap bitmap = make_bitmap(size);
  const auto document = SvgDocument::parse(svg, "drawing.svg");
  EXPECT_TRUE(document) << (document ? "" : document.error().to_string());
  if (document) {
    EXPECT_TRUE(document->draw(bitmap));
  }
  return bitmap;
}

inline std::string hex_of(uint32_t colour) {
  char text[8];
  snprintf(text, sizeof text, "#%06x", colour & 0xffffff);
  return text;
}

inline std::string all_of(const Drawn& drawn) {
  std::string svg;
  for (const DrawnPart& part : drawn.parts)
    svg += part.svg;
  return svg;
}

inline Bitmap paint_drawn(const Drawn& drawn, const DrawnLook& look, Size size) {
  return painted(document_of(element_of(drawn, all_of(drawn), size), size, hex_of(look.ground)),
                 size);
}

inline double luminance_of(uint32_t colour) {
  const double weights[] = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double share = (colour >> (16 - 8 * i) & 0xff) / 255.0;
    sum += weights[i] * (share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return sum;
}
inline double contrast_between(uint32_t a, uint32_t b) {
  const double one = luminance_of(a), other = luminance_of(b);
  return (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
}

// The least contrast of any text to the median of the pixels that are behind it when all text is
// taken away; the text itself in `worst`.
inline double least_contrast(const Drawn& drawn, const DrawnLook& look, std::string& worst) {
  static const std::regex text_element("<text[^>]*>[^]*?</text>");
  static const std::regex fill_attribute("<text[^>]* fill=\"#([0-9a-f]{6})\"");
  const Size size{800, 400};
  const std::string bare = std::regex_replace(all_of(drawn), text_element, "");
  const Bitmap behind =
      painted(document_of(element_of(drawn, bare, size), size, hex_of(look.ground)), size);
  double least = 21;
  for (const DrawnPart& part : drawn.parts) {
    const std::string opening = part.svg.substr(0, part.svg.find('>') + 1);
    for (std::sregex_iterator it(part.svg.begin(), part.svg.end(), text_element), end; it != end;
         ++it) {
      const std::string text = it->str();
      std::smatch fill;
      if (!std::regex_search(text, fill, fill_attribute)) continue;
      const Bitmap letters =
          painted(document_of(element_of(drawn, opening + text + "</g>", size), size, ""), size);
      std::vector<uint32_t> grounds;
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
          if (pixel(letters, x, y) >> 24 > 90) grounds.push_back(pixel(behind, x, y) & 0xffffff);
      if (grounds.empty()) continue;
      std::nth_element(grounds.begin(),
                       grounds.begin() + static_cast<ptrdiff_t>(grounds.size() / 2), grounds.end());
      const double contrast = contrast_between(
          static_cast<uint32_t>(std::stoul(fill[1], nullptr, 16)), grounds[grounds.size() / 2]);
      if (contrast < least) worst = text;
      least = std::min(least, contrast);
    }
  }
  return least;
}

// The picture of a drawing against the one beside its text. Fonts of other versions may move
// letters by a little: at most 2 of 255 on average. TALKIE_NEW_PICTURES=1 writes it anew.
inline void expect_as_before(const Drawn& drawn, const std::string& name) {
  const Size size{480, 240};
  const Bitmap now = paint_drawn(drawn, ink(), size);
  const auto path = drawings_folder() / (name + ".png");
  if (std::getenv("TALKIE_NEW_PICTURES")) {
    const auto png = to_png(now);
    ASSERT_TRUE(png);
    ASSERT_TRUE(write_file(path, *png));
  }
  ASSERT_TRUE(std::filesystem::exists(path)) << path << ": TALKIE_NEW_PICTURES=1 makes it";
  EXPECT_LT(difference(now, read_png(path.string())).mean, 2) << name;
}

inline std::vector<std::string> files_ending(const std::string& end) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(drawings_folder()))
    if (entry.path().filename().string().ends_with(end))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline int count_kind(const std::string& text, const std::string& word) {
  int count = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

// The order of the part of that name; -2 where there is none.
inline int order_of(const Drawn& drawn, const std::string& id) {
  for (const DrawnPart& part : drawn.parts)
    if (part.id == id) return part.order;
  return -2;
}
inline int last_order(const Drawn& drawn) {
  int last = -1;
  for (const DrawnPart& part : drawn.parts)
    last = std::max(last, part.order);
  return last;
}

}  // namespace talkie
