// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/shaping.h"

#include <hb-ot.h>

#include <algorithm>
#include <cmath>

#include "visual/drawn.h"

namespace talkie {

namespace {

constexpr double kCodeScale = 0.88;  // monospaced letters look larger than others of their size

double pixels(int pango_units) {
  return static_cast<double>(pango_units) / PANGO_SCALE;
}

bool has_own_colours(PangoFont* font) {
  if (!font) return false;
  hb_face_t* face = hb_font_get_face(pango_font_get_hb_font(font));
  return hb_ot_color_has_png(face) || hb_ot_color_has_layers(face) || hb_ot_color_has_svg(face);
}

// How much larger a formula is in type of that size than it was drawn.
double scale_of(const Drawn& formula, double size) {
  return formula.text_size > 0 ? size / formula.text_size : 1;
}

PangoAttribute* room_for(const Drawn& formula, double scale) {
  const auto units = [&](double length) {
    return static_cast<int>(std::lround(length * scale * PANGO_SCALE));
  };
  const PangoRectangle box{0, -units(formula.baseline), units(formula.width),
                           units(formula.height)};
  return pango_attr_shape_new(&box, &box);
}

bool is_figure(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

// Measures as librsvg does: the thread's font map, no hinting, sizes in pixels.
Shaper::Shaper(const Typeface& face, const std::string& language, bool rtl)
    : face_(face), context_(pango_font_map_create_context(pango_cairo_font_map_get_default())) {
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(context_.get(), 72);
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  if (!language.empty())
    pango_context_set_language(context_.get(), pango_language_from_string(language.c_str()));
  pango_context_set_base_dir(context_.get(), rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
}

TextRun Shaper::look_of(const Paragraph::Style& style) const {
  TextRun run;
  run.family = style.code ? face_.mono_family : face_.family;
  run.size = style.code ? face_.size * kCodeScale : face_.size;
  const bool strong = style.strong || (style.emphasis && !face_.slants);
  run.weight = strong ? face_.strong_weight : face_.weight;
  run.italic = face_.slants && style.emphasis != face_.italic;  // emphasis in italics is upright
  run.tracking = style.code ? 0 : face_.tracking;
  run.colour = strong ? face_.strong_colour : face_.colour;
  return run;
}

Shaper::Layout Shaper::shape(const Paragraph& paragraph, size_t begin, size_t end) const {
  Layout layout(pango_layout_new(context_.get()));
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_auto_dir(layout.get(), FALSE);
  pango_layout_set_text(layout.get(), paragraph.text.data() + begin, static_cast<int>(end - begin));
  PangoAttrList* attributes = pango_attr_list_new();
  for (const Paragraph::Style& style : paragraph.styles) {
    if (style.end <= begin || style.begin >= end) continue;
    const TextRun look = look_of(style);
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family(font, look.family.c_str());
    pango_font_description_set_absolute_size(font, look.size * PANGO_SCALE);
    pango_font_description_set_weight(font, static_cast<PangoWeight>(look.weight));
    pango_font_description_set_style(font, look.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    const auto insert = [&](PangoAttribute* attribute) {
      attribute->start_index = static_cast<guint>(std::max(style.begin, begin) - begin);
      attribute->end_index = static_cast<guint>(std::min(style.end, end) - begin);
      pango_attr_list_insert(attributes, attribute);
    };
    insert(pango_attr_font_desc_new(font));
    insert(
        pango_attr_letter_spacing_new(static_cast<int>(std::lround(look.tracking * PANGO_SCALE))));
    pango_font_description_free(font);
    if (style.formula) insert(room_for(*style.formula, scale_of(*style.formula, face_.size)));
  }
  pango_layout_set_attributes(layout.get(), attributes);
  pango_attr_list_unref(attributes);
  return layout;
}

std::vector<double> Shaper::advances(const Paragraph& paragraph) const {
  std::vector<double> widths(paragraph.text.size() + 1, 0);
  const Layout layout = shape(paragraph, 0, paragraph.text.size());
  PangoLayoutLine* line = pango_layout_get_line_readonly(layout.get(), 0);
  for (GSList* node = line->runs; node; node = node->next) {
    auto* run = static_cast<PangoGlyphItem*>(node->data);
    PangoGlyphItemIter iter;
    for (gboolean more =
             pango_glyph_item_iter_init_start(&iter, run, pango_layout_get_text(layout.get()));
         more; more = pango_glyph_item_iter_next_cluster(&iter)) {
      // In runs from right to left glyphs are counted down to end_glyph, which is left out.
      const bool reversed = iter.start_glyph > iter.end_glyph;
      const int first = reversed ? iter.end_glyph + 1 : iter.start_glyph;
      const int end = reversed ? iter.start_glyph + 1 : iter.end_glyph;
      int width = 0;
      for (int glyph = first; glyph < end; ++glyph)
        width += run->glyphs->glyphs[glyph].geometry.width;
      widths[static_cast<size_t>(iter.start_index)] += pixels(width);
    }
  }
  return widths;
}

std::vector<PangoLogAttr> Shaper::boundaries(const Paragraph& paragraph) const {
  const Layout layout = shape(paragraph, 0, paragraph.text.size());
  int count = 0;
  const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(layout.get(), &count);
  return {attributes, attributes + count};
}

// Adds what one run of glyphs shows; runs that look alike and follow one another become one.
void Shaper::append(TextLine& line, const Paragraph& paragraph, size_t offset,
                    PangoGlyphItem* glyphs, double x) {
  const PangoItem* item = glyphs->item;
  const size_t begin = offset + static_cast<size_t>(item->offset);
  const auto style =
      std::find_if(paragraph.styles.begin(), paragraph.styles.end(),
                   [&](const Paragraph::Style& stretch) { return begin < stretch.end; });
  TextRun run = look_of(style == paragraph.styles.end() ? Paragraph::Style{} : *style);
  run.x = x;
  run.text = paragraph.text.substr(begin, static_cast<size_t>(item->length));
  run.level = item->analysis.level;
  run.colour_glyphs = has_own_colours(item->analysis.font);
  if (style != paragraph.styles.end() && style->formula) {
    run.formula = style->formula;
    run.formula_scale = scale_of(*style->formula, face_.size);
    run.colour_glyphs = false;
  }
  run.width = pixels(pango_glyph_string_get_width(glyphs->glyphs));
  if (!line.runs.empty()) {
    TextRun& left = line.runs.back();
    if (left.family == run.family && left.weight == run.weight && left.italic == run.italic &&
        left.size == run.size && left.colour == run.colour && left.level == run.level &&
        left.colour_glyphs == run.colour_glyphs && !left.formula && !run.formula) {
      left.text = run.level % 2 == 1 ? run.text + left.text : left.text + run.text;
      left.width += run.width;
      return;
    }
  }
  line.runs.push_back(std::move(run));
}

TextLine Shaper::line(const Paragraph& paragraph, size_t begin, size_t end) {
  TextLine line;
  const Layout layout = shape(paragraph, begin, end);
  PangoLayoutLine* shaped = pango_layout_get_line_readonly(layout.get(), 0);
  for (GSList* node = shaped->runs; node; node = node->next) {
    auto* run = static_cast<PangoGlyphItem*>(node->data);
    append(line, paragraph, begin, run, line.width);
    line.width = line.runs.back().x + line.runs.back().width;
  }
  // Pango puts half of the tracking on either side of a letter, but none at the ends of a line; and
  // to librsvg every run is a line.
  for (size_t i = 1; i < line.runs.size(); ++i)
    line.runs[i].x += line.runs[i].tracking / 2;
  if (face_.tabular) align_figures(line);
  PangoRectangle ink;
  pango_layout_line_get_extents(shaped, &ink, nullptr);
  line.ink_left = pixels(ink.x);
  line.ink_right = pixels(ink.x + ink.width);
  line.ink_top = pixels(ink.y);
  line.ink_bottom = pixels(ink.y + ink.height);
  return line;
}

double Shaper::width_of(const TextRun& look, const std::string& text) const {
  Paragraph paragraph{text, {{0, text.size(), look.weight != face_.weight, false, false}}};
  PangoRectangle logical;
  const Layout layout = shape(paragraph, 0, text.size());
  pango_layout_line_get_extents(pango_layout_get_line_readonly(layout.get(), 0), nullptr, &logical);
  return pixels(logical.width);
}

// The width of the widest figure; 0 where figures differ so much that they are drawn to do so
// (old-style ones), and look torn apart at one width.
double Shaper::figure_width(const TextRun& look) {
  const auto [entry, is_new] = figure_widths_.try_emplace(std::to_string(look.weight));
  if (is_new) {
    double narrowest = 1e9;
    double widest = 0;
    for (char c = '0'; c <= '9'; ++c) {
      const double width = width_of(look, std::string(1, c));
      narrowest = std::min(narrowest, width);
      widest = std::max(widest, width);
    }
    entry->second = narrowest < 0.62 * widest ? 0 : widest;
  }
  return entry->second;
}

// librsvg cannot ask a font for its tabular figures: every figure gets a place of its own, as wide
// as the widest one.
void Shaper::align_figures(TextLine& line) {
  double x = 0;
  for (TextRun& run : line.runs) {
    run.x = x;
    const bool suits = run.level % 2 == 0 && run.family == face_.family &&
                       std::any_of(run.text.begin(), run.text.end(), is_figure);
    const double figure = suits ? figure_width(run) : 0;
    if (figure > 0) space_figures(run, figure);
    x += run.width;
  }
  line.width = x;
}

void Shaper::space_figures(TextRun& run, double figure) const {
  double x = 0;
  for (size_t i = 0; i < run.text.size();) {
    const bool is_one = is_figure(run.text[i]);
    size_t end = i + 1;
    while (!is_one && end < run.text.size() && !is_figure(run.text[end]))
      ++end;
    const double own = width_of(run, run.text.substr(i, end - i));
    const double width = is_one ? figure : own;
    run.stops.emplace_back(i, x + (width - own) / 2);
    x += width;
    i = end;
  }
  run.width = x;
}

Shaper::Ink Shaper::ink(const std::string& text) const {
  const Layout layout = shape({text, {{0, text.size(), false, false, false}}}, 0, text.size());
  PangoRectangle ink;
  pango_layout_line_get_extents(pango_layout_get_line_readonly(layout.get(), 0), &ink, nullptr);
  return {pixels(ink.x), pixels(ink.y), pixels(ink.x + ink.width), pixels(ink.y + ink.height)};
}

void Shaper::paint(const std::string& text, cairo_t* cr, double x, double y) const {
  const Layout layout = shape({text, {{0, text.size(), false, false, false}}}, 0, text.size());
  cairo_move_to(cr, x, y);
  pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout.get(), 0));
}

}  // namespace talkie
