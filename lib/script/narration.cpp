// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/narration.h"

#include <glib.h>

#include <utility>

#include "base/text.h"
#include "script/cue_text.h"
#include "script/formula_text.h"

namespace talkie {

namespace {

bool begins_word(std::string_view text) {
  const gunichar c = g_utf8_get_char(text.data());
  return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

// A picture or a note that was taken out leaves two spaces.
void add_character(std::string& text, std::string_view character) {
  if (character != " " || (!text.empty() && !text.ends_with(' '))) text += character;
}

class Teller {
 public:
  Teller(std::span<const CueLink> links, bool english, Findings& findings)
      : links_(links), english_(english), findings_(findings) {}

  std::vector<Said> tell(const RichText& text) {
    for (const Span& span : text) {
      if (span.math)
        add(english_ ? formula_words(span.text) : formula_text(span.text), formula_text(span.text));
      else
        add(span.text);
    }
    finish();
    return std::move(parts_);
  }

 private:
  // Text with marks.
  void add(std::string_view text) {
    for (size_t mark = text.find(kCueMark); mark != text.npos; mark = text.find(kCueMark)) {
      add(text.substr(0, mark), text.substr(0, mark));
      text.remove_prefix(mark + kCueMark.size());
      begin_cues();
    }
    add(text, text);
  }

  void add(std::string_view spoken, std::string_view shown) {
    for (size_t at = 0; at < spoken.size();) {
      const size_t length = static_cast<size_t>(g_utf8_next_char(&spoken[at]) - &spoken[at]);
      const std::string_view character = spoken.substr(at, length);
      if (begins_word(character)) place_cues(part_.text.size());
      add_character(part_.text, character);
      at += length;
    }
    for (size_t at = 0; at < shown.size();) {
      const size_t length = static_cast<size_t>(g_utf8_next_char(&shown[at]) - &shown[at]);
      add_character(part_.caption, shown.substr(at, length));
      at += length;
    }
  }

  void begin_cues() {
    if (next_link_ == links_.size()) return;
    const CueLink& link = links_[next_link_++];
    for (CueAction& action : parse_cues(link.actions, link.where, findings_)) {
      if (action.wait < Time{}) {
        part_.cues.push_back(std::move(action.cue));
        continue;
      }
      finish();
      part_.pause = action.wait;
    }
  }

  // Cues wait for the first word behind them.
  void place_cues(size_t offset) {
    for (; placed_ < part_.cues.size(); ++placed_)
      part_.cues[placed_].offset = offset;
  }

  void finish() {
    part_.text = trim(part_.text);
    part_.caption = trim(part_.caption);
    if (part_.caption == part_.text) part_.caption.clear();
    place_cues(part_.text.size());
    parts_.push_back(std::exchange(part_, {}));
    placed_ = 0;
  }

  std::span<const CueLink> links_;
  const bool english_;
  Findings& findings_;
  std::vector<Said> parts_;
  Said part_;
  size_t placed_ = 0;  // cues of part_ whose word is known
  size_t next_link_ = 0;
};

}  // namespace

std::vector<Said> narrate(const RichText& text, std::span<const CueLink> links, bool english,
                          Findings& findings) {
  return Teller(links, english, findings).tell(text);
}

}  // namespace talkie
