// SPDX-License-Identifier: LGPL-2.1-or-later
// Pango at work: one line of styled text -> glyphs, widths, runs. Used by typography.cpp alone.
#pragma once

#include <pango/pangocairo.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "visual/typography.h"

namespace talkie {

// A paragraph's spans joined into one text, with the stretches that look alike.
struct Paragraph {
  struct Style {
    size_t begin = 0;
    size_t end = 0;
    bool strong = false;
    bool emphasis = false;
    bool code = false;
    std::shared_ptr<const Drawn> formula = nullptr;  // stands in place of one character
  };
  std::string text;
  std::vector<Style> styles;
};

class Shaper {
 public:
  Shaper(const Typeface& face, const std::string& language, bool rtl);

  // The advance of every byte of the text: a cluster's is with its first byte. One more than bytes.
  [[nodiscard]] std::vector<double> advances(const Paragraph& paragraph) const;
  // For every character, and one more: whether a line may end before it, and whether a cursor may
  // stand there.
  [[nodiscard]] std::vector<PangoLogAttr> boundaries(const Paragraph& paragraph) const;
  // The bytes from `begin` to `end` as one line.
  [[nodiscard]] TextLine line(const Paragraph& paragraph, size_t begin, size_t end);
  // The box of what is painted, from the origin on the baseline.
  struct Ink {
    double left, top, right, bottom;
  };
  [[nodiscard]] Ink ink(const std::string& text) const;
  void paint(const std::string& text, cairo_t* cr, double x, double y) const;

 private:
  struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
  };
  using Layout = std::unique_ptr<PangoLayout, Unref>;

  [[nodiscard]] Layout shape(const Paragraph& paragraph, size_t begin, size_t end) const;
  [[nodiscard]] TextRun look_of(const Paragraph::Style& style) const;
  [[nodiscard]] double width_of(const TextRun& look, const std::string& text) const;
  void append(TextLine& line, const Paragraph& paragraph, size_t offset, PangoGlyphItem* glyphs,
              double x);
  [[nodiscard]] double figure_width(const TextRun& look);
  void align_figures(TextLine& line);
  void space_figures(TextRun& run, double figure) const;

  const Typeface face_;
  std::unique_ptr<PangoContext, Unref> context_;
  std::map<std::string, double> figure_widths_;  // by weight
};

}  // namespace talkie
