// SPDX-License-Identifier: LGPL-2.1-or-later
// Work on documents that may have been made to take for ever.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"

namespace talkie {

inline constexpr std::chrono::seconds kPatience{10};

// Whether `work` ends before patience does. It is done on a thread that belongs to the caller's and
// stays, with its fonts, for the next time; where time is up that thread is left behind. What
// `work` throws is thrown here.
bool ends_in_time(std::function<void()> work);

// The result of `work`, which draws a foreign document (patterns of patterns, a dash a millionth of
// a line long). librsvg cannot be interrupted, so it may go on after this has returned: `work` must
// own all that it uses. `file` is named in the error.
template <typename T, typename Work>
Result<T> within_patience(const std::string& file, Work work) {
  const auto result = std::make_shared<std::optional<Result<T>>>();
  if (ends_in_time([result, work = std::move(work)] { result->emplace(work()); }))
    return std::move(**result);
  return Error{ErrorKind::too_large,
               "drawing this SVG takes longer than " + std::to_string(kPatience.count()) +
                   " seconds: simplify it (patterns, filters, dashes)",
               "",
               {file}};
}

}  // namespace talkie
