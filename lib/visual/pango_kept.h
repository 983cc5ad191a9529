// SPDX-License-Identifier: LGPL-2.1-or-later
// What Pango and cairo hand out, kept until it is not needed, and text at its true widths.
#pragma once

#include <pango/pangocairo.h>

#include <memory>
#include <string>

namespace talkie {

struct PangoFree {
  void operator()(gpointer object) const { g_object_unref(object); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(PangoFontMetrics* metrics) const { pango_font_metrics_unref(metrics); }
  void operator()(PangoAttrList* list) const { pango_attr_list_unref(list); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
template <typename T>
using Kept = std::unique_ptr<T, PangoFree>;

// With the thread's fonts, without hinting, whatever the desktop's font settings say: a film is not
// seen on the screen it was made on. `language`: BCP 47, may be empty.
inline Kept<PangoContext> unhinted_context(const std::string& language) {
  Kept<PangoContext> context(pango_font_map_create_context(pango_cairo_font_map_get_default()));
  const Kept<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context.get(), options.get());
  pango_cairo_context_set_resolution(context.get(), 96);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  if (!language.empty())
    pango_context_set_language(context.get(), pango_language_from_string(language.c_str()));
  return context;
}

}  // namespace talkie
