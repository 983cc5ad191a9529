// SPDX-License-Identifier: LGPL-2.1-or-later
// A stop ends a call at once, whatever it is doing.
#include <gtest/gtest.h>

#include <array>

#include "net_calls.h"

namespace talkie {
namespace {

// Stops a call after 60 ms, and when the server was asked if it will be; returns how long that
// took.
class NetCancelling : public NetService {
 protected:
  std::chrono::milliseconds stop_late(const std::string& url,
                                      const TestServer* asked_before = nullptr) {
    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread stopping([&] {
      std::this_thread::sleep_for(60ms);
      while (asked_before && asked_before->count() == 0)
        std::this_thread::sleep_for(1ms);
      asked = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    const auto answer = call(url, stop.get_token());
    const auto ended = std::chrono::steady_clock::now();
    stopping.join();
    EXPECT_FALSE(answer);
    if (!answer) {
      EXPECT_EQ(answer.error().kind, ErrorKind::cancelled) << answer.error().message;
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(ended - asked);
  }
};

TEST_F(NetCancelling, BeforeTheFirstByte) {
  TestServer server([](const Connection& client, const Asked&, int) { (void)client.wait(10s); });
  EXPECT_LT(stop_late(server.url(), &server), 100ms);
  EXPECT_EQ(service->counts().failures, 0);
  EXPECT_EQ(service->counts().retries, 0);
}

TEST_F(NetCancelling, InTheBody) {
  TestServer server([](const Connection& client, const Asked&, int) {
    client.send("HTTP/1.1 200 Fine\r\nContent-Length: 1000\r\n\r\n");
    while (client.wait(10ms))
      client.send("x");
  });
  EXPECT_LT(stop_late(server.url(), &server), 100ms);
}

// A server whose queue is full: the kernel lets those wait who connect.
class FullServer {
 public:
  FullServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 0), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (const int guest : guests_)
      connect(guest, reinterpret_cast<sockaddr*>(&address), size);
  }
  ~FullServer() {
    for (const int guest : guests_)
      close(guest);
    close(listener_);
  }
  FullServer(const FullServer&) = delete;
  FullServer& operator=(const FullServer&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  static int new_socket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }
  const int listener_ = new_socket();
  const std::array<int, 4> guests_{new_socket(), new_socket(), new_socket(), new_socket()};
  int port_ = 0;
};

TEST_F(NetCancelling, WhileConnecting) {
  const FullServer server;
  EXPECT_LT(stop_late(server.url()), 100ms);
}

TEST_F(NetService, ConnectingHasALimitOfItsOwn) {
  const FullServer server;
  settings.limits.connect = 150ms;
  settings.tries = 1;
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("cannot be reached"), std::string::npos);
  EXPECT_EQ(answer.error().detail, "no connection in time");
  EXPECT_GE(since(begin), 150ms);
}

TEST_F(NetCancelling, BetweenTwoTries) {
  TestServer server(statuses({500}));
  Surroundings outside = time.surroundings();
  outside.sleep = real_surroundings().sleep;
  settings.backoff.first = 10s;
  service.emplace(settings, outside);
  EXPECT_LT(stop_late(server.url(), &server), 100ms);
  EXPECT_EQ(server.count(), 1);
}

TEST_F(NetCancelling, InTheLine) {
  settings.calls = 1;
  service.emplace(settings, time.surroundings());
  TestServer server([](const Connection& client, const Asked&, int) { (void)client.wait(10s); });
  std::stop_source first;
  std::jthread busy([&] { (void)call(server.url(), first.get_token()); });
  while (server.count() < 1)
    std::this_thread::sleep_for(1ms);
  EXPECT_LT(stop_late(server.url()), 100ms);
  EXPECT_EQ(server.count(), 1);
  first.request_stop();
}

TEST_F(NetCancelling, BeforeItBegins) {
  std::stop_source stop;
  stop.request_stop();
  TestServer server(statuses({200}));
  const auto answer = call(server.url(), stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(server.count(), 0);
}

}  // namespace
}  // namespace talkie
