// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/target.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "live/url.h"

namespace talkie {

namespace {

constexpr Time kShortestSegment = std::chrono::seconds(1);
constexpr Time kLongestSegment = std::chrono::seconds(60);
constexpr int kSmallestWindow = 3;  // RFC 8216, 6.2.2: a server that removes segments keeps three

constexpr const char* kRtmpForm = "write rtmp://HOST/APPLICATION/STREAM";
constexpr const char* kSrtForm = "write srt://HOST:PORT, or srt://:PORT to wait for viewers";

Error bad(const LiveTarget& target, const std::string& what) {
  return Error{ErrorKind::bad_value, "'" + shown(target) + "': " + what};
}

Result<LiveUrl> checked_url(const LiveTarget& target, const std::string& form) {
  const bool odd = std::any_of(target.where.begin(), target.where.end(), [](unsigned char letter) {
    return letter <= ' ' || letter == 0x7f;
  });
  if (odd) return bad(target, "an address has no spaces; write %20 for one");
  auto url = parse_live_url(target.where);
  if (!url) return bad(target, "this is no address; " + form);
  if (url->port_text && !url->port)
    return bad(target, "'" + *url->port_text + "' is no port; ports are 1 to 65535");
  return *url;
}

Result<void> check_rtmp(const LiveTarget& target) {
  const auto url = checked_url(target, kRtmpForm);
  if (!url) return url.error();
  if (url->scheme != "rtmp" && url->scheme != "rtmps")
    return bad(target, "'" + url->scheme + "' is not RTMP; " + kRtmpForm);
  if (url->host.empty()) return bad(target, std::string("it names no host; ") + kRtmpForm);
  const size_t slash = url->path.find('/', 1);
  if (slash == std::string::npos || slash == 1 || url->path.back() == '/')
    return bad(target, std::string("an application and a stream are missing; ") + kRtmpForm);
  return {};
}

Result<void> check_srt(const LiveTarget& target) {
  const auto url = checked_url(target, kSrtForm);
  if (!url) return url.error();
  if (url->scheme != "srt") return bad(target, "'" + url->scheme + "' is not SRT; " + kSrtForm);
  if (!url->port) return bad(target, std::string("it names no port; ") + kSrtForm);
  const auto mode = url->values.find("mode");
  if (mode != url->values.end() && mode->second != "caller" && mode->second != "listener" &&
      mode->second != "rendezvous")
    return bad(target,
               "there is no mode '" + mode->second + "'; mode is caller, listener or rendezvous");
  if (url->host.empty() && mode != url->values.end() && mode->second != "listener")
    return bad(target, std::string("it names no host; ") + kSrtForm);
  const auto passphrase = url->values.find("passphrase");
  if (passphrase != url->values.end() &&
      (passphrase->second.size() < 10 || passphrase->second.size() > 79))
    return bad(target, "its passphrase is not 10 to 79 characters long");
  return {};
}

Result<void> check_hls(const LiveTarget& target) {
  if (target.where.empty())
    return Error{ErrorKind::bad_value, "HLS wants a folder to write into: name one"};
  if (target.where.find("://") != std::string::npos)
    return bad(target, "HLS is written into a folder, which a web server then serves; name one");
  if (target.segment < kShortestSegment || target.segment > kLongestSegment)
    return bad(target, "segments are 1 to 60 seconds long, not " +
                           std::to_string(to_seconds(target.segment)));
  if (target.window != 0 && target.window < kSmallestWindow)
    return bad(target, "a playlist of " + std::to_string(target.window) +
                           " segments is too short to play; keep 3 or more, or 0 for all of them");
  return {};
}

Result<void> check_target(const LiveTarget& target) {
  switch (target.kind) {
    case LiveTarget::Kind::rtmp:
      return check_rtmp(target);
    case LiveTarget::Kind::srt:
      return check_srt(target);
    case LiveTarget::Kind::hls:
      return check_hls(target);
    case LiveTarget::Kind::window:
      return {};
  }
  return {};
}

// The same for two targets where they would get into each other's way.
std::string identity_of(const LiveTarget& target) {
  namespace fs = std::filesystem;
  switch (target.kind) {
    case LiveTarget::Kind::rtmp: {
      const LiveUrl url = *parse_live_url(target.where);
      const int port = url.port.value_or(url.scheme == "rtmps" ? 443 : 1935);
      return "rtmp " + url.host + " " + std::to_string(port) + url.path + "?" + url.query;
    }
    case LiveTarget::Kind::srt: {
      const LiveUrl url = *parse_live_url(target.where);
      const std::string host = url.is_srt_listener() ? "" : url.host;
      const auto stream = url.values.find("streamid");
      return "srt " + host + " " + std::to_string(*url.port) + " " +
             (stream == url.values.end() ? "" : stream->second);
    }
    case LiveTarget::Kind::hls: {
      std::error_code failure;
      fs::path path = fs::weakly_canonical(fs::absolute(target.where, failure), failure);
      if (failure) path = fs::path(target.where).lexically_normal();
      const std::string text = path.string();
      return "hls " + (text.ends_with('/') ? text.substr(0, text.size() - 1) : text);
    }
    case LiveTarget::Kind::window:
      return "window";
  }
  return {};
}

}  // namespace

std::string shown(const LiveTarget& target) {
  switch (target.kind) {
    case LiveTarget::Kind::rtmp:
    case LiveTarget::Kind::srt:
      return without_secrets(target.where);
    case LiveTarget::Kind::hls:
      return target.where;
    case LiveTarget::Kind::window:
      return "the window";
  }
  return {};
}

Result<void> check_targets(std::span<const LiveTarget> targets) {
  std::map<std::string, const LiveTarget*> seen;
  for (const LiveTarget& target : targets) {
    if (auto checked = check_target(target); !checked) return checked.error();
    const auto [other, is_new] = seen.emplace(identity_of(target), &target);
    if (!is_new)
      return bad(target, "two outputs would go to the same place" +
                             (shown(*other->second) == shown(target)
                                  ? std::string()
                                  : " ('" + shown(*other->second) + "' is the other)") +
                             "; name each once");
  }
  return {};
}

}  // namespace talkie
