// SPDX-License-Identifier: LGPL-2.1-or-later
// Puts what a script says one after another into scenes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/findings.h"
#include "script/header.h"
#include "script/inlines.h"
#include "script/media.h"
#include "script/scene.h"

namespace talkie {

class SceneBuilder {
 public:
  SceneBuilder(const Header& header, bool narakeet, Findings& findings);

  // A separator: what follows is another scene.
  void separate();
  // A heading comes: one of level 1 or 2 begins a scene, unless this one has nothing yet.
  void begin_heading(int level);
  template <typename Content>
  void show(Content content, const Place& where) {
    add({std::move(content), steps(), where});
    has_content_ = true;
  }
  // A picture that fills the background belongs to the heading that follows it.
  void show(Image image, const Place& where);
  void show(Media media, const Place& where);
  void show(Effect effect, const Place& where);
  // A paragraph follows: whoever spoke the last one is silent again.
  void begin_paragraph() { speaker_ = nullptr; }
  [[nodiscard]] bool names_speaker(const RichText& line) const {
    return speaker_of(line, header_.speakers) != nullptr;
  }
  // Words of a paragraph; `links` are the cues and sounds whose marks stand in them.
  void say(RichText text, std::span<const CueLink> links, const Place& where);
  void say(std::string text, const Place& where);
  // A paragraph in SSML, as it was written.
  void say_ssml(std::string_view text, const Place& where);
  // Captions instead of the last utterance's text, and of the next one's.
  void caption_last(std::string_view caption);
  void caption_next(std::string_view caption, const Place& where);

  // For stage directions.
  void label(Label::Role role, RichText text, const Place& where);
  void pause(Time length, const Place& where);
  // What the next block that is neither heading nor label is laid over the page as.
  void overlay_next(const Overlay& overlay, const Place& where);
  // What happens when the next step of the narration begins, or after all of them.
  void cue_next(Cue cue);
  void sound_next(Effect effect);
  Scene& scene_for(const Place& direction);
  Utterance& voice() { return voice_; }

  [[nodiscard]] bool narakeet() const { return narakeet_; }
  [[nodiscard]] const std::string& folder() const { return header_.scene.film.folder; }
  [[nodiscard]] bool has_narration() const { return steps() > 0; }

  // Too much was said already, and an error says so: there is no need to go on.
  [[nodiscard]] bool is_full() const { return full_; }
  std::vector<Scene> finish();

 private:
  void begin();
  void end();
  void add(Block block);
  void add(Cue cue);
  void add(Effect effect);
  void say_as(Utterance utterance, const Place& where);
  void count(size_t parts);
  void place_at(const Place& where);
  void show_waiting_caption();
  void refuse_waiting_overlay();
  void refuse_links(const std::string& text, const Place& where);
  [[nodiscard]] bool is_english(const Utterance& utterance) const;
  [[nodiscard]] int steps() const { return static_cast<int>(scene_.narration.size()); }

  const Header& header_;
  const bool narakeet_;
  Findings& findings_;
  std::vector<Scene> scenes_;
  bool full_ = false;
  std::optional<Music> music_;  // plays on from scene to scene
  // The scene that is being built:
  Scene scene_;
  Utterance voice_;                   // what its next utterance begins as
  const Speaker* speaker_ = nullptr;  // of the paragraph
  bool has_content_ = false;
  size_t parts_ = 0;
  size_t spoken_ = 0;  // characters
  std::optional<Place> first_direction_;
  bool shows_formulas_ = false;  // the last utterance's caption is ours, not the author's
  std::string next_caption_;
  Place next_caption_where_;
  std::optional<Overlay> next_overlay_;
  Place next_overlay_where_;
};

}  // namespace talkie
