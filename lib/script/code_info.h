// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands behind a fenced block's language: ```ts {2-3|all} [app.ts]
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "script/findings.h"
#include "script/scene.h"

namespace talkie {

// Reads `code.info` into the other fields; the text must be there already. `where` is the place of
// the info's first character. Line steps count as the numbers that are shown.
void read_code_info(Code& code, const Place& where, Findings& findings);

// "matrix", "{look: matrix, columns: 80}".
void read_terminal_info(std::string_view info, const Place& where, Terminal& terminal,
                        Findings& findings);
// The fields of such a group, which may have others too ("file").
class Fields;
void read_terminal_fields(Fields& fields, Terminal& terminal);

}  // namespace talkie
