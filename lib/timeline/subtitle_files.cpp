// SPDX-License-Identifier: LGPL-2.1-or-later
// Captions as files: SubRip, and WebVTT (W3C, https://www.w3.org/TR/webvtt1/).
#include <cstdio>
#include <string_view>

#include "timeline/captions.h"

namespace talkie {

namespace {

int64_t milliseconds_of(Time time) {
  return (time.count() + 500'000) / 1'000'000;
}

// "00:01:02.345"; hours take as many digits as they need.
std::string timestamp(Time time, char point) {
  const int64_t ms = milliseconds_of(time);
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
std::string escape_cue(std::string_view text) {
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

// Bytes `begin` to `end` of a caption's text, each word with its time before it. Such times are
// after the cue's start and after the one before, and before the cue's end; others are left out.
std::string timed_text(const Caption& caption, const std::vector<CaptionWord>& words, size_t begin,
                       size_t end) {
  const std::string_view text = caption.text;
  const int64_t cue_end = milliseconds_of(caption.start + caption.duration);
  int64_t last = milliseconds_of(caption.start);
  std::string timed;
  for (const CaptionWord& word : words) {
    const int64_t time = milliseconds_of(word.start);
    if (time <= last || time >= cue_end) continue;
    last = time;
    if (word.begin < begin || word.begin >= end) continue;
    timed += escape_cue(text.substr(begin, word.begin - begin));
    timed += "<" + timestamp(word.start, '.') + ">";
    begin = word.begin;
  }
  return timed + escape_cue(text.substr(begin, end - begin));
}

// The same section: what one speaker says is in a voice span.
std::string voice_span(const std::string& speaker, const std::string& cue) {
  return speaker.empty() ? cue : "<v " + escape_cue(speaker) + ">" + cue + "</v>";
}

std::string cue_text(const Caption& caption, const std::vector<CaptionWord>& words) {
  const size_t size = caption.text.size();
  if (!caption.second_speaker)
    return voice_span(caption.speaker, timed_text(caption, words, 0, size));
  const size_t second = caption.text.find('\n') + 1;
  return voice_span(caption.speaker, timed_text(caption, words, 0, second - 1)) + "\n" +
         voice_span(*caption.second_speaker, timed_text(caption, words, second, size));
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
    vtt += time_line(caption, '.') + cue_text(caption, {}) + "\n\n";
  return vtt;
}

std::string to_webvtt_with_words(const std::vector<Caption>& captions) {
  std::string vtt = "WEBVTT\n\n";
  for (const Caption& caption : captions)
    vtt += time_line(caption, '.') + cue_text(caption, caption.words) + "\n\n";
  return vtt;
}

}  // namespace talkie
