// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands in a paragraph, heading or cell: styled text by lines, and pictures.
#pragma once

#include <cmark-gfm.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "script/findings.h"
#include "script/scene.h"
#include "script/source.h"

namespace talkie {

struct ImageReference {
  std::string url;
  std::string words;  // of the alt text
  Place where;
};

// A link such as [the muxer](cue:highlight=mux) or [rings](sound:bell.ogg).
struct CueLink {
  enum class Scheme { cue, sound } scheme = Scheme::cue;
  std::string actions;  // "highlight=mux", "bell.ogg"
  Place where;
};
// Stands in spoken text where such a link begins: a character that Unicode keeps for marks of
// programs, and that no text has.
inline constexpr std::string_view kCueMark = "\uFDD0";

struct Inlines {
  std::vector<RichText> lines;  // as they were broken in the script
  std::vector<ImageReference> images;
  std::vector<CueLink> cues;  // and sounds, in the order of their marks
};

// `node` is a block that holds inlines. Raw HTML, which is not shown, gets a warning. Cues and
// sounds begin at words that are spoken: in other text they are errors.
enum class TextUse { seen, spoken };
Inlines read_inlines(cmark_node* node, const Source& source, Findings& findings,
                     TextUse use = TextUse::seen);

// The lines [begin, end) as one text: a space between them, but none between two characters of a
// script that writes without spaces.
RichText join_lines(const std::vector<RichText>& lines, size_t begin, size_t end);
inline RichText join_lines(const std::vector<RichText>& lines) {
  return join_lines(lines, 0, lines.size());
}

// Adds `more` behind `text`, as join_lines does.
void append_text(RichText& text, const RichText& more);

// A line of text with Markdown's styles, from a header or a direction.
RichText read_line(const std::string& text, const Place& where, Findings& findings);

// Markdown with the extensions that scripts have, and a typesetter's quotes, dashes and ellipses.
struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Document = std::unique_ptr<cmark_node, NodeDeleter>;
Document parse_document(const Source& source);

// Whether it is a comment, all of it: an author's note.
bool is_comment(std::string_view html);

}  // namespace talkie
