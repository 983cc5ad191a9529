// SPDX-License-Identifier: LGPL-2.1-or-later
// One talkie-draw, seen from outside: what it does is not trusted.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "visual/kit/kit.h"
#include "visual/kit/text_width.h"
#include "visual/kit/wire.h"

namespace talkie {

// Used by one thread at a time.
class KitChild {
 public:
  // Starts the program; what it has to say is awaited when it is first asked.
  static Result<std::unique_ptr<KitChild>> start(const KitOptions& options, TextWidth& widths);
  ~KitChild();
  KitChild(const KitChild&) = delete;
  KitChild& operator=(const KitChild&) = delete;

  Result<std::string> ask(const std::string& bundle, std::string_view request,
                          const std::function<Result<std::string>()>& bundle_text);

  // Whether it may be asked again: it lives, keeps to what was agreed and has memory left. While
  // nobody asks it says nothing.
  [[nodiscard]] bool usable() const;
  [[nodiscard]] bool has(const std::string& bundle) const { return loaded_.contains(bundle); }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  using Clock = std::chrono::steady_clock;

  KitChild(const KitOptions& options, TextWidth& widths, pid_t pid, int socket)
      : options_(options), widths_(widths), pid_(pid), socket_(socket) {}

  Result<void> greet();
  Result<std::string> answer(const std::string& bundle);
  Result<void> send(KitMessage kind, std::string_view payload);
  struct Message {
    KitMessage kind{};
    std::string payload;
  };
  Result<Message> receive();
  Result<void> write_all(std::string_view bytes);
  Result<void> read_all(char* to, size_t size);
  Result<void> wait_for(short events);
  Result<std::string> measured(std::string_view payload);
  [[nodiscard]] std::chrono::nanoseconds work() const;
  [[nodiscard]] size_t memory() const;
  Error too_long();
  Error too_much_memory();
  Error give_up(ErrorKind kind, std::string message, std::string detail = {});

  const KitOptions& options_;
  TextWidth& widths_;
  const pid_t pid_;
  const int socket_;
  bool usable_ = true;
  bool greeted_ = false;
  std::set<std::string, std::less<>> loaded_;
  Clock::time_point deadline_;
  std::chrono::nanoseconds worked_{};  // before it was asked
  Clock::time_point looked_;           // when its limits were looked at
};

}  // namespace talkie
