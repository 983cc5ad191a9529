// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/difference.h"

#include <algorithm>
#include <cstring>

namespace talkie {

namespace {

constexpr int kTileWidth = 64;
constexpr int kTileHeight = 16;

// Which tiles of one row of tiles differ.
class TileRow {
 public:
  explicit TileRow(int width) : differs_(static_cast<size_t>((width - 1) / kTileWidth + 1)) {}

  void compare(const Planes& first, const Planes& second, const Rect& rows) {
    std::fill(differs_.begin(), differs_.end(), false);
    for (int plane = 0; plane < 3; ++plane) {
      const PlaneRect part = in_plane(rows, plane);
      for (int y = part.y; y < part.y + part.height; ++y)
        compare_row(row_of(first, plane, y), row_of(second, plane, y), part.width,
                    plane == 0 ? kTileWidth : kTileWidth / 2);
    }
  }

  // Adds what differs, from left to right. Up to one equal tile between two is taken along.
  void collect(const Rect& rows, std::vector<Rect>& runs) const {
    for (size_t tile = 0; tile < differs_.size(); ++tile) {
      if (!differs_[tile]) continue;
      const int x = static_cast<int>(tile) * kTileWidth;
      const int end = std::min(x + kTileWidth, rows.x1);
      if (!runs.empty() && x - runs.back().x1 <= kTileWidth)
        runs.back().x1 = end;
      else
        runs.push_back({x, rows.y0, end, rows.y1});
    }
  }

 private:
  void compare_row(const uint8_t* first, const uint8_t* second, int width, int tile_width) {
    if (std::memcmp(first, second, static_cast<size_t>(width)) == 0) return;
    for (size_t tile = 0; tile < differs_.size(); ++tile) {
      const int x = static_cast<int>(tile) * tile_width;
      const int length = std::min(tile_width, width - x);
      if (!differs_[tile])
        differs_[tile] = std::memcmp(first + x, second + x, static_cast<size_t>(length)) != 0;
    }
  }

  std::vector<bool> differs_;
};

// Makes one rectangle of `run` and one that ends right above it where little else comes with them.
void add_below(std::vector<Rect>& rects, const Rect& run) {
  for (Rect& rect : rects) {
    if (rect.y1 != run.y0) continue;
    const Rect both = unite(rect, run);
    if (4 * both.area() <= 5 * (rect.area() + run.area())) {
      rect = both;
      return;
    }
  }
  rects.push_back(run);
}

}  // namespace

std::vector<Rect> differences(const Planes& first, const Planes& second) {
  const Size size = first.size;
  std::vector<Rect> rects;
  if (whole(size).empty()) return rects;
  TileRow tiles(size.width);
  std::vector<Rect> runs;
  for (int y = 0; y < size.height; y += kTileHeight) {
    const Rect rows{0, y, size.width, std::min(y + kTileHeight, size.height)};
    tiles.compare(first, second, rows);
    runs.clear();
    tiles.collect(rows, runs);
    for (const Rect& run : runs)
      add_below(rects, run);
  }
  int64_t area = 0;
  for (const Rect& rect : rects)
    area += rect.area();
  if (4 * area >= 3 * whole(size).area()) return {whole(size)};
  return rects;
}

}  // namespace talkie
