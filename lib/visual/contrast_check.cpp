// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/contrast_check.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "script/folders.h"
#include "visual/drawing.h"
#include "visual/ground_paint.h"
#include "visual/svg_document.h"
#include "visual/theme_data.h"

namespace talkie {

namespace {

constexpr int kShortSide = 360;      // pixels; enough to see what is behind letters
constexpr double kWorstShare = 0.1;  // of the pixels behind a line; single ones do not count
constexpr size_t kMostShown = 40;    // characters of a text that a warning repeats
constexpr double kRounding = 0.05;   // dither and eight bits

struct Place {
  int left, top, right, bottom;
};

// Where a run stands in the smaller picture, inside of it.
Place place_of(const TextLine& line, const TextRun& run, double scale, const Bitmap& picture) {
  const auto across = [&](double x) {
    return std::clamp(static_cast<int>(std::lround(x * scale)), 0, picture.width);
  };
  const auto down = [&](double y) {
    return std::clamp(static_cast<int>(std::lround(y * scale)), 0, picture.height);
  };
  return {across(line.x + run.x), down(line.baseline + line.ink_top),
          across(line.x + run.x + run.width), down(line.baseline + line.ink_bottom)};
}

double worst_contrast(const Bitmap& picture, const Place& place, uint32_t colour) {
  std::vector<double> ratios;
  for (int y = place.top; y < place.bottom; ++y) {
    const uint8_t* pixel = picture.row(y) + ptrdiff_t{4} * place.left;
    for (int x = place.left; x < place.right; ++x, pixel += 4) {
      const uint32_t behind =
          static_cast<uint32_t>(pixel[2]) << 16 | static_cast<uint32_t>(pixel[1]) << 8 | pixel[0];
      ratios.push_back(contrast(colour, behind));
    }
  }
  if (ratios.empty()) return 21;
  const auto worst =
      ratios.begin() + static_cast<ptrdiff_t>(kWorstShare * static_cast<double>(ratios.size() - 1));
  std::nth_element(ratios.begin(), worst, ratios.end());
  return *worst;
}

// The page as it is in the end, without what is written on it.
Result<Bitmap> without_text(const Scene& scene, const Slide& slide, Size size) {
  const auto theme = find_theme(scene.theme);
  if (!theme) return theme.error();
  auto document = SvgDocument::parse(slide.svg, "", folder_around(scene.film.folder));
  if (!document) return document.error();
  if (auto styled = document->add_style("text, .formula { visibility: hidden !important } "
                                        "#ground { display: none !important }");
      !styled)
    return styled.error();
  Bitmap picture = make_bitmap(size);
  paint_ground(ground_of(**theme, scene), picture);
  if (auto drawn = document->draw(picture); !drawn) return drawn.error();
  return picture;
}

std::string words_of(const TextLine& line) {
  std::string words;
  for (const TextRun& run : line.runs)
    words += run.text;
  if (count_characters(words) <= kMostShown) return words;
  size_t end = 0;
  for (size_t shown = 0; shown < kMostShown; ++end)
    if ((static_cast<unsigned char>(words[end]) & 0xC0) != 0x80) ++shown;
  return words.substr(0, end - 1) + "…";
}

}  // namespace

Result<std::vector<HardToRead>> hard_to_read(const Scene& scene, const Slide& slide, Size size) {
  const double scale = std::min(
      1.0, static_cast<double>(kShortSide) / std::max(1, std::min(size.width, size.height)));
  const Size small{std::max(1, static_cast<int>(std::lround(size.width * scale))),
                   std::max(1, static_cast<int>(std::lround(size.height * scale)))};
  const auto picture = without_text(scene, slide, small);
  if (!picture) return picture.error();
  std::vector<HardToRead> found;
  for (const Item& item : slide.plan->page.items) {
    const auto* text = std::get_if<Text>(&item.what);
    if (!text) continue;
    double least = 21;
    for (const TextRun& run : text->line.runs)
      if (!run.colour_glyphs && !trim(run.text).empty())
        least = std::min(least, worst_contrast(*picture, place_of(text->line, run, scale, *picture),
                                               run.colour));
    if (least < kLeastContrast - kRounding) found.push_back({words_of(text->line), least});
  }
  return found;
}

}  // namespace talkie
