// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/output_log.h"

#include <utility>

#include "live/url.h"

namespace talkie {

namespace {

std::vector<std::string> secrets_in(const LiveTarget& target) {
  const bool is_address =
      target.kind == LiveTarget::Kind::rtmp || target.kind == LiveTarget::Kind::srt;
  return is_address ? secrets_of(target.where) : std::vector<std::string>();
}

}  // namespace

OutputLog::OutputLog(const LiveTarget& target, OutputListener listener)
    : listener_(std::move(listener)), secrets_(secrets_in(target)) {
  report_.name = shown(target);
}

void OutputLog::connected(const std::string& message) {
  {
    const std::lock_guard lock(mutex_);
    ++report_.connections;
    if (is_lost_ && report_.connections > 1) ++report_.reconnections;
    is_lost_ = false;
    is_dropping_ = false;
  }
  tell(OutputEvent::Kind::connected, message);
}

void OutputLog::lost(const Error& error) {
  const Error said = about(error);
  {
    const std::lock_guard lock(mutex_);
    report_.error = said;
    if (std::exchange(is_lost_, true)) return;
  }
  tell(OutputEvent::Kind::lost, said.message);
}

void OutputLog::failed(const Error& error) {
  const Error said = about(error);
  {
    const std::lock_guard lock(mutex_);
    report_.error = said;
    report_.failed = true;
  }
  tell(OutputEvent::Kind::failed, said.message);
}

void OutputLog::viewer_came(const std::string& who) {
  {
    const std::lock_guard lock(mutex_);
    ++report_.connections;
  }
  tell(OutputEvent::Kind::connected, "a viewer has come: " + who);
}

void OutputLog::viewer_left(const std::string& who) {
  tell(OutputEvent::Kind::lost, "a viewer has left: " + who);
}

void OutputLog::dropped(int64_t pictures) {
  if (pictures == 0) return;
  {
    const std::lock_guard lock(mutex_);
    report_.dropped += pictures;
    // Where nobody is there, that is no news.
    if (is_lost_ || std::exchange(is_dropping_, true)) return;
  }
  tell(OutputEvent::Kind::dropping, "it takes too long; pictures are dropped");
}

void OutputLog::caught_up() {
  const std::lock_guard lock(mutex_);
  is_dropping_ = false;
}

void OutputLog::set_sent(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  report_.bytes = bytes;
}

OutputReport OutputLog::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

Error OutputLog::about(const Error& error) const {
  Error said = error;
  said.message = without(error.message);
  said.detail = without(error.detail);
  return said;
}

void OutputLog::tell(OutputEvent::Kind kind, const std::string& message) const {
  if (listener_) listener_({kind, report_.name, message});
}

std::string OutputLog::without(std::string text) const {
  for (const std::string& secret : secrets_)
    for (size_t at = 0; (at = text.find(secret, at)) != std::string::npos;)
      text.replace(at, secret.size(), "…");
  return text;
}

}  // namespace talkie
