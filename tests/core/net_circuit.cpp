// SPDX-License-Identifier: LGPL-2.1-or-later
// Circuit breaker, back-off, Retry-After and turns: with time that stands still.
#include "net/circuit.h"

#include <gtest/gtest.h>

#include "net_testing.h"

namespace talkie {
namespace {

const Error kFailure{ErrorKind::failed, "it is out of order"};

class NetCircuit : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) {
      auto pass = circuit.enter();
      ASSERT_TRUE(pass);
      pass->failed(kFailure);
    }
  }
  FakeTime time;
  Circuit circuit{"echo", {}, time.surroundings().clock};
};

TEST_F(NetCircuit, OpensAfterFiveFailuresInARow) {
  fail(4);
  circuit.enter()->succeeded();
  fail(4);
  EXPECT_EQ(circuit.state(), Circuit::State::closed);
  fail(1);
  EXPECT_EQ(circuit.state(), Circuit::State::open);
  time.now += 18s;
  const auto refused = circuit.enter();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::failed);
  EXPECT_EQ(refused.error().message,
            "echo failed 5 times in a row and is left alone for 42 s; the last time: "
            "it is out of order");
}

TEST_F(NetCircuit, LetsOneTryAfterThePause) {
  fail(5);
  time.now += 59'999ms;
  EXPECT_FALSE(circuit.enter());
  time.now += 1ms;
  auto trial = circuit.enter();
  ASSERT_TRUE(trial);
  EXPECT_EQ(circuit.state(), Circuit::State::half_open);
  EXPECT_FALSE(circuit.enter()) << "one at a time";
  trial->succeeded();
  EXPECT_EQ(circuit.state(), Circuit::State::closed);
  fail(4);
  EXPECT_EQ(circuit.state(), Circuit::State::closed) << "it counts from the beginning again";
}

TEST_F(NetCircuit, AFailedTrialOpensItForAnotherPause) {
  fail(5);
  time.now += 60s;
  fail(1);
  EXPECT_EQ(circuit.state(), Circuit::State::open);
  time.now += 59s;
  EXPECT_FALSE(circuit.enter());
  time.now += 1s;
  EXPECT_TRUE(circuit.enter());
}

TEST_F(NetCircuit, ACancelledTrialIsNone) {
  fail(5);
  time.now += 60s;
  {
    const auto trial = circuit.enter();
    ASSERT_TRUE(trial);
  }
  EXPECT_EQ(circuit.state(), Circuit::State::open);
  EXPECT_TRUE(circuit.enter()) << "the next call is the trial";
}

TEST_F(NetCircuit, OldNewsDoNotCount) {
  auto slow_failure = circuit.enter();
  auto slow_success = circuit.enter();
  fail(5);
  slow_success->succeeded();
  EXPECT_EQ(circuit.state(), Circuit::State::open);
  time.now += 60s;
  auto trial = circuit.enter();
  ASSERT_TRUE(trial);
  slow_failure->failed(kFailure);
  EXPECT_EQ(circuit.state(), Circuit::State::half_open);
  trial->succeeded();
  EXPECT_EQ(circuit.state(), Circuit::State::closed);
}

TEST(NetPatience, BackoffDoublesUpToItsLimitWithFullJitter) {
  const Backoff backoff{500ms, 3000ms};
  EXPECT_EQ(backoff.wait(1, 1), 500ms);
  EXPECT_EQ(backoff.wait(2, 1), 1000ms);
  EXPECT_EQ(backoff.wait(3, 1), 2000ms);
  EXPECT_EQ(backoff.wait(4, 1), 3000ms);
  EXPECT_EQ(backoff.wait(1000, 1), 3000ms);
  EXPECT_EQ(backoff.wait(3, 0), 0ms);
  EXPECT_EQ(backoff.wait(3, 0.25), 500ms);
}

TEST(NetPatience, ReadsRetryAfterAsSecondsAndAsADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after(" 0 ", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now), 10s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:07 GMT", now), 0s) << "long ago";
  EXPECT_GT(parse_retry_after("99999999999999999999999", now), 24h);
  EXPECT_EQ(parse_retry_after("soon", now), std::nullopt);
  EXPECT_EQ(parse_retry_after("", now), std::nullopt);
}

TEST(NetPatience, TheDiceAreFairEnough) {
  double sum = 0;
  for (int i = 0; i < 1000; ++i) {
    const double thrown = real_surroundings().dice();
    ASSERT_GE(thrown, 0);
    ASSERT_LE(thrown, 1);
    sum += thrown;
  }
  EXPECT_NEAR(sum / 1000, 0.5, 0.06);
}

TEST(NetPatience, SleepEndsWithAStop) {
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  std::jthread stopping([&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  });
  EXPECT_FALSE(real_surroundings().sleep(10s, stop.get_token()));
  EXPECT_LT(since(begin), 200ms);
  EXPECT_TRUE(real_surroundings().sleep(1ms, {}));
}

TEST(NetPatience, TurnsAreTakenInOrder) {
  Turns turns(1);
  std::vector<int> order;
  std::mutex mutex;
  std::vector<std::jthread> callers;
  std::stop_source leave;
  {
    const auto first = turns.take({});
    ASSERT_TRUE(first);
    for (int i = 0; i < 5; ++i) {
      callers.emplace_back([&, i] {
        const auto turn = turns.take(i == 2 ? leave.get_token() : std::stop_token());
        const std::lock_guard lock(mutex);
        order.push_back(turn ? i : -i);
      });
      std::this_thread::sleep_for(10ms);  // each is in line before the next one comes
    }
    leave.request_stop();
    std::this_thread::sleep_for(10ms);
  }
  callers.clear();
  EXPECT_EQ(order, (std::vector{-2, 0, 1, 3, 4}));
}

}  // namespace
}  // namespace talkie
