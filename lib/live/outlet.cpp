// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/outlet.h"

#include "render/chains.h"
#include "render/preset.h"

namespace talkie {

Result<Owned<GstElement>> make_live_mux(const char* preset) {
  const auto found = find_preset(preset);
  if (!found) return found.error();
  return make_mux(*found);
}

}  // namespace talkie
