// SPDX-License-Identifier: LGPL-2.1-or-later
// Captions as files: SubRip, and WebVTT (W3C, https://www.w3.org/TR/webvtt1/).
#include <cstdio>

#include "timeline/captions.h"

namespace talkie {

namespace {

// "00:01:02.345"; hours take as many digits as they need.
std::string timestamp(Time time, char point) {
  const int64_t ms = (time.count() + 500'000) / 1'000'000;
  char text[48];
  std::snprintf(text, sizeof text, "%02lld:%02d:%02d%c%03d", static_cast<long long>(ms / 3'600'000),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60), point,
                static_cast<int>(ms % 1000));
  return text;
}

std::string time_line(const Caption& caption, char point) {
  return timestamp(caption.start, point) + " --> " +
         timestamp(caption.start + caption.duration, point) + "\n";
}

// WebVTT, section 4.2.2: & and < begin something, and --> would be a time line.
std::string escape_cue(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

}  // namespace

std::string to_srt(const std::vector<Caption>& captions) {
  std::string srt;
  int number = 0;
  for (const Caption& caption : captions)
    srt += std::to_string(++number) + "\n" + time_line(caption, ',') + caption.text + "\n\n";
  return srt;
}

std::string to_webvtt(const std::vector<Caption>& captions) {
  std::string vtt = "WEBVTT\n\n";
  for (const Caption& caption : captions)
    vtt += time_line(caption, '.') + escape_cue(caption.text) + "\n\n";
  return vtt;
}

}  // namespace talkie
