// SPDX-License-Identifier: LGPL-2.1-or-later
// Video files that the tests of clips make for themselves, with ffmpeg.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "outside.h"

namespace talkie {

// Frame n of it is grey, of luma 20 + 3 n.
inline constexpr int kFirstGrey = 20;
inline constexpr int kGreyStep = 3;
inline const std::string kGreys =
    "color=black:s=320x180:r=30:d=2,format=yuv420p,geq=lum='20+3*N':cb=128:cr=128";

// ffmpeg with these arguments, the last of which is the file's name in the folder.
inline std::string make_clip(const outside::Folder& folder, std::vector<std::string> arguments) {
  arguments.back() = (folder.path() / arguments.back()).string();
  arguments.insert(arguments.begin(), {"ffmpeg", "-v", "error", "-y"});
  const auto made = outside::run(arguments);
  EXPECT_EQ(made.status, 0) << made.errors;
  return arguments.back();
}

// That lavfi graph, encoded so that its levels stay as they are.
inline std::string make_pictures(const outside::Folder& folder, const std::string& graph,
                                 const std::string& name,
                                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"-f", "lavfi", "-i", graph, "-c:v", "libx264", "-qp", "4"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  arguments.push_back(name);
  return make_clip(folder, arguments);
}

}  // namespace talkie
