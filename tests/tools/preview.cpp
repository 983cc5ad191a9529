// SPDX-License-Identifier: LGPL-2.1-or-later
// The preview's server, as programs other than its page see it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "talkie_command.h"

namespace {

using namespace std::chrono_literals;

// A talkie preview that runs until the object goes.
class Running {
 public:
  explicit Running(const std::vector<std::string>& words) {
    int ends[2] = {};
    if (pipe(ends) != 0) return;
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      std::vector<char*> arguments;
      for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(ends[1]);
    char c = 0;
    while (read(ends[0], &c, 1) == 1 && c != '\n')
      address_ += c;
    close(ends[0]);
  }
  ~Running() {
    if (process_ > 0) end(SIGKILL);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] int port() const { return std::stoi(address_.substr(address_.rfind(':') + 1)); }
  // Its exit status.
  int end(int signal) {
    kill(process_, signal);
    int status = 0;
    waitpid(std::exchange(process_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = 0;
  std::string address_;
};

class PreviewServer : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("talk.md", kSmallTalk);
  }
  static std::vector<std::string> words(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {program(), "preview", "talk.md"});
    return more;
  }
  // What the server answers to that request's head, up to the end of the connection.
  static std::string ask(int port, const std::string& head) {
    const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience = {20, 0};
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    if (connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
      const std::string request = head + "Connection: close\r\n\r\n";
      EXPECT_EQ(send(peer, request.data(), request.size(), 0), ssize_t(request.size()));
      char part[4096];
      for (ssize_t count; (count = recv(peer, part, sizeof part, 0)) > 0;)
        answer.append(part, static_cast<size_t>(count));
    }
    close(peer);
    return answer;
  }
  static std::string get(int port, const std::string& path, const std::string& headers = {},
                         const std::string& method = "GET") {
    const std::string host = headers.find("Host:") == std::string::npos
                                 ? "Host: 127.0.0.1:" + std::to_string(port) + "\r\n"
                                 : "";
    return ask(port, method + " " + path + " HTTP/1.1\r\n" + host + headers);
  }
  static std::string status(const std::string& answer) { return answer.substr(9, 3); }
};

TEST_F(PreviewServer, ServesItsPageAndNothingElse) {
  const Running preview(words());
  ASSERT_EQ(preview.address().rfind("http://127.0.0.1:", 0), 0u) << preview.address();
  const int port = preview.port();
  const std::string page = get(port, "/");
  EXPECT_EQ(status(page), "200");
  EXPECT_HAS(page, "<!doctype html>");
  EXPECT_HAS(page, "default-src 'none'");
  EXPECT_EQ(status(get(port, "/page.js")), "200");
  EXPECT_EQ(status(get(port, "/page.css")), "200");
  for (const char* path : {"/talk.md", "/../talk.md", "/%2e%2e/talk.md", "/pieces/", "/pieces/x",
                           "/pieces/../talk.md", "/pieces//etc/passwd", "/page", "//"})
    EXPECT_EQ(status(get(port, path)), "404") << path;
  for (const char* method : {"POST", "PUT", "DELETE"})
    EXPECT_EQ(status(get(port, "/", "Content-Length: 0\r\n", method)), "405") << method;
}

TEST_F(PreviewServer, AnswersNoOtherSite) {
  const Running preview(words());
  const int port = preview.port();
  const std::string here = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(status(get(port, "/", "Host: evil.example\r\n")), "403");
  EXPECT_EQ(status(get(port, "/", "Host: evil.example:" + std::to_string(port) + "\r\n")), "403");
  EXPECT_EQ(status(get(port, "/", "Host: localhost.evil.example\r\n")), "403");
  EXPECT_EQ(status(get(port, "/", "Host: 127.0.0.1.evil.example\r\n")), "403");
  EXPECT_EQ(status(get(port, "/", "Host: localhost:" + std::to_string(port) + "\r\n")), "200");
  EXPECT_EQ(status(get(port, "/", "Origin: http://evil.example\r\n")), "403");
  EXPECT_EQ(status(get(port, "/", "Origin: http://" + here + "\r\n")), "200");
  // Nor does it tell anybody else what is new.
  const std::string upgrade =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(status(get(port, "/events", upgrade)), "403");
  EXPECT_EQ(status(get(port, "/events", upgrade + "Origin: http://evil.example\r\n")), "403");
}

TEST_F(PreviewServer, EndsAtOnce) {
  Running preview(words());
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(preview.end(SIGINT), 130);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_EQ(files(), (std::set<std::string>{"talk.md"})) << "and leaves nothing";
}

TEST_F(PreviewServer, SaysThatThePortIsInUse) {
  const Running preview(words());
  const std::string port = std::to_string(preview.port());
  const auto second = talkie({"preview", "talk.md", "--port", port}, 30);
  EXPECT_EQ(second.status, 1);
  EXPECT_EQ(second.output, "");
  EXPECT_HAS(second.errors, "port " + port + " is in use");
}

TEST_F(PreviewServer, WaitsForAScriptThatIsNotThere) {
  std::filesystem::remove("talk.md");
  const Running preview(words());
  EXPECT_EQ(status(get(preview.port(), "/")), "200");
}

TEST_F(PreviewServer, RefusesWhatItCannotFollow) {
  for (const auto& wrong : std::vector<std::vector<std::string>>{{},
                                                                 {"-"},
                                                                 {"talk.md", "--port", "x"},
                                                                 {"talk.md", "--port", "70000"},
                                                                 {"talk.md", "--workers", "0"},
                                                                 {"a.md", "b.md"}}) {
    std::vector<std::string> line = {"preview"};
    line.insert(line.end(), wrong.begin(), wrong.end());
    const auto outcome = talkie(line, 30);
    EXPECT_EQ(outcome.status, 2) << outcome.errors;
    EXPECT_EQ(outcome.output, "");
  }
}

}  // namespace
