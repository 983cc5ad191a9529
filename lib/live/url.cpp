// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/url.h"

#include <glib.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace talkie {

namespace {

constexpr std::string_view kHidden = "…";

// RFC 3986, appendix B, as far as these addresses go. Views into the text.
struct UrlParts {
  std::string_view scheme;     // empty: there is none
  std::string_view authority;  // user@host:port
  std::string_view path;
  std::string_view query;
};

UrlParts parts_of(std::string_view text) {
  UrlParts parts;
  if (const size_t end = text.find("://"); end != std::string_view::npos) {
    parts.scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
  }
  text = text.substr(0, text.find('#'));
  if (const size_t mark = text.find('?'); mark != std::string_view::npos) {
    parts.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  const size_t slash = std::min(text.find('/'), text.size());
  parts.authority = text.substr(0, slash);
  parts.path = text.substr(slash);
  return parts;
}

std::string decoded(std::string_view text) {
  char* plain = g_uri_unescape_segment(text.data(), text.data() + text.size(), nullptr);
  std::string result(plain ? plain : "");
  g_free(plain);
  return result;
}

std::map<std::string, std::string> values_of(std::string_view query) {
  std::map<std::string, std::string> values;
  for (const std::string_view pair : split(query, '&')) {
    const size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty())
      values[decoded(pair.substr(0, equals))] =
          decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return values;
}

// Where the port begins, which is not a colon of an IPv6 address.
size_t find_port(std::string_view place) {
  const size_t bracket = place.rfind(']');
  const size_t colon = place.rfind(':');
  if (colon == std::string_view::npos) return colon;
  return bracket != std::string_view::npos && colon < bracket ? std::string_view::npos : colon;
}

bool is_host(std::string_view host) {
  constexpr std::string_view kNever = "\"<>\\^`{|}%";
  return host.find_first_of(kNever) == std::string_view::npos;
}

}  // namespace

bool LiveUrl::is_srt_listener() const {
  const auto mode = values.find("mode");
  return mode == values.end() ? host.empty() : mode->second == "listener";
}

std::optional<LiveUrl> parse_live_url(std::string_view text) {
  const UrlParts parts = parts_of(text);
  if (parts.scheme.empty()) return {};
  LiveUrl url;
  url.scheme = to_lower(parts.scheme);
  std::string_view place = parts.authority;
  if (const size_t at = place.rfind('@'); at != std::string_view::npos) {
    url.user = place.substr(0, at);
    place.remove_prefix(at + 1);
  }
  if (const size_t colon = find_port(place); colon != std::string_view::npos) {
    const std::string_view port = place.substr(colon + 1);
    url.port_text = std::string(port);
    int number = 0;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (problem == std::errc{} && end == port.data() + port.size() && number >= 1 &&
        number <= 65535)
      url.port = number;
    place = place.substr(0, colon);
  }
  if (!is_host(place)) return {};
  url.host = to_lower(place);
  url.path = parts.path;
  url.query = parts.query;
  url.values = values_of(parts.query);
  return url;
}

std::string without_secrets(std::string_view text) {
  const UrlParts parts = parts_of(text);
  std::string said;
  if (!parts.scheme.empty()) said = std::string(parts.scheme) + "://";
  const size_t at = parts.authority.rfind('@');
  said += at == std::string_view::npos ? parts.authority : parts.authority.substr(at + 1);
  // The last part of the path is the stream's name, with which anybody can send.
  if (const size_t slash = parts.path.rfind('/'); slash != std::string_view::npos) {
    said += parts.path.substr(0, slash + 1);
    if (slash + 1 < parts.path.size()) said += kHidden;
  }
  const auto values = values_of(parts.query);
  if (const auto mode = values.find("mode"); mode != values.end()) said += "?mode=" + mode->second;
  return said;
}

std::vector<std::string> secrets_of(std::string_view text) {
  const UrlParts parts = parts_of(text);
  std::vector<std::string> secrets{std::string(text)};
  // What is shorter than this is none, and would be found inside of common words.
  constexpr size_t kShortest = 4;
  const auto add = [&secrets](std::string_view secret) {
    if (secret.size() >= kShortest) secrets.emplace_back(secret);
  };
  add(parts.query);
  if (const size_t at = parts.authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = parts.authority.substr(0, at);
    add(user);
    if (const size_t colon = user.find(':'); colon != std::string_view::npos)
      add(user.substr(colon + 1));
  }
  if (parts.scheme != "srt")
    add(parts.path.substr(std::min(parts.path.rfind('/') + 1, parts.path.size())));
  const auto values = values_of(parts.query);
  for (const char* name : {"passphrase", "streamid", "key", "token"})
    if (const auto value = values.find(name); value != values.end()) add(value->second);
  return secrets;
}

}  // namespace talkie
