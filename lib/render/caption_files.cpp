// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/caption_files.h"

#include <array>
#include <filesystem>
#include <utility>

#include "base/text.h"

namespace talkie {

Result<CaptionChoice> captions_from_text(std::string_view text) {
  constexpr std::array<std::string_view, 5> known = {"burned", "words", "srt", "vtt", "none"};
  CaptionChoice choice;
  for (const std::string_view part : split(text, ',')) {
    const std::string word = to_lower(trim(part));
    if (word == "burned") {
      choice.burned = true;
    } else if (word == "words") {
      choice.burned = choice.words = true;
    } else if (word == "srt") {
      choice.srt = true;
    } else if (word == "vtt") {
      choice.vtt = true;
    } else if (word != "none") {
      return Error{ErrorKind::bad_value,
                   "there are no captions '" + word +
                       "'; choose from burned, words, srt, vtt and none, with commas between." +
                       suggestion(word, known)};
    }
  }
  return choice;
}

void choose_captions(Script& script, const CaptionChoice& choice) {
  if (choice.as_script) return;
  for (Scene& scene : script.scenes) {
    set_burned(scene.film.captions, choice.burned);
    if (choice.words) scene.film.captions = CaptionMode::words;
  }
  script.film.captions = script.scenes.front().film.captions;
}

Result<CaptionFiles> CaptionFiles::begin(const std::string& film, const CaptionChoice& choice,
                                         const Script& script) {
  CaptionFiles files;
  const auto add = [&](const char* extension, auto write) -> Result<void> {
    auto file = WholeFile::begin(std::filesystem::path(film).replace_extension(extension));
    if (!file) return file.error();
    files.files_.push_back({*std::move(file), write});
    return {};
  };
  const bool words = script.film.captions == CaptionMode::words;
  if (choice.srt)
    if (auto added = add(".srt", to_srt); !added) return added.error();
  if (choice.vtt)
    if (auto added = add(".vtt", words ? to_webvtt_with_words : to_webvtt); !added)
      return added.error();
  return files;
}

Result<std::vector<std::string>> CaptionFiles::write(const std::vector<Caption>& captions) {
  std::vector<std::string> names;
  for (File& one : files_) {
    names.push_back(one.file.target());
    if (auto written = write_file(one.file.temporary(), one.write(captions)); !written)
      return written.error();
    if (auto committed = one.file.commit(); !committed) return committed.error();
  }
  return names;
}

}  // namespace talkie
