// SPDX-License-Identifier: LGPL-2.1-or-later
// An SVG document in librsvg, for drawing into bitmaps.
#pragma once

#include <librsvg/rsvg.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "visual/visual.h"

namespace talkie {

// A bitmap of that size, transparent black.
Bitmap make_bitmap(Size size);

class SvgDocument {
 public:
  // `file` names the document in errors. Pictures that it refers to are read only from `folder`
  // and the folders in it; with an empty `folder` it can refer to nothing. Foreign documents have
  // to pass check_svg() first.
  static Result<SvgDocument> parse(std::string_view svg, const std::string& file,
                                   const std::string& folder = {});

  // Its own size in pixels (96 to the inch): from width and height, else viewBox, else its ink.
  [[nodiscard]] Result<Size> size() const;

  // Adds a style sheet that wins over the document's own rules.
  Result<void> add_style(const std::string& css);

  // Draws the document over `target`, from corner to corner, or only the element "#id" of it.
  Result<void> draw(Bitmap& target, const std::string& id = {}) const;
  // Draws the document over `target`, as large as fits and centred.
  Result<void> draw_fitted(Bitmap& target) const;
  // Draws the document over `target`, so that all of it would fill `place`: only the elements with
  // these ids, or, without any, all of it.
  Result<void> draw_at(Bitmap& target, const View& place,
                       const std::vector<std::string>& ids = {}) const;
  // The place of an element's ink, in shares of the document's size; nothing where there is none.
  [[nodiscard]] std::optional<View> place_of(const std::string& id) const;

 private:
  struct Free {
    void operator()(gpointer object) const { g_object_unref(object); }
  };
  using Handle = std::unique_ptr<RsvgHandle, Free>;

  SvgDocument(Handle handle, std::string file)
      : handle_(std::move(handle)), file_(std::move(file)) {}
  [[nodiscard]] Error failure(const std::string& what, GError* error) const;

  Handle handle_;
  std::string file_;
};

}  // namespace talkie
