// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/scene_builder.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "script/limits.h"
#include "script/narration.h"
#include "script/ssml.h"

namespace talkie {

namespace {

size_t parts_of(const RichText& text) {
  return 1 + text.size();
}
size_t parts_of(const std::vector<RichText>& texts) {
  size_t parts = 0;
  for (const RichText& text : texts)
    parts += parts_of(text);
  return parts;
}

size_t parts_of(const List& list) {
  size_t parts = 0;
  for (const ListItem& item : list.items)
    parts += parts_of(item.text);
  return parts;
}
size_t parts_of(const Table& table) {
  size_t parts = parts_of(table.header);
  for (const std::vector<RichText>& row : table.rows)
    parts += parts_of(row);
  return parts;
}
size_t parts_of(const Quote& quote) {
  return parts_of(quote.paragraphs) + parts_of(quote.author);
}
size_t parts_of(const Heading& heading) {
  return parts_of(heading.text);
}
size_t parts_of(const Label& label) {
  return parts_of(label.text);
}
// A picture, a drawing, a window: one thing.
template <typename Content>
size_t parts_of(const Content&) {
  return 1;
}

}  // namespace

SceneBuilder::SceneBuilder(const Header& header, bool narakeet, Findings& findings)
    : header_(header), narakeet_(narakeet), findings_(findings), music_(header.scene.music) {
  begin();
}

void SceneBuilder::begin() {
  scene_ = header_.scene;
  scene_.music = music_;
  voice_ = header_.voice;
  has_content_ = false;
  parts_ = 0;
  spoken_ = 0;
  first_direction_.reset();
}

void SceneBuilder::end() {
  show_waiting_caption();
  refuse_waiting_overlay();
  const bool empty = scene_.blocks.empty() && scene_.narration.empty() && !scene_.duration &&
                     scene_.recording.empty();
  if (empty && first_direction_)
    findings_.warn(*first_direction_,
                   "this scene has nothing to show or say, so it is left out, and its stage "
                   "directions with it");
  if (!empty && scenes_.size() == kMaxScenes && !full_) {
    findings_.fail(ErrorKind::too_large, scene_.where,
                   "this script has more than " + std::to_string(kMaxScenes) +
                       " scenes; split it into several films");
    full_ = true;
  }
  if (empty || full_) return;
  music_ = scene_.music;
  scenes_.push_back(std::move(scene_));
}

void SceneBuilder::separate() {
  end();
  begin();
}

void SceneBuilder::begin_heading(int level) {
  if (level <= 2 && has_content_) separate();
}

void SceneBuilder::show(Image image, const Place& where) {
  if (image.side != Image::Side::background) has_content_ = true;
  add({std::move(image), steps(), where});
}

void SceneBuilder::show(Media media, const Place& where) {
  std::visit([&](auto& content) { show(std::move(content), where); }, media);
}

void SceneBuilder::show(Effect effect, const Place&) {
  sound_next(std::move(effect));
}

void SceneBuilder::say(std::string text, const Place& where) {
  say(RichText{{std::move(text)}}, {}, where);
}

void SceneBuilder::say(RichText text, std::span<const CueLink> links, const Place& where) {
  if (const Speaker* named = take_speaker(text, header_.speakers, where, findings_))
    speaker_ = named;
  Utterance voice = voice_;
  if (speaker_) speak_as(*speaker_, voice);
  for (Passage& passage : narrate(text, links, {folder(), is_english(voice)}, findings_)) {
    if (passage.pause > Time{}) pause(passage.pause, where);
    const auto add_all = [&](auto& waiting) {
      for (auto& one : waiting) {
        const bool word = one.offset < passage.text.size();
        one.step = steps() + (word || passage.text.empty() ? 0 : 1);
        if (!word) one.offset = 0;
        add(std::move(one));
      }
    };
    add_all(passage.cues);
    add_all(passage.effects);
    if (passage.text.empty()) continue;
    refuse_links(passage.text, where);
    Utterance utterance = voice;
    utterance.text = std::move(passage.text);
    utterance.caption = std::move(passage.caption);
    say_as(std::move(utterance), where);
  }
}

void SceneBuilder::say_ssml(std::string_view text, const Place& where) {
  for (NarrationStep& step : read_ssml(text, where, voice_, findings_)) {
    if (const auto* silence = std::get_if<Pause>(&step)) {
      pause(silence->length, where);
    } else {
      auto& utterance = std::get<Utterance>(step);
      const Place begin = utterance.where;
      say_as(std::move(utterance), begin);
    }
  }
}

void SceneBuilder::refuse_links(const std::string& text, const Place& where) {
  if (text.find("](cue:") != text.npos)
    findings_.fail(ErrorKind::syntax, where,
                   "a cue's link is not complete: it must not have a space in it, as in "
                   "[words](cue:callout=circle:mux) or [words](<cue:highlight=big box>)");
  if (text.find("](sound:") != text.npos)
    findings_.fail(ErrorKind::syntax, where,
                   "a sound's link is not complete: it must not have a space in it, as in "
                   "[words](sound:ding.ogg) or [words](<sound:ding.ogg 50%>)");
}

void SceneBuilder::say_as(Utterance utterance, const Place& where) {
  const size_t characters = count_characters(utterance.text);
  if (characters > kMaxParagraphCharacters)
    findings_.fail(ErrorKind::too_large, where,
                   "this paragraph has more than " + std::to_string(kMaxParagraphCharacters) +
                       " characters; split it into several");
  spoken_ += characters;
  if (spoken_ > kMaxSpokenCharacters && !std::exchange(full_, true))
    findings_.fail(ErrorKind::too_large, where,
                   "more than " + std::to_string(kMaxSpokenCharacters) +
                       " characters are spoken in this scene; split it with ---");
  place_at(where);
  count(1);
  shows_formulas_ = next_caption_.empty() && !utterance.caption.empty();
  if (!next_caption_.empty()) utterance.caption = std::exchange(next_caption_, {});
  utterance.where = where;
  scene_.narration.emplace_back(std::move(utterance));
  has_content_ = true;
}

bool SceneBuilder::is_english(const Utterance& utterance) const {
  const std::string& language =
      utterance.language.empty() ? header_.scene.film.language : utterance.language;
  return to_lower(language.substr(0, 2)) == "en";
}

void SceneBuilder::caption_last(std::string_view caption) {
  for (auto step = scene_.narration.rbegin(); step != scene_.narration.rend(); ++step)
    if (auto* utterance = std::get_if<Utterance>(&*step)) {
      if (std::exchange(shows_formulas_, false)) utterance->caption.clear();
      if (!utterance->caption.empty()) utterance->caption += ' ';
      utterance->caption += caption;
      return;
    }
}

void SceneBuilder::caption_next(std::string_view caption, const Place& where) {
  place_at(where);
  if (next_caption_.empty()) next_caption_where_ = where;
  if (!next_caption_.empty()) next_caption_ += ' ';
  next_caption_ += caption;
}

// A caption in a scene where nothing is said after it is small print on the page.
void SceneBuilder::show_waiting_caption() {
  if (next_caption_.empty()) return;
  const std::string caption = std::exchange(next_caption_, {});
  label(Label::Role::statement, {{caption}}, next_caption_where_);
}

void SceneBuilder::label(Label::Role role, RichText text, const Place& where) {
  add({Label{role, std::move(text)}, steps(), where});
}

void SceneBuilder::pause(Time length, const Place& where) {
  scene_for(where).narration.emplace_back(Pause{length});
  count(1);
}

void SceneBuilder::overlay_next(const Overlay& overlay, const Place& where) {
  refuse_waiting_overlay();
  scene_for(where);
  next_overlay_ = overlay;
  next_overlay_where_ = where;
}

void SceneBuilder::refuse_waiting_overlay() {
  if (!next_overlay_) return;
  next_overlay_.reset();
  findings_.fail(ErrorKind::bad_value, next_overlay_where_,
                 "nothing follows in this scene that could be laid over the page; write a picture, "
                 "video, terminal, code or drawing below");
}

void SceneBuilder::cue_next(Cue cue) {
  cue.step = steps();
  add(std::move(cue));
}

void SceneBuilder::sound_next(Effect effect) {
  effect.step = steps();
  add(std::move(effect));
}

void SceneBuilder::add(Effect effect) {
  scene_for(effect.where);
  if (scene_.effects.size() == kMaxEffects && !full_) {
    findings_.fail(ErrorKind::too_large, effect.where,
                   "this scene has more than " + std::to_string(kMaxEffects) +
                       " sounds; split it into several with ---");
    full_ = true;
  }
  if (!full_) scene_.effects.push_back(std::move(effect));
}

void SceneBuilder::add(Cue cue) {
  scene_for(cue.where);
  if (scene_.cues.size() == kMaxCues && !full_) {
    findings_.fail(ErrorKind::too_large, cue.where,
                   "this scene has more than " + std::to_string(kMaxCues) +
                       " cues; split it into several with ---");
    full_ = true;
  }
  if (!full_) scene_.cues.push_back(std::move(cue));
}

Scene& SceneBuilder::scene_for(const Place& direction) {
  place_at(direction);
  if (!first_direction_) first_direction_ = direction;
  return scene_;
}

void SceneBuilder::count(size_t parts) {
  parts_ += parts;
  if (parts_ <= kMaxParts || full_) return;
  findings_.fail(ErrorKind::too_large, scene_.where,
                 "this scene has more than " + std::to_string(kMaxParts) +
                     " parts (items, cells, paragraphs); split it into several with ---");
  full_ = true;
}

void SceneBuilder::add(Block block) {
  place_at(block.where);
  const bool text = std::holds_alternative<Heading>(block.content) ||
                    std::holds_alternative<Label>(block.content);
  if (!text && next_overlay_) block.overlay = std::exchange(next_overlay_, {});
  count(std::visit([](const auto& content) { return parts_of(content); }, block.content));
  scene_.blocks.push_back(std::move(block));
}

void SceneBuilder::place_at(const Place& where) {
  if (scene_.where == Place{}) scene_.where = where;
}

std::vector<Scene> SceneBuilder::finish() {
  end();
  return std::move(scenes_);
}

}  // namespace talkie
