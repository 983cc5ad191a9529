// SPDX-License-Identifier: LGPL-2.1-or-later
// A film's captions as files beside it: talk.srt, talk.vtt.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "render/render.h"
#include "render/whole_file.h"
#include "timeline/captions.h"

namespace talkie {

// Has the script's captions burned into the pictures or not, as was chosen.
void choose_captions(Script& script, const CaptionChoice& choice);

class CaptionFiles {
 public:
  // The files are begun before the film, so that a folder that cannot be written to is known
  // early. `script`: whose captions they will be.
  static Result<CaptionFiles> begin(const std::string& film, const CaptionChoice& choice,
                                    const Script& script);
  [[nodiscard]] bool empty() const { return files_.empty(); }

  // Writes them; returns their names.
  Result<std::vector<std::string>> write(const std::vector<Caption>& captions);

 private:
  struct File {
    WholeFile file;
    std::string (*write)(const std::vector<Caption>&);
  };
  std::vector<File> files_;
};

}  // namespace talkie
