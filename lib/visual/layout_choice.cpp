// SPDX-License-Identifier: LGPL-2.1-or-later
// Which layout a scene gets.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "visual/layout.h"

namespace talkie {

namespace {

template <typename T>
size_t count_of(const Content& content) {
  return static_cast<size_t>(
      std::count_if(content.blocks.begin(), content.blocks.end(),
                    [](const Block* b) { return std::holds_alternative<T>(b->content); }));
}

// Pictures of all kinds: what they show is their own business.
bool is_figure(const Block* block) {
  const auto& content = block->content;
  return std::holds_alternative<Image>(content) || std::holds_alternative<Clip>(content) ||
         std::holds_alternative<Drawing>(content) || std::holds_alternative<Terminal>(content) ||
         std::holds_alternative<Placeholder>(content);
}
size_t count_figures(const Content& content) {
  return static_cast<size_t>(std::ranges::count_if(content.blocks, is_figure));
}
bool is_only_figure(const Content& content) {
  return content.blocks.size() == 1 && is_figure(content.blocks.front());
}

template <typename T>
bool is_only(const Content& content) {
  return content.blocks.size() == 1 && count_of<T>(content) == 1;
}

// "71 %", "3.5 million", "$40", "12 h 25 min": short, and it begins with a figure.
bool is_number(const Content& content) {
  if (!content.heading || !content.blocks.empty()) return false;
  const std::string text = plain_text(content.heading->text);
  const size_t figure = text.find_first_of("0123456789");
  if (figure == std::string::npos || count_characters(text) > 14) return false;
  const LetterCount before = count_letters(std::string_view(text).substr(0, figure));
  const LetterCount all = count_letters(text);
  return before.ltr + before.rtl == 0 && all.ltr + all.rtl <= 8;
}

bool is_comparison(const Content& content) {
  bool heading_before = false;
  for (const Block* block : content.blocks) {
    const bool heading = std::holds_alternative<Heading>(block->content);
    if (heading ? heading_before : !std::holds_alternative<List>(block->content)) return false;
    heading_before = heading;
  }
  const size_t lists = count_of<List>(content);
  return (lists == 2 || lists == 3) && !heading_before;
}

const List* only_list(const Content& content) {
  return is_only<List>(content) ? &std::get<List>(content.blocks.front()->content) : nullptr;
}

// "1969", "Mar 2020", "09:30", "1850–1900": has a year or a time of day in it, and little else.
bool is_date(const RichText& label) {
  const std::string text = plain_text(label);
  if (count_characters(text) > 20) return false;
  const auto is_digit = [&](size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(i) || (i > 0 && is_digit(i - 1))) continue;
    size_t end = i;
    while (is_digit(end))
      ++end;
    const bool time = end < text.size() && text[end] == ':' && is_digit(end + 1);
    if (end - i == 4 || time) return true;
  }
  return false;
}

// Every item says when, and what then.
bool is_timeline(const Content& content) {
  const List* list = only_list(content);
  return list && list->items.size() >= 3 &&
         std::all_of(list->items.begin(), list->items.end(), [](const ListItem& item) {
           return item.depth == 0 && !item.checked && is_date(split_label(item.text).first);
         });
}

// One code, or several that become each other.
bool is_code(const Content& content) {
  return !content.blocks.empty() && code_run(content.blocks, 0).size() == content.blocks.size();
}

Image::Side side_of(const Block& block) {
  if (const auto* image = std::get_if<Image>(&block.content)) return image->side;
  if (const auto* clip = std::get_if<Clip>(&block.content)) return clip->picture.side;
  return Image::Side::automatic;
}

bool has_name(const Scene& scene, const Content& content) {
  return content.blocks.empty() && (content.heading || !scene.film.title.empty());
}

template <typename T>
bool has(const Scene&, const Content& content) {
  return count_of<T>(content) > 0;
}
template <typename T>
bool has_only(const Scene&, const Content& content) {
  return is_only<T>(content);
}
bool has_figure(const Scene&, const Content& content) {
  return is_only_figure(content);
}
bool has_sentence(const Scene&, const Content& content) {
  return count_of<Label>(content) == content.blocks.size();
}
bool has_number(const Scene&, const Content& content) {
  return is_number(content);
}
bool has_columns(const Scene&, const Content& content) {
  return content.blocks.size() >= 2 || (is_only_figure(content) && content.heading);
}
bool has_lists(const Scene&, const Content& content) {
  return is_comparison(content);
}
bool has_definition(const Scene&, const Content& content) {
  return content.heading && count_of<Label>(content) + count_of<Quote>(content) > 0;
}
bool has_dates(const Scene&, const Content& content) {
  const List* list = only_list(content);
  return list && !list->items.empty() &&
         std::all_of(list->items.begin(), list->items.end(), [](const ListItem& item) {
           return item.depth > 0 || !split_label(item.text).first.empty();
         });
}
bool has_only_list(const Scene&, const Content& content) {
  return only_list(content) != nullptr;
}
bool has_blocks(const Scene&, const Content& content) {
  return !content.blocks.empty();
}

constexpr std::string_view kName = "a heading and nothing but labels beside it";
constexpr std::string_view kSentence =
    "a heading, a statement, or nothing but words that are spoken";
constexpr std::string_view kNumber =
    "a heading that is a figure, such as '16 m', and nothing but labels beside it";
constexpr std::string_view kLists = "two or three lists, each with or without a heading of level 3";
constexpr std::string_view kColumns = "two blocks or more";
constexpr std::string_view kDefinition =
    "a heading and a (statement: …) or a quote that explains it";
constexpr std::string_view kDates = "a list whose items begin with a date and a colon: '1969: …'";
constexpr std::string_view kOneList = "one list and no other block";
constexpr std::string_view kBlocks = "a list, table, quote, image or code";

constexpr std::array<LayoutKind, 16> kKinds = {{
    {"title", lay_out_title, true, has_name, kName},
    {"section", lay_out_section, true, has_name, kName},
    {"closing", lay_out_closing, true, has_name, kName},
    {"statement", lay_out_statement, false, has_sentence, kSentence},
    {"number", lay_out_number, false, has_number, kNumber},
    {"bullets", lay_out_stack, false, has<List>, "a list"},
    {"columns", lay_out_columns, false, has_columns, kColumns},
    {"comparison", lay_out_comparison, false, has_lists, kLists},
    {"definition", lay_out_definition, false, has_definition, kDefinition},
    {"timeline", lay_out_timeline, false, has_dates, kDates},
    {"agenda", lay_out_agenda, false, has_only_list, kOneList},
    {"quote", lay_out_quote, false, has_only<Quote>, "one quote and no other block"},
    {"table", lay_out_stack, false, has<Table>, "a table"},
    {"image", lay_out_image, false, has_figure,
     "one picture, clip, drawing or terminal and no other block"},
    {"code", lay_out_stack, false, has<Code>, "code"},
    {"stack", lay_out_stack, false, has_blocks, kBlocks},
}};

const LayoutKind& kind_named(std::string_view name) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [&](const LayoutKind& kind) { return kind.name == name; });
}

// docs/themes.md says the same in words.
std::string_view automatic_kind(const Scene& scene, const Content& content) {
  if (content.blocks.empty()) {
    if (!content.heading) return "statement";
    if (scene.index == 0) return "title";
    if (is_number(content)) return "number";
    if (content.heading->level > 1) return "statement";
    return scene.count > 1 && scene.index == scene.count - 1 ? "closing" : "section";
  }
  if (count_of<Label>(content) == content.blocks.size()) return "statement";
  if (is_only<Quote>(content)) return "quote";
  if (is_only<Table>(content)) return "table";
  if (is_code(content)) return "code";
  if (is_only_figure(content)) {
    const Image::Side side = side_of(*content.blocks.front());
    const bool beside = side == Image::Side::left || side == Image::Side::right;
    return content.heading && beside ? "columns" : "image";
  }
  if (is_timeline(content)) return "timeline";
  if (is_only<List>(content)) return "bullets";
  if (is_comparison(content)) return "comparison";
  if (count_figures(content) == 1) return "columns";
  return "stack";
}

// What stands in for a layout that has no room at any size.
std::optional<Piece> lay_out_plain_list(const Page& page) {
  return page.fit > 0.99 ? lay_out_stack(page) : std::nullopt;
}

}  // namespace

std::vector<std::string> list_layouts() {
  std::vector<std::string> names;
  for (const LayoutKind& kind : kKinds)
    names.emplace_back(kind.name);
  return names;
}

const LayoutKind& choose_layout(const Scene& scene, const Content& content, Problems& problems) {
  const LayoutKind& automatic = kind_named(automatic_kind(scene, content));
  if (scene.layout.empty()) return automatic;
  const std::string instead = "; '" + std::string(automatic.name) + "' is used instead";
  const auto wanted = std::find_if(kKinds.begin(), kKinds.end(), [&](const LayoutKind& kind) {
    return kind.name == scene.layout;
  });
  if (wanted == kKinds.end()) {
    std::vector<std::string_view> names;
    for (const LayoutKind& kind : kKinds)
      names.push_back(kind.name);
    problems.warn(scene.where, "there is no layout '" + scene.layout + "'" + instead + "." +
                                   suggestion(scene.layout, names));
    return automatic;
  }
  if (wanted->holds(scene, content)) return *wanted;
  problems.warn(scene.where,
                "the layout '" + scene.layout + "' needs " + std::string(wanted->needs) + instead);
  return automatic;
}

std::vector<Layout> layouts_to_try(const LayoutKind& kind, const Page& page) {
  std::vector<Layout> layouts = {kind.lay_out};
  const Content& content = page.content;
  if (kind.lay_out == lay_out_stack && content.blocks.size() > 1 && !page.upright)
    layouts.push_back(lay_out_columns);
  if (kind.lay_out == lay_out_columns) layouts.push_back(lay_out_stack);
  const bool plain = kind.lay_out == lay_out_stack || kind.lay_out == lay_out_columns;
  if (plain && (is_only<List>(content) || is_only<Table>(content)))
    layouts.push_back(lay_out_halves);
  // More dates, or longer texts, than a line has room for.
  if (kind.lay_out == lay_out_timeline || kind.lay_out == lay_out_agenda)
    layouts.push_back(lay_out_plain_list);
  return layouts;
}

}  // namespace talkie
