// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/hash.h"

#include <glib.h>

namespace talkie {

struct KeyMaker::State {
  GChecksum* sum = g_checksum_new(G_CHECKSUM_SHA256);
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { g_checksum_free(sum); }
};

KeyMaker::KeyMaker(std::string_view kind) : state_(std::make_unique<State>()) {
  add(kind);
}
KeyMaker::KeyMaker(KeyMaker&& other) noexcept = default;
KeyMaker& KeyMaker::operator=(KeyMaker&& other) noexcept = default;
KeyMaker::~KeyMaker() = default;

KeyMaker& KeyMaker::add(std::string_view part) {
  const std::string head = std::to_string(part.size()) + ":";
  const auto feed = [this](std::string_view bytes) {
    g_checksum_update(state_->sum, reinterpret_cast<const guchar*>(bytes.data()),
                      static_cast<gssize>(bytes.size()));
  };
  feed(head);
  feed(part);
  return *this;
}

KeyMaker& KeyMaker::add(int64_t number) {
  return add(std::to_string(number));
}

std::string KeyMaker::key() {
  return g_checksum_get_string(state_->sum);
}

}  // namespace talkie
