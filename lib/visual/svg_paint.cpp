// SPDX-License-Identifier: LGPL-2.1-or-later
// SVG documents that somebody else wrote.
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "visual/painter.h"
#include "visual/svg_document.h"
#include "visual/svg_safety.h"

namespace talkie {
namespace {

constexpr std::chrono::seconds kPatience{10};

// Works on a document that may have been made to take for ever (patterns of patterns, a dash a
// millionth of a line long). librsvg cannot be interrupted, so it works on a thread of its own,
// which is left behind when time is up. `work` must own all that it uses.
template <typename T, typename Work>
Result<T> within_patience(const std::string& file, Work work) {
  const auto result = std::make_shared<std::optional<Result<T>>>();
  std::packaged_task<void()> task([result, work = std::move(work)] { result->emplace(work()); });
  std::future<void> done = task.get_future();
  std::thread(std::move(task)).detach();
  if (done.wait_for(kPatience) == std::future_status::ready) {
    done.get();  // throws where memory ran out
    return std::move(**result);
  }
  return Error{ErrorKind::too_large,
               "drawing this SVG takes longer than " + std::to_string(kPatience.count()) +
                   " seconds: simplify it (patterns, filters, dashes)",
               "",
               {file}};
}

}  // namespace

Result<Bitmap> paint_svg(std::string_view svg, Size size, const std::string& file) {
  if (auto safe = check_svg(svg, file); !safe) return safe.error();
  return within_patience<Bitmap>(file, [svg = std::string(svg), size, file]() -> Result<Bitmap> {
    const auto document = SvgDocument::parse(svg, file);
    if (!document) return document.error();
    Bitmap bitmap = make_bitmap(size);
    if (auto drawn = document->draw_fitted(bitmap); !drawn) return drawn.error();
    return bitmap;
  });
}

Result<Size> svg_size(std::string_view svg, const std::string& file) {
  if (auto safe = check_svg(svg, file); !safe) return safe.error();
  return within_patience<Size>(file, [svg = std::string(svg), file]() -> Result<Size> {
    const auto document = SvgDocument::parse(svg, file);
    if (!document) return document.error();
    return document->size();
  });
}

}  // namespace talkie
