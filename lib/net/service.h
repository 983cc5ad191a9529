// SPDX-License-Identifier: LGPL-2.1-or-later
// A service on the network, asked with manners: so many calls side by side, tries again where that
// may help, left alone when it keeps failing, and never longer than its time.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/circuit.h"
#include "net/http.h"
#include "net/patience.h"

namespace talkie {

struct ServiceSettings {
  std::string name;      // begins the sentences for the user
  std::string key_hint;  // "check OPENAI_API_KEY or …": what to do when the key is refused
  std::string secret;    // the key; taken out of every error
  int tries = 3;
  int calls = 4;      // side by side
  HttpLimits limits;  // `total`: of a call with all its tries and waits, from its turn on
  Backoff backoff;
  CircuitSettings circuit;
  std::function<void()> on_retry;  // on the caller's thread, before each try after the first
};

struct ServiceCounts {
  int64_t calls = 0;
  int64_t failures = 0;  // of them; those that were cancelled are none
  int64_t retries = 0;
  double seconds = 0;  // waiting for a turn included
};

// Thread-safe; several calls at once.
class Service {
 public:
  explicit Service(ServiceSettings settings,
                   const Surroundings& surroundings = real_surroundings());

  // An answer with a status of 200 to 299 and a body. Tried again: what ask_http() calls `failed`,
  // 408, 429, 5xx, and an empty body; Retry-After is obeyed, and where it says more than there is
  // time for, the call ends at once. A call counts as one failure of the circuit, however many
  // tries it had, and only where it says something of the service: a request that is refused for
  // what it asks (400, 404) does not. Errors: one sentence for the user; the detail has the status
  // and the answer's first 300 bytes. The key is in neither.
  Result<HttpAnswer> call(const HttpRequest& request, const std::stop_token& stop);

  [[nodiscard]] ServiceCounts counts() const;
  [[nodiscard]] Circuit::State circuit_state() const { return circuit_.state(); }
  // The error for an answer that came and is not what it should be; `what` goes on after the name.
  [[nodiscard]] Error strange_answer(std::string_view what, const HttpAnswer& answer) const;

 private:
  struct Try;
  Result<HttpAnswer> call_in_turn(const HttpRequest& request, const std::stop_token& stop);
  Result<HttpAnswer> call_with_tries(const HttpRequest& request, const std::stop_token& stop);
  Try try_once(const HttpRequest& request, const HttpLimits& limits, const std::stop_token& stop);
  [[nodiscard]] Error cancelled() const;
  [[nodiscard]] std::string detail_of(const HttpAnswer& answer) const;
  [[nodiscard]] Error scrubbed(Error error) const;

  const ServiceSettings settings_;
  const Surroundings surroundings_;
  Turns turns_;
  Circuit circuit_;
  mutable std::mutex mutex_;  // guards counts_
  ServiceCounts counts_;
};

// `text` without `secret`, and without the beginning or end of it that a server shows
// ("sk-ab***yz").
std::string scrub(std::string_view text, std::string_view secret);

}  // namespace talkie
