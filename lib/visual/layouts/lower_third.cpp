// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is speaking: a plate with an edge in the accent.
#include <algorithm>

#include "visual/layout.h"

namespace talkie {

namespace {

// "Ada Marsh, harbour master" or "Ada Marsh · harbour master"
std::pair<RichText, RichText> name_and_role(const RichText& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    for (const std::string_view mark : {" · ", " | ", " – ", " — ", ", ", "، ", "，", "、"}) {
      const size_t at = text[i].text.find(mark);
      if (at == std::string::npos) continue;
      std::pair<RichText, RichText> parts{{text.begin(), text.begin() + static_cast<long>(i) + 1},
                                          {text.begin() + static_cast<long>(i), text.end()}};
      parts.first.back().text.resize(at);
      parts.second.front().text.erase(0, at + mark.size());
      return parts;
    }
  }
  return {text, {}};
}

}  // namespace

Piece lower_third_piece(const Page& page, const Label& label) {
  const double u = page.u;
  const auto [name, role] = name_and_role(label.text);
  const Page plate = [&] {
    Page copy = page;
    copy.palette = palette_on(page.theme, page.theme.palette.surface);
    return copy;
  }();
  Typeface large = plate.face(TextRole::subheading);
  large.weight = std::max(large.weight, 600);
  Typeface small = plate.face(TextRole::body);
  small.size *= 0.86;
  small.leading *= 0.86;
  small.colour = small.strong_colour = plate.palette.muted;
  const double most = std::min(0.6 * page.width(), page.width() - 10 * u);
  const TextBlock first = plate.text(name, large, most, Flow::balanced);
  const TextBlock second = plate.text(role, small, most, Flow::balanced);
  const double inset = 1.1 * u;
  const double edge = 0.4 * u;
  const double gap = second.lines.empty() ? 0 : 0.15 * u;
  Piece piece;
  piece.width = edge + 2 * inset + std::max(first.width, second.width) + 0.4 * u;
  piece.height = 1.6 * u + first.height + gap + second.height;
  piece.add(Shape{{0, 0, piece.width, piece.height},
                  std::min(page.theme.decorations.corner, 0.4) * u,
                  plate.palette.ground,
                  0.96});
  piece.add(Shape{{0, 0, edge, piece.height}, 0, page.palette.accent});
  piece.add(first, edge + inset - plate.hang(large), 0.8 * u);
  piece.add(second, edge + inset, 0.8 * u + first.height + gap);
  piece.make_step(plain_text(label.text), 0);
  return piece;
}

}  // namespace talkie
