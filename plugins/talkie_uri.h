// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie:///folder/talk.md?voice=en-gb&theme=paper
#pragma once

#include <gst/gst.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace talkie {

inline constexpr const char* kTalkieProtocol = "talkie";

struct ScriptUri {
  std::string path;                                             // absolute
  std::vector<std::pair<std::string, std::string>> properties;  // of talkiesrc
  std::vector<std::pair<std::string, std::string>> settings;    // header keys
};

// A URI may come from anywhere, so it can say how a script looks and sounds, and nothing else: no
// folder to write to, and no voice on a network or of a program that the user did not set up.
Result<ScriptUri> parse_script_uri(const char* uri);
std::string uri_of_script(const std::string& path);
void apply_script_uri(GstElement* talkiesrc, const ScriptUri& uri);

}  // namespace talkie
