// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/terminal/glyphs.h"

#include <glib.h>
#include <hb-ot.h>

#include <algorithm>
#include <cmath>

#include "visual/pango_kept.h"

namespace talkie::terminal {
namespace {

constexpr size_t kMostGlyphs = 4096;

Kept<PangoFontDescription> make_font(const std::string& families, double size, bool bold,
                                     bool italic) {
  Kept<PangoFontDescription> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), families.c_str());
  pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font.get(), italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
  return font;
}

Kept<PangoLayout> lay_out(PangoContext* context, const PangoFontDescription* font,
                          std::string_view text) {
  Kept<PangoLayout> layout(pango_layout_new(context));
  pango_layout_set_font_description(layout.get(), font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double width_of(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return static_cast<double>(logical.width) / PANGO_SCALE;
}

// Emoji have colours of their own and no outlines.
bool has_own_colours(PangoFont* font) {
  hb_face_t* face = hb_font_get_face(pango_font_get_hb_font(font));
  return hb_ot_color_has_png(face) || hb_ot_color_has_layers(face) || hb_ot_color_has_svg(face);
}

bool has_own_colours(PangoLayout* layout) {
  const PangoLayoutLine* line = pango_layout_get_line_readonly(layout, 0);
  for (const GSList* i = line->runs; i; i = i->next)
    if (has_own_colours(static_cast<PangoGlyphItem*>(i->data)->item->analysis.font)) return true;
  return false;
}

void show_outlines(cairo_t* cairo, PangoLayout* layout) {
  pango_cairo_layout_line_path(cairo, pango_layout_get_line_readonly(layout, 0));
  cairo_fill(cairo);
}

std::string text_of(const Cell& cell) {
  std::string text;
  for (const uint32_t character : cell.characters) {
    if (!character) break;
    char bytes[6];
    text.append(bytes, static_cast<size_t>(g_unichar_to_utf8(
                           g_unichar_validate(character) ? character : 0xfffd, bytes)));
  }
  return text;
}

// Without the columns at its sides that nothing was painted on.
Glyph cut_out(cairo_surface_t* surface, int origin, bool coloured) {
  cairo_surface_flush(surface);
  const uint8_t* pixels = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  const int width = cairo_image_surface_get_width(surface);
  const int height = cairo_image_surface_get_height(surface);
  const int size = coloured ? 4 : 1;
  const auto is_empty = [&](int x) {
    for (int y = 0; y < height; ++y)
      for (int c = 0; c < size; ++c)
        if (pixels[ptrdiff_t{y} * stride + x * size + c]) return false;
    return true;
  };
  int left = 0;
  int right = width;
  while (left < right && is_empty(left))
    ++left;
  while (left < right && is_empty(right - 1))
    --right;
  Glyph glyph{left - origin, right - left, coloured, {}};
  for (int y = 0; y < height; ++y) {
    const uint8_t* row = pixels + ptrdiff_t{y} * stride;
    glyph.pixels.insert(glyph.pixels.end(), row + left * size, row + right * size);
  }
  return glyph;
}

}  // namespace

int Type::stroke() const {
  return std::max(1, static_cast<int>(std::lround(size / 14)));
}

TypeMeasure measure_type(const std::string& families, const std::string& language) {
  constexpr double kSize = 100;
  const Kept<PangoContext> context = unhinted_context(language);
  const auto font = make_font(families, kSize, false, false);
  const Kept<PangoFontMetrics> metrics(
      pango_context_get_metrics(context.get(), font.get(), nullptr));
  const double scale = kSize * PANGO_SCALE;
  return {width_of(lay_out(context.get(), font.get(), "0000000000").get()) / (10 * kSize),
          pango_font_metrics_get_ascent(metrics.get()) / scale,
          pango_font_metrics_get_descent(metrics.get()) / scale};
}

void show_text(cairo_t* cairo, const Type& type, const std::string& text, double centre,
               double baseline, double most_width) {
  const Kept<PangoContext> context = unhinted_context(type.language);
  const auto font = make_font(type.families, type.size, false, false);
  const auto layout = lay_out(context.get(), font.get(), text);
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  if (width_of(layout.get()) > most_width)
    pango_layout_set_width(layout.get(), static_cast<int>(most_width * PANGO_SCALE));
  cairo_move_to(cairo, centre - width_of(layout.get()) / 2, baseline);
  show_outlines(cairo, layout.get());
}

struct GlyphCache::Fonts {
  Kept<PangoContext> context;
  Kept<PangoFontDescription> styles[4];  // bold: 1, italic: 2
};

GlyphCache::GlyphCache(const Type& type) : type_(type), fonts_(std::make_unique<Fonts>()) {
  fonts_->context = unhinted_context(type.language);
  for (int i = 0; i < 4; ++i)
    fonts_->styles[i] = make_font(type.families, type.size, i & 1, i & 2);
}

GlyphCache::~GlyphCache() = default;

size_t GlyphCache::Hash::operator()(const Key& key) const {
  uint64_t hash = key.style;
  for (const uint32_t character : key.characters)
    hash = (hash ^ character) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

const Glyph* GlyphCache::of(const Cell& cell) {
  if (!cell.characters[0] || cell.characters[0] == ' ') return nullptr;
  const uint32_t style = cell.bold | uint32_t{cell.italic} << 1 | uint32_t{cell.width} << 2;
  const Key key{cell.characters, style};
  if (const auto found = glyphs_.find(key); found != glyphs_.end()) return &found->second;
  if (glyphs_.size() >= kMostGlyphs) glyphs_.clear();
  return &glyphs_.emplace(key, paint(cell)).first->second;
}

Glyph GlyphCache::paint(const Cell& cell) const {
  if (auto lines = line_glyph(cell.characters[0], type_)) return *std::move(lines);
  const auto layout =
      lay_out(fonts_->context.get(), fonts_->styles[cell.bold | int{cell.italic} << 1].get(),
              text_of(cell));
  const bool coloured = has_own_colours(layout.get());
  const int margin = type_.cell_width;
  const int room = std::max<int>(cell.width, 1) * type_.cell_width;
  const Kept<cairo_surface_t> surface(cairo_image_surface_create(
      coloured ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_A8, room + 2 * margin, type_.cell_height));
  const Kept<cairo_t> cairo(cairo_create(surface.get()));
  // Fonts that stand in are not as wide as the terminal's own.
  const double width = std::max(width_of(layout.get()), 0.01);
  const double scale = std::min(1.0, room / width);
  cairo_translate(cairo.get(), margin + (room - width * scale) / 2, type_.baseline);
  cairo_scale(cairo.get(), scale, scale);
  cairo_move_to(cairo.get(), 0, 0);
  if (coloured)
    pango_cairo_show_layout_line(cairo.get(), pango_layout_get_line_readonly(layout.get(), 0));
  else
    show_outlines(cairo.get(), layout.get());
  return cut_out(surface.get(), margin, coloured);
}

}  // namespace talkie::terminal
