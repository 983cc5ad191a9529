// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes to lay out, and a look at what came out of it, by librsvg.
#pragma once

#include <gtest/gtest.h>
#include <librsvg/rsvg.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "visual/painter.h"
#include "visual/theme_data.h"

namespace talkie::testing {

// "*strong* and `code`" as rich text.
inline RichText rich(std::string_view text) {
  RichText spans;
  Span span;
  const auto finish = [&] {
    if (!span.text.empty()) spans.push_back(span);
    span.text.clear();
  };
  for (const char c : text) {
    if (c == '*' || c == '`') {
      finish();
      (c == '*' ? span.strong : span.code) ^= true;
    } else {
      span.text += c;
    }
  }
  finish();
  return spans;
}

inline Block heading(int level, std::string_view text) {
  return {Heading{level, rich(text)}, 0, {"film.md", 3, 1}};
}
inline Block bullets(const std::vector<std::string>& items) {
  List list;
  for (const std::string& item : items)
    list.items.push_back({rich(item), 0, {}, {}, {}});
  return {list, 0, {"film.md", 5, 1}};
}
inline Block label(Label::Role role, std::string_view text) {
  return {Label{role, rich(text)}, 0, {"film.md", 4, 1}};
}
inline Block quote(std::string_view text, std::string_view author) {
  return {Quote{{rich(text)}, rich(author)}, 0, {"film.md", 6, 1}};
}
inline Block code(std::string_view text) {
  return {Code{"python", "", std::string(text)}, 0, {"film.md", 7, 1}};
}
inline Block image(const std::string& path, Image::Fit fit = Image::Fit::automatic,
                   Image::Side side = Image::Side::automatic) {
  Image image;
  image.path = path;
  image.alt = "What it shows";
  image.fit = fit;
  image.side = side;
  return {image, 0, {"film.md", 8, 1}};
}
inline Block table(const std::vector<std::vector<std::string>>& rows) {
  Table table;
  table.columns.resize(rows[0].size());
  for (const std::string& cell : rows[0])
    table.header.push_back(rich(cell));
  for (size_t i = 1; i < rows.size(); ++i) {
    auto& row = table.rows.emplace_back();
    for (const std::string& cell : rows[i])
      row.push_back(rich(cell));
  }
  return {table, 0, {"film.md", 9, 1}};
}

// The fourth of twelve scenes, with something to say and captions burned in.
inline Scene scene_of(std::vector<Block> blocks) {
  Scene scene;
  scene.film.title = "How tides work";
  scene.film.author = "Ada Marsh";
  scene.index = 3;
  scene.count = 12;
  scene.blocks = std::move(blocks);
  scene.narration.push_back(Utterance{.text = "The sea comes up the beach twice a day."});
  scene.where = {"film.md", 3, 1};
  return scene;
}

inline Slide laid_out(const Scene& scene, Size size = {1920, 1080}) {
  Problems problems;
  Result<Slide> slide = lay_out(scene, size, problems);
  EXPECT_TRUE(slide) << (slide ? "" : slide.error().to_string());
  return slide ? *slide : Slide{};
}

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
inline std::unique_ptr<RsvgHandle, Unref> parse_svg(const std::string& svg) {
  GError* error = nullptr;
  RsvgHandle* handle =
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error);
  EXPECT_TRUE(handle) << (error ? error->message : "");
  g_clear_error(&error);
  return std::unique_ptr<RsvgHandle, Unref>(handle);
}

struct Ink {
  double left = 0, top = 0, right = 0, bottom = 0;
};
// The box of what librsvg paints for the element with that id.
inline Ink ink_of(const std::string& svg, Size size, const char* id) {
  const auto handle = parse_svg(svg);
  const RsvgRectangle viewport{0, 0, double(size.width), double(size.height)};
  RsvgRectangle ink{};
  EXPECT_TRUE(
      rsvg_handle_get_geometry_for_layer(handle.get(), id, &viewport, &ink, nullptr, nullptr));
  return {ink.x, ink.y, ink.x + ink.width, ink.y + ink.height};
}

// A <text> of a page.
struct Drawn {
  std::string text;
  std::string fill;
  double size = 0;
  double baseline = 0;
  Ink ink;
};
inline std::string attribute_of(const std::string& element, const std::string& name) {
  const size_t begin = element.find(" " + name + "=\"");
  if (begin == std::string::npos) return {};
  const size_t from = begin + name.size() + 3;
  return element.substr(from, element.find('"', from) - from);
}
inline std::vector<Drawn> texts_of(const std::string& svg, Size size) {
  std::vector<Drawn> texts;
  const std::string head = svg.substr(0, svg.find('>', svg.find("<svg")) + 1);
  static const std::regex tags("<[^>]*>");
  for (size_t at = svg.find("<text "); at != std::string::npos; at = svg.find("<text ", at + 1)) {
    const std::string element = svg.substr(at, svg.find("</text>", at) + 7 - at);
    Drawn drawn;
    drawn.text = std::regex_replace(element, tags, "");
    drawn.fill = attribute_of(element, "fill");
    drawn.size = std::stod(attribute_of(element, "font-size"));
    drawn.baseline = std::stod(attribute_of(element, "y"));
    if (drawn.text.find_first_not_of(" \u00A0") == std::string::npos) continue;
    drawn.ink = ink_of(head + "<text id=\"t\"" + element.substr(5) + "</svg>", size, "#t");
    texts.push_back(drawn);
  }
  return texts;
}
// Everything that can be read, in the order of the document.
inline std::string words_of(const std::string& svg) {
  static const std::regex text("<text [^>]*>(.*?)</text>");
  static const std::regex tags("<[^>]*>");
  std::string words;
  for (std::sregex_iterator i(svg.begin(), svg.end(), text), end; i != end; ++i)
    words += std::regex_replace((*i)[1].str(), tags, "") + " ";
  return words;
}

// The page as librsvg paints it: 0xRRGGBB, rows from the top.
struct Raster {
  Size size;
  std::vector<uint32_t> pixels;
  [[nodiscard]] uint32_t at(int x, int y) const {
    return pixels[static_cast<size_t>(y) * size.width + x];
  }
};
inline Raster painted(const std::string& svg, Size size) {
  const auto handle = parse_svg(svg);
  cairo_surface_t* surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, size.width, size.height);
  cairo_t* cr = cairo_create(surface);
  const RsvgRectangle viewport{0, 0, double(size.width), double(size.height)};
  EXPECT_TRUE(rsvg_handle_render_document(handle.get(), cr, &viewport, nullptr));
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  Raster raster{size, {}};
  for (int y = 0; y < size.height; ++y) {
    const auto* row = reinterpret_cast<const uint32_t*>(
        cairo_image_surface_get_data(surface) +
        static_cast<ptrdiff_t>(y) * cairo_image_surface_get_stride(surface));
    for (int x = 0; x < size.width; ++x)
      raster.pixels.push_back(row[x] & 0xffffff);
  }
  cairo_surface_destroy(surface);
  return raster;
}

// A folder that is gone at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    gchar* path = g_dir_make_tmp("talkie-layout-XXXXXX", nullptr);
    path_ = path;
    g_free(path);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace talkie::testing
