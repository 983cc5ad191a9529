// SPDX-License-Identifier: LGPL-2.1-or-later
// How wide a text is when librsvg draws it.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "visual/kit/wire.h"

namespace talkie {

// Thread-safe; its fonts are its own.
class TextWidth {
 public:
  TextWidth();
  ~TextWidth();
  // In pixels, on one line.
  double of(const KitFont& font, std::string_view family, std::string_view text);

 private:
  struct Fonts;
  std::mutex mutex_;
  std::unique_ptr<Fonts> fonts_;
};

}  // namespace talkie
