// SPDX-License-Identifier: LGPL-2.1-or-later
// Captions as pictures: one or two lines on a rounded box, the word that is being said in another
// colour. The same text gives the same box whichever word is lit, so that nothing jumps.
#include <hb-ot.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "base/text.h"
#include "visual/painter.h"
#include "visual/pango_kept.h"
#include "visual/svg_document.h"

namespace talkie {
namespace {

// In ems, of the text's size.
constexpr double kPitch = 1.3;     // from baseline to baseline
constexpr double kAscent = 0.865;  // a line's em box above its baseline: capitals and ideographs
                                   // both sit in its middle
constexpr double kSidePadding = 0.75;
constexpr double kEndPadding = 0.42;  // above and below
constexpr double kMargin = 0.5;       // least distance of the box from the frame's edges
constexpr double kSmallest = 0.25;    // of its size; text in one line is scaled down to this
constexpr double kOverhang = 0.5;     // of a word's ink over its advance, at most

Kept<PangoContext> make_context(const CaptionStyle& style) {
  Kept<PangoContext> context = unhinted_context(style.language);
  pango_context_set_base_dir(context.get(), style.rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  return context;
}

Kept<PangoLayout> lay_out_line(PangoContext* context, std::string_view text,
                               const CaptionStyle& style, double size_px) {
  const Kept<PangoFontDescription> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), style.family.c_str());
  pango_font_description_set_weight(font.get(), static_cast<PangoWeight>(style.weight));
  pango_font_description_set_absolute_size(font.get(), size_px * PANGO_SCALE);
  Kept<PangoLayout> layout(pango_layout_new(context));
  pango_layout_set_font_description(layout.get(), font.get());
  // In a right-to-left film a line that begins with a foreign word still runs right to left.
  pango_layout_set_auto_dir(layout.get(), !style.rtl);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double width_of(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return static_cast<double>(logical.width) / PANGO_SCALE;
}

void set_colour(cairo_t* cairo, uint32_t argb) {
  const auto part = [argb](int shift) { return ((argb >> shift) & 0xff) / 255.0; };
  cairo_set_source_rgba(cairo, part(16), part(8), part(0), part(24));
}

// Marks bytes of the line, from `begin` on, as what is being said; length 0: none.
void mark(PangoLayout* layout, size_t begin, size_t length) {
  if (length == 0) return pango_layout_set_attributes(layout, nullptr);
  const Kept<PangoAttrList> list(pango_attr_list_new());
  PangoAttribute* mark = pango_attr_foreground_new(0, 0, 0);  // splits runs; draw_run() colours
  mark->start_index = static_cast<guint>(begin);
  mark->end_index = static_cast<guint>(begin + length);
  pango_attr_list_insert(list.get(), mark);
  pango_layout_set_attributes(layout, list.get());
}

bool is_lit(const PangoGlyphItem& run) {
  for (const GSList* i = run.item->analysis.extra_attrs; i; i = i->next)
    if (static_cast<PangoAttribute*>(i->data)->klass->type == PANGO_ATTR_FOREGROUND) return true;
  return false;
}

// Emoji have colours of their own and no outlines.
bool has_own_colours(PangoFont* font) {
  hb_face_t* face = hb_font_get_face(pango_font_get_hb_font(font));
  return hb_ot_color_has_png(face) || hb_ot_color_has_layers(face) || hb_ot_color_has_svg(face);
}

// Text is filled as outlines, as librsvg does it: fontconfig can make cairo draw glyphs with colour
// fringes for one kind of screen, but not outlines.
void draw_line(cairo_t* cairo, PangoLayoutLine* line, const CaptionStyle& style) {
  for (const GSList* i = line->runs; i; i = i->next) {
    const auto& run = *static_cast<const PangoGlyphItem*>(i->data);
    PangoFont* font = run.item->analysis.font;
    double x = 0;
    double y = 0;
    cairo_get_current_point(cairo, &x, &y);
    set_colour(cairo, is_lit(run) ? style.spoken : style.text);
    if (has_own_colours(font)) {
      pango_cairo_show_glyph_string(cairo, font, run.glyphs);
    } else {
      pango_cairo_glyph_string_path(cairo, font, run.glyphs);
      cairo_fill(cairo);
    }
    cairo_move_to(
        cairo, x + static_cast<double>(pango_glyph_string_get_width(run.glyphs)) / PANGO_SCALE, y);
  }
}

void rounded_box(cairo_t* cairo, double width, double height, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double r = std::clamp(radius, 0.0, std::min(width, height) / 2);
  cairo_new_path(cairo);
  cairo_arc(cairo, width - r, r, r, -kQuarter, 0);
  cairo_arc(cairo, width - r, height - r, r, 0, kQuarter);
  cairo_arc(cairo, r, height - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(cairo, r, r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(cairo);
}

void copy_part(const Bitmap& from, Bitmap& to, const PixelBox& part) {
  for (int y = part.y; y < part.y + part.height; ++y)
    std::copy_n(from.row(y) + ptrdiff_t{4} * part.x, 4 * part.width,
                to.row(y) + ptrdiff_t{4} * part.x);
}

// A whole number of pixels that leaves as much on its left as on its right.
int centred_length(double length, int frame) {
  const int whole = static_cast<int>(std::ceil(length));
  return std::min(whole + (frame - whole) % 2, frame);
}

}  // namespace

// The lines, measured, at the size at which they fit the frame.
struct CaptionPainter::Lines {
  std::vector<std::string> texts;
  std::vector<Kept<PangoLayout>> layouts;
  double size_px = 0;
  double width = 0;  // of the longest

  void measure(PangoContext* context, const CaptionStyle& style, double size) {
    size_px = size;
    width = 0;
    layouts.clear();
    for (const std::string& text : texts) {
      layouts.push_back(lay_out_line(context, text, style, size_px));
      width = std::max(width, width_of(layouts.back().get()));
    }
  }

  // The part of `words` that each line has, in bytes of the line.
  template <typename Visit>
  void for_each_part(ByteSpan words, Visit visit) const {
    size_t begin = 0;
    for (size_t i = 0; i < texts.size(); begin += texts[i++].size() + 1) {
      const size_t from = std::max(words.begin, begin);
      const size_t to = std::min(words.begin + words.length, begin + texts[i].size());
      visit(layouts[i].get(), from - begin, from < to ? to - from : 0);
    }
  }
};

CaptionPainter::CaptionPainter(const std::string& text, const CaptionStyle& style, Size size)
    : style_(style), lines_(std::make_unique<Lines>()) {
  for (const std::string_view line : split(text, '\n'))
    lines_->texts.emplace_back(line);
  const Kept<PangoContext> context = make_context(style);
  lines_->measure(context.get(), style, style.size_px);
  // Lines are broken to fit; a single word can still be too long for a narrow frame.
  const double room = size.width - 2 * (kSidePadding + kMargin) * style.size_px;
  if (lines_->width > room)
    lines_->measure(context.get(), style,
                    style.size_px * std::max(kSmallest, room / lines_->width));

  const double em = lines_->size_px;
  const double height =
      (2 * kEndPadding + 1 + kPitch * static_cast<double>(lines_->texts.size() - 1)) * em;
  bitmap_size_ = {centred_length(lines_->width + 2 * kSidePadding * em, size.width),
                  std::min(static_cast<int>(std::ceil(height)), size.height)};
  picture_.bitmap = plain_ = draw();
  picture_.x = (size.width - bitmap_size_.width) / 2;
  picture_.y = std::max(
      0, size.height - static_cast<int>(std::lround(style.bottom_px)) - bitmap_size_.height);
}

CaptionPainter::CaptionPainter(CaptionPainter&&) noexcept = default;
CaptionPainter& CaptionPainter::operator=(CaptionPainter&&) noexcept = default;
CaptionPainter::~CaptionPainter() = default;

Bitmap CaptionPainter::draw() const {
  Bitmap bitmap = make_bitmap(bitmap_size_);
  const Kept<cairo_surface_t> surface(cairo_image_surface_create_for_data(
      bitmap.bgra.data(), CAIRO_FORMAT_ARGB32, bitmap.width, bitmap.height, 4 * bitmap.width));
  const Kept<cairo_t> cairo(cairo_create(surface.get()));
  rounded_box(cairo.get(), bitmap.width, bitmap.height, style_.radius_px);
  set_colour(cairo.get(), style_.box);
  cairo_fill(cairo.get());
  const double first_baseline = (kEndPadding + kAscent) * lines_->size_px;
  for (size_t i = 0; i < lines_->layouts.size(); ++i) {
    PangoLayout* layout = lines_->layouts[i].get();
    cairo_move_to(cairo.get(), (bitmap.width - width_of(layout)) / 2,
                  std::round(first_baseline + static_cast<double>(i) * kPitch * lines_->size_px));
    draw_line(cairo.get(), pango_layout_get_line_readonly(layout, 0), style_);
  }
  return bitmap;
}

// Letters that stay may be drawn a shade differently beside a lit word. So that a picture does not
// depend on the ones before it, only the word's place is taken from the new drawing.
void CaptionPainter::light(ByteSpan words) {
  if (words == lit_) return;
  copy_part(plain_, picture_.bitmap, place_of(lit_));
  lit_ = words;
  if (words.length == 0) return;
  lines_->for_each_part(words, mark);
  copy_part(draw(), picture_.bitmap, place_of(words));
}

// As high as the picture: marks of one line may reach into the other.
PixelBox CaptionPainter::place_of(ByteSpan words) const {
  double left = bitmap_size_.width;
  double right = 0;
  lines_->for_each_part(words, [&](PangoLayout* layout, size_t begin, size_t length) {
    if (length == 0) return;
    int* ranges = nullptr;
    int count = 0;
    pango_layout_line_get_x_ranges(pango_layout_get_line_readonly(layout, 0),
                                   static_cast<int>(begin), static_cast<int>(begin + length),
                                   &ranges, &count);
    const double start = (bitmap_size_.width - width_of(layout)) / 2;
    for (int i = 0; i < count; ++i) {
      left = std::min(left, start + static_cast<double>(ranges[2 * i]) / PANGO_SCALE);
      right = std::max(right, start + static_cast<double>(ranges[2 * i + 1]) / PANGO_SCALE);
    }
    g_free(ranges);
  });
  if (left >= right) return {};
  const double overhang = kOverhang * lines_->size_px;
  const int first = std::max(static_cast<int>(std::floor(left - overhang)), 0);
  const int end = std::min(static_cast<int>(std::ceil(right + overhang)), bitmap_size_.width);
  return {first, 0, end - first, bitmap_size_.height};
}

CaptionPicture paint_caption(const std::string& text, const CaptionStyle& style, Size size,
                             size_t spoken_begin, size_t spoken_length) {
  CaptionPainter painter(text, style, size);
  painter.light({spoken_begin, spoken_length});
  return painter.picture();
}

double caption_width(const std::string& text, const CaptionStyle& style) {
  const Kept<PangoContext> context = make_context(style);
  return width_of(lay_out_line(context.get(), text, style, style.size_px).get());
}

}  // namespace talkie
