// SPDX-License-Identifier: LGPL-2.1-or-later
// The services that speak, against a server that answers as their documentation says, and badly.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "speech_services.h"

namespace talkie {
namespace {

TEST_F(SpeechServices, OpenaiAsksAsDocumented) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(sound_answer(wav_of(24'000, tone(24'000, 12'000))));
  });
  const auto provider = openai(server, "instructions: Speak slowly.\nmodel: gpt-4o-mini-tts");
  SpeechRequest request = request_of("Hello \"world\" – ü.", "nova");
  request.rate = 1.5;
  const auto take = provider->speak(request, {});
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(take->rate, 24'000);
  EXPECT_EQ(take->samples.size(), 12'000U);
  EXPECT_NEAR(take->samples[14], 8000 * std::sin(14 * 2764.6 / 24'000), 2);
  EXPECT_FALSE(take->has_times);
  EXPECT_TRUE(take->warnings.empty());
  const Asked asked = server.asked().at(0);
  EXPECT_EQ(asked.line, "POST /v1/audio/speech HTTP/1.1");
  EXPECT_NE(asked.head.find("Authorization: Bearer " + std::string(kKey) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(Json::parse(asked.body), (Json{{"model", "gpt-4o-mini-tts"},
                                           {"voice", "nova"},
                                           {"input", "Hello \"world\" – ü."},
                                           {"response_format", "wav"},
                                           {"instructions", "Speak slowly."},
                                           {"speed", 1.5}}));
  EXPECT_TRUE(provider->is_remote());
}

TEST_F(SpeechServices, OpenaiTakesTheSoundThatComes) {
  struct Case {
    std::string type;
    std::string body;
    int rate;
  };
  for (const Case& want : {
           Case{"audio/wav", wav_of(8'000, tone(8'000, 4'000)), 8'000},
           Case{"audio/x-wav", wav_of(22'050, tone(22'050, 4'000)), 22'050},
           Case{"application/octet-stream", wav_of(48'000, tone(48'000, 4'000)), 48'000},
           Case{"audio/pcm", tone(24'000, 4'000), 24'000},
           Case{"audio/pcm; rate=16000", tone(16'000, 4'000), 16'000},
           Case{"audio/pcm", wav_of(22'050, tone(22'050, 4'000)), 22'050},
       }) {
    TestServer server([&](const Connection& client, const Asked&, int) {
      client.send(sound_answer(want.body, want.type));
    });
    const auto take = openai(server)->speak(request_of("Hello"), {});
    ASSERT_TRUE(take) << want.type << take.error().message;
    EXPECT_EQ(take->rate, want.rate) << want.type;
    EXPECT_EQ(take->samples.size(), 4'000U) << want.type;
  }
}

TEST_F(SpeechServices, WhatIsNoSoundIsAnError) {
  std::string answer;
  TestServer server([&](const Connection& client, const Asked&, int) { client.send(answer); });
  const auto provider = openai(server);
  answer = sound_answer("<html>Sign in, sk-secret-0123456789-wxyz</html>", "text/html");
  const auto page = provider->speak(request_of("Hello"), {});
  EXPECT_EQ(message_of(page), "openai answers with text/html instead of a sound; check 'base-url'");
  EXPECT_EQ(page.error().detail, "status 200: <html>Sign in, ***</html>");
  for (const std::string& body :
       {std::string("no sound at all"), wav_of(24'000, ""), std::string("RIFF")}) {
    answer = sound_answer(body);
    const auto take = provider->speak(request_of("Hello"), {});
    EXPECT_TRUE(message_of(take).starts_with("openai")) << message_of(take);
  }
  answer = sound_answer("x", "audio/pcm");
  EXPECT_EQ(message_of(provider->speak(request_of("Hello"), {})),
            "openai sent a sound with nothing in it; try again later");
  answer = answer_of(401, R"({"error": {"message": "Incorrect API key: sk-s*****wxyz"}})");
  EXPECT_EQ(message_of(provider->speak(request_of("Hello"), {})),
            "openai: the key is refused; check OPENAI_API_KEY or 'key' in talkie.conf");
}

TEST_F(SpeechServices, RetriesAreCounted) {
  TestServer server([](const Connection& client, const Asked&, int n) {
    client.send(n == 0 ? answer_of(429, "slow down", "Retry-After: 0\r\n")
                       : sound_answer(wav_of(24'000, tone(24'000, 100))));
  });
  const auto provider = openai(server);
  EXPECT_TRUE(provider->speak(request_of("Hello"), {}));
  EXPECT_EQ(provider->counts().retries, 1);
}

TEST_F(SpeechServices, NothingHangsLongerThanItsTimeout) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send("HTTP/1.1 200 Fine\r\nContent-Type: audio/wav\r\nContent-Length: 90000\r\n\r\n");
    while (client.wait(30ms))
      client.send("R");
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto take = openai(server, "timeout: 0.3")->speak(request_of("Hello"), {});
  EXPECT_NE(message_of(take).find("too slowly"), std::string::npos) << message_of(take);
  EXPECT_LT(since(begin), 500ms);
}

TEST_F(SpeechServices, AStopEndsACall) {
  TestServer server([](const Connection& client, const Asked&, int) { (void)client.wait(10s); });
  const auto provider = openai(server);
  std::stop_source stop;
  std::jthread stopping([&] {
    while (server.count() == 0)
      std::this_thread::sleep_for(1ms);
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto take = provider->speak(request_of("Hello"), stop.get_token());
  ASSERT_FALSE(take);
  EXPECT_EQ(take.error().kind, ErrorKind::cancelled);
  EXPECT_LT(since(begin), 150ms);
}

TEST_F(SpeechServices, ScenesAreSpokenSideBySide) {
  TestServer server([](const Connection& client, const Asked&, int) {
    (void)client.wait(60ms);
    client.send(sound_answer(wav_of(24'000, tone(24'000, 100))));
  });
  const auto provider = openai(server, "calls: 4");
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::jthread> scenes;
  for (int i = 0; i < 24; ++i)
    scenes.emplace_back([&] { EXPECT_TRUE(provider->speak(request_of("Hello"), {})); });
  scenes.clear();
  EXPECT_EQ(server.most_at_once(), 4);
  EXPECT_LT(since(begin), 1000ms) << "6 rounds of 60 ms; one by one it would be 1,440 ms";
}

TEST_F(SpeechServices, LongTextsAreSaidInPieces) {
  std::string text;
  for (int i = 0; text.size() < 10'500; ++i)
    text += "Sentence " + std::to_string(i) + " is “said”. ";
  TestServer server([](const Connection& client, const Asked&, int n) {
    client.send(sound_answer(wav_of(24'000, tone(24'000, 1'000 + n))));
  });
  const auto take = openai(server)->speak(request_of(text), {});
  ASSERT_TRUE(take) << take.error().message;
  EXPECT_EQ(server.count(), 3);
  EXPECT_EQ(take->samples.size(), 3'003U);
  std::string said;
  for (const Asked& asked : server.asked()) {
    const std::string piece = Json::parse(asked.body)["input"];
    EXPECT_TRUE(piece.ends_with("”. ")) << piece;
    said += piece;
  }
  EXPECT_EQ(said, text);
}

TEST_F(SpeechServices, PiecesEndAtSentencesElseAtWordsElseAnywhere) {
  using Pieces = std::vector<std::string_view>;
  EXPECT_EQ(split_for_service("", 5), (Pieces{""}));
  EXPECT_EQ(split_for_service("Short.", 6), (Pieces{"Short."}));
  EXPECT_EQ(split_for_service("Hi. Me too. Bye.", 12), (Pieces{"Hi. Me too. ", "Bye."}));
  EXPECT_EQ(split_for_service("one two three", 9), (Pieces{"one two ", "three"}));
  EXPECT_EQ(split_for_service("äöüäöü", 4), (Pieces{"äöüä", "öü"}));
  EXPECT_EQ(split_for_service("好。好的吗", 4), (Pieces{"好。", "好的吗"}));
  EXPECT_EQ(split_for_service("3.14159 is pi", 10), (Pieces{"3.14159 ", "is pi"}));
}

TEST_F(SpeechServices, VoicesAreNamesOfTheServiceOrOurs) {
  TestServer server([](const auto&...) {});
  const auto provider = openai(server, "voice: anna\nvoices: {anna: af_bella, ben: am_adam}");
  const auto voice = [&](std::string_view wanted) {
    return provider->choose_voice(wanted, "de-DE")->name;
  };
  EXPECT_EQ(voice(""), "af_bella");
  EXPECT_EQ(voice("de"), "af_bella");
  EXPECT_EQ(voice("de-DE"), "af_bella");
  EXPECT_EQ(voice("pt-BR"), "af_bella");
  EXPECT_EQ(voice("ben"), "am_adam");
  EXPECT_EQ(voice("ash"), "ash");
  EXPECT_EQ(voice("af_sky"), "af_sky");
  EXPECT_EQ(openai(server)->choose_voice("", "de")->name, "alloy");
  const auto foreign = openai(server, "language: en-GB")->choose_voice("", "de-DE");
  EXPECT_NE(foreign->warning.find("speaks en-GB, the text is de-DE"), std::string::npos);
  EXPECT_EQ(openai(server, "language: en-GB")->choose_voice("", "en-US")->warning, "");
}

TEST_F(SpeechServices, ThePitchStaysAsItIsAndThatIsSaid) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(sound_answer(wav_of(24'000, tone(24'000, 100))));
  });
  SpeechRequest request = request_of("Hello");
  request.pitch = 1.2;
  const auto take = openai(server)->speak(request, {});
  ASSERT_TRUE(take);
  EXPECT_EQ(take->warnings,
            (std::vector<std::string>{"openai cannot change the pitch; it stays as it is"}));
}

TEST_F(SpeechServices, TheFingerprintHasWhatMattersAndNoKey) {
  TestServer server([](const auto&...) {});
  const std::string print = openai(server)->fingerprint();
  EXPECT_EQ(print, openai(server, "timeout: 7\ncalls: 2")->fingerprint());
  EXPECT_NE(print, openai(server, "model: tts-1")->fingerprint());
  EXPECT_NE(print, openai(server, "instructions: whisper")->fingerprint());
  EXPECT_NE(print.find(server.url()), std::string::npos);
  EXPECT_EQ(print.find("secret"), std::string::npos);
  EXPECT_NE(elevenlabs(server)->fingerprint(), elevenlabs(server, "stability: 0.3")->fingerprint());
}

TEST_F(SpeechServices, SettingsAreChecked) {
  const auto error_of = [](const std::string& settings) {
    const Value tree = yaml(settings);
    const auto made = make_openai_provider("openai", &tree);
    return made ? std::string("none") : made.error().to_string();
  };
  EXPECT_EQ(
      error_of("key: x\nmodle: tts-1"),
      "talkie.conf:2:1: an engine of the kind 'openai' has no 'modle'. Did you mean 'model'?");
  EXPECT_EQ(error_of("key: x\ncalls: 0"), "talkie.conf:2:8: 'calls' must be a number from 1 to 64");
  EXPECT_EQ(error_of("key: x\nvoices: [a]"),
            "talkie.conf:2:9: 'voices' must be a map from a name to the service's voice");
  EXPECT_NE(error_of("base-url: ftp://host").find("'base-url': this is no address"),
            std::string::npos);
  EXPECT_NE(error_of("key: \"a\\nb\"").find("characters that no key has"), std::string::npos);
  EXPECT_EQ(error_of("model: tts-1"),
            "talkie.conf:1:1: openai needs a key: set OPENAI_API_KEY, or 'key' under 'engines: "
            "openai:' in talkie.conf");
  const auto none = make_openai_provider("openai", nullptr);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::missing_part);
  EXPECT_NE(error_of("key: x\nbase-url: http://10.0.0.7:8880").find("without encryption"),
            std::string::npos);
  EXPECT_EQ(error_of("key: x\nbase-url: http://10.0.0.7:8880\ninsecure: true"), "none");
  EXPECT_EQ(error_of("base-url: http://10.0.0.7:8880"), "none") << "no key, nothing to hide";
  EXPECT_EQ(error_of("key: x\nbase-url: http://localhost:8880/v1/"), "none");
  EXPECT_EQ(error_of("key: x"), "none");
}

TEST_F(SpeechServices, TheEnvironmentsKeyIsForTheServiceItself) {
  setenv("OPENAI_API_KEY", std::string(kKey).c_str(), 1);
  EXPECT_TRUE(make_openai_provider("openai", nullptr));
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(sound_answer(wav_of(24'000, tone(24'000, 100))));
  });
  const auto provider =
      made(make_openai_provider, "kokoro", "base-url: " + server.url("/v1") + "\nkind: openai");
  EXPECT_TRUE(provider->speak(request_of("Hello"), {}));
  EXPECT_EQ(server.asked().at(0).line, "POST /v1/audio/speech HTTP/1.1");
  EXPECT_EQ(server.asked().at(0).head.find("Authorization"), std::string::npos);
  unsetenv("OPENAI_API_KEY");
}

}  // namespace
}  // namespace talkie
