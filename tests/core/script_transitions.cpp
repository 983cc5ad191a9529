// SPDX-License-Identifier: LGPL-2.1-or-later
// Transitions as people write them, and the names that other programs have.
#include "script/names.h"
#include "script/transition_text.h"
#include "script_testing.h"

namespace talkie {
namespace {

using Kind = Transition::Kind;
using Direction = Transition::Direction;

struct Case {
  const char* text;
  Kind kind;
  Direction direction = Direction::left;
};

TEST(Transitions, EveryKindHasItsName) {
  for (const Named<Kind>& named : kTransitionNames) {
    std::string unlike;
    const auto transition = parse_transition(named.name, &unlike);
    ASSERT_TRUE(transition) << named.name;
    EXPECT_EQ(transition->kind, named.value);
    EXPECT_EQ(unlike, "") << named.name;
    for (const Named<Direction>& way : kDirectionNames) {
      const auto directed = parse_transition(std::string(named.name) + " " + std::string(way.name));
      EXPECT_EQ(static_cast<bool>(directed), has_direction(named.value)) << named.name;
      if (directed) {
        EXPECT_EQ(directed->direction, way.value);
      }
    }
  }
}

TEST(Transitions, NamesOfOthersThatLookTheSame) {
  for (const Case& c :
       {Case{"fade", Kind::crossfade}, Case{"fadeblack", Kind::fade_black},
        Case{"fade-white 1", Kind::fade_white}, Case{"wipeleft", Kind::wipe},
        Case{"wipe-up", Kind::wipe, Direction::up},
        Case{"slidedown 0.4", Kind::slide, Direction::down},
        Case{"smooth-right", Kind::wipe, Direction::right},
        Case{"coverup", Kind::slide, Direction::up}, Case{"circle-open", Kind::circle},
        Case{"circleopen", Kind::circle}, Case{"zoomin", Kind::zoom}, Case{"none", Kind::cut},
        Case{"revealright", Kind::reveal, Direction::right}, Case{"Dissolve", Kind::dissolve}}) {
    std::string unlike;
    const auto transition = parse_transition(c.text, &unlike);
    ASSERT_TRUE(transition) << c.text;
    EXPECT_EQ(transition->kind, c.kind) << c.text;
    EXPECT_EQ(transition->direction, c.direction) << c.text;
    EXPECT_EQ(unlike, "") << c.text;
  }
}

TEST(Transitions, OtherLooksAreWarnedOf) {
  for (const Case& c : {Case{"circle-close", Kind::circle}, Case{"circlecrop", Kind::circle},
                        Case{"rect-crop", Kind::circle}, Case{"fade-circle 1", Kind::circle},
                        Case{"pixelize", Kind::dissolve}, Case{"distance", Kind::dissolve},
                        Case{"diag-tl", Kind::wipe}, Case{"hrslice", Kind::wipe, Direction::right},
                        Case{"fadegrays", Kind::crossfade}, Case{"fade left", Kind::wipe}}) {
    std::string unlike;
    const auto transition = parse_transition(c.text, &unlike);
    ASSERT_TRUE(transition) << c.text;
    EXPECT_EQ(transition->kind, c.kind) << c.text;
    EXPECT_EQ(transition->direction, c.direction) << c.text;
    EXPECT_NE(unlike, "") << c.text;
    EXPECT_EQ(warning_place("A.\n\n(transition: " + std::string(c.text) + ")\n", "looks otherwise"),
              at(3, 14));
  }
}

TEST(Transitions, WhatIsNoneIsAnError) {
  for (const char* bad :
       {"", "  ", "left", "wipe wipe", "wipe left right", "wipe 1 2", "crossfade left", "cut up",
        "radial left", "wipe -1", "wipe 6", "swirl", "leftwipe", "\xF0\x9F\x92\xA5"}) {
    const auto transition = parse_transition(bad);
    ASSERT_FALSE(transition) << bad;
    EXPECT_NE(transition.error().message.find("wipe left 0.7"), std::string::npos);
  }
}

TEST(Transitions, MorphsNeedBothScenes) {
  Script script = good("# A\n\n---\n\n(transition: morph)\n\n# B\n\n---\n\n# C\n\n---\n\n# D\n");
  ASSERT_EQ(script.scenes.size(), 4u);
  EXPECT_TRUE(script.scenes[0].morphs);
  EXPECT_TRUE(script.scenes[1].morphs);
  EXPECT_FALSE(script.scenes[2].morphs);
  EXPECT_FALSE(good("(transition: morph)\n\n# A\n").scenes[0].morphs);
  ASSERT_TRUE(select_scenes(script, "2-4"));  // now it is the first, which comes from nowhere
  EXPECT_FALSE(script.scenes[0].morphs);
}

}  // namespace
}  // namespace talkie
