// SPDX-License-Identifier: LGPL-2.1-or-later
// The verbs, one file each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace talkie::tool {

// Exit statuses.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;         // something is wrong with the input, or rendering failed
inline constexpr int kUsage = 2;          // something is wrong with the command line
inline constexpr int kInterrupted = 130;  // Ctrl-C, as shells count it

struct Verb {
  std::string_view name;
  std::string_view summary;  // one line, for the overview
  std::string_view help;     // the page that --help shows
  int (*run)(const Verb& verb, std::vector<std::string> words);
};

extern const Verb kRender;
extern const Verb kCheck;
extern const Verb kInspect;
extern const Verb kPreview;
extern const Verb kLive;
extern const Verb kNew;
extern const Verb kVoices;
extern const Verb kTheme;
extern const Verb kThemes;
extern const Verb kPresets;
extern const Verb kCache;
extern const Verb kDoctor;

}  // namespace talkie::tool
