// SPDX-License-Identifier: LGPL-2.1-or-later
// Serves the page and its pieces on the loopback address, and tells the pages that are open what is
// new. Nobody else can read it: not another machine, and not a page of another site in the same
// browser, whatever name it has for this address.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "preview/piece_store.h"

namespace talkie {

class PageServer {
 public:
  // `port` 0: any that is free. `looked`: a page looks at that scene; called by the server's own
  // thread. `failed`: the port is in use. The store outlives this.
  static Result<std::unique_ptr<PageServer>> begin(int port, const PieceStore& store,
                                                   std::function<void(int scene)> looked);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  [[nodiscard]] const std::string& address() const;  // "http://127.0.0.1:8123/"
  // What every page is told, now and when it comes. Thread-safe.
  void show(const std::string& text);

 private:
  struct State;
  explicit PageServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace talkie
