// SPDX-License-Identifier: LGPL-2.1-or-later
// Slow movements over a picture, or over the whole page.
#include "visual/cues.h"

namespace talkie {

std::vector<ViewMove> movement_views(Movement movement, const View& seen, bool rtl) {
  constexpr double kNear = 1 / 1.14;  // how much closer a zoom goes, slowly
  const auto part = [&](double share_x, double share_y, double scale) {
    const double width = seen.width * scale;
    const double height = seen.height * scale;
    return View{seen.x + (seen.width - width) * share_x, seen.y + (seen.height - height) * share_y,
                width, height};
  };
  const double begin = rtl ? 1 : 0;
  View from = seen;
  View to = seen;
  switch (movement) {
    case Movement::none:
      return {};
    case Movement::zoom:
      to = part(0.5, 0.5, kNear);
      break;
    case Movement::zoom_out:
      from = part(0.5, 0.5, kNear);
      break;
    case Movement::pan:
      from = part(begin, 0.5, kNear);
      to = part(1 - begin, 0.5, kNear);
      break;
    case Movement::pan_zoom:
      from = part(begin, 0.3, 0.99);
      to = part(1 - begin, 0.6, kNear);
      break;
    case Movement::pan_zoom_out:
      from = part(begin, 0.3, kNear);
      to = part(1 - begin, 0.6, 0.99);
      break;
  }
  return {{{}, Time{}, from, Ease::linear, false}, {{}, Time{}, to, Ease::in_out, true}};
}

void move_camera(const Page& page, SlidePlan& plan) {
  if (page.scene.camera == Movement::none) return;
  plan.camera = movement_views(page.scene.camera, {0, 0, page.width(), page.height()}, page.rtl);
}

}  // namespace talkie
