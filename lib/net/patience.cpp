// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/patience.h"

#include <libsoup/soup.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <string>

#include "base/text.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

double real_dice() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

bool real_sleep(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

const Surroundings& real_surroundings() {
  static const Surroundings real{std::chrono::steady_clock::now, std::chrono::system_clock::now,
                                 real_dice, real_sleep};
  return real;
}

milliseconds Backoff::wait(int tries, double dice) const {
  const int doublings = std::clamp(tries - 1, 0, 20);
  const milliseconds limit = std::min(first * (1 << doublings), most);
  return std::chrono::round<milliseconds>(limit * dice);
}

std::optional<milliseconds> parse_retry_after(std::string_view text,
                                              std::chrono::system_clock::time_point now) {
  const std::string word(trim(text));
  if (word.empty()) return {};
  constexpr int64_t kMost = 1'000'000'000;  // seconds; more is as good as for ever
  int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (end == word.data() + word.size() && problem != std::errc::invalid_argument)
    return std::chrono::seconds(problem == std::errc{} ? std::clamp<int64_t>(seconds, 0, kMost)
                                                       : kMost);
  GDateTime* date = soup_date_time_new_from_http_string(word.c_str());
  if (!date) return {};
  const auto then = std::chrono::system_clock::from_time_t(g_date_time_to_unix(date));
  g_date_time_unref(date);
  return std::max(std::chrono::ceil<milliseconds>(then - now), milliseconds(0));
}

std::optional<Turns::Turn> Turns::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const uint64_t ticket = next_++;
  line_.push_back(ticket);
  const bool ours = changed_.wait(lock, stop, [&] { return free_ > 0 && line_.front() == ticket; });
  std::erase(line_, ticket);
  changed_.notify_all();  // the next one may be at the front now
  if (!ours || stop.stop_requested()) return {};
  --free_;
  return Turn(this);
}

void Turns::give_back() {
  const std::lock_guard lock(mutex_);
  ++free_;
  changed_.notify_all();
}

}  // namespace talkie
