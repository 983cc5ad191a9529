// SPDX-License-Identifier: LGPL-2.1-or-later
// The words that stand for enumerators in scripts and in scenes' JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/scene.h"

namespace talkie {

template <typename E>
struct Named {
  std::string_view name;
  E value;
};

// The first name of a value is the one that is written; later ones are read as well.
inline constexpr Named<Align> kAlignNames[] = {{"auto", Align::automatic},
                                               {"left", Align::left},
                                               {"centre", Align::centre},
                                               {"center", Align::centre},
                                               {"right", Align::right}};
inline constexpr Named<Image::Fit> kFitNames[] = {{"auto", Image::Fit::automatic},
                                                  {"contain", Image::Fit::contain},
                                                  {"fit", Image::Fit::contain},
                                                  {"cover", Image::Fit::cover},
                                                  {"stretch", Image::Fit::stretch}};
inline constexpr Named<Image::Side> kSideNames[] = {
    {"auto", Image::Side::automatic}, {"left", Image::Side::left},
    {"right", Image::Side::right},    {"centre", Image::Side::centre},
    {"center", Image::Side::centre},  {"background", Image::Side::background},
    {"bg", Image::Side::background},
};
inline constexpr Named<Label::Role> kRoleNames[] = {{"kicker", Label::Role::kicker},
                                                    {"subtitle", Label::Role::subtitle},
                                                    {"footer", Label::Role::footer},
                                                    {"statement", Label::Role::statement},
                                                    {"lower-third", Label::Role::lower_third}};
inline constexpr Named<Transition::Kind> kTransitionNames[] = {
    {"cut", Transition::Kind::cut},
    {"crossfade", Transition::Kind::crossfade},
    {"dissolve", Transition::Kind::dissolve},
    {"fade-black", Transition::Kind::fade_black},
    {"fade-white", Transition::Kind::fade_white},
    {"wipe", Transition::Kind::wipe},
    {"slide", Transition::Kind::slide},
    {"push", Transition::Kind::push},
    {"reveal", Transition::Kind::reveal},
    {"circle", Transition::Kind::circle},
    {"radial", Transition::Kind::radial},
    {"zoom", Transition::Kind::zoom},
    {"morph", Transition::Kind::morph}};
inline constexpr Named<Movement> kMovementNames[] = {{"none", Movement::none},
                                                     {"zoom", Movement::zoom},
                                                     {"zoomin", Movement::zoom},
                                                     {"zoomout", Movement::zoom_out},
                                                     {"pan", Movement::pan},
                                                     {"panzoom", Movement::pan_zoom},
                                                     {"panzoomout", Movement::pan_zoom_out}};
inline constexpr Named<Clip::Filling> kFillingNames[] = {{"freeze", Clip::Filling::freeze},
                                                         {"loop", Clip::Filling::loop},
                                                         {"match", Clip::Filling::match}};
inline constexpr Named<Drawing::Kind> kDrawingNames[] = {
    {"mermaid", Drawing::Kind::mermaid}, {"dot", Drawing::Kind::dot},
    {"graphviz", Drawing::Kind::dot},    {"math", Drawing::Kind::math},
    {"latex-math", Drawing::Kind::math}, {"vega-lite", Drawing::Kind::vega_lite},
    {"chart", Drawing::Kind::chart},     {"visual", Drawing::Kind::visual}};
inline constexpr Named<Overlay::Place> kOverlayNames[] = {
    {"top-left", Overlay::Place::top_left},   {"top", Overlay::Place::top},
    {"top-right", Overlay::Place::top_right}, {"left", Overlay::Place::left},
    {"centre", Overlay::Place::centre},       {"center", Overlay::Place::centre},
    {"right", Overlay::Place::right},         {"bottom-left", Overlay::Place::bottom_left},
    {"bottom", Overlay::Place::bottom},       {"bottom-right", Overlay::Place::bottom_right},
    {"left-half", Overlay::Place::left_half}, {"right-half", Overlay::Place::right_half}};
inline constexpr Named<Cue::Kind> kCueNames[] = {
    {"show", Cue::Kind::show},           {"next", Cue::Kind::next},   {"step", Cue::Kind::next},
    {"highlight", Cue::Kind::highlight}, {"zoom", Cue::Kind::zoom},   {"pan", Cue::Kind::pan},
    {"callout", Cue::Kind::callout},     {"point", Cue::Kind::point}, {"play", Cue::Kind::play}};
inline constexpr Named<Transition::Direction> kDirectionNames[] = {
    {"left", Transition::Direction::left},
    {"right", Transition::Direction::right},
    {"up", Transition::Direction::up},
    {"down", Transition::Direction::down}};
inline constexpr Named<CaptionMode> kCaptionModeNames[] = {
    {"none", CaptionMode::none}, {"burned", CaptionMode::burned}, {"words", CaptionMode::words}};
inline constexpr Named<SpeechSpan::Kind> kSpeechSpanNames[] = {
    {"emphasis", SpeechSpan::Kind::emphasis}, {"prosody", SpeechSpan::Kind::prosody},
    {"say-as", SpeechSpan::Kind::say_as},     {"sub", SpeechSpan::Kind::sub},
    {"phoneme", SpeechSpan::Kind::phoneme},   {"pause", SpeechSpan::Kind::pause},
    {"mark", SpeechSpan::Kind::mark}};

template <typename E, size_t N>
std::string_view name_of(E value, const Named<E> (&names)[N]) {
  for (const Named<E>& named : names)
    if (named.value == value) return named.name;
  return {};
}

template <typename E, size_t N>
std::optional<E> value_of(std::string_view name, const Named<E> (&names)[N]) {
  for (const Named<E>& named : names)
    if (named.name == name) return named.value;
  return {};
}

// "cut, crossfade, wipe"
template <typename E, size_t N>
std::string all_names(const Named<E> (&names)[N]) {
  std::string text;
  for (const Named<E>& named : names) {
    if (!text.empty()) text += ", ";
    text += named.name;
  }
  return text;
}

}  // namespace talkie
