// SPDX-License-Identifier: LGPL-2.1-or-later
// One question to a server and its answer, with an end for everything that can take time.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string url;  // http or https
  std::string method = "POST";
  std::vector<HttpHeader> headers;
  std::string content_type = "application/json";
  std::string body;
};

struct HttpLimits {
  std::chrono::milliseconds connect{10'000};     // name, connection and TLS together
  std::chrono::milliseconds first_byte{60'000};  // from there to the answer's head
  std::chrono::milliseconds total{120'000};      // all of it, however steadily bytes come
  size_t answer_bytes = 64 << 20;                // of the body
};

struct HttpAnswer {
  int status = 0;
  std::string content_type;  // in lower case, with its parameters
  std::string retry_after;   // as the server wrote it
  std::string body;
};

// Asks, and waits for the whole answer, whatever its status. Certificates are verified; proxies,
// cookies and passwords of the desktop are not used. A redirect is followed on the same server (a
// few times, with the same method), and from http to https of the same host; anywhere else it is an
// error, since the headers hold keys. `who` begins the sentences of errors. Errors: `failed` is
// what may go better the next time (unreachable, too slow, cut in the middle); bad_value, refused
// and too_large stay as they are; cancelled comes within milliseconds of a stop. May be called from
// any thread, by several at once.
Result<HttpAnswer> ask_http(std::string_view who, const HttpRequest& request,
                            const HttpLimits& limits, const std::stop_token& stop);

// Takes a URL of a service apart. bad_value: it is none, is neither http nor https, or holds a
// password.
struct HttpAddress {
  std::string scheme;
  std::string host;
  int port = 0;
  [[nodiscard]] bool is_local() const;  // this machine: nobody listens on the way
};
Result<HttpAddress> parse_http_address(const std::string& url);

}  // namespace talkie
