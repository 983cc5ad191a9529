// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/scene_builder.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "script/limits.h"

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
size_t parts_of(const Image&) {
  return 1;
}
size_t parts_of(const Code&) {
  return 1;
}

}  // namespace

SceneBuilder::SceneBuilder(const Header& header, bool narakeet, Findings& findings)
    : header_(header), narakeet_(narakeet), findings_(findings) {
  begin();
}

void SceneBuilder::begin() {
  scene_ = header_.scene;
  voice_ = header_.voice;
  has_content_ = false;
  parts_ = 0;
  spoken_ = 0;
  first_direction_.reset();
}

void SceneBuilder::end() {
  show_waiting_caption();
  const bool empty = scene_.blocks.empty() && scene_.narration.empty() && !scene_.duration;
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
  if (!empty && !full_) scenes_.push_back(std::move(scene_));
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

void SceneBuilder::say(std::string text, const Place& where) {
  // A picture or a note that was taken out leaves two spaces.
  const auto both_spaces = [](char a, char b) { return a == ' ' && b == ' '; };
  text.erase(std::unique(text.begin(), text.end(), both_spaces), text.end());
  if (text.empty()) return;
  const size_t characters = count_characters(text);
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
  Utterance utterance = voice_;
  utterance.text = std::move(text);
  utterance.caption = std::exchange(next_caption_, {});
  utterance.where = where;
  scene_.narration.emplace_back(std::move(utterance));
  has_content_ = true;
}

void SceneBuilder::caption_last(std::string_view caption) {
  for (auto step = scene_.narration.rbegin(); step != scene_.narration.rend(); ++step)
    if (auto* utterance = std::get_if<Utterance>(&*step)) {
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
