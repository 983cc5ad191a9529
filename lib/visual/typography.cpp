// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/typography.h"

#include <algorithm>
#include <cmath>

#include "visual/drawn.h"
#include "visual/line_breaking.h"
#include "visual/shaping.h"

namespace talkie {

namespace {

constexpr double kUsualHeight = 0.546;  // of an x, in ems: Inter's, for which formulas are drawn

// Null where it cannot be drawn; then its text stands there as it was written.
std::shared_ptr<const Drawn> formula_of(const Span& span, const Typeface& face,
                                        const std::string& language) {
  if (!span.math) return nullptr;
  auto drawn = draw_formula(span.text, formula_look(face, language), {});
  if (!drawn) return nullptr;
  // Type of one size has small letters of many heights: a formula goes half of the way with them.
  const double height = -Shaper(face, language, false).ink("x").top / face.size;
  if (height > 0) drawn->text_size *= std::sqrt(std::clamp(kUsualHeight / height, 0.7, 1.5));
  return std::make_shared<const Drawn>(*std::move(drawn));
}

Paragraph join(const RichText& text, const Typeface& face, const std::string& language) {
  Paragraph paragraph;
  for (const Span& span : text) {
    if (auto formula = formula_of(span, face, language)) {
      const size_t begin = paragraph.text.size();
      paragraph.text += "\uFFFC";  // OBJECT REPLACEMENT CHARACTER
      paragraph.styles.push_back(
          {begin, paragraph.text.size(), false, false, false, std::move(formula)});
      continue;
    }
    std::string part = span.code ? span.text : with_bound_units(span.text);
    if (face.upper && !span.code) part = in_capitals(part, language);
    std::replace(part.begin(), part.end(), '\t', ' ');
    std::replace(part.begin(), part.end(), '\n', ' ');
    std::erase(part, '\r');
    const size_t begin = paragraph.text.size();
    paragraph.text += part;
    paragraph.styles.push_back(
        {begin, paragraph.text.size(), span.strong, span.emphasis, span.code});
  }
  return paragraph;
}

constexpr double kTorn = 0.25;  // the penalty for a line's end within a word

bool is_space(gunichar c) {
  return g_unichar_isspace(c) && c != 0xA0 && c != 0x202F && c != 0x2007;
}

// The text cut where Unicode allows a line to end; what is too wide for a line is cut further.
class Chunker {
 public:
  Chunker(const Paragraph& paragraph, const Shaper& shaper, double max_width)
      : text_(paragraph.text),
        max_width_(max_width),
        widths_(shaper.advances(paragraph)),
        boundaries_(shaper.boundaries(paragraph)) {
    size_t begin = 0;
    int first = 0;
    const char* position = text_.data();
    for (int i = 0; i < static_cast<int>(boundaries_.size()); ++i) {
      const auto offset = static_cast<size_t>(position - text_.data());
      const bool at_end = offset >= text_.size();
      if (offset > begin && (boundaries_[static_cast<size_t>(i)].is_line_break || at_end)) {
        add(begin, offset, first);
        begin = offset;
        first = i;
      }
      if (at_end) break;
      position = g_utf8_next_char(position);
    }
  }

  struct Range {
    size_t begin, trimmed;  // bytes; without the space at its end
  };
  [[nodiscard]] const std::vector<Chunk>& chunks() const { return chunks_; }
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }

 private:
  [[nodiscard]] double width(size_t begin, size_t end) const {
    double sum = 0;
    for (size_t i = begin; i < end; ++i)
      sum += widths_[i];
    return sum;
  }

  void push(size_t begin, size_t trimmed, size_t end, double penalty) {
    const auto characters =
        g_utf8_strlen(text_.data() + begin, static_cast<gssize>(trimmed - begin));
    chunks_.push_back(
        {width(begin, trimmed), width(trimmed, end), penalty, static_cast<int>(characters)});
    ranges_.push_back({begin, trimmed});
  }

  void add(size_t begin, size_t end, int first_character) {
    size_t trimmed = end;
    while (trimmed > begin) {
      const char* previous = g_utf8_prev_char(text_.data() + trimmed);
      if (!is_space(g_utf8_get_char(previous))) break;
      trimmed = static_cast<size_t>(previous - text_.data());
    }
    const double penalty = break_penalty(std::string_view(text_).substr(begin, trimmed - begin));
    if (width(begin, trimmed) <= max_width_)
      push(begin, trimmed, end, penalty);
    else
      add_too_wide(begin, trimmed, end, first_character, penalty);
  }

  // An address or a very long word. It ends lines after / - _ . & = ? or, if it must be, anywhere.
  void add_too_wide(size_t begin, size_t trimmed, size_t end, int character, double penalty) {
    size_t piece = begin;
    size_t offset = begin;
    while (offset < trimmed) {
      const char c = text_[offset];
      offset = static_cast<size_t>(g_utf8_next_char(text_.data() + offset) - text_.data());
      ++character;
      if (offset >= trimmed || !boundaries_[static_cast<size_t>(character)].is_cursor_position)
        continue;
      const bool good = std::string_view("/-_.&=?").find(c) != std::string_view::npos;
      push(piece, offset, offset, good ? 0.02 : kTorn);
      piece = offset;
    }
    push(piece, trimmed, end, penalty);
  }

  const std::string& text_;
  const double max_width_;
  const std::vector<double> widths_;
  const std::vector<PangoLogAttr> boundaries_;
  std::vector<Chunk> chunks_;
  std::vector<Range> ranges_;
};

// Lines are placed `leading` apart, or further where tall letters of two lines would touch.
void place_lines(TextBlock& block, const Typeface& face, const TextSetting& setting) {
  double leading = face.leading;
  for (size_t i = 1; i < block.lines.size(); ++i) {
    const double needed = block.lines[i - 1].ink_bottom - block.lines[i].ink_top;
    leading = std::max(leading, needed + 0.04 * face.size);
  }
  const double first = (leading + cap_height(face)) / 2;
  for (size_t i = 0; i < block.lines.size(); ++i) {
    TextLine& line = block.lines[i];
    line.baseline = first + leading * static_cast<double>(i);
    block.width = std::max(block.width, line.width);
    if (setting.align == Align::right) line.x = setting.max_width - line.width;
    if (setting.align == Align::centre) line.x = (setting.max_width - line.width) / 2;
  }
  block.height = leading * static_cast<double>(block.lines.size());
}

}  // namespace

DrawnLook formula_look(const Typeface& face, const std::string& language) {
  DrawnLook look;
  look.text = face.colour;
  look.text_px = face.size;
  look.family = face.family;
  look.mono = face.mono_family;
  look.language = language;
  return look;
}

TextBlock set_text(const RichText& text, const Typeface& requested, const TextSetting& setting) {
  TextBlock block;
  Typeface face = requested;
  const Paragraph paragraph = join(text, face, setting.language);
  if (paragraph.text.empty()) return block;
  if (!is_plain_alphabet(paragraph.text)) {
    face.tracking = 0;
    face.slants = false;
    face.family += face.behind;
    face.mono_family += face.behind;
  }
  // A text reads in the page's direction as soon as it holds a word of it.
  const LetterCount letters = count_letters(paragraph.text);
  const bool rtl =
      letters.rtl > 0 ? setting.rtl || letters.ltr == 0 : setting.rtl && letters.ltr == 0;
  Shaper shaper(face, setting.language, rtl);
  if (setting.flow == Flow::single) {
    block.lines.push_back(shaper.line(paragraph, 0, paragraph.text.size()));
  } else {
    const Chunker chunker(paragraph, shaper, setting.max_width);
    size_t first = 0;
    const bool balanced = setting.flow == Flow::balanced;
    for (const size_t end : break_lines(chunker.chunks(), setting.max_width, balanced)) {
      block.lines.push_back(
          shaper.line(paragraph, chunker.ranges()[first].begin, chunker.ranges()[end - 1].trimmed));
      block.torn = block.torn || chunker.chunks()[end - 1].penalty == kTorn;
      first = end;
    }
  }
  place_lines(block, face, setting);
  return block;
}

TextBlock set_lines(std::string_view text, const Typeface& requested, const std::string& language) {
  TextBlock block;
  Typeface face = requested;
  if (!is_plain_alphabet(text)) face.family += face.behind;
  Shaper shaper(face, language, false);
  while (true) {
    const size_t end = text.find('\n');
    Paragraph paragraph;
    for (const char c : text.substr(0, end)) {
      if (c == '\t')
        paragraph.text.append(4 - paragraph.text.size() % 4, ' ');
      else if (c != '\r')
        paragraph.text += c;
    }
    paragraph.styles.push_back({0, paragraph.text.size(), false, false, false});
    block.lines.push_back(shaper.line(paragraph, 0, paragraph.text.size()));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  place_lines(block, face, {});
  return block;
}

double side_bearing(const Typeface& face) {
  return Shaper(face, "en", false).ink("H").left;
}

double cap_height(const Typeface& face) {
  return -Shaper(face, "en", false).ink("H").top;
}

GlyphPicture paint_run(const TextRun& run, const std::string& language, double scale) {
  Typeface face;
  face.family = run.family;
  face.size = run.size * scale;
  face.weight = run.weight;
  face.italic = run.italic;
  const Shaper shaper(face, language, run.level % 2 == 1);
  const Shaper::Ink ink = shaper.ink(run.text);
  GlyphPicture picture;
  picture.x = std::ceil(std::max(0.0, -ink.left)) + 1;
  picture.y = std::ceil(std::max(0.0, -ink.top)) + 1;
  picture.bitmap.width = static_cast<int>(std::ceil(picture.x + std::max(0.0, ink.right))) + 1;
  picture.bitmap.height = static_cast<int>(std::ceil(picture.y + std::max(0.0, ink.bottom))) + 1;
  const auto stride = static_cast<size_t>(picture.bitmap.width) * 4;
  picture.bitmap.bgra.resize(stride * static_cast<size_t>(picture.bitmap.height));
  cairo_surface_t* surface = cairo_image_surface_create_for_data(
      picture.bitmap.bgra.data(), CAIRO_FORMAT_ARGB32, picture.bitmap.width, picture.bitmap.height,
      static_cast<int>(stride));
  cairo_t* cr = cairo_create(surface);
  shaper.paint(run.text, cr, picture.x, picture.y);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  cairo_surface_destroy(surface);
  return picture;
}

}  // namespace talkie
