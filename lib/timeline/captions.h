// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said, cut into captions: the author's words, in lines that read well.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "speech/timing.h"

namespace talkie {

struct Caption {
  Time start{};  // on the film's timeline
  Time duration{};
  std::string text;  // one or two lines, '\n' between them
  std::string language;
};

struct CaptionLimits {
  // The width of a line, in any unit, and how wide a text is in that unit. By default characters
  // (wide ones, as in Chinese, count two).
  double line_width = 42;
  std::function<double(const std::string&)> measure = {};
  int lines = 2;  // 1 or 2
};

// The captions of a scene: broken at sentences and phrases first, balanced in two lines, each from
// its first word's start to just before the next one (at most 1 s after its last word).
std::vector<Caption> captions_of(const SceneTiming& timing, const CaptionLimits& limits = {});

std::string to_srt(const std::vector<Caption>& captions);     // SubRip
std::string to_webvtt(const std::vector<Caption>& captions);  // W3C WebVTT

}  // namespace talkie
