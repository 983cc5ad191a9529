// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/terminal/window.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>

#include "visual/theme_data.h"

namespace talkie::terminal {
namespace {

// In u.
constexpr double kLargest = 1.75;  // of type
constexpr double kLegible = 1.2;
constexpr double kBar = 2.7;
constexpr double kSide = 1.5;
constexpr double kAbove = 0.9;
constexpr double kBelow = 1.1;
constexpr double kDot = 0.72;
constexpr double kDotPitch = 1.25;
constexpr double kTitle = 1.2;  // no larger than the type in the window, and still legible
constexpr double kSmallestTitle = 0.95;

constexpr int kFewestColumns = 16;
constexpr int kNarrowestCell = 3;
constexpr int kLowestCell = 6;
constexpr double kScanline = 0.16;  // how much darker

uint32_t bar_colour(const Look& look) {
  return mix(look.ground, look.text, 0.06);
}

void set_colour(cairo_t* cairo, uint32_t rgb, double opacity = 1) {
  cairo_set_source_rgba(cairo, (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0,
                        (rgb & 0xff) / 255.0, opacity);
}

void rounded_box(cairo_t* cairo, double inset, double width, double height, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double r = std::max(radius - inset, 0.0);
  cairo_new_path(cairo);
  cairo_arc(cairo, width - inset - r, inset + r, r, -kQuarter, 0);
  cairo_arc(cairo, width - inset - r, height - inset - r, r, 0, kQuarter);
  cairo_arc(cairo, inset + r, height - inset - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(cairo, inset + r, inset + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(cairo);
}

void paint_bar(cairo_t* cairo, const Window& window) {
  const double u = window.u;
  set_colour(cairo, bar_colour(window.look));
  cairo_rectangle(cairo, 0, 0, window.size.width, window.bar);
  cairo_fill(cairo);
  double x = window.left + kDot * u / 2;
  for (const uint32_t colour : {0xff5f57u, 0xfebc2eu, 0x28c840u}) {
    set_colour(cairo, colour);
    cairo_arc(cairo, x, window.bar / 2.0, kDot * u / 2, 0, 2 * std::numbers::pi);
    cairo_fill(cairo);
    x += kDotPitch * u;
  }
  const double taken = x - kDotPitch * u + kDot * u;
  Type type = window.type;
  type.size = std::clamp(type.size, kSmallestTitle * u, kTitle * u);
  const uint32_t bar = bar_colour(window.look);
  set_colour(cairo, readable(mix(window.look.text, bar, 0.38), bar, 4.5));
  // Letters without ascenders are in the bar's middle.
  show_text(cairo, type, window.title, window.size.width / 2.0, window.bar / 2.0 + 0.34 * type.size,
            window.size.width - 2 * (taken + u));
}

// Every few rows of pixels one is a little darker.
bool is_dark_line(const Window& window, int y) {
  const int period = std::max(3, static_cast<int>(std::lround(window.u / 6)));
  return window.look.scanlines && y % period == 0;
}

void darken(uint8_t* pixels, int count) {
  for (int i = 0; i < 4 * count; ++i)
    if (i % 4 != 3) pixels[i] = static_cast<uint8_t>(pixels[i] * (1 - kScanline) + 0.5);
}

uint32_t opaque(uint32_t rgb) {
  return 0xff000000 | rgb;
}

// `colour` laid over `to` where `share` of 255 is covered; red and blue go together.
uint32_t laid_over(uint32_t to, uint32_t colour, uint32_t share) {
  constexpr uint32_t kRedBlue = 0xff00ff;
  constexpr uint32_t kGreen = 0x00ff00;
  const uint32_t of_256 = share + (share >> 7);
  const auto part = [&](uint32_t mask) {
    const uint32_t from = to & mask;
    return (from + (((colour & mask) - from) * of_256 >> 8)) & mask;
  };
  return opaque(part(kRedBlue) | part(kGreen));
}

// Premultiplied pixels, as a Bitmap's.
void lay_over(uint32_t* to, const uint8_t* from, int count) {
  auto* channel = reinterpret_cast<uint8_t*>(to);
  for (int i = 0; i < 4 * count; ++i)
    if (i % 4 != 3)
      channel[i] = static_cast<uint8_t>(
          std::min(255, from[i] + channel[i] * (255 - from[i - i % 4 + 3]) / 255));
}

// The largest type with which all columns and rows have room. It does not become illegible for
// those that may be fewer.
void set_type(Window& window, Size room, const Content& content) {
  Type& type = window.type;
  const TypeMeasure measure = measure_type(type.families, type.language);
  const double across = measure.advance;  // of a cell, in ems
  const double down = measure.ascent + measure.descent;
  const double legible = kLegible * window.u;
  window.columns = content.columns;
  window.rows = content.rows;
  double size = std::min(kLargest * window.u, room.width / (window.columns * across));
  if (!content.fixed_columns) size = std::max(size, legible);
  if (const double low = room.height / (window.rows * down); low < size)
    size = content.fixed_rows ? low : std::max(low, std::min(size, legible));
  const auto most = [size](int length, double cell) {
    return static_cast<int>(length / (size * cell));
  };
  if (!content.fixed_columns)
    window.columns = std::max(std::min(window.columns, most(room.width, across)), kFewestColumns);
  if (!content.fixed_rows)
    window.rows = std::max(std::min(window.rows, most(room.height, down)), 1);

  // Cells are whole pixels; letters may stand a little closer or wider than they are made for.
  const auto whole = [size](double cell) { return static_cast<int>(std::lround(size * cell)); };
  type.cell_width = std::min(whole(across), room.width / window.columns);
  type.cell_height = std::min(whole(down), room.height / window.rows);
  type.size = std::min({size * 1.04, type.cell_width / across, type.cell_height / down});
  type.baseline = static_cast<int>(
      std::lround((type.cell_height - down * type.size) / 2 + measure.ascent * type.size));
}

}  // namespace

Result<Window> fit_window(const Content& content, const TerminalStyle& style) {
  const double u = style.u;
  Window window;
  window.u = u;
  window.corner = std::min(style.corner_px, 1.2 * u);
  window.page_ground = style.ground;
  window.bar = static_cast<int>(std::lround(kBar * u));
  window.left = static_cast<int>(std::lround(std::min(kSide * u, 0.06 * style.most.width)));
  window.top = window.bar + static_cast<int>(std::lround(kAbove * u));
  window.type.families = style.family + style.behind;
  window.type.language = style.language;
  const int below = static_cast<int>(std::lround(kBelow * u));
  const Size room{std::max(style.most.width - 2 * window.left, 1),
                  std::max(style.most.height - window.top - below, 1)};
  set_type(window, room, content);
  const Type& type = window.type;
  if (type.cell_width < kNarrowestCell || type.cell_height < kLowestCell)
    return Error{ErrorKind::too_large,
                 "A terminal of " + std::to_string(window.columns) + " columns and " +
                     std::to_string(window.rows) +
                     " rows does not fit its place; make it smaller, or its place larger.",
                 {},
                 {}};
  window.size = {2 * window.left + window.columns * type.cell_width,
                 window.top + window.rows * type.cell_height + below};
  return window;
}

View Window::pixels_of(const CellRect& cells) const {
  if (cells.empty() || cells.top >= rows || cells.left >= columns) return {};
  const int from = std::max(cells.left - 1, 0);
  const int to = std::min(cells.right + 1, columns);
  const int end = std::min(cells.bottom, rows);
  return {static_cast<double>(left + from * type.cell_width),
          static_cast<double>(top + cells.top * type.cell_height),
          static_cast<double>((to - from) * type.cell_width),
          static_cast<double>((end - cells.top) * type.cell_height)};
}

Bitmap paint_window(const Window& window) {
  const auto [width, height] = window.size;
  Bitmap bitmap{
      width, height,
      std::vector<uint8_t>(size_t{4} * static_cast<size_t>(width) * static_cast<size_t>(height))};
  cairo_surface_t* surface = cairo_image_surface_create_for_data(
      bitmap.bgra.data(), CAIRO_FORMAT_ARGB32, width, height, 4 * width);
  cairo_t* cairo = cairo_create(surface);
  cairo_push_group(cairo);
  set_colour(cairo, window.look.ground);
  cairo_paint(cairo);
  paint_bar(cairo, window);
  // On a ground as dark, or as light, as its own a window needs an edge.
  if (contrast(window.look.ground, window.page_ground) < 1.5) {
    const double edge = std::max(1.0, window.u / 14);
    rounded_box(cairo, edge / 2, width, height, window.corner);
    set_colour(cairo, mix(window.look.ground, window.look.text, 0.18));
    cairo_set_line_width(cairo, edge);
    cairo_stroke(cairo);
  }
  cairo_pop_group_to_source(cairo);
  rounded_box(cairo, 0, width, height, window.corner);
  cairo_fill(cairo);
  cairo_destroy(cairo);
  cairo_surface_flush(surface);
  cairo_surface_destroy(surface);
  for (int y = window.bar; y < height; ++y)
    if (is_dark_line(window, y)) darken(bitmap.row(y), width);
  return bitmap;
}

// A row's picture depends on its cells alone, wherever in it the painting begins: nothing reaches
// further than into the next cell.
void CellPainter::paint(Bitmap& bitmap, Grid& grid, const CellRect& changed) {
  const View view = window_.pixels_of(changed);
  const int height = window_.type.cell_height;
  for (int row = changed.top; row < changed.bottom; ++row) {
    const int top = window_.top + row * height;
    const Span span{static_cast<int>(view.x), static_cast<int>(view.x + view.width), top,
                    top + height};
    paint_ground(bitmap, span, grid, row);
    const int first = std::max(changed.left - 3, 0);
    const int end = std::min(changed.right + 3, grid.columns);
    for (int column = first; column < end; ++column)
      paint_cell(bitmap, span, grid.at(row, column), column);
    for (int y = span.top; y < span.bottom; ++y)
      if (is_dark_line(window_, y))
        darken(bitmap.row(y) + ptrdiff_t{4} * span.left, span.right - span.left);
  }
}

void CellPainter::paint_ground(Bitmap& bitmap, const Span& span, Grid& grid, int row) const {
  const int width = window_.type.cell_width;
  auto* first = reinterpret_cast<uint32_t*>(bitmap.row(span.top));
  for (int x = span.left; x < span.right; x += width)
    std::fill_n(first + x, width, opaque(grid.at(row, (x - window_.left) / width).ground));
  for (int y = span.top + 1; y < span.bottom; ++y)
    std::memcpy(bitmap.row(y) + ptrdiff_t{4} * span.left, first + span.left,
                size_t{4} * static_cast<size_t>(span.right - span.left));
}

void CellPainter::paint_cell(Bitmap& bitmap, const Span& span, const Cell& cell, int column) {
  if (cell.underline || cell.strike || cell.cursor > VTERM_PROP_CURSORSHAPE_BLOCK)
    paint_lines(bitmap, span, cell, column);
  const Glyph* glyph = glyphs_.of(cell);
  if (!glyph) return;
  const int x0 = window_.left + column * window_.type.cell_width + glyph->x;
  const int left = std::max(x0, span.left);
  const int right = std::min(x0 + glyph->width, span.right);
  for (int y = span.top; y < span.bottom && left < right; ++y) {
    const ptrdiff_t at = ptrdiff_t{y - span.top} * glyph->width + left - x0;
    const uint8_t* from = glyph->pixels.data() + at * (glyph->coloured ? 4 : 1);
    auto* to = reinterpret_cast<uint32_t*>(bitmap.row(y)) + left;
    if (glyph->coloured) {
      lay_over(to, from, right - left);
    } else {
      for (int x = left; x < right; ++x, ++from, ++to)
        if (*from) *to = laid_over(*to, cell.text, *from);
    }
  }
}

// Lines under and through letters, and cursors that are lines.
void CellPainter::paint_lines(Bitmap& bitmap, const Span& span, const Cell& cell,
                              int column) const {
  const Type& type = window_.type;
  const int x0 = window_.left + column * type.cell_width;
  const int stroke = type.stroke();
  const auto fill = [&](int x, int y, int width, int height, uint32_t colour) {
    const int left = std::max(x, span.left);
    const int right = std::min(x + width, span.right);
    for (int row = std::max(y, span.top); row < std::min(y + height, span.bottom) && left < right;
         ++row)
      std::fill_n(reinterpret_cast<uint32_t*>(bitmap.row(row)) + left, right - left,
                  opaque(colour));
  };
  const int under = span.top + type.baseline + std::max(2, static_cast<int>(type.size * 0.12));
  if (cell.underline) fill(x0, under, type.cell_width, stroke, cell.text);
  if (cell.underline == VTERM_UNDERLINE_DOUBLE)
    fill(x0, under + 2 * stroke, type.cell_width, stroke, cell.text);
  if (cell.strike)
    fill(x0, span.top + type.baseline - static_cast<int>(type.size * 0.3), type.cell_width, stroke,
         cell.text);
  if (cell.cursor == VTERM_PROP_CURSORSHAPE_UNDERLINE)
    fill(x0, span.bottom - 2 * stroke, type.cell_width, 2 * stroke, window_.look.cursor);
  if (cell.cursor == VTERM_PROP_CURSORSHAPE_BAR_LEFT)
    fill(x0, span.top, 2 * stroke, type.cell_height, window_.look.cursor);
}

}  // namespace talkie::terminal
