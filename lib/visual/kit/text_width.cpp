// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kit/text_width.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace talkie {

namespace {

constexpr double kLargestFont = 10'000;  // px

struct UnrefObject {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using Object = std::unique_ptr<T, UnrefObject>;

PangoContext* new_context(PangoFontMap* map) {
  PangoContext* context = pango_font_map_create_context(map);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_round_glyph_positions(context, FALSE);
  return context;
}

}  // namespace

struct TextWidth::Fonts {
  Object<PangoFontMap> map{pango_cairo_font_map_new()};
  Object<PangoContext> context{new_context(map.get())};
  Object<PangoLayout> layout{pango_layout_new(context.get())};
};

TextWidth::TextWidth() = default;
TextWidth::~TextWidth() = default;

double TextWidth::of(const KitFont& font, std::string_view family, std::string_view text) {
  if (!(font.px > 0)) return 0;  // not a number: neither
  const std::lock_guard lock(mutex_);
  if (!fonts_) fonts_ = std::make_unique<Fonts>();
  PangoLayout* layout = fonts_->layout.get();
  PangoFontDescription* description = pango_font_description_new();
  pango_font_description_set_family(description, std::string(family).c_str());
  pango_font_description_set_absolute_size(description,
                                           std::min(font.px, kLargestFont) * PANGO_SCALE);
  pango_font_description_set_weight(
      description, static_cast<PangoWeight>(std::clamp<int>(font.weight, 100, 1000)));
  pango_font_description_set_style(description,
                                   font.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_layout_set_font_description(layout, description);
  pango_font_description_free(description);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return static_cast<double>(logical.width) / PANGO_SCALE;
}

}  // namespace talkie
