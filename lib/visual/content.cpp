// SPDX-License-Identifier: LGPL-2.1-or-later
// What a scene holds, looked through once: its texts, its blocks by their part.
#include <algorithm>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

void join(RichText& text, const RichText& more) {
  if (!text.empty()) text.push_back({" · "});
  text.insert(text.end(), more.begin(), more.end());
}

}  // namespace

Content sort_content(const Scene& scene, const std::vector<Figure>& figures) {
  Content content;
  for (const Figure& figure : figures) {
    if (figure.block && figure.block->overlay) continue;
    const bool behind = !figure.image || figure.image->side == Image::Side::background;
    // Behind nothing else it is the page itself.
    const bool alone = figure.block && scene.blocks.size() == 1;
    if (behind && figure.usable() && !alone) content.background = &figure;
  }
  for (const Block& block : scene.blocks) {
    if (content.background && content.background->block == &block) continue;
    const auto* lower_third = std::get_if<Label>(&block.content);
    if (block.overlay || (lower_third && lower_third->role == Label::Role::lower_third)) {
      content.overlays.push_back(&block);
      continue;
    }
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

void for_each_span(const Block& block, const std::function<void(const Span& span)>& look) {
  const auto look_at_all = [&](const RichText& text) {
    for (const Span& span : text)
      look(span);
  };
  if (const auto* heading = std::get_if<Heading>(&block.content)) look_at_all(heading->text);
  if (const auto* label = std::get_if<Label>(&block.content)) look_at_all(label->text);
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

void for_each_text(const Scene& scene,
                   const std::function<void(std::string_view text, bool code)>& look) {
  for (const Block& block : scene.blocks) {
    for_each_span(block, [&](const Span& span) { look(span.text, span.code || span.math); });
    if (const auto* code = std::get_if<Code>(&block.content)) look(code->text, true);
    if (const auto* placeholder = std::get_if<Placeholder>(&block.content))
      look(placeholder->words, false);
  }
}

}  // namespace talkie
