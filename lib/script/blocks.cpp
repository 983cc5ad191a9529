// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/blocks.h"

#include <cmark-gfm-core-extensions.h>

#include <memory>

#include "base/text.h"

namespace talkie {

namespace {

// Walks a block and what is in it without recursion; `visit(node, enter)` says whether to go in.
template <typename Visit>
void walk(cmark_node* root, Visit visit) {
  cmark_iter* iterator = cmark_iter_new(root);
  cmark_event_type event = CMARK_EVENT_NONE;
  while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iterator);
    if (node == root) continue;
    const bool enter = event == CMARK_EVENT_ENTER;
    if (!visit(node, enter) && enter) cmark_iter_reset(iterator, node, CMARK_EVENT_EXIT);
  }
  cmark_iter_free(iterator);
}

// An en or em dash, which smart punctuation makes of two or three hyphens, or a bar.
bool begins_with_dash(const RichText& text) {
  const std::string plain = plain_text(text);
  for (const std::string_view dash : {"\u2014", "\u2013", "\u2015"})
    if (std::string_view(plain).starts_with(dash)) return true;
  return false;
}

RichText without_dash(RichText text) {
  std::string& first = text.front().text;
  first = std::string(trim(std::string_view(first).substr(3)));  // the dashes have three bytes
  if (first.empty()) text.erase(text.begin());
  return text;
}

class ListReader {
 public:
  ListReader(const Source& source, std::vector<cmark_node*>& extras,
             std::vector<ImageReference>& images, Findings& findings)
      : source_(source), extras_(extras), images_(images), findings_(findings) {}

  List read(cmark_node* node) {
    open_list(node);
    walk(node, [this](cmark_node* inner, bool enter) { return visit(inner, enter); });
    return std::move(list_);
  }

 private:
  struct Level {
    bool ordered = false;
    int number = 1;
    size_t item = 0;  // the open item's index in list_
  };

  void open_list(cmark_node* node) {
    const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    levels_.push_back({ordered, ordered ? cmark_node_get_list_start(node) : 1, 0});
  }

  bool visit(cmark_node* node, bool enter) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_LIST) {
      if (enter)
        open_list(node);
      else
        levels_.pop_back();
      return true;
    }
    if (type == CMARK_NODE_ITEM || is_type(node, "tasklist")) {
      if (enter) open_item(node);
      return true;
    }
    if (!enter) return true;
    if (type == CMARK_NODE_PARAGRAPH) {
      Inlines inlines = read_inlines(node, source_, findings_);
      append_text(list_.items[levels_.back().item].text, join_lines(inlines.lines));
      images_.insert(images_.end(), inlines.images.begin(), inlines.images.end());
      return false;
    }
    extras_.push_back(node);
    return false;
  }

  void open_item(cmark_node* node) {
    Level& level = levels_.back();
    level.item = list_.items.size();
    ListItem& item = list_.items.emplace_back();
    item.depth = static_cast<int>(levels_.size()) - 1;
    item.where = place_of(node, source_);
    if (level.ordered) item.number = level.number++;
    if (is_type(node, "tasklist"))
      item.checked = cmark_gfm_extensions_get_tasklist_item_checked(node);
  }

  const Source& source_;
  std::vector<cmark_node*>& extras_;
  std::vector<ImageReference>& images_;
  Findings& findings_;
  List list_;
  std::vector<Level> levels_;
};

}  // namespace

Place place_of(cmark_node* node, const Source& source) {
  return source.place(cmark_node_get_start_line(node), cmark_node_get_start_column(node));
}

bool is_type(cmark_node* node, std::string_view type) {
  return type == cmark_node_get_type_string(node);
}

List read_list(cmark_node* node, const Source& source, std::vector<cmark_node*>& extras,
               std::vector<ImageReference>& images, Findings& findings) {
  return ListReader(source, extras, images, findings).read(node);
}

Table read_table(cmark_node* node, const Source& source, Findings& findings) {
  Table table;
  const uint16_t columns = cmark_gfm_extensions_get_table_columns(node);
  const uint8_t* alignments = cmark_gfm_extensions_get_table_alignments(node);
  for (uint16_t i = 0; i < columns; ++i)
    table.columns.push_back(alignments[i] == 'l'   ? Align::left
                            : alignments[i] == 'c' ? Align::centre
                            : alignments[i] == 'r' ? Align::right
                                                   : Align::automatic);
  for (cmark_node* row = cmark_node_first_child(node); row; row = cmark_node_next(row)) {
    std::vector<RichText> cells;
    for (cmark_node* cell = cmark_node_first_child(row); cell; cell = cmark_node_next(cell)) {
      const Inlines inlines = read_inlines(cell, source, findings);
      for (const ImageReference& image : inlines.images)
        findings.warn(image.where,
                      "pictures inside tables are not drawn yet; '" + image.url + "' is left out.");
      cells.push_back(join_lines(inlines.lines));
    }
    cells.resize(columns);
    if (cmark_gfm_extensions_get_table_row_is_header(row))
      table.header = std::move(cells);
    else
      table.rows.push_back(std::move(cells));
  }
  table.header.resize(columns);
  return table;
}

Quote read_quote(cmark_node* node, const Source& source, std::vector<ImageReference>& images,
                 Findings& findings) {
  Quote quote;
  std::vector<RichText> last;  // the last paragraph's lines
  bool last_is_item = false;
  bool in_item = false;
  walk(node, [&](cmark_node* inner, bool enter) {
    const cmark_node_type type = cmark_node_get_type(inner);
    if (type == CMARK_NODE_ITEM || is_type(inner, "tasklist")) in_item = enter;
    if (!enter || (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING)) {
      if (enter && type == CMARK_NODE_CODE_BLOCK)
        quote.paragraphs.push_back({{.text = read_code(inner, source).text, .code = true}});
      return true;
    }
    Inlines inlines = read_inlines(inner, source, findings);
    images.insert(images.end(), inlines.images.begin(), inlines.images.end());
    quote.paragraphs.push_back(join_lines(inlines.lines));
    last = std::move(inlines.lines);
    last_is_item = in_item;
    return false;
  });
  // "— Ada Lovelace", as a paragraph or a line of its own; "- Ada Lovelace" makes a list.
  if (last.empty()) return quote;
  if (last_is_item && quote.paragraphs.size() > 1) {
    quote.author = quote.paragraphs.back();
    quote.paragraphs.pop_back();
  } else if (begins_with_dash(last.back()) && (last.size() > 1 || quote.paragraphs.size() > 1)) {
    quote.author = without_dash(join_lines(last, last.size() - 1, last.size()));
    quote.paragraphs.back() = join_lines(last, 0, last.size() - 1);
    if (quote.paragraphs.back().empty()) quote.paragraphs.pop_back();
  }
  return quote;
}

Code read_code(cmark_node* node, const Source& source) {
  Code code;
  const char* literal = cmark_node_get_literal(node);
  code.text = source.formulas().restored(literal ? literal : "");
  if (code.text.ends_with('\n')) code.text.pop_back();
  const char* fence = cmark_node_get_fence_info(node);
  const std::string whole = source.formulas().restored(fence ? fence : "");
  const std::string_view info = trim(whole);
  const size_t end = std::min(info.find_first_of(" \t,{["), info.size());
  code.language = std::string(info.substr(0, end));
  code.info = std::string(trim(info.substr(end)));
  return code;
}

Place place_of_info(cmark_node* node, const Code& code, const Source& source) {
  const int line = cmark_node_get_start_line(node);
  const size_t at = source.line(line).find(code.info);
  if (at == std::string_view::npos) return place_of(node, source);
  return source.place(line, static_cast<int>(at) + 1);
}

}  // namespace talkie
