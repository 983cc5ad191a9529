// SPDX-License-Identifier: LGPL-2.1-or-later
// What speaks in ttssrc between two flushes: voices, the bed under them, and what is told of both.
#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <string>

#include "base/cache.h"
#include "base/error.h"
#include "film_line.h"
#include "script/lexicon.h"
#include "speech/provider.h"
#include "speech/speaker.h"

namespace talkie {

struct SpeechSettings {
  NarratorOptions narrator;  // without a cache, which is
  std::string cache_folder;  // empty: none
  std::string lexicon;       // a file; empty: none
  std::string text;
  int lookahead = 3;
  std::shared_ptr<FilmLine> line;  // which is told what is spoken, and says from where on; or null
};

class SpeechRun {
 public:
  // Errors: a lexicon that cannot be read; what is odd in it is a warning on the bus.
  static Result<std::shared_ptr<SpeechRun>> begin(GstElement* element,
                                                  const SpeechSettings& settings);

  Speaker& speaker() { return *speaker_; }
  // Hands over a scene, with the lexicon's words marked. As Speaker::add().
  bool add(Scene scene);

  // Posts "talkie-speech-fallback" for every utterance of the scene that another voice had to say.
  static void post_fallbacks(GstElement* element, const SceneTiming& timing);
  // Posts "talkie-speech", with what was asked of each provider in this run.
  void post_counts(GstElement* element) const;

 private:
  std::optional<Cache> cache_;
  Lexicon lexicon_;
  CountsByProvider counted_ = provider_counts();  // before this run
  std::unique_ptr<Speaker> speaker_;
};

}  // namespace talkie
