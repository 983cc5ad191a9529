// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/gstreamer.h"

#include <gst/gst.h>

#include <memory>

#include "config.h"
#include "gst/owned.h"

namespace talkie {

namespace {

bool has_factory(const char* name) {
  return static_cast<bool>(Owned<GstElementFactory>::adopt(gst_element_factory_find(name)));
}

Result<void> start() {
  GError* raw = nullptr;
  if (!gst_init_check(nullptr, nullptr, &raw)) {
    const std::unique_ptr<GError, decltype(&g_error_free)> error(raw, g_error_free);
    return Error{ErrorKind::missing_part, "GStreamer does not start",
                 error ? error->message : "unknown"};
  }
  if (has_factory("scenecompositor")) return {};
  gst_registry_scan_path(gst_registry_get(), TALKIE_PLUGIN_DIR);
  if (has_factory("scenecompositor")) return {};
  return Error{ErrorKind::missing_part,
               "Talkie's GStreamer plugin is not found in " TALKIE_PLUGIN_DIR
               "; install it, or name its folder in GST_PLUGIN_PATH"};
}

}  // namespace

Result<void> start_gstreamer() {
  static const Result<void> started = start();
  return started;
}

}  // namespace talkie
