// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/markdown.h"

#include <cmark-gfm.h>

#include <map>
#include <span>
#include <utility>

#include "base/text.h"
#include "script/blocks.h"
#include "script/code_info.h"
#include "script/directions.h"
#include "script/drawings.h"
#include "script/limits.h"
#include "script/media.h"
#include "script/names.h"
#include "script/scene_builder.h"
#include "script/ssml.h"

namespace talkie {

namespace {

Result<void> refuse_deep_nesting(cmark_node* document, const Source& source) {
  Result<void> verdict;
  cmark_iter* iterator = cmark_iter_new(document);
  int depth = 0;
  cmark_event_type event = CMARK_EVENT_NONE;
  while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iterator);
    const cmark_node_type type = cmark_node_get_type(node);
    if (type != CMARK_NODE_BLOCK_QUOTE && type != CMARK_NODE_LIST) continue;
    depth += event == CMARK_EVENT_ENTER ? 1 : -1;
    if (depth <= kMaxNesting) continue;
    verdict = Error{
        ErrorKind::too_large,
        "quotes and lists are nested deeper than " + std::to_string(kMaxNesting) + " levels here",
        {},
        place_of(node, source)};
    break;
  }
  cmark_iter_free(iterator);
  return verdict;
}

class Reader {
 public:
  // On a `page` (a Narakeet slide in a fenced block) everything is seen and nothing is spoken.
  Reader(const Source& source, SceneBuilder& builder, Findings& findings, bool page = false)
      : source_(source), builder_(builder), findings_(findings), page_(page) {}

  void read() {
    const Document document = parse_document(source_);
    if (const Result<void> shallow = refuse_deep_nesting(document.get(), source_); !shallow) {
      findings_.fail(shallow.error());
      return;
    }
    for (cmark_node* node = cmark_node_first_child(document.get()); node && !builder_.is_full();
         node = cmark_node_next(node))
      block(node);
  }

 private:
  void block(cmark_node* node) {
    if (cmark_node_get_start_line(node) <= ssml_end_ || ssml(node)) return;
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HEADING:
        return heading(node);
      case CMARK_NODE_PARAGRAPH:
        return paragraph(node, cmark_node_get_end_line(node));
      case CMARK_NODE_THEMATIC_BREAK:
        return separator();
      case CMARK_NODE_LIST:
        return list(node);
      case CMARK_NODE_BLOCK_QUOTE:
        return quote(node);
      case CMARK_NODE_CODE_BLOCK:
        return code(node);
      case CMARK_NODE_HTML_BLOCK:
        return html(node);
      default:
        if (is_type(node, "table"))
          return builder_.show(read_table(node, source_, findings_), place_of(node, source_));
    }
  }

  // A paragraph in SSML, which may have empty lines in it. For Markdown it is several paragraphs
  // and raw HTML.
  bool ssml(cmark_node* node) {
    const int start = cmark_node_get_start_line(node);
    const cmark_node_type type = cmark_node_get_type(node);
    if (page_ || (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HTML_BLOCK) ||
        !is_ssml(trim(source_.line(start))))
      return false;
    int end = start;
    while (!ssml_never_ends_ && source_.line(end).find("</speak>") == std::string_view::npos)
      ssml_never_ends_ = ++end > source_.line_count();
    // Then what is wrong is said of this node alone.
    if (ssml_never_ends_) end = cmark_node_get_end_line(node);
    // What stands behind its end in the same paragraph is not left out in silence.
    for (; node && cmark_node_get_start_line(node) <= end; node = cmark_node_next(node))
      ssml_end_ = std::max(end, cmark_node_get_end_line(node));
    std::string text;
    for (int number = start; number <= ssml_end_; ++number)
      text += std::string(source_.line(number)) + "\n";
    builder_.say_ssml(trim(text), source_.place(start, first_column(start)));
    return true;
  }

  void separator() {
    if (!page_) builder_.separate();
  }

  // The line of dashes under a paragraph, which CommonMark reads as a heading's underline; people
  // who write scripts mean a separator. 0 where the heading is another one.
  int line_of_dashes_under(cmark_node* node) const {
    if (cmark_node_get_heading_level(node) != 2) return 0;
    const int start = cmark_node_get_start_line(node);
    for (int number = start + 1; number <= cmark_node_get_end_line(node); ++number) {
      const std::string_view line = trim(source_.line(number));
      if (!line.empty() && line.find_first_not_of('-') == std::string_view::npos) return number;
    }
    return 0;
  }

  void heading(cmark_node* node) {
    if (const int underline = line_of_dashes_under(node)) {
      paragraph(node, underline - 1);
      return separator();
    }
    const Inlines inlines = read_inlines(node, source_, findings_);
    Heading heading{cmark_node_get_heading_level(node), join_lines(inlines.lines)};
    const Place where = place_of(node, source_);
    const size_t characters = count_characters(plain_text(heading.text));
    if (characters > kMaxHeadingCharacters)
      findings_.fail(ErrorKind::too_large, where,
                     "this heading has " + std::to_string(characters) +
                         " characters, and the limit is " + std::to_string(kMaxHeadingCharacters) +
                         "; shorten it, or make it a paragraph");
    if (!page_) builder_.begin_heading(heading.level);
    if (!heading.text.empty()) builder_.show(std::move(heading), where);
    show_images(inlines.images);
  }

  // Lines that are stage directions are followed, formulas shown, and all others spoken.
  void paragraph(cmark_node* node, int last_line) {
    const int first_line = cmark_node_get_start_line(node);
    builder_.begin_paragraph();
    if (const auto directions = whole_direction(first_line, last_line))
      return follow_directions(*directions, builder_, findings_);
    const std::map<size_t, Value> directions = directions_by_line(first_line, last_line);
    const Inlines inlines =
        read_inlines(node, source_, findings_, page_ ? TextUse::seen : TextUse::spoken);
    show_images(inlines.images);
    std::span<const CueLink> cues = inlines.cues;
    size_t begin = 0;
    const auto say_until = [&](size_t end) {
      say(join_lines(inlines.lines, begin, std::min(end, inlines.lines.size())),
          first_line + static_cast<int>(begin), cues);
    };
    const auto count = static_cast<size_t>(last_line - first_line + 1);
    for (size_t index = 0; index < count;) {
      const int line = first_line + static_cast<int>(index);
      const DisplayFormula* formula = source_.formulas().display_at(line);
      const auto direction = directions.find(index);
      const bool spoken = !formula && direction == directions.end();
      const bool other_speaker =
          spoken && index < inlines.lines.size() && builder_.names_speaker(inlines.lines[index]);
      if (!spoken || other_speaker) say_until(index);
      if (other_speaker) begin = index;
      if (formula)
        builder_.show(Drawing{.kind = Drawing::Kind::math, .text = formula->tex},
                      source_.place(line, first_column(line)));
      else if (!spoken)
        follow_directions(direction->second, builder_, findings_);
      index += formula ? static_cast<size_t>(formula->lines) : 1;
      if (!spoken) begin = index;
    }
    say_until(inlines.lines.size());
  }

  // `cues` are those of this text and the ones behind them; its own are taken away.
  void say(RichText text, int line, std::span<const CueLink>& cues) {
    if (text.empty()) return;
    const Place where = source_.place(line, first_column(line));
    if (!text.front().math && text.front().text.starts_with("$$"))
      return findings_.fail(ErrorKind::syntax, where, "this formula never ends; close it with $$");
    size_t marks = 0;
    for (const Span& span : text)
      for (size_t at = span.text.find(kCueMark); at != span.text.npos;
           at = span.text.find(kCueMark, at + 1))
        ++marks;
    const std::span<const CueLink> own = cues.first(std::min(marks, cues.size()));
    cues = cues.subspan(own.size());
    if (page_)
      builder_.label(Label::Role::statement, text, where);
    else
      builder_.say(std::move(text), own, where);
  }

  int first_column(int line) const {
    const size_t column = source_.line(line).find_first_not_of(" \t");
    return column == std::string_view::npos ? 1 : static_cast<int>(column) + 1;
  }

  std::optional<Value> whole_direction(int first_line, int last_line) {
    // A first line that is closed is a direction by itself, or prose.
    if (page_ || (first_line < last_line && trim(source_.line(first_line)).ends_with(')')))
      return {};
    std::string text(source_.line(first_line));
    for (int number = first_line + 1; number <= last_line; ++number)
      text += "\n" + std::string(source_.line(number));
    return read_direction(trim(text), source_.place(first_line, first_column(first_line)),
                          findings_);
  }

  // The lines of a paragraph that are directions, by their index. Among prose only known ones are.
  std::map<size_t, Value> directions_by_line(int first_line, int last_line) {
    std::map<size_t, Value> directions;
    if (page_) return directions;
    const auto count = static_cast<size_t>(last_line - first_line + 1);
    for (size_t i = 0; i < count; ++i) {
      const int number = first_line + static_cast<int>(i);
      if (const DisplayFormula* formula = source_.formulas().display_at(number)) {
        i += static_cast<size_t>(formula->lines) - 1;
        continue;
      }
      if (auto direction = read_direction(trim(source_.line(number)),
                                          source_.place(number, first_column(number)), findings_))
        directions.emplace(i, *std::move(direction));
    }
    if (directions.size() < count)
      std::erase_if(directions, [](const auto& line) { return !is_known_direction(line.second); });
    return directions;
  }

  void list(cmark_node* node) {
    std::vector<cmark_node*> extras;
    std::vector<ImageReference> images;
    List list = read_list(node, source_, extras, images, findings_);
    builder_.show(std::move(list), place_of(node, source_));
    show_images(images);
    // Quotes, code and tables inside of a list; none of them holds another list of this one.
    for (cmark_node* extra : extras)
      block(extra);
  }

  // A quote directly under a paragraph is that paragraph's caption. In Narakeet's scripts every
  // quote is: of the paragraph before it, or where there is none, of the one after it.
  void quote(cmark_node* node) {
    const bool attached = is_attached(node);
    std::vector<ImageReference> images;
    Quote quote = read_quote(node, source_, images, findings_);
    const Place where = place_of(node, source_);
    if (page_ || (!attached && !builder_.narakeet())) {
      if (!quote.paragraphs.empty()) builder_.show(std::move(quote), where);
      return show_images(images);
    }
    std::string caption;
    for (const RichText& paragraph : quote.paragraphs)
      caption += (caption.empty() ? "" : " ") + plain_text(paragraph);
    if (!quote.author.empty()) caption += " \u2014 " + plain_text(quote.author);
    if (caption.empty())
      findings_.warn(where,
                     "a paragraph without captions is understood and not done yet; its own "
                     "words are shown");
    else if (builder_.has_narration())
      builder_.caption_last(caption);
    else
      builder_.caption_next(caption, where);
  }

  bool is_attached(cmark_node* node) const {
    cmark_node* previous = cmark_node_previous(node);
    return previous && cmark_node_get_type(previous) == CMARK_NODE_PARAGRAPH &&
           cmark_node_get_end_line(previous) + 1 == cmark_node_get_start_line(node) &&
           builder_.has_narration();
  }

  void code(cmark_node* node) {
    Code code = read_code(node, source_);
    const Place where = place_of(node, source_);
    const Place info = place_of_info(node, code, source_);
    const Place text{where.file, where.line + 1, where.column};
    if (const auto kind = value_of(to_lower(code.language), kDrawingNames)) {
      Drawing drawing{.kind = *kind, .text = std::move(code.text), .info = std::move(code.info)};
      if (drawing.kind == Drawing::Kind::visual) take_visual_name(drawing, info, findings_);
      read_files(drawing, builder_.folder(), text, findings_);
      return builder_.show(std::move(drawing), where);
    }
    if (to_lower(code.language) == "terminal") {
      Terminal terminal{.text = std::move(code.text)};
      read_terminal_info(code.info, info, terminal, findings_);
      return builder_.show(std::move(terminal), where);
    }
    const bool is_markdown = code.language == "md" || code.language == "markdown";
    if (is_markdown && code.info.starts_with("magic-move")) return magic_move(code, text);
    // What Narakeet calls a slide.
    if (builder_.narakeet() && !page_ && is_markdown) {
      const Source page(code.text, where.file, text.line);
      return Reader(page, builder_, findings_, true).read();
    }
    read_code_info(code, info, findings_);
    builder_.show(std::move(code), where);
  }

  // Slidev's ````md magic-move: fenced blocks inside of one, each becoming the next.
  void magic_move(const Code& frame, const Place& where) {
    const Source inside(frame.text, where.file, where.line);
    const Document document = parse_document(inside);
    bool any = false;
    for (cmark_node* node = cmark_node_first_child(document.get()); node;
         node = cmark_node_next(node)) {
      if (cmark_node_get_type(node) != CMARK_NODE_CODE_BLOCK) continue;
      Code code = read_code(node, inside);
      read_code_info(code, place_of_info(node, code, inside), findings_);
      code.magic_move = any = true;
      builder_.show(std::move(code), place_of(node, inside));
    }
    if (!any)
      findings_.fail(ErrorKind::syntax, where,
                     "there is no fenced code in this magic-move; write ```js blocks inside of "
                     "a fence with four backticks");
  }

  void html(cmark_node* node) {
    const std::string_view html = trim(cmark_node_get_literal(node));
    if (is_comment(html)) return;
    const Place where = place_of(node, source_);
    if (html.starts_with("<!--") && html.find("-->") == std::string_view::npos)
      findings_.fail(ErrorKind::syntax, where, "this comment never ends; close it with -->");
    else
      findings_.warn(where, "raw HTML is neither shown nor spoken; write Markdown instead");
  }

  void show_images(const std::vector<ImageReference>& images) {
    const MediaContext context{builder_.folder(), builder_.narakeet()};
    for (const ImageReference& reference : images) {
      auto media = read_media(reference.url, reference.words, MediaKind::by_name, context,
                              reference.where, findings_);
      if (media) builder_.show(*std::move(media), reference.where);
    }
  }

  const Source& source_;
  SceneBuilder& builder_;
  Findings& findings_;
  const bool page_;
  int ssml_end_ = 0;  // the last line of a paragraph in SSML
  bool ssml_never_ends_ = false;
};

// Reads the header and leaves empty lines in its place, so that all others keep their numbers.
void take_header(std::string& text, const std::string& file, Header& header, Findings& findings) {
  const auto line_end = [&text](size_t from) {
    return std::min(text.find('\n', from), text.size());
  };
  const auto is_rule = [](std::string_view line, std::string_view rule) {
    return line.starts_with(rule) && trim(line.substr(3)).empty();
  };
  const size_t first = line_end(0);
  if (!is_rule(std::string_view(text).substr(0, first), "---")) return;
  size_t lines = 1;
  for (size_t start = first + 1; start < text.size(); start = line_end(start) + 1) {
    const std::string_view line = std::string_view(text).substr(start, line_end(start) - start);
    ++lines;
    if (!is_rule(line, "---") && !is_rule(line, "...")) continue;
    const std::string_view yaml = std::string_view(text).substr(first + 1, start - first - 1);
    const Result<Value> value = parse_yaml(yaml, {file, 2, 1});
    if (!value)
      findings.fail(value.error().kind, value.error().where,
                    "the header cannot be read: " + value.error().message);
    else if (value->is(Value::Type::map))
      read_header(*value, header, findings);
    else if (!value->is(Value::Type::null))
      findings.fail(ErrorKind::syntax, {file, 2, 1},
                    "the header must have lines such as 'title: My film'; if these lines are a "
                    "scene, remove the --- above them");
    text.replace(0, line_end(start), std::string(lines - 1, '\n'));
    return;
  }
  findings.fail(ErrorKind::syntax, {file, 1, 1},
                "the header never ends; close it with a line of ---");
}

}  // namespace

std::vector<Scene> read_markdown(std::string text, const std::string& file,
                                 const ScriptOptions& options, Header& header, Findings& findings) {
  take_header(text, file, header, findings);
  apply_settings(options, header, findings);
  if (findings.has_errors()) return {};
  const Source source(std::move(text), file);
  if (const Result<void> harmless = refuse_monsters(source); !harmless) {
    findings.fail(harmless.error());
    return {};
  }
  const Dialect dialect = options.dialect == Dialect::automatic ? header.dialect : options.dialect;
  SceneBuilder builder(header, dialect == Dialect::narakeet, findings);
  Reader(source, builder, findings).read();
  return builder.finish();
}

}  // namespace talkie
