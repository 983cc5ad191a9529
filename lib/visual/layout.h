// SPDX-License-Identifier: LGPL-2.1-or-later
// What the layouts share: the page they stand on, and the pieces they are made of. For this folder.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "visual/drawing.h"
#include "visual/drawn.h"
#include "visual/painter.h"
#include "visual/theme_data.h"

namespace talkie {

// A picture of the scene, looked at once: an image, a clip, a drawing, a terminal, or what stands
// where one of these cannot be shown.
class TerminalWindows;
struct SvgPicture;  // svg_steps.h
struct Figure {
  const Block* block = nullptr;  // null for the scene's background
  const Image* image = nullptr;  // where it wants to stand; null for the scene's background
  std::string uri;
  Size size{0, 0};      // in pixels; 0 x 0: it cannot be shown
  int orientation = 1;  // EXIF's: how it has to be turned; `size` is as it is then
  std::shared_ptr<const SvgPicture> svg = nullptr;
  std::shared_ptr<const Drawn> drawn = nullptr;
  std::shared_ptr<TerminalWindows> terminal = nullptr;
  const Clip* clip = nullptr;
  std::string missing;  // what should have been there
  [[nodiscard]] bool usable() const { return size.width > 0; }
  // Made of strokes or letters: it may be as large as there is room.
  [[nodiscard]] bool scales() const;
  [[nodiscard]] bool moves() const { return clip || terminal; }
  [[nodiscard]] double aspect() const {
    return usable() ? static_cast<double>(size.width) / size.height : 1.6;
  }
  [[nodiscard]] bool covers() const { return usable() && image && image->fit == Image::Fit::cover; }
};

// A scene's blocks by their part on the page. Borrowed from the scene.
struct Content {
  const Heading* heading = nullptr;  // the first one, if it comes before everything else
  RichText kicker;                   // labels of one role are joined by " · "
  RichText subtitle;
  std::vector<RichText> footers;
  std::vector<const Block*> blocks;    // all others in reading order
  std::vector<const Block*> overlays;  // over everything, in the order of the script
  const Figure* background = nullptr;  // behind everything
};

// Looks into the scene's pictures and draws its drawings; those that cannot be shown are warnings
// at their places.
std::vector<Figure> find_figures(const Scene& scene, const Theme& theme, Size size,
                                 Problems& problems);
Content sort_content(const Scene& scene, const std::vector<Figure>& figures);
void for_each_span(const Block& block, const std::function<void(const Span& span)>& look);
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

  // What the theme's own drawing of the layout says; null: the layout places everything itself.
  const DrawnLayout* drawn = nullptr;
  // Stands on the theme's drawing of the layout of that name, where there is one.
  void use_drawing(std::string_view layout);
  // A place that the drawing keeps, in pixels; it ends above the captions.
  [[nodiscard]] std::optional<Box> box(std::string_view name) const;
  // The page in colours that can be read in that box.
  [[nodiscard]] Page in_box(std::string_view name) const;

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
std::optional<Piece> lay_out_image(const Page& page);       // layouts/image.cpp
std::optional<Piece> lay_out_definition(const Page& page);  // layouts/definition.cpp
std::optional<Piece> lay_out_timeline(const Page& page);    // layouts/timeline.cpp
std::optional<Piece> lay_out_agenda(const Page& page);      // layouts/agenda.cpp

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
// What stands over the page, and its steps in their places among the page's.    layouts/overlay.cpp
void add_overlays(const Page& page, Piece& piece);
// Who is speaking: the name, what he does under it, on a plate of its own.
Piece lower_third_piece(const Page& page, const Label& label);  // layouts/lower_third.cpp
// "1969: the landing" -> "1969" and "the landing"; the first is empty where there is no such label.
std::pair<RichText, RichText> split_label(const RichText& text);
Piece text_piece(const Page& page, const RichText& text, TextRole role, double width,
                 Flow flow = Flow::running);
Piece list_piece(const Page& page, const List& list, int after, double width);
Piece table_piece(const Page& page, const Table& table, int after, double width);
Piece quote_piece(const Page& page, const Quote& quote, int after, double width, double scale = 1);
// As high as it needs, or `height` if there is one. Where even the smallest type takes more than
// `most`, its lines scroll.
Piece code_piece(const Page& page, const Code& code, int after, double width,
                 std::optional<double> height = {}, std::optional<double> most = {});
// The codes from `first` on that become each other; one where that one stays as it is.
std::vector<const Code*> code_run(const std::vector<const Block*>& blocks, size_t first);
// `after` is of each code's block.
Piece magic_move_piece(const Page& page, const std::vector<const Code*>& run,
                       const std::vector<int>& after, double width,
                       std::optional<double> height = {});
// Fills width x height: whole inside of it, or covering all of it.
Piece figure_piece(const Page& page, const Figure& figure, double width, double height, bool cover);
Piece placeholder_piece(const Page& page, const Figure& figure, double width, double height);
// As large as fits; its parts come in one by one.                        layouts/drawn.cpp
Piece drawn_piece(const Page& page, const Figure& figure, double width, double height);
Piece terminal_piece(const Page& page, const Figure& figure, double width, double height);
Piece clip_piece(const Page& page, const Figure& figure, double width, double height, bool cover);

enum class PageKind { content, large, closing, picture };  // picture: one that fills the page
// A piece as large as the frame with the decorations that pages of that kind have.
Piece empty_page(const Page& page, PageKind kind);
// The same page with white type for a picture.
Page on_picture(const Page& page);
// A picture over all of the frame, darkened for type to stand on it anywhere.
void add_full_picture(const Page& page, Piece& piece, const Figure& figure, bool darkened);
// What stands outside of the content: bar, frame, page number, scrim, background picture.
void add_decorations(const Page& page, Piece& piece, PageKind kind);
// A page's head, and the room that it leaves for the body (layouts/compose.cpp).
struct Head {
  Piece piece;
  Box place;
  Box room;
  bool apart = false;  // the theme's drawing keeps a place for it
};
// Nothing where the head does not fit. `gap` is kept free below it.
std::optional<Head> place_head(const Page& page, double gap);
// The page with both. What is left over goes above and below the body: `above` of it is above, but
// no more than `most` pixels.
Piece compose(const Page& page, const Head& head, const Piece& body, double above = 0.3,
              double most = 1e6);
// `height` of a piece in a box, by what the drawing says of it.
double upright_in(const Page& page, std::string_view name, const Box& box, double height);
// Whether a title's width and height leave room; the largest size at which it takes few lines.
Piece title_piece(const Page& page, double width);

RichText plain(std::string_view text);

inline constexpr double kDimmedLine = 0.4;  // the opacity of code that is not spoken of
inline bool holds(const LineSet& lines, int line) {
  return lines.empty() || std::ranges::any_of(lines, [&](const LineRange& range) {
           return range.first <= line && line <= range.last;
         });
}

}  // namespace talkie
