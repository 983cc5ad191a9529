// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie-draw: answers what Talkie asks over a socket, until that is closed. Started by Talkie
// alone; `talkie-draw --check` says whether it can be kept from files and the network on this
// machine.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "visual/kit/child/cage.h"
#include "visual/kit/child/engine.h"
#include "visual/kit/wire.h"

namespace talkie {

namespace {

// Nothing is left to do here when the other end is gone.
[[noreturn]] void leave() {
  _exit(0);
}

void read_bytes(char* to, size_t size) {
  while (size > 0) {
    const ssize_t got = recv(kKitSocket, to, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) leave();
    to += got;
    size -= static_cast<size_t>(got);
  }
}

std::string read_payload(KitHeader header) {
  std::string payload(header.size, '\0');
  read_bytes(payload.data(), payload.size());
  return payload;
}

KitHeader read_next() {
  char bytes[kKitHeaderSize];
  read_bytes(bytes, sizeof bytes);
  return read_header(bytes);
}

void send(KitMessage kind, std::string_view payload) {
  std::string bytes = header_bytes({kind, static_cast<uint32_t>(payload.size())});
  bytes.append(payload);
  for (std::string_view left = bytes; !left.empty();) {
    const ssize_t sent = ::send(kKitSocket, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) leave();
    left.remove_prefix(static_cast<size_t>(sent));
  }
}

double measure(const KitFont& font, std::string_view family, std::string_view text) {
  std::string payload(reinterpret_cast<const char*>(&font), sizeof font);
  payload.append(family).append(1, '\0').append(text);
  send(KitMessage::measure, payload);
  const std::string answer = read_payload(read_next());
  double width = 0;
  if (answer.size() == sizeof width) std::memcpy(&width, answer.data(), sizeof width);
  return width;
}

// While a script runs nobody reads the socket: this thread sees that the other end is gone.
void watch_parent() {
  pollfd socket{kKitSocket, POLLRDHUP, 0};
  while (poll(&socket, 1, -1) < 0 && errno == EINTR) {
  }
  leave();
}

void serve(KitEngine& engine) {
  for (;;) {
    const KitHeader header = read_next();
    const std::string payload = read_payload(header);
    const auto [bundle, text] = split_pair(payload);
    if (header.kind == KitMessage::load) {
      engine.load(bundle, text);
    } else if (header.kind == KitMessage::ask) {
      const KitAnswer answer = engine.ask(bundle, text);
      send(answer.good ? KitMessage::answer : KitMessage::problem, answer.text);
    }
  }
}

int check(KitEngine& engine) {
  drop_resources(STDERR_FILENO);
  engine.warm_up();
  std::string problem = enter_cage();
  if (problem.empty()) problem = try_to_escape();
  if (problem.empty()) return 0;
  dprintf(STDERR_FILENO, "%s\n", problem.c_str());
  return 1;
}

int run(bool checks) {
  KitEngine engine({measure, [](std::string_view line) { send(KitMessage::log, line); }});
  if (checks) return check(engine);
  drop_resources(kKitSocket);
  std::thread(watch_parent).detach();
  engine.warm_up();
  const std::string problem = enter_cage();
  send(KitMessage::ready, problem);
  if (problem.empty()) serve(engine);
  return 1;
}

}  // namespace

}  // namespace talkie

int main(int argc, char** argv) {
  return talkie::run(argc > 1 && std::string_view(argv[1]) == "--check");
}
