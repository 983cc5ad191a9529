// SPDX-License-Identifier: LGPL-2.1-or-later
// What the pieces of a film depend on: docs/cache.md lists it.
#pragma once

#include <gst/gst.h>

#include <string>
#include <utility>
#include <vector>

#include "gst/owned.h"
#include "render/preset.h"

namespace talkie {

// A key with names for its parts, so that it can be said which of them changed.
class KeyParts {
 public:
  explicit KeyParts(std::string kind) : kind_(std::move(kind)) {}
  KeyParts& add(std::string name, std::string value) {
    parts_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  [[nodiscard]] std::string key() const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& parts() const {
    return parts_;
  }

 private:
  std::string kind_;
  std::vector<std::pair<std::string, std::string>> parts_;
};

// The chain that make_chain() would make, its elements' plugins and their versions, without loading
// them.
std::string identity_of(const std::vector<PresetChain>& alternatives);
// The same for the muxer.
std::string identity_of_mux(const Preset& preset);
// What its pads take, some with a parser in front.
Owned<GstCaps> caps_of_mux(const Preset& preset);
// The alternative that make_chain() would take; of none, a chain without anything.
const PresetChain& choose_chain(const std::vector<PresetChain>& alternatives);
// Whether every element of this piece of pipeline is there.
bool is_installed(const std::string& launch);

}  // namespace talkie
