// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "speech/timing.h"

namespace talkie {
namespace {

SceneTiming example() {
  SceneTiming timing;
  timing.scene = "how-tides-work";
  timing.index = 3;
  timing.start = Time{12'345'678'901};
  timing.duration = Time{5'005'000'000};
  timing.last = true;
  SpokenUtterance spoken;
  spoken.step = 1;
  spoken.text = "Grüße, \"Welt\"\n😀";
  spoken.caption = "Hallo";
  spoken.language = "de-AT";
  spoken.start = Time{500'000'000};
  spoken.end = Time{1'500'000'000};
  spoken.words.push_back({"Grüße", 0, 7, Time{500'000'000}, Time{900'000'001}});
  spoken.words.push_back({"Welt", 10, 4, Time{900'000'001}, Time{1'500'000'000}});
  spoken.speaker = "Ada";
  spoken.voice = "espeak/de";
  spoken.fallback = "'openai' did not answer";
  spoken.marks = {{"begin", "", Time{500'000'000}}, {"Mitte", "", Time{900'000'001}}};
  timing.utterances.push_back(spoken);
  timing.cues = {{"highlight", "mux", Time{900'000'001}}, {"next", "", Time{5'000'000'000}}};
  return timing;
}

TEST(TimingJson, ComesBackAsItWas) {
  const auto back = timing_from_json(to_json(example()));
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(back->scene, "how-tides-work");
  EXPECT_EQ(back->index, 3);
  EXPECT_EQ(back->start, Time{12'345'678'901});
  EXPECT_EQ(back->duration, Time{5'005'000'000});
  EXPECT_TRUE(back->last);
  ASSERT_EQ(back->utterances.size(), 1u);
  const SpokenUtterance& spoken = back->utterances[0];
  EXPECT_EQ(spoken.step, 1);
  EXPECT_EQ(spoken.text, "Grüße, \"Welt\"\n😀");
  EXPECT_EQ(spoken.caption, "Hallo");
  EXPECT_EQ(spoken.language, "de-AT");
  EXPECT_EQ(spoken.end, Time{1'500'000'000});
  EXPECT_EQ(spoken.speaker, "Ada");
  EXPECT_EQ(spoken.voice, "espeak/de");
  EXPECT_EQ(spoken.fallback, "'openai' did not answer");
  ASSERT_EQ(spoken.marks.size(), 2u);
  EXPECT_EQ(spoken.marks[1].name, "Mitte");
  EXPECT_EQ(spoken.marks[1].time, Time{900'000'001});
  ASSERT_EQ(back->cues.size(), 2u);
  EXPECT_EQ(back->cues[0].what, "mux");
  EXPECT_EQ(back->cues[1].what, "");
  ASSERT_EQ(spoken.words.size(), 2u);
  EXPECT_EQ(spoken.words[0].text, "Grüße");
  EXPECT_EQ(spoken.words[0].end, Time{900'000'001});
  EXPECT_EQ(spoken.words[1].offset, 10u);
  EXPECT_EQ(spoken.words[1].length, 4u);
  EXPECT_EQ(to_json(*back), to_json(example()));
}

TEST(TimingJson, ReadsWhatOthersWrite) {
  const auto timing = timing_from_json(
      R"({"utterances": [], "last": false, "duration": 1e9, "start": 0, "index": 0,
          "scene": "a", "version": 1})");
  ASSERT_TRUE(timing) << timing.error().to_string();
  EXPECT_EQ(timing->duration, Time{1'000'000'000});
}

struct Bad {
  const char* from;
  const char* to;
  const char* message;
};

class BadTiming : public testing::TestWithParam<Bad> {};

TEST_P(BadTiming, IsRefusedWithItsPlace) {
  std::string json =
      R"({"version":1,"scene":"a","index":0,"start":0,"duration":5,"last":false,"utterances":[
{"step":0,"text":"ab","language":"en","start":0,"end":2,"words":[
{"text":"ab","offset":0,"length":2,"start":0,"end":2}]}]})";
  ASSERT_TRUE(timing_from_json(json));
  const size_t at = json.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  json.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const auto timing = timing_from_json(json);
  ASSERT_FALSE(timing);
  EXPECT_NE(timing.error().message.find(GetParam().message), std::string::npos)
      << timing.error().to_string();
  EXPECT_GT(timing.error().where.line, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadTiming,
    testing::Values(Bad{"\"version\":1", "\"version\":2", "version 2"},
                    Bad{"\"scene\":\"a\"", "\"scene\":7", "'scene' is a number"},
                    Bad{"\"scene\":\"a\",", "", "needs the key 'scene'"},
                    Bad{"\"duration\":5", "\"duration\":-5", "not negative"},
                    Bad{"\"duration\":5", "\"duration\":0.5", "a whole number"},
                    Bad{"\"duration\":5", "\"duration\":1e300", "a whole number"},
                    Bad{"\"last\":false", "\"last\":0", "true or false"},
                    Bad{"\"last\"", "\"lasst\":1,\"last\"", "unknown key 'lasst'"},
                    Bad{"\"words\":[", "\"words\":[3,", "a map is expected"},
                    Bad{"\"length\":2", "\"length\":3", "not inside"},
                    Bad{"\"offset\":0", "\"offset\":9007199254740992", "not inside"},
                    Bad{"\"end\":2}", "\"end\":2,\"x\":1}", "unknown key 'x'"},
                    Bad{"\"start\":0,\"end\":2}", "\"start\":3,\"end\":2}", "ends before"},
                    Bad{"\"words\":[", "\"marks\":[{\"time\":1}],\"words\":[", "'name'"},
                    Bad{"\"last\"", "\"cues\":[{\"name\":\"next\",\"time\":-1}],\"last\"",
                        "not negative"},
                    Bad{"\"last\"", "\"cues\":{},\"last\"", "a list"},
                    Bad{"\"words\":[", "\"speaker\":7,\"words\":[", "'speaker' is a number"},
                    Bad{"]}]}", "]}]", "not valid JSON"}));

}  // namespace
}  // namespace talkie
