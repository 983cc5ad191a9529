// SPDX-License-Identifier: LGPL-2.1-or-later
// A server that answers as a test says, well or badly. Plain sockets: a library would not send what
// is wrong.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/patience.h"

namespace talkie {

using namespace std::chrono_literals;

// What a client asked.
struct Asked {
  std::string line;  // "POST /v1/audio/speech HTTP/1.1"
  std::string head;  // with the line
  std::string body;
};

class Connection {
 public:
  Connection(int socket, std::atomic<int>& at_once) : socket_(socket), at_once_(&at_once) {}
  ~Connection() { end_of_work(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view bytes) const {
    end_of_work();  // the client may be back with the last byte
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // False: the client left, or the test ends.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const {
    pollfd watched{socket_, POLLIN, 0};
    return poll(&watched, 1, static_cast<int>(time.count())) == 0;
  }

 private:
  void end_of_work() const {
    if (auto* at_once = std::exchange(at_once_, nullptr)) --*at_once;
  }
  int socket_;
  mutable std::atomic<int>* at_once_;
};

inline std::string answer_of(int status, std::string_view body,
                             std::string_view headers = "Content-Type: text/plain\r\n") {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nConnection: close\r\n" +
         std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// On 127.0.0.1, a thread for each connection, one request on each.
class TestServer {
 public:
  // `n`: which request it is, from 0.
  using Handler = std::function<void(const Connection&, const Asked&, int n)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~TestServer() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int client : clients_)
      shutdown(client, SHUT_RDWR);
    for (std::thread& thread : threads_)
      thread.join();
    for (const int client : clients_)
      close(client);
    close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  [[nodiscard]] std::vector<Asked> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  [[nodiscard]] int count() const { return static_cast<int>(asked().size()); }
  // Requests that were waiting for the first byte of their answers.
  [[nodiscard]] int most_at_once() const { return most_; }

 private:
  void accept_all() {
    while (true) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      clients_.push_back(client);
      threads_.emplace_back([this, client] { serve(client); });
    }
  }
  void serve(int client) {
    Asked asked;
    if (!read_request(client, asked)) return;
    int n = 0;
    {
      const std::lock_guard lock(mutex_);
      n = static_cast<int>(asked_.size());
      asked_.push_back(asked);
    }
    const int now = ++at_once_;
    for (int most = most_; now > most && !most_.compare_exchange_weak(most, now);)
      continue;
    handler_(Connection(client, at_once_), asked, n);
    shutdown(client, SHUT_RDWR);
  }
  static bool read_request(int client, Asked& asked) {
    std::string bytes;
    char some[4096];
    while (true) {
      const size_t end = bytes.find("\r\n\r\n");
      if (end != std::string::npos) {
        asked.head = bytes.substr(0, end + 2);
        asked.line = bytes.substr(0, bytes.find("\r\n"));
        asked.body = bytes.substr(end + 4);
        const size_t at = asked.head.find("Content-Length: ");
        const size_t size = at == std::string::npos ? 0 : std::stoul(asked.head.substr(at + 16));
        if (asked.body.size() >= size) return true;
      }
      const ssize_t got = recv(client, some, sizeof some, 0);
      if (got <= 0) return false;
      bytes.append(some, static_cast<size_t>(got));
    }
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::thread accepting_;
  std::list<int> clients_;  // accepting_ alone, until it has ended
  std::list<std::thread> threads_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::atomic<int> at_once_ = 0;
  std::atomic<int> most_ = 0;
};

// A port that nobody listens on.
inline int closed_port() {
  return TestServer([](const auto&...) {}).port();
}

// Time that passes only where somebody sleeps; every throw of the dice is the highest.
struct FakeTime {
  std::chrono::steady_clock::time_point now{1h};
  std::vector<std::chrono::milliseconds> slept;

  Surroundings surroundings() {
    return {[this] { return now; },
            [] { return std::chrono::system_clock::from_time_t(784111777); },  // RFC 9110's example
            [] { return 1.0; },
            [this](std::chrono::milliseconds time, const std::stop_token&) {
              slept.push_back(time);
              now += time;
              return true;
            }};
  }
};

inline std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

}  // namespace talkie
