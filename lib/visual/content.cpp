// SPDX-License-Identifier: LGPL-2.1-or-later
// What a scene holds, looked through once: its pictures, its texts, its blocks by their part.
#include <glib.h>

#include <algorithm>

#include "base/text.h"
#include "visual/image_info.h"
#include "visual/layout.h"

namespace talkie {

namespace {

void join(RichText& text, const RichText& more) {
  if (!text.empty()) text.push_back({" · "});
  text.insert(text.end(), more.begin(), more.end());
}

std::string file_uri(const std::string& path) {
  gchar* uri = g_filename_to_uri(path.c_str(), nullptr, nullptr);
  std::string text = uri ? uri : "";
  g_free(uri);
  return text;
}

// Looks into a picture; one that cannot be shown is a warning at its place.
Figure look_at(const std::string& path, const Place& where, std::string_view instead,
               Problems& problems) {
  Figure figure;
  const Result<Size> size = image_size(path);
  if (size) {
    figure.size = *size;
    figure.uri = file_uri(path);
  } else {
    problems.warn(where, size.error().message + std::string(instead));
  }
  return figure;
}

}  // namespace

std::vector<Figure> find_figures(const Scene& scene, Problems& problems) {
  std::vector<Figure> figures;
  for (const Block& block : scene.blocks) {
    const auto* image = std::get_if<Image>(&block.content);
    if (!image) continue;
    Figure& figure = figures.emplace_back(
        look_at(image->path, block.where, "; a placeholder is shown", problems));
    figure.image = image;
    figure.block = &block;
  }
  if (!scene.background.empty() && !parse_colour(scene.background)) {
    const std::string_view instead = "; the theme's own ground is shown";
    Figure background = look_at(scene.background, scene.where, instead, problems);
    if (background.usable()) figures.push_back(std::move(background));
  }
  return figures;
}

Content sort_content(const Scene& scene, const std::vector<Figure>& figures) {
  Content content;
  for (const Figure& figure : figures) {
    const bool behind = !figure.image || figure.image->side == Image::Side::background;
    // Behind nothing else it is the page itself.
    const bool alone = figure.image && scene.blocks.size() == 1;
    if (behind && figure.usable() && !alone) content.background = &figure;
  }
  for (const Block& block : scene.blocks) {
    if (content.background && content.background->block == &block) continue;
    if (const auto* heading = std::get_if<Heading>(&block.content);
        heading && !content.heading && content.blocks.empty()) {
      content.heading = heading;
      continue;
    }
    if (const auto* label = std::get_if<Label>(&block.content)) {
      if (label->role == Label::Role::kicker) join(content.kicker, label->text);
      if (label->role == Label::Role::subtitle) join(content.subtitle, label->text);
      if (label->role == Label::Role::footer) content.footers.push_back(label->text);
      if (label->role != Label::Role::statement) continue;
    }
    content.blocks.push_back(&block);
  }
  return content;
}

void for_each_text(const Scene& scene,
                   const std::function<void(std::string_view text, bool code)>& look) {
  const auto look_at_all = [&](const RichText& text) {
    for (const Span& span : text)
      look(span.text, span.code);
  };
  for (const Block& block : scene.blocks) {
    if (const auto* heading = std::get_if<Heading>(&block.content)) look_at_all(heading->text);
    if (const auto* label = std::get_if<Label>(&block.content)) look_at_all(label->text);
    if (const auto* code = std::get_if<Code>(&block.content)) look(code->text, true);
    if (const auto* list = std::get_if<List>(&block.content))
      for (const ListItem& item : list->items)
        look_at_all(item.text);
    if (const auto* quote = std::get_if<Quote>(&block.content)) {
      for (const RichText& paragraph : quote->paragraphs)
        look_at_all(paragraph);
      look_at_all(quote->author);
    }
    if (const auto* table = std::get_if<Table>(&block.content)) {
      for (const RichText& cell : table->header)
        look_at_all(cell);
      for (const auto& row : table->rows)
        for (const RichText& cell : row)
          look_at_all(cell);
    }
  }
}

}  // namespace talkie
