// SPDX-License-Identifier: LGPL-2.1-or-later
// Names for content: equal inputs have equal keys, different ones never do in practice.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace talkie {

// Collects everything that can change a result; its key is their SHA-256 (FIPS 180-4).
class KeyMaker {
 public:
  // `kind` keeps the keys of different kinds of results apart: "take", "segment".
  explicit KeyMaker(std::string_view kind);
  KeyMaker(KeyMaker&& other) noexcept;
  KeyMaker& operator=(KeyMaker&& other) noexcept;
  ~KeyMaker();

  // Every part is taken with its length, so that "ab", "c" is not "a", "bc".
  KeyMaker& add(std::string_view part);
  KeyMaker& add(int64_t number);

  // 64 hexadecimal digits. The object is used up.
  [[nodiscard]] std::string key();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace talkie
