// SPDX-License-Identifier: LGPL-2.1-or-later
// What a theme's file says, read. For this folder only: others see a theme through theme.h.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "visual/theme.h"

namespace talkie {

// What a piece of text is for. Every role has its own size, weight and spacing in a theme.
enum class TextRole {
  hero,        // the film's name on its title page
  section,     // a heading alone on its page
  title,       // the heading over a page's content
  subheading,  // a heading within a page
  statement,   // one sentence that fills a page
  number,      // one figure that fills a page
  quote,
  subtitle,
  body,   // list items
  table,  // cells, and the names of columns in the muted colour
  code,
  kicker,  // the line over a heading
  footer,
};
inline constexpr int kTextRoles = static_cast<int>(TextRole::footer) + 1;

struct TypeStyle {
  enum class Font { display, text, mono } font = Font::text;
  int weight = 400;
  bool italic = false;
  bool upper = false;    // set in capitals
  double size = 2.1;     // u
  double smallest = 0;   // u; text that does not fit is scaled down to this and no further
  double tracking = 0;   // added between letters, in ems
  double leading = 1.3;  // from baseline to baseline, in ems
};

// Colours are 0xRRGGBB. Accents as written are for shapes; text takes readable().
struct Palette {
  uint32_t ground = 0;
  uint32_t surface = 0;  // boxes on the ground: placeholders, table stripes
  uint32_t text = 0;
  uint32_t muted = 0;
  uint32_t accent = 0;
  uint32_t accent_2 = 0;
  uint32_t positive = 0;
  uint32_t negative = 0;
  std::array<uint32_t, 8> series{};
};

struct Decorations {
  double title_bar = 0;   // u; width of a bar at the starting edge of title and section pages
  double rule_width = 0;  // u; a short accent line under titles
  double rule_height = 0;
  double frame_inset = 0;  // u; a thin frame around the page
  bool quote_mark = false;
  bool page_numbers = false;
  enum class Bullet { dot, dash, square } bullet = Bullet::dot;
  double corner = 1;  // u; radius of windows and pictures
};

struct CodeColours {
  std::string theme;  // of the highlighter: "github-dark"
  uint32_t ground = 0;
  uint32_t text = 0;
  uint32_t muted = 0;
};

// A picture of the theme's folder, as a data: URI: pages are complete in themselves.
struct ThemePicture {
  std::string uri;
  Size size{0, 0};
  [[nodiscard]] bool empty() const { return uri.empty(); }
};
struct Logo {
  ThemePicture picture;
  enum class Corner { top_left, top_right, bottom_left, bottom_right } corner = Corner::top_right;
  double size = 2.2;  // u; its height
};
struct Watermark {
  ThemePicture picture;  // or else
  std::string text;
  double opacity = 0.08;
  [[nodiscard]] bool empty() const { return picture.empty() && text.empty(); }
};
struct ProgressBar {
  double height = 0;  // u; 0: there is none
  bool at_top = false;
};

// Where a layout that is drawn as SVG keeps a place: shares of the frame's width and height.
struct LayoutBox {
  double x = 0;
  double y = 0;
  double width = 1;
  double height = 1;
  enum class Upright { top, middle, bottom } upright = Upright::top;  // of what is less high
  std::string ground;  // a role, or a colour: what is painted there; empty: the page's own ground
};
// A file of the theme's folder "layouts".
struct DrawnLayout {
  std::string file;
  std::map<std::string, LayoutBox, std::less<>> boxes;
  std::string ground;   // of the whole page, as LayoutBox::ground
  std::string drawing;  // elements to be painted under the content; colours are var(--ROLE)
  std::string view_box;
  std::string aspect = "none";  // preserveAspectRatio
};

struct CaptionLook {
  uint32_t text = 0xffffff;
  uint32_t spoken = 0xffd166;
  uint32_t box = 0x05070f;
  double opacity = 0.78;
  int weight = 600;
  double size = 1.75;    // u
  double radius = 0.75;  // u
};

struct Motion {
  Enter::Kind kind = Enter::Kind::rise;
  double seconds = 0.4;
  double distance = 0.6;  // u
  double said = 1;        // the opacity of what was said, when the next is the point; 1: stays
};

struct Theme {
  std::string source;  // all its files' text
  std::string name;
  std::string description;
  Palette palette;
  uint32_t inverse = 0xffffff;  // text on grounds and pictures where `text` cannot be read
  CodeColours code;
  std::vector<Ground::Glow> glows;
  std::array<std::string, 3> families;  // by TypeStyle::Font
  std::vector<std::string> behind;      // families for scripts that those three do not have
  std::array<TypeStyle, kTextRoles> type;
  double margin = 6;  // u
  Decorations decorations;
  CaptionLook captions;
  Motion motion;
  Logo logo;
  Watermark watermark;
  ProgressBar progress;
  // By file name: "section", "bullets.portrait".
  std::map<std::string, DrawnLayout, std::less<>> drawn;
  std::map<std::string, std::string, std::less<>> drawn_as;  // layouts that share a file

  // The drawing that serves a layout on a page of that size; null: the layout places everything.
  [[nodiscard]] const DrawnLayout* drawn_for(std::string_view layout, Size size) const;
  // All of `behind`, with a comma before each.
  [[nodiscard]] std::string families_behind() const;
  [[nodiscard]] const TypeStyle& style(TextRole role) const {
    return type[static_cast<size_t>(role)];
  }
};

// Reads a theme's file, with those that it extends, and the files in the folder that it names.
// Errors name the line and column, and the nearest known key.
Result<Theme> read_theme(std::string_view yaml, const std::string& name, const std::string& file);
// The file of the theme of that name. not_found names the nearest one.
Result<std::string> theme_file_named(std::string_view name);
// theme_layouts.cpp: a layout's SVG.
Result<DrawnLayout> read_layout(const std::string& svg, const std::string& file);
// The drawing with the palette's colours, `size` large; mirrored for pages read from the right.
std::string draw_layout(const DrawnLayout& layout, const Palette& palette, Size size, bool mirror);
// A role's colour ("accent", "series-3") or "#rrggbb".
std::optional<uint32_t> colour_of(const Palette& palette, std::string_view name);
// theme_pictures.cpp: a picture that a theme names, beside its file.
Result<ThemePicture> read_picture(const std::string& name, const std::string& theme_file);

// "#rgb" or "#rrggbb".
std::optional<uint32_t> parse_colour(std::string_view text);
// "#rrggbb".
std::string hex_colour(uint32_t colour);
// WCAG 2.1: relative luminance (0 to 1), and the contrast ratio of two colours (1 to 21).
double luminance(uint32_t colour);
double contrast(uint32_t a, uint32_t b);
// `share` of b and the rest of a, in sRGB.
uint32_t mix(uint32_t a, uint32_t b, double share);
// `colour`, moved towards black or white just as far as it takes to stand out from `ground` by
// `ratio` (or as far as it goes).
uint32_t readable(uint32_t colour, uint32_t ground, double ratio);

// The theme's colours on a ground that may not be its own: each as readable there as on its own.
Palette palette_on(const Theme& theme, uint32_t ground);

// The unit that every length of a page is measured in: the short side is 45 u.
inline double unit_of(Size size) {
  return (size.width < size.height ? size.width : size.height) / 45.0;
}
// How much larger type is set on upright pages, which are read on a telephone: 1 for landscape.
double upright_scale(Size size);
bool is_rtl_language(std::string_view language);

// Where burned-in captions may stand: its height, from the frame's lower edge.
double caption_zone_px(const CaptionStyle& style);

}  // namespace talkie
