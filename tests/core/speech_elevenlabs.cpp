// SPDX-License-Identifier: LGPL-2.1-or-later
// ElevenLabs: its answers, and the words in them.
#include <glib.h>
#include <gtest/gtest.h>

#include "speech_services.h"

namespace talkie {
namespace {

// What ElevenLabs answers for a text: character `i` begins at i / 10 seconds.
Json spoken(const std::vector<std::string>& characters, const std::string& sound) {
  Json starts = Json::array();
  Json ends = Json::array();
  for (size_t i = 0; i < characters.size(); ++i) {
    starts.push_back(static_cast<double>(i) / 10);
    ends.push_back(static_cast<double>(i + 1) / 10);
  }
  char* base64 = g_base64_encode(reinterpret_cast<const guchar*>(sound.data()), sound.size());
  Json answer{{"audio_base64", base64},
              {"alignment",
               {{"characters", characters},
                {"character_start_times_seconds", starts},
                {"character_end_times_seconds", ends}}}};
  g_free(base64);
  return answer;
}

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xc0) == 0x80)
      characters.back() += c;
    else
      characters.emplace_back(1, c);
  return characters;
}

std::vector<std::pair<size_t, int64_t>> plain(const std::vector<WordEvent>& events) {
  std::vector<std::pair<size_t, int64_t>> pairs;
  for (const WordEvent& event : events)
    pairs.emplace_back(event.offset, event.sample);
  return pairs;
}

class SpeechElevenlabs : public SpeechServices {
 protected:
  // Speaks `text`, answered with these characters.
  Result<Take> spoken_as(const std::string& text, const std::vector<std::string>& characters) {
    TestServer server([&](const Connection& client, const Asked&, int) {
      client.send(
          sound_answer(spoken(characters, tone(24'000, 96'000)).dump(), "application/json"));
    });
    return elevenlabs(server)->speak(request_of(text, "v"), {});
  }
};

TEST_F(SpeechElevenlabs, AsksAsDocumentedAndKnowsTheWords) {
  const std::string text = "Für uns, “alle” hier.";
  TestServer server([&](const Connection& client, const Asked&, int) {
    client.send(
        sound_answer(spoken(characters_of(text), tone(24'000, 60'000)).dump(), "application/json"));
  });
  const auto provider = elevenlabs(server, "stability: 0.4");
  SpeechRequest request = request_of(text, "JBFqnCBsd6RMkjVDRZzb");
  request.rate = 0.8;
  const auto take = provider->speak(request, {});
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 24'000);
  EXPECT_EQ(take->samples.size(), 60'000U);
  EXPECT_TRUE(take->has_times);
  // "alle" is the 11th character (index 10) and begins at byte 13.
  EXPECT_EQ(plain(take->events), (std::vector<std::pair<size_t, int64_t>>{
                                     {0, 0}, {5, 9'600}, {13, 24'000}, {21, 38'400}}));
  const Asked asked = server.asked().at(0);
  EXPECT_EQ(asked.line,
            "POST /v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/with-timestamps?output_format=pcm_24000 "
            "HTTP/1.1");
  EXPECT_NE(asked.head.find("xi-api-key: " + std::string(kKey)), std::string::npos);
  EXPECT_EQ(Json::parse(asked.body),
            (Json{{"text", text},
                  {"model_id", "eleven_multilingual_v2"},
                  {"voice_settings", {{"stability", 0.4}, {"speed", 0.8}}}}));
  EXPECT_EQ(provider->min_rate(), 0.7);
  EXPECT_EQ(provider->max_rate(), 1.2);
  EXPECT_EQ(provider->choose_voice("", "en")->name, "JBFqnCBsd6RMkjVDRZzb");
}

TEST_F(SpeechElevenlabs, OtherCharactersThanTheTextsDoNotShiftWords) {
  // A line break as a space, a dash that is left out, a quotation mark that is another one.
  const auto take = spoken_as("one\ntwo — ‘three’ four", characters_of("one two  'three' four"));
  ASSERT_TRUE(take);
  EXPECT_EQ(plain(take->events), (std::vector<std::pair<size_t, int64_t>>{
                                     {0, 0}, {4, 9'600}, {15, 24'000}, {24, 40'800}}));
}

TEST_F(SpeechElevenlabs, WithoutUsableTimesTheWordsAreAligned) {
  for (const auto& characters :
       {std::vector<std::string>{}, characters_of("something else entirely was said here")}) {
    const auto take = spoken_as("Words are what we say today", characters);
    ASSERT_TRUE(take);
    EXPECT_FALSE(take->has_times);
    EXPECT_TRUE(take->events.empty());
    EXPECT_EQ(take->samples.size(), 96'000U);
  }
}

TEST_F(SpeechElevenlabs, TimesGoOnOverPieces) {
  std::string text;
  while (text.size() < 6'000)
    text += "Ten bytes. ";
  TestServer server([](const Connection& client, const Asked& asked, int) {
    const std::string piece = Json::parse(asked.body)["text"];
    client.send(
        sound_answer(spoken(characters_of(piece.substr(0, 4'000)), tone(24'000, 240'000)).dump(),
                     "application/json"));
  });
  const auto take = elevenlabs(server)->speak(request_of(text, "v"), {});
  ASSERT_TRUE(take) << take.error().message;
  ASSERT_EQ(server.count(), 2);
  ASSERT_EQ(take->samples.size(), 480'000U);
  ASSERT_TRUE(take->has_times);
  const size_t second = Json::parse(server.asked()[0].body)["text"].get<std::string>().size();
  const auto event = std::find_if(take->events.begin(), take->events.end(),
                                  [&](const WordEvent& e) { return e.offset >= second; });
  ASSERT_NE(event, take->events.end());
  EXPECT_EQ(event->offset, second);
  EXPECT_EQ(event->sample, 240'000);
  EXPECT_EQ((event + 1)->sample, 240'000 + 9'600);
}

TEST_F(SpeechElevenlabs, TakesSoundFilesAndRefusesTheRest) {
  std::string body;
  TestServer server([&](const Connection& client, const Asked&, int) {
    client.send(sound_answer(body, "application/json"));
  });
  const auto provider = elevenlabs(server);
  body = spoken(characters_of("Hi"), wav_of(16'000, tone(16'000, 8'000))).dump();
  const auto take = provider->speak(request_of("Hi", "a voice/../x"), {});
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 16'000);
  EXPECT_NE(server.asked().at(0).line.find("/a%20voice%2F..%2Fx/with"), std::string::npos);
  for (const char* bad : {"{}", "[]", "null", "no JSON", R"({"audio_base64": 7})"}) {
    body = bad;
    EXPECT_EQ(message_of(provider->speak(request_of("Hi"), {})),
              "elevenlabs answers without a sound; check 'base-url'");
  }
  body = R"({"audio_base64": "", "alignment": null})";
  EXPECT_EQ(message_of(provider->speak(request_of("Hi"), {})),
            "elevenlabs sent a sound with nothing in it; try again later");
  body = R"({"audio_base64": "6APoAw==", "alignment": {"characters": "x"}})";
  EXPECT_TRUE(provider->speak(request_of("Hi"), {}));
}

TEST_F(SpeechElevenlabs, AQuotaIsNoWrongKey) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(answer_of(401, R"({"detail": {"status": "quota_exceeded"}})"));
  });
  EXPECT_EQ(message_of(elevenlabs(server)->speak(request_of("Hi"), {})),
            "elevenlabs: the account's quota is used up; see its plan and billing");
}

TEST_F(SpeechElevenlabs, TheLanguageIsSentToModelsThatTakeIt) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(sound_answer(spoken({"H", "i"}, tone(24'000, 100)).dump(), "application/json"));
  });
  EXPECT_TRUE(elevenlabs(server, "model: eleven_flash_v2_5")->speak(request_of("Hi"), {}));
  EXPECT_EQ(Json::parse(server.asked().at(0).body)["language_code"], "en");
}

}  // namespace
}  // namespace talkie
