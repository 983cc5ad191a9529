// SPDX-License-Identifier: LGPL-2.1-or-later
// A service as the tests of lib/net ask it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "net/service.h"
#include "net_testing.h"

namespace talkie {

inline constexpr std::string_view kKey = "sk-secret-0123456789-wxyz";

class NetService : public testing::Test {
 protected:
  NetService() {
    settings.name = "echo";
    settings.key_hint = "check ECHO_KEY";
    settings.secret = kKey;
    settings.limits = {2000ms, 2000ms, 60'000ms, 1 << 20};
  }
  Result<HttpAnswer> call(const std::string& url, const std::stop_token& stop = {}) {
    if (!service) service.emplace(settings, time.surroundings());
    HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + std::string(kKey)}};
    request.body = "{\"input\": \"Hello\"}";
    auto answer = service->call(request, stop);
    if (!answer) {
      EXPECT_EQ(answer.error().to_string().find("secret"), std::string::npos);
      EXPECT_EQ(answer.error().detail.find("secret"), std::string::npos) << answer.error().detail;
    }
    return answer;
  }
  ServiceSettings settings;
  FakeTime time;
  std::optional<Service> service;
};

// Answers with these statuses, one after the other; the last one again and again.
inline TestServer::Handler statuses(std::vector<int> these, std::string headers = "") {
  return [=](const Connection& client, const Asked&, int n) {
    const int status = these[std::min<size_t>(static_cast<size_t>(n), these.size() - 1)];
    client.send(answer_of(status, "said " + std::to_string(status), headers));
  };
}

}  // namespace talkie
