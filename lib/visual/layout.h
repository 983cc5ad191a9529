// SPDX-License-Identifier: LGPL-2.1-or-later
// What the layouts share: the page they stand on, and the pieces they are made of. For this folder.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "visual/drawing.h"
#include "visual/painter.h"
#include "visual/theme_data.h"

namespace talkie {

// A picture of the scene, looked at once.
struct Figure {
  const Image* image = nullptr;
  const Block* block = nullptr;
  std::string uri;
  Size size{0, 0};  // in pixels; 0 x 0: it cannot be shown
  [[nodiscard]] bool usable() const { return size.width > 0; }
  [[nodiscard]] double aspect() const {
    return usable() ? static_cast<double>(size.width) / size.height : 1.6;
  }
};

// A scene's blocks by their part on the page. Borrowed from the scene.
struct Content {
  const Heading* heading = nullptr;  // the first one, if it comes before everything else
  RichText kicker;                   // labels of one role are joined by " · "
  RichText subtitle;
  std::vector<RichText> footers;
  std::vector<const Block*> blocks;    // all others in reading order
  const Figure* background = nullptr;  // behind everything
};

// Looks into the scene's pictures; those that cannot be shown are warnings at their places.
std::vector<Figure> find_figures(const Scene& scene, Problems& problems);
Content sort_content(const Scene& scene, const std::vector<Figure>& figures);
// Everything that is read on the page, span by span; code says whether it is code.
void for_each_text(const Scene& scene,
                   const std::function<void(std::string_view text, bool code)>& look);

class Page {
 public:
  Page(const Scene& scene, const Theme& theme, Size size, const Content& content,
       const std::vector<Figure>& figures);

  const Scene& scene;
  const Theme& theme;
  const Size size;
  const Content& content;
  const std::vector<Figure>& figures;
  const double u;
  const bool upright;  // clearly higher than wide
  const bool rtl;
  const bool captioned;  // burned-in captions will stand at the foot of the page
  bool on_picture;       // type stands on a picture, not on the theme's ground
  Palette palette;
  Box area;  // where content may stand

  // How far text is scaled down to fit, from 0 (as the theme says) to 1 (the smallest).
  double fit = 0;
  bool small_title = false;  // the last resort: the title is scaled down with the rest

  // Where the footer's small print stands; none where it is empty or the layout places it.
  std::optional<double> footer_y = {};
  // Takes the footer's height from the area.
  void reserve_footer();

  [[nodiscard]] double width() const { return size.width; }
  [[nodiscard]] double height() const { return size.height; }
  [[nodiscard]] Typeface face(TextRole role, double fit_now) const;
  [[nodiscard]] Typeface face(TextRole role) const { return face(role, fit); }
  [[nodiscard]] TextBlock text(const RichText& text, const Typeface& face, double max_width,
                               Flow flow = Flow::running, Align align = Align::left) const;
  // As much as it takes for edges of large and small type to line up; 0 in right-to-left pages.
  [[nodiscard]] double hang(const Typeface& face) const;
  [[nodiscard]] const Figure* figure_of(const Block& block) const;
  // A colour for small text on the page's ground.
  [[nodiscard]] uint32_t accent_text() const {
    return readable(palette.accent, palette.ground, 4.5);
  }
};

// The layouts: a piece as large as the frame, or nothing if it does not fit at page.fit.
using Layout = std::optional<Piece> (*)(const Page& page);
std::optional<Piece> lay_out_title(const Page& page);  // layouts/title.cpp
std::optional<Piece> lay_out_section(const Page& page);
std::optional<Piece> lay_out_closing(const Page& page);
std::optional<Piece> lay_out_statement(const Page& page);  // layouts/statement.cpp
std::optional<Piece> lay_out_number(const Page& page);
std::optional<Piece> lay_out_quote(const Page& page);
std::optional<Piece> lay_out_stack(const Page& page);    // layouts/stack.cpp: bullets, table, code
std::optional<Piece> lay_out_columns(const Page& page);  // layouts/columns.cpp
std::optional<Piece> lay_out_halves(const Page& page);   // a list or a table in two columns
std::optional<Piece> lay_out_comparison(const Page& page);
std::optional<Piece> lay_out_image(const Page& page);  // layouts/image.cpp

struct LayoutKind {
  std::string_view name;
  Layout lay_out;
  bool has_footer;  // it places the footer itself
  bool (*holds)(const Scene&, const Content&);
  std::string_view needs;  // what it can hold, for a warning
};
// The scene's own choice where it can hold the blocks (a warning where it cannot), else by what the
// scene holds.
const LayoutKind& choose_layout(const Scene& scene, const Content& content, Problems& problems);
// That layout, and what else may hold the same blocks where it is short of room.
std::vector<Layout> layouts_to_try(const LayoutKind& kind, const Page& page);

// Pieces, in pixels, `width` wide at most. Their steps are in reading order.
std::optional<Piece> body_piece(const Page& page, const std::vector<const Block*>& blocks,
                                double width, double height);
Piece head_piece(const Page& page, double width);  // kicker, title, rule
Piece footer_piece(const Page& page);              // all small print in one line
Piece text_piece(const Page& page, const RichText& text, TextRole role, double width,
                 Flow flow = Flow::running);
Piece list_piece(const Page& page, const List& list, int after, double width);
Piece table_piece(const Page& page, const Table& table, int after, double width);
Piece quote_piece(const Page& page, const Quote& quote, int after, double width, double scale = 1);
// As high as it needs, or `height` if there is one.
Piece code_piece(const Page& page, const Code& code, int after, double width,
                 std::optional<double> height = {});
// Fills width x height: whole inside of it, or covering all of it.
Piece figure_piece(const Page& page, const Figure& figure, double width, double height, bool cover);
Piece placeholder_piece(const Page& page, const Figure& figure, double width, double height);

enum class PageKind { content, large, closing };
// A piece as large as the frame with the decorations that pages of that kind have.
Piece empty_page(const Page& page, PageKind kind);
// The same page with white type for a picture.
Page on_picture(const Page& page);
// A picture over all of the frame, darkened for type to stand on it anywhere.
void add_full_picture(const Page& page, Piece& piece, const Figure& figure, bool darkened);
// What stands outside of the content: bar, frame, page number, scrim, background picture.
void add_decorations(const Page& page, Piece& piece, PageKind kind);
// Whether a title's width and height leave room; the largest size at which it takes few lines.
Piece title_piece(const Page& page, double width);

RichText plain(std::string_view text);

}  // namespace talkie
