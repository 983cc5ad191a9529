// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_SVG_RENDER (talkie_svg_render_get_type())
G_DECLARE_FINAL_TYPE(TalkieSvgRender, talkie_svg_render, TALKIE, SVG_RENDER, GstElement)

GST_ELEMENT_REGISTER_DECLARE(svgrender)

G_END_DECLS
