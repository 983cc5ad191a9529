// SPDX-License-Identifier: LGPL-2.1-or-later
// Code in a window of its own.
#include <algorithm>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

constexpr double kBrokenFit = 0.6;  // code with broken lines is not set larger than that

// Lines longer than `columns` go on in the next one, a little further in.
std::string wrap_lines(std::string_view code, size_t columns) {
  std::string wrapped;
  for (std::string_view line : split(code, '\n')) {
    if (!wrapped.empty()) wrapped += '\n';
    const size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    std::string rest(line);
    while (count_characters(rest) > columns) {
      // The byte offset of character `columns`, then back to a good place.
      size_t limit = 0;
      for (size_t n = 0; n < columns; ++n) {
        ++limit;
        while (limit < rest.size() && (static_cast<unsigned char>(rest[limit]) & 0xC0) == 0x80)
          ++limit;
      }
      size_t cut = rest.find_last_of(" ,;([{", limit - 1);
      if (cut == std::string::npos || cut < limit / 2) cut = limit - 1;
      wrapped += rest.substr(0, cut + 1) + '\n';
      const std::string further = std::string(std::min(indent + 4, columns / 3), ' ');
      rest = further + std::string(trim(std::string_view(rest).substr(cut + 1)));
    }
    wrapped += rest;
  }
  return wrapped;
}

// Code has a size of its own: the largest at which its lines are not broken. Where there is none,
// they are broken.
TextBlock set_code(const Page& page, const Code& code, double room) {
  const std::string& language = page.scene.film.language;
  const auto face_at = [&](double fit) {
    Typeface face = page.face(TextRole::code, fit);
    face.leading *= 1 - 0.12 * fit;
    face.colour = face.strong_colour = page.theme.code.text;
    return face;
  };
  for (double fit = page.fit; fit < 1.001; fit += 0.2) {
    TextBlock lines = set_lines(code.text, face_at(fit), language);
    if (lines.width <= room) return lines;
  }
  const Typeface face = face_at(std::max(page.fit, kBrokenFit));
  const double advance = set_lines("0000000000", face, language).width / 10;
  const auto columns = static_cast<size_t>(std::max(8.0, room / advance));
  TextBlock lines = set_lines(wrap_lines(code.text, columns), face, language);
  lines.torn = true;
  return lines;
}

}  // namespace

Piece code_piece(const Page& page, const Code& code, int after, double width,
                 std::optional<double> height) {
  const double u = page.u;
  const double inset = std::min(2.1 * u, 0.06 * width);
  const double bar = (3.1 - 0.5 * page.fit) * u;
  const double room = width - 2 * inset;
  const TextBlock lines = set_code(page, code, room);

  Piece piece;
  piece.width = lines.width > room + 1 ? lines.width + 2 * inset : width;
  const double needed = bar + lines.height + 0.5 * bar;
  piece.height = std::max(needed, height.value_or(needed));
  const double corner = page.theme.decorations.corner * u;
  piece.add(Shape{{0, 0, width, piece.height}, corner, page.theme.code.ground});
  // On a ground as dark as its own a window needs an edge.
  if (contrast(page.theme.code.ground, page.palette.ground) < 1.5)
    piece.add(Shape{.box = {0, 0, width, piece.height},
                    .radius = corner,
                    .fill = page.theme.code.text,
                    .opacity = 0.14,
                    .stroke = u / 14});
  const double dot = 0.8 * u;
  double x = inset;
  for (const uint32_t colour : {0xff5f57u, 0xfebc2eu, 0x28c840u}) {
    piece.add(Shape{{x, (bar - dot) / 2 + 0.15 * u, dot, dot}, dot / 2, colour, 0.9});
    x += 1.35 * u;
  }
  if (!code.language.empty()) {
    Typeface label = page.face(TextRole::footer);
    label.colour = page.theme.code.muted;
    const TextBlock name = page.text(plain(code.language), label, room, Flow::single);
    if (name.width < room - 6 * u)
      piece.add(name, width - inset - name.width, (bar - name.height) / 2 + 0.15 * u);
  }
  piece.add(lines, inset, bar + (piece.height - needed) * 0.25);
  // Code reads from left to right on every page.
  if (page.rtl) piece.mirror(width);
  piece.make_step(code.text, after);
  return piece;
}

}  // namespace talkie
