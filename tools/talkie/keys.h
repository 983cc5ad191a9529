// SPDX-License-Identifier: LGPL-2.1-or-later
// Single keys from a terminal.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace talkie::tool {

enum class Key { quit, space, left, right };

// While it lives, keys are told as they are pressed, without Enter. Where the standard input is no
// terminal, or not ours to read, there are none.
class Keys {
 public:
  explicit Keys(std::function<void(Key)> pressed);
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  [[nodiscard]] bool are_there() const { return reader_.joinable(); }
  // The terminal as it was before, for a program that ends without unwinding.
  static void restore_terminal();

 private:
  void read(const std::stop_token& stop);

  std::function<void(Key)> pressed_;
  std::jthread reader_;
};

}  // namespace talkie::tool
