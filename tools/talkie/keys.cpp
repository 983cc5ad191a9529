// SPDX-License-Identifier: LGPL-2.1-or-later
#include "keys.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <string_view>
#include <utility>

namespace talkie::tool {

namespace {

termios before;
std::atomic<bool> changed = false;

struct Spelling {
  std::string_view bytes;
  Key key;
};
// Arrows both ways in which terminals send them (ECMA-48 cursor keys, and application mode).
constexpr Spelling kSpellings[] = {
    {"q", Key::quit},       {"Q", Key::quit},      {" ", Key::space},     {"\033[D", Key::left},
    {"\033[C", Key::right}, {"\033OD", Key::left}, {"\033OC", Key::right}};

// Several keys may come at once.
void tell_keys(std::string_view bytes, const std::function<void(Key)>& pressed) {
  while (!bytes.empty()) {
    const auto* const known = std::ranges::find_if(
        kSpellings, [&](const Spelling& one) { return bytes.starts_with(one.bytes); });
    if (known != std::end(kSpellings)) pressed(known->key);
    bytes.remove_prefix(known != std::end(kSpellings) ? known->bytes.size() : 1);
  }
}

}  // namespace

Keys::Keys(std::function<void(Key)> pressed) : pressed_(std::move(pressed)) {
  const bool is_ours = isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
  if (!is_ours || tcgetattr(STDIN_FILENO, &before) != 0) return;
  termios raw = before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C stays what it is
  if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return;
  changed = true;
  reader_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
}

Keys::~Keys() {
  if (!reader_.joinable()) return;
  reader_.request_stop();
  reader_.join();
  restore_terminal();
}

void Keys::restore_terminal() {
  if (changed.exchange(false)) tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void Keys::read(const std::stop_token& stop) {
  constexpr int kTurn_ms = 50;
  while (!stop.stop_requested()) {
    pollfd wait{STDIN_FILENO, POLLIN, 0};
    if (poll(&wait, 1, kTurn_ms) <= 0) continue;
    if (tcgetpgrp(STDIN_FILENO) != getpgrp()) {  // in the background; reading would stop us
      std::this_thread::sleep_for(std::chrono::milliseconds(kTurn_ms));
      continue;
    }
    char bytes[16];
    const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0) return;
    tell_keys({bytes, static_cast<size_t>(count)}, pressed_);
  }
}

}  // namespace talkie::tool
