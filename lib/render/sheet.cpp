// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/sheet.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/film_times.h"
#include "speech/narrator.h"
#include "timeline/stage.h"
#include "visual/painter.h"
#include "visual/svg_document.h"

namespace talkie {

namespace {

constexpr int kMostRows = 200;  // of pictures; a longer film is looked at in ranges
constexpr uint32_t kGround = 0x24262b;
constexpr uint32_t kText = 0xc9ccd3;

struct Grid {
  int columns = 1;
  Size picture;
  int gap = 0;
  int label = 0;  // height of the line below a picture
  Size whole;
};

Grid grid_for(size_t scenes, Size film, int width) {
  const double ratio = static_cast<double>(film.width) / film.height;
  Grid grid;
  const int most = ratio > 1.3 ? 4 : ratio > 0.8 ? 5 : 6;
  grid.columns = std::clamp(static_cast<int>(scenes), 1, most);
  grid.gap = std::max(4, width / 96);
  grid.label = std::max(14, width / 70);
  // As wide as with full rows, so that a picture is as large in a short film as in a long one.
  grid.picture.width = (width - grid.gap * (most + 1)) / most;
  grid.picture.height = std::max(1, static_cast<int>(std::lround(grid.picture.width / ratio)));
  const int rows = (static_cast<int>(scenes) + grid.columns - 1) / grid.columns;
  grid.whole.width = grid.gap + grid.columns * (grid.picture.width + grid.gap);
  grid.whole.height = grid.gap + rows * (grid.picture.height + grid.label + grid.gap);
  return grid;
}

// `from` made smaller by the mean of the pixels that fall on each of the smaller ones, put into
// `target` at x, y.
void put_smaller(const Bitmap& from, Size size, Bitmap& target, int x, int y) {
  for (int row = 0; row < size.height; ++row) {
    const int top = static_cast<int>(int64_t{row} * from.height / size.height);
    const int bottom =
        std::max(top + 1, static_cast<int>(int64_t{row + 1} * from.height / size.height));
    uint8_t* out = target.row(y + row) + ptrdiff_t{4} * x;
    for (int column = 0; column < size.width; ++column, out += 4) {
      const int left = static_cast<int>(int64_t{column} * from.width / size.width);
      const int right =
          std::max(left + 1, static_cast<int>(int64_t{column + 1} * from.width / size.width));
      std::array<int, 4> sum{};
      for (int v = top; v < bottom; ++v) {
        const uint8_t* pixel = from.row(v) + ptrdiff_t{4} * left;
        for (int u = left; u < right; ++u, pixel += 4)
          for (size_t c = 0; c < 4; ++c)
            sum[c] += pixel[c];
      }
      const int count = (right - left) * (bottom - top);
      for (size_t c = 0; c < 4; ++c)
        out[c] = static_cast<uint8_t>((sum[c] + count / 2) / count);
    }
  }
}

// The labels and the ground, as one picture.
Result<Bitmap> paper(const Grid& grid, const std::vector<std::string>& labels) {
  char ground[16];
  char text[16];
  std::snprintf(ground, sizeof ground, "#%06x", kGround);
  std::snprintf(text, sizeof text, "#%06x", kText);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
                    std::to_string(grid.whole.width) + "\" height=\"" +
                    std::to_string(grid.whole.height) +
                    "\"><rect width=\"100%\" height=\"100%\" fill=\"" + ground +
                    "\"/><g font-family=\"Inter, sans-serif\" font-weight=\"500\" fill=\"" + text +
                    "\" font-size=\"" + std::to_string(grid.label * 9 / 16) + "\">";
  for (size_t i = 0; i < labels.size(); ++i) {
    const int column = static_cast<int>(i) % grid.columns;
    const int row = static_cast<int>(i) / grid.columns;
    const int x = grid.gap + column * (grid.picture.width + grid.gap);
    const int y = (row + 1) * (grid.gap + grid.picture.height) + row * grid.label;
    svg += "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y + grid.label * 5 / 6) +
           "\">" + escape_xml(labels[i]) + "</text>";
  }
  auto document = SvgDocument::parse(svg + "</g></svg>", "");
  if (!document) return document.error();
  Bitmap bitmap = make_bitmap(grid.whole);
  if (auto drawn = document->draw(bitmap); !drawn) return drawn.error();
  return bitmap;
}

// The scene when everything on it has come in.
Result<Bitmap> last_picture(Scene scene, SceneSpeech speech, Problems& problems) {
  scene.fade_out = false;
  const auto painted = paint_scene(scene, scene.film.size, problems);
  if (!painted) return painted.error();
  Stage stage(scene.film.size, scene.film.frame_rate);
  const int64_t frames = speech.frames;
  // The page keeps the captions' place free, as in the film; the captions themselves are not shown.
  const Bitmap& frame = painted->frame;
  stage.add_scene({scene.film.size, frame.bgra.data(), ptrdiff_t{4} * frame.width},
                  *painted->visual, timing_of(scene, 0, std::move(speech), false),
                  {.captions = CaptionMode::none});
  Canvas canvas(scene.film.size);
  stage.paint(frames - 1, canvas.planes());
  return to_bitmap(canvas.planes());
}

}  // namespace

Result<Bitmap> contact_sheet(const ScriptSource& source, const std::string& engine, int width,
                             Problems& problems, std::stop_token stop) {
  const auto script = read_script(source, problems);
  if (!script) return script.error();
  const Size size = script->film.size;
  const Grid grid = grid_for(script->scenes.size(), size, width);
  if (script->scenes.size() > static_cast<size_t>(grid.columns) * kMostRows)
    return Error{ErrorKind::too_large,
                 "a contact sheet of " + std::to_string(script->scenes.size()) +
                     " scenes would be too high; choose some of them with --scenes"};
  std::vector<SceneSpeech> speeches;
  std::vector<std::string> labels;
  const Cache cache(default_cache_folder());
  FilmTimes times(*script, {.engine = engine, .cache = &cache}, kScenesAhead);
  for (const Scene& scene : script->scenes) {
    const int64_t first = times.next_frame();
    auto speech = times.next(problems, stop);
    if (!speech) return speech.error();
    labels.push_back(std::to_string(scene.index + 1) + " · " +
                     clock_text(time_of(first, script->film.frame_rate)));
    speeches.push_back(*std::move(speech));
  }
  auto sheet = paper(grid, labels);
  if (!sheet) return sheet.error();
  for (size_t i = 0; i < script->scenes.size(); ++i) {
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "stopped"};
    const auto picture = last_picture(script->scenes[i], std::move(speeches[i]), problems);
    if (!picture) return picture.error();
    const int column = static_cast<int>(i) % grid.columns;
    const int row = static_cast<int>(i) / grid.columns;
    put_smaller(*picture, grid.picture, *sheet, grid.gap + column * (grid.picture.width + grid.gap),
                grid.gap + row * (grid.picture.height + grid.label + grid.gap));
  }
  return sheet;
}

}  // namespace talkie
