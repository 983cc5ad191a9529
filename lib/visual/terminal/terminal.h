// SPDX-License-Identifier: LGPL-2.1-or-later
// A terminal window that moves: commands typed and answered, or a recording played.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "script/scene.h"
#include "visual/visual.h"

namespace talkie {

// What a page gives to a terminal on it. Colours are 0xRRGGBB.
struct TerminalStyle {
  std::string family = "JetBrains Mono";
  std::string behind;          // ", Family" for each that stands in where that lacks a script
  std::string language;        // BCP 47: chooses between the forms that a character has
  double u = 24;               // pixels, as unit_of()
  Size most;                   // the window is as large as fits this
  uint32_t ground = 0;         // of the page: a window as dark as that gets an edge
  uint32_t text = 0xffffff;    // of the page
  uint32_t accent = 0x6ea8fe;  // the cursor, where the look is the theme's
  double corner_px = 24;
  // Of the theme's code windows: without a look of its own a terminal looks like these.
  std::optional<uint32_t> window;
  std::optional<uint32_t> window_text;
};

// The whole window with its frame, `size()` pixels large, transparent outside of its corners.
// A text is written like this:
//   $ ls -l          typed; also "# ", "% ", ">>> " where the first line begins so, and full
//                    prompts such as "me@host:~$ "
//   > more           typed after a line that is not complete: it ends in \ | && { ( or has <<
//   (wait 2)         nothing happens for two seconds
//   anything else    comes out; \e[31m, \033[31m, \x1b[31m and real escapes colour it
// Its columns and rows are what it takes: at least 40 and at most 80 columns, fewer where they
// would be illegible, and then it scrolls. A recording has its own; given ones cut its right or
// lower part off. It is fitted to what is said (half to twice as fast as people type; up to four
// times as fast as was recorded; faster where it would not reach its end within the scene), unless
// its speed is neither 0 nor 1: then it is that many times as fast as natural. `where` is the
// block's. Warnings go to `problems`; errors in a recording have its own lines.
Result<std::shared_ptr<const Animation>> make_terminal(const Terminal& terminal,
                                                       const TerminalStyle& style,
                                                       const Place& where, Problems& problems);

}  // namespace talkie
