// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/inlines.h"

#include <cmark-gfm-core-extensions.h>
#include <glib.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace talkie {

namespace {

struct IteratorDeleter {
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

std::string_view literal_of(cmark_node* node) {
  const char* literal = cmark_node_get_literal(node);
  return literal ? literal : "";
}

// cmark counts the columns of a paragraph's later lines without their indentation, so what begins
// with `sign` is the one that is nearest.
Place place_of_sign(cmark_node* node, std::string_view sign, const Source& source) {
  const int number = cmark_node_get_start_line(node);
  const int column = cmark_node_get_start_column(node);
  const std::string_view line = source.line(number);
  int nearest = column;
  int distance = -1;
  for (size_t at = line.find(sign); at != line.npos; at = line.find(sign, at + 1)) {
    const int away = std::abs(static_cast<int>(at) + 1 - column);
    if (distance >= 0 && away >= distance) continue;
    distance = away;
    nearest = static_cast<int>(at) + 1;
  }
  return source.place(number, nearest);
}

// The action of a link with a cue, the file of one with a sound; percent signs may be written as in
// addresses or as they are.
std::string actions_of(std::string_view url) {
  const std::string actions(url);
  const std::unique_ptr<char, decltype(&g_free)> decoded(
      g_uri_unescape_string(actions.c_str(), nullptr), g_free);
  if (decoded && find_invalid_utf8(decoded.get()) == std::string_view::npos) return decoded.get();
  return actions;
}

bool same_style(const Span& left, const Span& right) {
  return !left.math && !right.math && left.strong == right.strong &&
         left.emphasis == right.emphasis && left.code == right.code;
}

// Adds a span, or its text to the last one where both look the same.
void append_span(RichText& text, const Span& span) {
  if (!text.empty() && same_style(text.back(), span))
    text.back().text += span.text;
  else
    text.push_back(span);
}

class Collector {
 public:
  Collector(cmark_node* block, const Source& source, Findings& findings, TextUse use)
      : block_(block), source_(source), findings_(findings), use_(use) {
    inlines_.lines.emplace_back();
  }

  Inlines collect() {
    const std::unique_ptr<cmark_iter, IteratorDeleter> iterator(cmark_iter_new(block_));
    cmark_event_type event = CMARK_EVENT_NONE;
    while ((event = cmark_iter_next(iterator.get())) != CMARK_EVENT_DONE) {
      cmark_node* node = cmark_iter_get_node(iterator.get());
      if (node != block_) visit(node, event == CMARK_EVENT_ENTER);
    }
    return std::move(inlines_);
  }

 private:
  void visit(cmark_node* node, bool enter) {
    const cmark_node_type type = cmark_node_get_type(node);
    const int step = enter ? 1 : -1;
    if (type == CMARK_NODE_IMAGE) {
      images_ += step;
      if (enter && images_ == 1) begin_image(node);
    } else if (type == CMARK_NODE_LINK) {
      if (enter) link(node);
    } else if (type == CMARK_NODE_EMPH) {
      emphasis_ += step;
    } else if (type == CMARK_NODE_STRONG) {
      strong_ += step;
    } else if (type == CMARK_NODE_TEXT) {
      add(literal_of(node));
    } else if (type == CMARK_NODE_CODE) {
      add_code(source_.formulas().restored(literal_of(node)));
    } else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
      if (images_ > 0)
        add(" ");
      else
        inlines_.lines.emplace_back();
    } else if (type == CMARK_NODE_HTML_INLINE) {
      html(node);
    } else if (enter && std::string_view(cmark_node_get_type_string(node)) == "strikethrough") {
      findings_.warn(place(),
                     "struck-out text is understood and not drawn yet; it is shown as it "
                     "is");
    }
  }

  void begin_image(cmark_node* node) {
    const char* url = cmark_node_get_url(node);
    inlines_.images.push_back(
        {source_.formulas().restored(url ? url : ""), "", place_of_sign(node, "![", source_)});
  }

  void link(cmark_node* node) {
    const char* address = cmark_node_get_url(node);
    const std::string url = source_.formulas().restored(address ? address : "");
    using Scheme = CueLink::Scheme;
    if (url.starts_with("cue:"))
      begin_at_word(node, url, "cue:", Scheme::cue);
    else if (url.starts_with("sound:"))
      begin_at_word(node, url, "sound:", Scheme::sound);
  }

  void begin_at_word(cmark_node* node, const std::string& url, std::string_view sign,
                     CueLink::Scheme scheme) {
    const Place where = place_of_sign(node, sign, source_);
    if (use_ == TextUse::spoken && images_ == 0) {
      inlines_.cues.push_back({scheme, actions_of(url.substr(sign.size())), where});
      append_span(inlines_.lines.back(), styled(kCueMark));
    } else {
      const bool cue = scheme == CueLink::Scheme::cue;
      findings_.fail(ErrorKind::bad_value, where,
                     std::string(cue ? "a cue happens" : "a sound begins") +
                         " at a word that is spoken, and this text is only seen; put it into a "
                         "paragraph, or write (" +
                         (cue ? "cue" : "sound") + ": \u2026) on a line of its own");
    }
  }

  void html(cmark_node* node) {
    const std::string_view html = literal_of(node);
    if (is_comment(html)) return;
    if (html.starts_with("<br")) return add(" ");
    constexpr size_t kEnough = 40;
    findings_.warn(place(), "raw HTML is neither shown nor spoken: '" +
                                std::string(html.substr(0, kEnough)) + "'; write Markdown instead");
  }

  Span styled(std::string_view text) const {
    return {.text = std::string(text), .strong = strong_ > 0, .emphasis = emphasis_ > 0};
  }

  void add(std::string_view text) {
    if (images_ > 0) {
      inlines_.images.back().words += source_.formulas().restored(text);
      return;
    }
    for (const Span& run : source_.formulas().spans(text)) {
      Span span = styled(run.text);
      span.math = run.math;
      for (size_t mark = 0; (mark = span.text.find(kCueMark)) != std::string::npos;)
        span.text.erase(mark, kCueMark.size());
      append_span(inlines_.lines.back(), span);
    }
  }

  void add_code(const std::string& text) {
    if (images_ > 0) {
      inlines_.images.back().words += text;
      return;
    }
    Span span = styled(text);
    span.code = true;
    append_span(inlines_.lines.back(), span);
  }

  Place place() const {
    return source_.place(
        cmark_node_get_start_line(block_) + static_cast<int>(inlines_.lines.size()) - 1,
        inlines_.lines.size() == 1 ? cmark_node_get_start_column(block_) : 1);
  }

  cmark_node* block_;
  const Source& source_;
  Findings& findings_;
  const TextUse use_;
  Inlines inlines_;
  int images_ = 0;  // how many elements of each kind are open
  int emphasis_ = 0;
  int strong_ = 0;
};

// Han, Kana, Hangul syllables are left out: Korean has spaces.
bool writes_without_spaces(gunichar c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool needs_space(const std::string& left, const std::string& right) {
  if (left.empty() || right.empty()) return false;
  const char* last = g_utf8_find_prev_char(left.data(), left.data() + left.size());
  return !(last && writes_without_spaces(g_utf8_get_char(last)) &&
           writes_without_spaces(g_utf8_get_char(right.data())));
}

bool is_blank(const RichText& text) {
  return std::all_of(text.begin(), text.end(),
                     [](const Span& span) { return trim(span.text).empty(); });
}

// Takes away the spaces that a picture or a comment leaves behind at the ends.
void trim_ends(RichText& text) {
  while (!text.empty() && trim(text.front().text).empty())
    text.erase(text.begin());
  while (!text.empty() && trim(text.back().text).empty())
    text.pop_back();
  if (text.empty()) return;
  std::string& first = text.front().text;
  first.erase(0, first.find_first_not_of(" \t\n"));
  std::string& last = text.back().text;
  last.erase(last.find_last_not_of(" \t\n") + 1);
}

}  // namespace

Inlines read_inlines(cmark_node* node, const Source& source, Findings& findings, TextUse use) {
  return Collector(node, source, findings, use).collect();
}

void append_text(RichText& text, const RichText& more) {
  if (is_blank(more)) return;
  if (is_blank(text)) {
    text = more;
    return;
  }
  if (needs_space(text.back().text, more.front().text)) {
    Span space = text.back();
    space.text = " ";
    space.math = false;
    append_span(text, space);
  }
  for (const Span& span : more)
    append_span(text, span);
}

RichText join_lines(const std::vector<RichText>& lines, size_t begin, size_t end) {
  RichText text;
  for (size_t i = begin; i < end; ++i)
    append_text(text, lines[i]);
  trim_ends(text);
  return text;
}

Document parse_document(const Source& source) {
  const std::string& text = source.formulas().masked();
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_SOURCEPOS | CMARK_OPT_SMART | CMARK_OPT_UNSAFE);
  for (const char* name : {"table", "strikethrough", "tasklist"})
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(name));
  cmark_parser_feed(parser, text.data(), text.size());
  Document document(cmark_parser_finish(parser));
  cmark_parser_free(parser);
  return document;
}

RichText read_line(const std::string& text, const Place& where, Findings& findings) {
  const Source source(text, where.file);
  const Document document = parse_document(source);
  cmark_node* first = cmark_node_first_child(document.get());
  // "1. May" would be a list, and "# 1" a heading.
  if (!first || cmark_node_next(first) || cmark_node_get_type(first) != CMARK_NODE_PARAGRAPH)
    return {{text}};
  Findings inner;
  const Inlines inlines = read_inlines(first, source, inner);
  Problems problems;
  inner.deliver(problems);
  for (const Problem& problem : problems.all()) {
    if (problem.severity == Problem::Severity::error)
      findings.fail(ErrorKind::bad_value, where, problem.message);
    else
      findings.warn(where, problem.message);
  }
  for (const ImageReference& image : inlines.images)
    findings.warn(where, "there is no place for the picture '" + image.url + "' here");
  return join_lines(inlines.lines);
}

bool is_comment(std::string_view html) {
  html = trim(html);
  return html.starts_with("<!--") && html.ends_with("-->") && html.find("-->") == html.size() - 3;
}

}  // namespace talkie
