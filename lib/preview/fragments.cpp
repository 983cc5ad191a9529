// SPDX-License-Identifier: LGPL-2.1-or-later
// ISO/IEC 14496-12 names the boxes; 14496-15 5.4 puts H.264 into them, 14496-14 5.6 puts AAC there.
#include "preview/fragments.h"

#include <gst/gst.h>

#include <cstdint>
#include <span>

#include "gst/owned.h"
#include "render/mp4_boxes.h"

namespace talkie {

namespace {

constexpr uint32_t kKeyUnit = 0x02000000;    // depends on no other sample
constexpr uint32_t kDeltaUnit = 0x01010000;  // depends on others, and is no sync sample

// A number as it stands in a box, by its width in bytes.
std::string u8(uint64_t value) {
  return mp4_number(value, 1);
}
std::string u16(uint64_t value) {
  return mp4_number(value, 2);
}
std::string u32(uint64_t value) {
  return mp4_number(value, 4);
}
std::string zeros(size_t count) {
  return std::string(count, '\0');
}

std::string full_box(std::string_view type, int version, uint32_t flags,
                     const std::string& content) {
  return make_box(type, u8(static_cast<uint64_t>(version)) + mp4_number(flags, 3) + content);
}

// The identity, in fixed point.
std::string matrix() {
  const std::string one = u32(0x10000);
  return one + zeros(12) + one + zeros(12) + u32(0x40000000);
}

struct Track {
  bool is_video = true;
  int width = 0;
  int height = 0;
  int channels = 0;
  uint32_t scale = 1;  // ticks a second
  std::string codec;   // its own record
  std::string entry;   // in stsd
};

std::string moov_of(const Track& track) {
  const std::string name = std::string(track.is_video ? "Video" : "Sound") + '\0';
  const std::string size = u32(static_cast<uint64_t>(track.width) << 16) +
                           u32(static_cast<uint64_t>(track.height) << 16);
  const std::string tkhd =
      full_box("tkhd", 0, 3,
               zeros(8) + u32(1) + zeros(4) + zeros(4) + zeros(8) + zeros(4) +
                   u16(track.is_video ? 0 : 0x100) + zeros(2) + matrix() + size);
  const std::string mdhd =
      full_box("mdhd", 0, 0, zeros(8) + u32(track.scale) + zeros(4) + u16(0x55c4) + zeros(2));
  const std::string hdlr =
      full_box("hdlr", 0, 0, zeros(4) + (track.is_video ? "vide" : "soun") + zeros(12) + name);
  const std::string header =
      track.is_video ? full_box("vmhd", 0, 1, zeros(8)) : full_box("smhd", 0, 0, zeros(4));
  const std::string dinf =
      make_box("dinf", full_box("dref", 0, 0, u32(1) + full_box("url ", 0, 1, "")));
  const std::string stbl = make_box(
      "stbl", full_box("stsd", 0, 0, u32(1) + track.entry) + full_box("stts", 0, 0, u32(0)) +
                  full_box("stsc", 0, 0, u32(0)) + full_box("stsz", 0, 0, u32(0) + u32(0)) +
                  full_box("stco", 0, 0, u32(0)));
  const std::string media = make_box("mdia", mdhd + hdlr + make_box("minf", header + dinf + stbl));
  const std::string mvhd = full_box("mvhd", 0, 0,
                                    zeros(8) + u32(track.scale) + zeros(4) + u32(0x10000) +
                                        u16(0x100) + zeros(10) + matrix() + zeros(24) + u32(2));
  const std::string mvex = make_box("mvex", full_box("trex", 0, 0, u32(1) + u32(1) + zeros(12)));
  return make_box("moov", mvhd + make_box("trak", tkhd + media) + mvex);
}

// BT.709 in limited range, as Talkie paints (ISO/IEC 14496-12 12.1.5).
std::string colour_box() {
  return make_box("colr", "nclx" + u16(1) + u16(1) + u16(1) + u8(0));
}

std::string avc_entry(const Track& track) {
  return make_box("avc1", zeros(6) + u16(1) + zeros(16) + u16(static_cast<uint64_t>(track.width)) +
                              u16(static_cast<uint64_t>(track.height)) + u32(0x480000) +
                              u32(0x480000) + zeros(4) + u16(1) + zeros(32) + u16(24) +
                              u16(0xffff) + make_box("avcC", track.codec) + colour_box());
}

// A descriptor of ISO/IEC 14496-1 7.2.6; what is written here is short.
std::string descriptor(int tag, const std::string& content) {
  return u8(static_cast<uint64_t>(tag)) + u8(content.size()) + content;
}

std::string aac_entry(const Track& track) {
  const std::string decoder =
      descriptor(4, u8(0x40) + u8(0x15) + zeros(11) + descriptor(5, track.codec));
  const std::string stream = descriptor(3, zeros(3) + decoder + descriptor(6, u8(2)));
  return make_box("mp4a", zeros(6) + u16(1) + zeros(8) +
                              u16(static_cast<uint64_t>(track.channels)) + u16(16) + zeros(4) +
                              u32(uint64_t{track.scale} << 16) + full_box("esds", 0, 0, stream));
}

std::string bytes_of(const GstStructure* fields, const char* name) {
  const GValue* value = gst_structure_get_value(fields, name);
  if (!value || !GST_VALUE_HOLDS_BUFFER(value)) return {};
  GstMapInfo map;
  GstBuffer* buffer = gst_value_get_buffer(value);
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return {};
  std::string bytes(reinterpret_cast<const char*>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
  return bytes;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return text;
}

}  // namespace

Result<TrackStart> start_track(const std::string& caps, Rate steps) {
  const auto parsed = Owned<GstCaps>::adopt(gst_caps_from_string(caps.c_str()));
  if (!parsed || gst_caps_get_size(parsed.get()) == 0)
    return Error{ErrorKind::unsupported, "a browser cannot play this", caps};
  const GstStructure* fields = gst_caps_get_structure(parsed.get(), 0);
  Track track;
  track.is_video = gst_structure_has_name(fields, "video/x-h264");
  track.scale = static_cast<uint32_t>(steps.numerator);
  track.codec = bytes_of(fields, "codec_data");
  gst_structure_get_int(fields, "width", &track.width);
  gst_structure_get_int(fields, "height", &track.height);
  gst_structure_get_int(fields, "channels", &track.channels);
  const size_t least = track.is_video ? 7 : 2;
  if (track.codec.size() < least ||
      (!track.is_video && !gst_structure_has_name(fields, "audio/mpeg")))
    return Error{ErrorKind::unsupported, "a browser cannot play this", caps};
  track.entry = track.is_video ? avc_entry(track) : aac_entry(track);
  const std::string type =
      track.is_video ? "video/mp4; codecs=\"avc1." + hexadecimal(track.codec.substr(1, 3)) + "\""
                     : std::string("audio/mp4; codecs=\"mp4a.40.2\"");
  const std::string ftyp = make_box("ftyp", "iso5" + u32(1) + "iso5" + "iso6" + "mp41");
  return TrackStart{type, ftyp + moov_of(track)};
}

std::string write_fragment(const Segment& segment, size_t first, size_t count, Rate steps) {
  const auto all = std::span(segment.packets);
  const auto packets = all.subspan(first, count);
  const auto size_of = [](std::span<const Packet> some) {
    size_t bytes = 0;
    for (const Packet& packet : some)
      bytes += packet.bytes;
    return bytes;
  };
  std::string samples;
  for (const Packet& packet : packets)
    samples += u32(static_cast<uint64_t>(packet.length * steps.denominator)) + u32(packet.bytes) +
               u32(packet.key_unit ? kKeyUnit : kDeltaUnit);
  const auto begin = static_cast<uint64_t>(packets.front().start * steps.denominator);
  constexpr uint32_t kOffsetDurationSizeFlags = 0x701;
  constexpr uint32_t kFromMoof = 0x20000;
  constexpr size_t kBoxHeader = 8;
  const auto moof = [&](size_t data_offset) {
    const std::string run = full_box("trun", 0, kOffsetDurationSizeFlags,
                                     u32(packets.size()) + u32(data_offset) + samples);
    return make_box("moof", full_box("mfhd", 0, 0, u32(1)) +
                                make_box("traf", full_box("tfhd", 0, kFromMoof, u32(1)) +
                                                     full_box("tfdt", 0, 0, u32(begin)) + run));
  };
  return moof(moof(0).size() + kBoxHeader) +
         make_box("mdat", segment.bytes.substr(size_of(all.first(first)), size_of(packets)));
}

}  // namespace talkie
