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
                                                  {"cover", Image::Fit::cover}};
inline constexpr Named<Image::Side> kSideNames[] = {
    {"auto", Image::Side::automatic}, {"left", Image::Side::left},
    {"right", Image::Side::right},    {"centre", Image::Side::centre},
    {"center", Image::Side::centre},  {"background", Image::Side::background},
    {"bg", Image::Side::background},
};
inline constexpr Named<Label::Role> kRoleNames[] = {{"kicker", Label::Role::kicker},
                                                    {"subtitle", Label::Role::subtitle},
                                                    {"footer", Label::Role::footer},
                                                    {"statement", Label::Role::statement}};
inline constexpr Named<Transition::Kind> kTransitionNames[] = {
    {"cut", Transition::Kind::cut},
    {"crossfade", Transition::Kind::crossfade},
    {"wipe", Transition::Kind::wipe}};
inline constexpr Named<Transition::Direction> kDirectionNames[] = {
    {"left", Transition::Direction::left},
    {"right", Transition::Direction::right},
    {"up", Transition::Direction::up},
    {"down", Transition::Direction::down}};
inline constexpr Named<CaptionMode> kCaptionModeNames[] = {{"none", CaptionMode::none},
                                                           {"burned", CaptionMode::burned}};

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
