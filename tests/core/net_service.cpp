// SPDX-License-Identifier: LGPL-2.1-or-later
// Manners on the network, against a server that answers well and badly.
#include "net/service.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "net_calls.h"

namespace talkie {
namespace {

TEST_F(NetService, AsksAsItIsToldTo) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(answer_of(200, "a sound", "Content-Type: Audio/WAV; x=1\r\n"));
  });
  const auto answer = call(server.url("/v1/say?x=1"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "a sound");
  EXPECT_EQ(answer->content_type, "audio/wav; x=1");
  const Asked asked = server.asked().at(0);
  EXPECT_EQ(asked.line, "POST /v1/say?x=1 HTTP/1.1");
  EXPECT_NE(asked.head.find("Authorization: Bearer sk-secret"), std::string::npos);
  EXPECT_NE(asked.head.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(asked.head.find("User-Agent: talkie/"), std::string::npos);
  EXPECT_EQ(asked.body, "{\"input\": \"Hello\"}");
}

TEST_F(NetService, TriesAgainWhatMayHelp) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    TestServer server(statuses({status, status, 200}));
    service.reset();
    time.slept.clear();
    const auto answer = call(server.url());
    ASSERT_TRUE(answer) << status << answer.error().message;
    EXPECT_EQ(server.count(), 3);
    EXPECT_EQ(time.slept, (std::vector<std::chrono::milliseconds>{500ms, 1000ms}));
    EXPECT_EQ(service->counts().retries, 2);
    EXPECT_EQ(service->counts().failures, 0);
    EXPECT_NEAR(service->counts().seconds, 1.5, 1e-6);
  }
}

TEST_F(NetService, GivesUpAfterThreeTries) {
  TestServer server(statuses({500}));
  int told = 0;
  settings.on_retry = [&] { ++told; };
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(server.count(), 3);
  EXPECT_EQ(told, 2);
  EXPECT_EQ(answer.error().message, "echo is out of order (status 500); try again later");
  EXPECT_EQ(answer.error().detail, "status 500: said 500");
  EXPECT_EQ(service->counts().failures, 1);
}

TEST_F(NetService, AsksOnceWhatWillNotChange) {
  const std::vector<std::pair<int, ErrorKind>> cases{
      {400, ErrorKind::bad_value}, {401, ErrorKind::refused},   {402, ErrorKind::refused},
      {403, ErrorKind::refused},   {404, ErrorKind::not_found}, {413, ErrorKind::too_large},
      {418, ErrorKind::bad_value}, {422, ErrorKind::bad_value}};
  for (const auto& [status, kind] : cases) {
    TestServer server(statuses({status}));
    service.reset();
    const auto answer = call(server.url());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, kind) << status;
    EXPECT_EQ(server.count(), 1) << status;
  }
  EXPECT_TRUE(time.slept.empty());
}

TEST_F(NetService, SaysWhatToDoAboutTheKeyAndNeverTheKey) {
  TestServer server([](const Connection& client, const Asked& asked, int) {
    client.send(answer_of(401, "wrong: " + asked.head + " also sk-s*****wxyz and (wxyz)"));
  });
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "echo: the key is refused; check ECHO_KEY");
  EXPECT_EQ(answer.error().detail.find("wxyz and"), std::string::npos);
  EXPECT_NE(answer.error().detail.find("Bearer ***"), std::string::npos);
  EXPECT_LE(answer.error().detail.size(), 320U);
}

TEST_F(NetService, AQuotaIsNotWaitedFor) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send(answer_of(429, R"({"error": {"code": "insufficient_quota"}})"));
  });
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message,
            "echo: the account's quota is used up; see its plan and billing");
  EXPECT_EQ(server.count(), 1);
}

TEST_F(NetService, ObeysRetryAfter) {
  {
    TestServer server(statuses({429, 200}, "Retry-After: 7\r\n"));
    ASSERT_TRUE(call(server.url()));
    EXPECT_EQ(time.slept, (std::vector<std::chrono::milliseconds>{7s}));
  }
  {
    TestServer server(statuses({503, 200}, "Retry-After: Sun, 06 Nov 1994 08:49:57 GMT\r\n"));
    ASSERT_TRUE(call(server.url()));
    EXPECT_EQ(time.slept.at(1), 20s);
  }
  TestServer server(statuses({429, 200}, "Retry-After: 3600\r\n"));
  const auto answer = call(server.url());
  ASSERT_FALSE(answer) << "an hour is more than a call may take";
  EXPECT_NE(answer.error().message.find("more calls than the account may make"), std::string::npos);
  EXPECT_EQ(server.count(), 1);
  EXPECT_EQ(time.slept.size(), 2U);
}

TEST_F(NetService, AnAnswerCutInTheMiddleIsTriedAgain) {
  TestServer server([](const Connection& client, const Asked&, int n) {
    const std::string whole = answer_of(200, std::string(5000, 'x'));
    client.send(n == 0 ? whole.substr(0, 3000) : whole);
  });
  const auto answer = call(server.url());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body.size(), 5000U);
  EXPECT_EQ(server.count(), 2);

  TestServer chunked([](const Connection& client, const Asked&, int) {
    client.send("HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n5\r\nHel");
  });
  const auto cut = call(chunked.url());
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().message, "echo ended its answer in the middle; try again later");
  EXPECT_EQ(chunked.count(), 3);
}

TEST_F(NetService, NoAnswerAndAnEmptyOneAreFailures) {
  TestServer silent([](const Connection&, const Asked&, int) {});
  const auto none = call(silent.url());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "echo closed the connection without an answer; try again later");
  EXPECT_EQ(silent.count(), 3);
  TestServer empty(
      [](const Connection& client, const Asked&, int) { client.send(answer_of(200, "")); });
  const auto nothing = call(empty.url());
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().message, "echo sent an empty answer; try again later");
}

TEST_F(NetService, ASlowFirstByteIsATimeout) {
  settings.limits.first_byte = 150ms;
  settings.tries = 2;
  TestServer server([](const Connection& client, const Asked&, int) { (void)client.wait(10s); });
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("does not answer in time"), std::string::npos);
  EXPECT_EQ(server.count(), 2);
  EXPECT_GE(since(begin), 300ms);
  EXPECT_LT(since(begin), 600ms);
}

TEST_F(NetService, AByteNowAndThenEndsAtTheTotal) {
  settings.limits.total = 300ms;
  settings.tries = 1;
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send("HTTP/1.1 200 Fine\r\nContent-Length: 1000\r\n\r\n");
    while (client.wait(50ms))
      client.send("x");
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("sends too slowly"), std::string::npos);
  EXPECT_GE(since(begin), 300ms);
  EXPECT_LT(since(begin), 500ms);
}

TEST_F(NetService, TooMuchIsNotRead) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send("HTTP/1.1 200 Fine\r\n\r\n");
    const std::string much(1 << 16, 'x');
    while (client.wait(0ms))
      client.send(much);
  });
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::too_large);
  EXPECT_EQ(server.count(), 1);
}

TEST_F(NetService, FollowsTheSameServerAndNoOther) {
  TestServer other(statuses({200}));
  std::string location = "/there";
  TestServer server([&](const Connection& client, const Asked& asked, int) {
    if (asked.line.starts_with("POST /there"))
      client.send(answer_of(200, asked.body));
    else
      client.send(answer_of(307, "", "Location: " + location + "\r\n"));
  });
  const auto answer = call(server.url("/here"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "{\"input\": \"Hello\"}");
  for (const std::string& place :
       {other.url("/there"), "http://localhost:" + std::to_string(server.port()) + "/there",
        std::string("file:///etc/passwd"), std::string("http://[")}) {
    location = place;
    const auto refused = call(server.url("/here"));
    ASSERT_FALSE(refused) << place;
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
    EXPECT_NE(refused.error().message.find("which is not followed"), std::string::npos);
  }
  EXPECT_EQ(other.count(), 0);
  location = "/round";
  const int before = server.count();
  EXPECT_FALSE(call(server.url("/here"))) << "round and round";
  EXPECT_EQ(server.count() - before, 4);
}

TEST_F(NetService, SaysWhereNobodyAnswers) {
  const int port = closed_port();
  const auto closed = call("http://127.0.0.1:" + std::to_string(port));
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().message, "echo cannot be reached at 127.0.0.1:" + std::to_string(port) +
                                        "; check the network and 'base-url'");
  EXPECT_EQ(service->counts().retries, 2);
  const auto nowhere = call("http://no-such-host.invalid/");
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("cannot be reached at no-such-host.invalid:80"),
            std::string::npos);
}

TEST_F(NetService, OnlyHttpAndNoPasswords) {
  for (const char* url : {"file:///etc/passwd", "ftp://host/", "host", "", "http://", "http:///x",
                          "http://me:secret@host/"}) {
    const auto answer = call(url);
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().kind, ErrorKind::bad_value) << url;
  }
}

TEST_F(NetService, KnowsThisMachine) {
  for (const char* url :
       {"http://localhost", "http://a.localhost:1", "http://127.3.2.1", "http://[::1]:8080/x"})
    EXPECT_TRUE(parse_http_address(url)->is_local()) << url;
  for (const char* url : {"http://192.168.1.2", "http://localhost.example.org", "http://128.0.0.1"})
    EXPECT_FALSE(parse_http_address(url)->is_local()) << url;
  EXPECT_EQ(parse_http_address("https://example.org")->port, 443);
}

TEST_F(NetService, TheLimitHolds) {
  settings.calls = 3;
  TestServer server([](const Connection& client, const Asked&, int) {
    (void)client.wait(30ms);
    client.send(answer_of(200, "fine"));
  });
  ASSERT_TRUE(call(server.url()));
  std::vector<std::jthread> callers;
  std::atomic<int> fine = 0;
  for (int i = 0; i < 12; ++i)
    callers.emplace_back([&] { fine += call(server.url()) ? 1 : 0; });
  callers.clear();
  EXPECT_EQ(fine, 12);
  EXPECT_EQ(server.most_at_once(), 3);
  EXPECT_EQ(service->counts().calls, 13);
}

TEST_F(NetService, TheCircuitOpensAndTriesAgain) {
  std::atomic<int> status = 500;
  TestServer server(
      [&](const Connection& client, const Asked&, int) { client.send(answer_of(status, "x")); });
  settings.tries = 1;
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(call(server.url()));
  EXPECT_EQ(service->circuit_state(), Circuit::State::open);
  const auto refused = call(server.url());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "echo failed 5 times in a row and is left alone for 60 s; the last time: echo is out "
            "of order (status 500); try again later");
  EXPECT_EQ(server.count(), 5) << "nobody asked";
  time.now += 60s;
  status = 200;
  EXPECT_TRUE(call(server.url()));
  EXPECT_EQ(service->circuit_state(), Circuit::State::closed);
}

TEST_F(NetService, WhatIsAskedWronglyDoesNotOpenTheCircuit) {
  TestServer server(statuses({400}));
  for (int i = 0; i < 7; ++i)
    EXPECT_FALSE(call(server.url()));
  EXPECT_EQ(service->circuit_state(), Circuit::State::closed);
  EXPECT_EQ(server.count(), 7);
}

TEST_F(NetService, ManyThreadsAndNothingLeftOpen) {
  const auto open_files = [] {
    int count = 0;
    for (int file = 0; file < 1024; ++file)
      count += fcntl(file, F_GETFD) >= 0 ? 1 : 0;
    return count;
  };
  settings.calls = 8;
  ASSERT_TRUE(TestServer(statuses({200})).port());
  {
    TestServer warm(statuses({200}));
    ASSERT_TRUE(call(warm.url()));
  }
  const int before = open_files();
  {
    TestServer server(statuses({200}));
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i)
      callers.emplace_back([&] {
        for (int j = 0; j < 10; ++j)
          EXPECT_TRUE(call(server.url()));
      });
    callers.clear();
    EXPECT_EQ(server.count(), 80);
  }
  EXPECT_EQ(open_files(), before);
}

TEST(NetScrub, TakesKeysOutWholeAndInParts) {
  EXPECT_EQ(scrub("a sk-secret-0123456789-wxyz b", kKey), "a *** b");
  EXPECT_EQ(scrub("a sk-s****wxyz. b", kKey), "a *** b");
  EXPECT_EQ(scrub("skating and sk-s", kKey), "skating and sk-s");
  EXPECT_EQ(scrub("abc", "abc"), "***");
  EXPECT_EQ(scrub("abc", ""), "abc");
}

}  // namespace
}  // namespace talkie
