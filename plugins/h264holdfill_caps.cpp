// SPDX-License-Identifier: LGPL-2.1-or-later
#include "h264holdfill_caps.h"

#include <gst/pbutils/pbutils.h>

namespace talkie {

namespace {

// The avcC record that goes with the filled stream.
Result<Bytes> translate_codec_data(HoldFiller& filler, const GstStructure* structure) {
  const GValue* value = gst_structure_get_value(structure, "codec_data");
  GstBuffer* record = value ? gst_value_get_buffer(value) : nullptr;
  GstMapInfo map;
  if (!record || !gst_buffer_map(record, &map, GST_MAP_READ))
    return Error{ErrorKind::syntax, "H.264: a stream of the format avc without codec_data"};
  auto translated = filler.use_codec_data({map.data, map.size});
  gst_buffer_unmap(record, &map);
  return translated;
}

void set_codec_data(GstCaps* caps, const Bytes& record) {
  const auto buffer = Owned<GstBuffer>::adopt(gst_buffer_new_memdup(record.data(), record.size()));
  gst_caps_set_simple(caps, "codec_data", GST_TYPE_BUFFER, buffer.get(), nullptr);
  // Profile and level are in the three bytes after the version, as they are in an SPS.
  gst_codec_utils_h264_caps_set_level_and_profile(caps, record.data() + 1, 3);
}

}  // namespace

std::optional<Rate> rate_in(GstCaps* caps, const char* field) {
  if (gst_caps_is_any(caps) || gst_caps_is_empty(caps)) return {};
  Rate rate;
  if (!gst_structure_get_fraction(gst_caps_get_structure(caps, 0), field, &rate.numerator,
                                  &rate.denominator) ||
      rate.numerator <= 0 || rate.denominator <= 0)
    return {};
  return rate;
}

std::optional<Rate> automatic_rate(GstPad* src, GstCaps* input) {
  const auto allowed = Owned<GstCaps>::adopt(gst_pad_peer_query_caps(src, nullptr));
  if (const auto rate = rate_in(allowed.get(), "framerate")) return rate;
  if (const auto rate = rate_in(input, "framerate")) return rate;
  return rate_in(input, "max-framerate");
}

Result<Owned<GstCaps>> caps_of_filled(HoldFiller& filler, GstCaps* input, Rate rate) {
  auto caps = Owned<GstCaps>::adopt(gst_caps_copy(input));
  GstStructure* structure = gst_caps_get_structure(caps.get(), 0);
  if (g_strcmp0(gst_structure_get_string(structure, "stream-format"), "avc") == 0) {
    const auto record = translate_codec_data(filler, structure);
    if (!record) return record.error();
    set_codec_data(caps.get(), *record);
  } else {
    filler.use_byte_stream();
  }
  if (filler.obstacle().empty()) {
    gst_structure_remove_field(structure, "max-framerate");
    gst_structure_set(structure, "framerate", GST_TYPE_FRACTION, rate.numerator, rate.denominator,
                      nullptr);
  }
  return caps;
}

Owned<GstCaps> caps_accepted(GstPad* src, GstCaps* filter) {
  const auto own = Owned<GstCaps>::adopt(gst_pad_get_pad_template_caps(src));
  const auto allowed = Owned<GstCaps>::adopt(gst_pad_peer_query_caps(src, own.get()));
  auto caps = Owned<GstCaps>::adopt(gst_caps_copy(allowed.get()));
  for (guint i = 0; i < gst_caps_get_size(caps.get()); ++i)
    gst_structure_remove_fields(gst_caps_get_structure(caps.get(), i), "framerate", "max-framerate",
                                "codec_data", nullptr);
  if (filter)
    caps = Owned<GstCaps>::adopt(
        gst_caps_intersect_full(filter, caps.get(), GST_CAPS_INTERSECT_FIRST));
  return caps;
}

}  // namespace talkie
