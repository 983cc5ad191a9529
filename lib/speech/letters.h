// SPDX-License-Identifier: LGPL-2.1-or-later
// How much a scene has to say, for guesses of how long it will be before anybody has spoken it.
#pragma once

#include <variant>

#include "script/scene.h"

namespace talkie {

// In letters, with some for the breath that every scene takes.
inline double letters_to_say(const Scene& scene) {
  double letters = 30;
  for (const NarrationStep& step : scene.narration)
    if (const auto* utterance = std::get_if<Utterance>(&step))
      letters += static_cast<double>(utterance->text.size());
  return letters;
}

}  // namespace talkie
