// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said, cut into captions: the author's words, in lines that read well.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "speech/timing.h"

namespace talkie {

// A word of a caption, to be lit while it is said. In scripts without spaces it is one of the
// dictionary's.
struct CaptionWord {
  size_t begin = 0;  // bytes of Caption::text; a word that is cut in two has the '\n' in it
  size_t length = 0;
  Time start{};  // on the film's timeline
  Time end{};
};

struct Caption {
  Time start{};  // on the film's timeline
  Time duration{};
  std::string text;  // one or two lines, '\n' between them
  std::string language;
  std::string speaker = {};                        // who says it; empty: the narrator
  std::optional<std::string> second_speaker = {};  // who says the second line, if somebody else
  // In the order they are said; none where the caption is not what is said.
  std::vector<CaptionWord> words = {};
};

struct CaptionLimits {
  // The width of a line, in any unit, and how wide a text is in that unit. By default characters
  // (wide ones, as in Chinese, count two).
  double line_width = 42;
  std::function<double(const std::string&)> measure = {};
  int lines = 2;  // 1 or 2
};

// The captions of a scene: broken at sentences and phrases first, balanced in two lines, each from
// its first word's start to just before the next one (at most 1 s after its last word). What would
// stand for less than a second is joined with what is said before or after it; where two people
// are in one caption, each has a line that begins with a dash.
std::vector<Caption> captions_of(const SceneTiming& timing, const CaptionLimits& limits = {});

std::string to_srt(const std::vector<Caption>& captions);     // SubRip
std::string to_webvtt(const std::vector<Caption>& captions);  // W3C WebVTT
// The same with the time of each word, so that players can light it.
std::string to_webvtt_with_words(const std::vector<Caption>& captions);

}  // namespace talkie
