// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands behind scenecompositor: whether it shows a picture for as long as its buffer lasts.
#include <algorithm>
#include <array>
#include <string_view>

#include "compositor_outputs.h"
#include "gst/wire.h"

namespace talkie {

namespace {

// More elements than this in a row are no pipeline that somebody wrote.
constexpr int kFurthest = 64;

// Muxers whose files say of every frame when it is shown.
bool is_patient_muxer(std::string_view factory) {
  constexpr std::array<std::string_view, 8> kMuxers = {
      "matroskamux", "webmmux", "mp4mux", "qtmux", "3gppmux", "mj2mux", "isomp4mux", "isofmp4mux"};
  return std::ranges::find(kMuxers, factory) != kMuxers.end();
}

// Whether what is behind `pad`, or behind all pads that it leads to, is such a muxer.
bool leads_to_patient_muxer(GstPad* pad, int depth);

bool all_lead_to_patient_muxers(GstIterator* pads, int depth) {
  struct Walk {
    int depth;
    int seen = 0;
    bool all = true;
  } walk{depth};
  gst_iterator_foreach(
      pads,
      [](const GValue* item, gpointer data) {
        auto& to = *static_cast<Walk*>(data);
        ++to.seen;
        to.all &= leads_to_patient_muxer(GST_PAD(g_value_get_object(item)), to.depth);
      },
      &walk);
  gst_iterator_free(pads);
  return walk.seen > 0 && walk.all;
}

bool leads_to_patient_muxer(GstPad* pad, int depth) {
  if (depth > kFurthest) return false;
  auto peer = Owned<GstPad>::adopt(gst_pad_get_peer(pad));
  if (peer && GST_IS_PROXY_PAD(peer.get()) && !GST_IS_GHOST_PAD(peer.get())) {
    // Out of a bin: on behind its ghost pad.
    const auto ghost =
        Owned<GstProxyPad>::adopt(gst_proxy_pad_get_internal(GST_PROXY_PAD(peer.get())));
    return ghost && leads_to_patient_muxer(GST_PAD(ghost.get()), depth + 1);
  }
  while (peer && GST_IS_GHOST_PAD(peer.get()))  // into a bin
    peer = Owned<GstPad>::adopt(gst_ghost_pad_get_target(GST_GHOST_PAD(peer.get())));
  if (!peer) return false;
  const auto element = Owned<GstElement>::adopt(gst_pad_get_parent_element(peer.get()));
  GstElementFactory* factory = element ? gst_element_get_factory(element.get()) : nullptr;
  if (!factory) return false;
  if (is_patient_muxer(GST_OBJECT_NAME(factory))) return true;
  GstIterator* links = gst_pad_iterate_internal_links(peer.get());
  return links && all_lead_to_patient_muxers(links, depth + 1);
}

}  // namespace

bool lets_pictures_hold(GstPad* pad) {
  const auto query = Owned<GstQuery>::adopt(
      gst_query_new_custom(GST_QUERY_CUSTOM, gst_structure_new_empty(kHoldQuery)));
  return gst_pad_peer_query(pad, query.get()) || leads_to_patient_muxer(pad, 0);
}

}  // namespace talkie
