// SPDX-License-Identifier: LGPL-2.1-or-later
// A file of H.264 with start codes, cut into access units.
#pragma once

#include <vector>

#include "bitstream/nal.h"

namespace talkie {

// As section 7.4.1.2.3 says, made simple: a slice of macroblock 0 begins a picture, and what stands
// between two pictures belongs to the second. `framing` is that of the access units given back.
inline std::vector<Bytes> access_units(ByteView file, Framing framing = {}) {
  std::vector<Bytes> units(1);
  bool has_picture = false;
  const auto nals = split_nals(file, {});
  if (!nals) return {};
  for (const ByteView nal : *nals) {
    const bool slice = nal_type(nal) == NalType::slice || nal_type(nal) == NalType::idr_slice;
    const bool first = slice && nal.size() > 1 && (nal[1] & 0x80) != 0;
    if (has_picture && (first || !slice)) {
      units.emplace_back();
      has_picture = false;
    }
    append_nal(nal, framing, units.back());
    has_picture |= slice;
  }
  return units;
}

}  // namespace talkie
