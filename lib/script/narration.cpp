// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/narration.h"

#include <glib.h>

#include <utility>

#include "base/text.h"
#include "script/cue_text.h"
#include "script/formula_text.h"
#include "script/sound_values.h"

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
  Teller(std::span<const CueLink> links, const NarrationContext& context, Findings& findings)
      : links_(links), context_(context), findings_(findings) {}

  std::vector<Passage> tell(const RichText& text) {
    for (const Span& span : text) {
      if (span.math)
        add(context_.english ? formula_words(span.text) : formula_text(span.text),
            formula_text(span.text));
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
      begin_link();
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

  void begin_link() {
    if (next_link_ == links_.size()) return;
    const CueLink& link = links_[next_link_++];
    if (link.scheme == CueLink::Scheme::cue) return begin_cues(link);
    if (auto effect = parse_effect(link.actions, context_.folder, link.where, findings_))
      part_.effects.push_back(*std::move(effect));
  }

  void begin_cues(const CueLink& link) {
    for (CueAction& action : parse_cues(link.actions, link.where, findings_)) {
      if (action.wait < Time{}) {
        part_.cues.push_back(std::move(action.cue));
        continue;
      }
      finish();
      part_.pause = action.wait;
    }
  }

  // Cues and sounds wait for the first word behind them.
  void place_cues(size_t offset) {
    for (; placed_cues_ < part_.cues.size(); ++placed_cues_)
      part_.cues[placed_cues_].offset = offset;
    for (; placed_effects_ < part_.effects.size(); ++placed_effects_)
      part_.effects[placed_effects_].offset = offset;
  }

  void finish() {
    part_.text = trim(part_.text);
    part_.caption = trim(part_.caption);
    if (part_.caption == part_.text) part_.caption.clear();
    place_cues(part_.text.size());
    parts_.push_back(std::exchange(part_, {}));
    placed_cues_ = placed_effects_ = 0;
  }

  std::span<const CueLink> links_;
  const NarrationContext& context_;
  Findings& findings_;
  std::vector<Passage> parts_;
  Passage part_;
  size_t placed_cues_ = 0;  // of part_, those whose word is known
  size_t placed_effects_ = 0;
  size_t next_link_ = 0;
};

}  // namespace

std::vector<Passage> narrate(const RichText& text, std::span<const CueLink> links,
                             const NarrationContext& context, Findings& findings) {
  return Teller(links, context, findings).tell(text);
}

}  // namespace talkie
