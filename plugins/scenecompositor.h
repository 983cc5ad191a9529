// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define TALKIE_TYPE_SCENE_COMPOSITOR (talkie_scene_compositor_get_type())
G_DECLARE_FINAL_TYPE(TalkieSceneCompositor, talkie_scene_compositor, TALKIE, SCENE_COMPOSITOR,
                     GstElement)

GST_ELEMENT_REGISTER_DECLARE(scenecompositor)

G_END_DECLS
