// SPDX-License-Identifier: LGPL-2.1-or-later
// cmark's blocks as blocks of a scene.
#pragma once

#include <cmark-gfm.h>

#include "script/inlines.h"

namespace talkie {

// A list with its nested lists in reading order. `extras` are the pictures, code blocks and other
// parts in it that are no text: they are shown after it.
List read_list(cmark_node* node, const Source& source, std::vector<cmark_node*>& extras,
               std::vector<ImageReference>& images, Findings& findings);
Table read_table(cmark_node* node, const Source& source, Findings& findings);
Quote read_quote(cmark_node* node, const Source& source, std::vector<ImageReference>& images,
                 Findings& findings);
// With its language and the rest of its info string, which is not read yet.
Code read_code(cmark_node* node, const Source& source);
// The place of the info string's part behind the language.
Place place_of_info(cmark_node* node, const Code& code, const Source& source);

Place place_of(cmark_node* node, const Source& source);
// cmark's extensions have no constants for their nodes' types.
bool is_type(cmark_node* node, std::string_view type);

}  // namespace talkie
