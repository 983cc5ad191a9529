// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/service.h"

#include <glib.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr size_t kShownBytes = 300;
constexpr size_t kScrubbedBytes = 4096;  // more than what is shown: no key is cut at its end
// Of a key that is at least twice as long, a server may show this many characters at either end.
constexpr size_t kShownOfKey = 4;

bool is_of_key(char c) {
  return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '*' || c == '.';
}

// What a service says where nothing is left to be used, whatever the status.
bool says_quota(std::string_view body) {
  return body.find("insufficient_quota") != std::string_view::npos ||
         body.find("quota_exceeded") != std::string_view::npos;
}

struct Meaning {
  ErrorKind kind;
  std::string sentence;  // goes on after the service's name
  bool again = false;    // whether another try may help
};

Meaning meaning_of(const HttpAnswer& answer, const ServiceSettings& settings) {
  const int status = answer.status;
  const std::string number = " (status " + std::to_string(status) + ")";
  if (status == 402 || ((status == 401 || status == 429) && says_quota(answer.body)))
    return {ErrorKind::refused, ": the account's quota is used up; see its plan and billing"};
  if (status == 401) return {ErrorKind::refused, ": the key is refused; " + settings.key_hint};
  if (status == 403)
    return {ErrorKind::refused, ": the key may not do this" + number + "; " + settings.key_hint};
  if (status == 404)
    return {ErrorKind::not_found, " does not know what it is asked for" + number +
                                      "; check 'base-url', 'model' and the voice"};
  if (status == 413) return {ErrorKind::too_large, ": the text is too long for it; shorten it"};
  if (status == 429)
    return {ErrorKind::failed,
            " gets more calls than the account may make; lower 'calls', or wait a minute", true};
  if (status == 408 || status >= 500)
    return {ErrorKind::failed, " is out of order" + number + "; try again later", true};
  if (status >= 400)
    return {ErrorKind::bad_value,
            " does not take the request" + number + "; check 'model' and the voice"};
  if (status >= 200 && status < 300 && answer.body.empty())
    return {ErrorKind::failed, " sent an empty answer; try again later", true};
  return {ErrorKind::failed, " answered something else" + number + "; check 'base-url'"};
}

std::string cut_text(std::string_view text) {
  std::string shown(text.substr(0, kShownBytes));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  const size_t invalid = find_invalid_utf8(shown);
  return invalid == std::string::npos ? shown : shown.substr(0, invalid);
}

// What a failure says of the service, as opposed to what it was asked for.
bool is_of_service(const Error& error) {
  return error.kind == ErrorKind::failed || error.kind == ErrorKind::refused;
}

}  // namespace

std::string scrub(std::string_view text, std::string_view secret) {
  std::string clean(text);
  if (secret.empty()) return clean;
  for (size_t at = 0; (at = clean.find(secret, at)) != std::string::npos; at += 3)
    clean.replace(at, secret.size(), "***");
  if (secret.size() < 2 * kShownOfKey) return clean;
  const std::string_view first = secret.substr(0, kShownOfKey);
  const std::string_view last = secret.substr(secret.size() - kShownOfKey);
  for (size_t begin = 0; begin < clean.size(); ++begin) {
    if (!is_of_key(clean[begin])) continue;
    size_t end = begin;
    while (end < clean.size() && is_of_key(clean[end]))
      ++end;
    const std::string_view word = std::string_view(clean).substr(begin, end - begin);
    const bool shows = word.find('*') != std::string_view::npos || word.size() > 2 * kShownOfKey;
    if (shows && (word.starts_with(first) || word.find(last) != std::string_view::npos)) {
      clean.replace(begin, end - begin, "***");
      end = begin + 3;
    }
    begin = end;
  }
  return clean;
}

struct Service::Try {
  Result<HttpAnswer> answer;
  bool again = false;
  std::optional<milliseconds> wait;  // what the service asks for
};

Service::Service(ServiceSettings settings, const Surroundings& surroundings)
    : settings_(std::move(settings)),
      surroundings_(surroundings),
      turns_(settings_.calls),
      circuit_(settings_.name, settings_.circuit, surroundings.clock) {}

Error Service::scrubbed(Error error) const {
  error.message = scrub(error.message, settings_.secret);
  error.detail = scrub(error.detail, settings_.secret);
  return error;
}

std::string Service::detail_of(const HttpAnswer& answer) const {
  return "status " + std::to_string(answer.status) + ": " +
         cut_text(scrub(std::string_view(answer.body).substr(0, kScrubbedBytes), settings_.secret));
}

Error Service::strange_answer(std::string_view what, const HttpAnswer& answer) const {
  return scrubbed({ErrorKind::failed, settings_.name + std::string(what), detail_of(answer)});
}

Error Service::cancelled() const {
  return {ErrorKind::cancelled, settings_.name + " was stopped"};
}

ServiceCounts Service::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Result<HttpAnswer> Service::call(const HttpRequest& request, const std::stop_token& stop) {
  const auto began = surroundings_.clock();
  auto answer = call_in_turn(request, stop);
  const std::chrono::duration<double> took = surroundings_.clock() - began;
  const std::lock_guard lock(mutex_);
  ++counts_.calls;
  counts_.seconds += took.count();
  if (!answer && answer.error().kind != ErrorKind::cancelled) ++counts_.failures;
  return answer;
}

Result<HttpAnswer> Service::call_in_turn(const HttpRequest& request, const std::stop_token& stop) {
  const auto turn = turns_.take(stop);
  if (!turn) return cancelled();
  auto pass = circuit_.enter();
  if (!pass) return pass.error();
  auto answer = call_with_tries(request, stop);
  if (answer) {
    pass->succeeded();
    return answer;
  }
  const Error error = scrubbed(answer.error());
  if (is_of_service(error))
    pass->failed(error);
  else if (error.kind != ErrorKind::cancelled)
    pass->succeeded();
  return error;
}

Result<HttpAnswer> Service::call_with_tries(const HttpRequest& request,
                                            const std::stop_token& stop) {
  const auto end = surroundings_.clock() + settings_.limits.total;
  for (int tries = 1;; ++tries) {
    if (stop.stop_requested()) return cancelled();
    HttpLimits limits = settings_.limits;
    limits.total = std::chrono::ceil<milliseconds>(end - surroundings_.clock());
    Try outcome = try_once(request, limits, stop);
    if (!outcome.again || tries >= settings_.tries) return std::move(outcome.answer);
    const auto wait = outcome.wait.value_or(settings_.backoff.wait(tries, surroundings_.dice()));
    if (surroundings_.clock() + wait >= end) return std::move(outcome.answer);
    if (!surroundings_.sleep(wait, stop)) return cancelled();
    {
      const std::lock_guard lock(mutex_);
      ++counts_.retries;
    }
    if (settings_.on_retry) settings_.on_retry();
  }
}

Service::Try Service::try_once(const HttpRequest& request, const HttpLimits& limits,
                               const std::stop_token& stop) {
  auto answer = ask_http(settings_.name, request, limits, stop);
  if (!answer) return {answer.error(), answer.error().kind == ErrorKind::failed, {}};
  if (answer->status >= 200 && answer->status < 300 && !answer->body.empty())
    return {std::move(answer), false, {}};
  const Meaning meaning = meaning_of(*answer, settings_);
  return {Error{meaning.kind, settings_.name + meaning.sentence, detail_of(*answer)}, meaning.again,
          parse_retry_after(answer->retry_after, surroundings_.date())};
}

}  // namespace talkie
