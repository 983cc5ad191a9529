// SPDX-License-Identifier: LGPL-2.1-or-later
// The addresses of live outputs: rtmp://host/application/stream, srt://host:port?mode=caller.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace talkie {

struct LiveUrl {
  std::string scheme;  // in small letters, as the host
  std::string user;    // "name" or "name:password"
  std::string host;    // empty: any
  std::optional<std::string> port_text;
  std::optional<int> port;  // where the text is one
  std::string path;         // begins with a slash or is empty
  std::string query;
  std::map<std::string, std::string> values;  // of the query, decoded

  // It waits for viewers instead of calling somebody.
  [[nodiscard]] bool is_srt_listener() const;
};

// Nothing where it is no address at all.
std::optional<LiveUrl> parse_live_url(std::string_view text);

// What of an address may be said aloud: no password, no stream key, no passphrase. Also of one that
// is none.
std::string without_secrets(std::string_view text);
// The pieces that may not.
std::vector<std::string> secrets_of(std::string_view text);

}  // namespace talkie
