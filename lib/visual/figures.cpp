// SPDX-License-Identifier: LGPL-2.1-or-later
// The pictures of a scene, looked into and drawn: images, clips, drawings, terminals.
#include <glib.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "script/clip_info.h"
#include "visual/image_info.h"
#include "visual/layout.h"
#include "visual/modules.h"
#include "visual/painter.h"
#include "visual/svg_safety.h"
#include "visual/svg_steps.h"
#include "visual/terminal_windows.h"
#include "visual/theme.h"

namespace talkie {

namespace {

std::string file_uri(const std::string& path) {
  gchar* uri = g_filename_to_uri(path.c_str(), nullptr, nullptr);
  std::string text = uri ? uri : "";
  g_free(uri);
  return text;
}

std::string svg_uri(const std::string& svg) {
  gchar* encoded = g_base64_encode(reinterpret_cast<const guchar*>(svg.data()), svg.size());
  std::string uri = std::string("data:image/svg+xml;base64,") + encoded;
  g_free(encoded);
  return uri;
}

// What has no wishes of its own about where it stands.
const Image kAnywhere{};

Figure look_at(const std::string& path, const Place& where, std::string_view instead,
               Problems& problems) {
  Figure figure;
  const Result<PictureFacts> facts = look_into_picture(path);
  if (facts) {
    figure.size = facts->size;
    figure.orientation = facts->orientation;
    figure.uri = file_uri(path);
  } else {
    problems.warn(where, facts.error().message + std::string(instead));
  }
  return figure;
}

DrawnLook look_of(const Scene& scene, const Theme& theme, Size size) {
  const uint32_t ground = ground_of(theme, scene).colour;
  const Palette palette = palette_on(theme, ground);
  DrawnLook look;
  look.ground = ground;
  look.surface = palette.surface;
  look.text = palette.text;
  look.muted = palette.muted;
  look.accent = palette.accent;
  look.accent_2 = palette.accent_2;
  look.positive = palette.positive;
  look.negative = palette.negative;
  look.series = palette.series;
  look.family = theme.families[static_cast<size_t>(TypeStyle::Font::text)];
  look.mono = theme.families[static_cast<size_t>(TypeStyle::Font::mono)];
  const double u = unit_of(size);
  look.text_px = theme.style(TextRole::body).size * 0.86 * upright_scale(size) * u;
  look.rtl = is_rtl_language(scene.film.language);
  look.language = scene.film.language;
  return look;
}

// The room that a drawing will have, more or less: what it is drawn for decides its shape.
void give_room(DrawnLook& look, const Page& page) {
  const Scene& scene = page.scene;
  const Size size = page.size;
  const auto has_heading = [](const Block& block) {
    return std::holds_alternative<Heading>(block.content);
  };
  const double head =
      std::ranges::any_of(scene.blocks, has_heading) ? 7.5 * page.u * upright_scale(size) : 0;
  look.width = page.area.width;
  look.height = std::max(page.area.height - head, 0.3 * size.height);
  const auto others = std::ranges::count_if(scene.blocks, [&](const Block& block) {
    return !has_heading(block) && !block.overlay && !std::holds_alternative<Label>(block.content);
  });
  if (others < 2) return;
  if (page.upright)
    look.height *= 0.5;
  else
    look.width *= 0.48;
}

class FigureFinder {
 public:
  FigureFinder(const Page& page, Problems& problems)
      : problems_(problems),
        look_(look_of(page.scene, page.theme, page.size)),
        style_(style_of(page.theme, page.size)) {
    give_room(look_, page);
    for (const Cue& cue : page.scene.cues)
      note_name(cue);
    style_.most = {static_cast<int>(look_.width), static_cast<int>(look_.height)};
  }

  std::optional<Figure> look_at_block(const Block& block) {
    std::optional<Figure> figure =
        std::visit([&](const auto& what) { return find(what, block); }, block.content);
    if (!figure) return {};
    figure->block = &block;
    if (!figure->image) figure->image = &kAnywhere;
    return figure;
  }

  // A figure that cannot be taken apart is not usable, after a warning.
  void take_apart_drawing(Figure& figure, const std::string& path, const Place& where) {
    const auto svg = read_file(path, kMaxSvgBytes);
    auto parts = svg ? take_apart(*svg, path, shown_, named_) : Result<SvgPicture>(svg.error());
    if (!parts) {
      problems_.warn(where, parts.error().to_string() + "; a placeholder is shown");
      figure.size = {0, 0};
      return;
    }
    for (const std::string& warning : parts->warnings)
      problems_.warn(where, warning);
    figure.svg = std::make_shared<const SvgPicture>(*std::move(parts));
  }

 private:
  template <typename Other>
  std::optional<Figure> find(const Other&, const Block&) {
    return {};
  }
  std::optional<Figure> find(const Image& image, const Block& block) {
    Figure figure = look_at(image.path, block.where, "; a placeholder is shown", problems_);
    figure.image = &image;
    if (figure.usable() && is_drawing_file(image.path))
      take_apart_drawing(figure, image.path, block.where);
    if (!figure.usable()) figure.missing = name_of(image);
    if (figure.svg && image.movement != Movement::none && !figure.svg->steps.empty())
      problems_.warn(block.where, "the steps of '" + image.path +
                                      "' come in at once where a camera moves over it; leave one "
                                      "of the two out");
    return figure;
  }
  std::optional<Figure> find(const Clip& clip, const Block& block) {
    Figure figure;
    figure.image = &clip.picture;
    figure.clip = &clip;
    const Result<ClipPart> part = part_of(clip);
    if (part) {
      figure.size = part->info.size;
    } else {
      figure.missing = name_of(clip.picture);
      problems_.warn(block.where, part.error().message + "; a placeholder is shown");
    }
    return figure;
  }
  std::optional<Figure> find(const Drawing& drawing, const Block& block) {
    Place text = block.where;  // of its first line: behind the fence, but for formulas
    if (text.line > 0 && drawing.kind != Drawing::Kind::math) ++text.line;
    if (drawing.kind == Drawing::Kind::visual) return drawn_by_module(drawing, block, text);
    return drawn(draw(drawing, look_, text), block);
  }
  std::optional<Figure> find(const Terminal& terminal, const Block& block) {
    Figure figure;
    auto windows = TerminalWindows::open(terminal, style_, block.where, problems_);
    if (!windows) {
      problems_.warn(block.where, windows.error().to_string() + "; a placeholder is shown");
      figure.missing = windows.error().message;
      return figure;
    }
    figure.terminal = *std::move(windows);
    figure.size = figure.terminal->size();
    return figure;
  }
  std::optional<Figure> find(const Placeholder& placeholder, const Block&) {
    Figure figure;
    figure.missing = placeholder.words;
    return figure;
  }

  std::optional<Figure> drawn(Result<Drawn> result, const Block& block) {
    if (!result) return without_drawing(result.error(), block);
    Figure figure;
    figure.size = {std::max(1, static_cast<int>(result->width)),
                   std::max(1, static_cast<int>(result->height))};
    figure.drawn = std::make_shared<const Drawn>(*std::move(result));
    return figure;
  }

  // A module's drawing is a foreign SVG; it stands in the page's as its own address.
  std::optional<Figure> drawn_by_module(const Drawing& drawing, const Block& block,
                                        const Place& text) {
    Figure figure;
    const auto svg = draw_visual(drawing, look_, text, problems_);
    if (!svg) return without_drawing(svg.error(), block);
    const std::string file = "what the visual '" + drawing.name + "' drew";
    const auto size = svg_size(*svg, file);
    auto parts = size ? take_apart(*svg, file, shown_, named_) : Result<SvgPicture>(size.error());
    if (!parts) {
      const Error& error = parts.error();
      return without_drawing({error.kind, error.to_string()}, block);
    }
    for (const std::string& warning : parts->warnings)
      problems_.warn(block.where, warning);
    figure.size = *size;
    figure.uri = svg_uri(*svg);
    figure.svg = std::make_shared<const SvgPicture>(*std::move(parts));
    return figure;
  }

  Figure without_drawing(const Error& error, const Block& block) {
    problems_.warn(error.where == Place{} ? block.where : error.where,
                   error.message + "; a placeholder is shown");
    Figure figure;
    figure.missing = error.message;
    return figure;
  }

  static std::string name_of(const Image& image) {
    const std::string file = std::filesystem::path(image.path).filename().string();
    return image.alt.empty() ? file : file + "\n" + image.alt;
  }

  // What a cue names may be a part of a drawing.
  void note_name(const Cue& cue) {
    if (cue.what.find_first_not_of("0123456789") == std::string::npos) return;
    const bool shaped = cue.kind == Cue::Kind::callout;  // "circle mux"
    named_.push_back(cue.what.substr(shaped ? cue.what.find(' ') + 1 : 0));
    if (cue.kind == Cue::Kind::show) shown_.push_back(cue.what);
  }

  [[nodiscard]] TerminalStyle style_of(const Theme& theme, Size size) const {
    TerminalStyle style;
    style.family = look_.mono;
    style.behind = theme.families_behind();
    style.language = look_.language;
    style.u = unit_of(size);
    style.ground = look_.ground;
    style.text = look_.text;
    style.accent = look_.accent;
    style.corner_px = theme.decorations.corner * style.u;
    style.window = theme.code.ground;
    style.window_text = theme.code.text;
    return style;
  }

  Problems& problems_;
  std::vector<std::string> shown_;  // what cues call by its name: to come in,
  std::vector<std::string> named_;  // or for anything
  DrawnLook look_;
  TerminalStyle style_;
};

}  // namespace

bool Figure::scales() const {
  return drawn || terminal || svg;
}

namespace {

// Formulas and code are drawn where their text is set; what cannot be is said once, here.
void check_text(const Page& page, Problems& problems) {
  const Scene& scene = page.scene;
  const Theme& theme = page.theme;
  const DrawnLook look = formula_look(page.face(TextRole::body), scene.film.language);
  const CodeStyle style{theme.code.ground, theme.code.text, theme.code.theme};
  for (const Block& block : scene.blocks) {
    for_each_span(block, [&](const Span& span) {
      if (!span.math) return;
      const auto drawn = draw_formula(span.text, look, block.where);
      if (!drawn)
        problems.warn(block.where, "the formula $" + span.text + "$ cannot be drawn: " +
                                       drawn.error().message + "; its source is shown");
    });
    const auto* code = std::get_if<Code>(&block.content);
    if (!code) continue;
    if (const auto coloured = colour_code(code->text, code->language, style); !coloured)
      problems.warn(block.where, "this code has no colours: " + coloured.error().message);
  }
}

}  // namespace

std::vector<Figure> find_figures(const Scene& scene, const Theme& theme, Size size,
                                 Problems& problems) {
  const Content nothing;
  const std::vector<Figure> none;
  const Page page(scene, theme, size, nothing, none);
  check_text(page, problems);
  std::vector<Figure> figures;
  FigureFinder finder(page, problems);
  for (const Block& block : scene.blocks)
    if (auto figure = finder.look_at_block(block)) figures.push_back(*std::move(figure));
  if (!scene.background.empty() && !parse_colour(scene.background)) {
    const std::string_view instead = "; the theme's own ground is shown";
    Figure background = look_at(scene.background, scene.where, instead, problems);
    if (background.usable() && is_drawing_file(scene.background))
      finder.take_apart_drawing(background, scene.background, scene.where);
    if (background.usable()) figures.push_back(std::move(background));
  }
  return figures;
}

}  // namespace talkie
