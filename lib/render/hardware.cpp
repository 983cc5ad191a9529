// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/hardware.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "gst/frames.h"
#include "render/encoder.h"
#include "render/keys.h"

namespace talkie {

namespace {

constexpr std::array<std::pair<std::string_view, EncoderChoice>, 5> kChoices = {
    {{"software", EncoderChoice::software},
     {"hardware", EncoderChoice::hardware},
     {"vaapi", EncoderChoice::vaapi},
     {"nvenc", EncoderChoice::nvenc},
     {"v4l2", EncoderChoice::v4l2}}};

std::string_view name_of(EncoderChoice choice) {
  return std::ranges::find(kChoices, choice, [](const auto& known) { return known.second; })->first;
}

Result<void> encode_one(const Preset& preset, const PresetChain& chain, Size size, Rate rate) {
  const auto caps = frame_caps(size, rate);
  auto encoder = Encoder::make(preset, {with_zones(chain, {})}, caps.get());
  if (!encoder) return encoder.error();
  auto pool = FramePool::make(caps.get());
  if (!pool) return pool.error();
  auto picture = (*pool)->acquire();
  if (!picture) return picture.error();
  gst_buffer_memset(picture->get(), 0, 128, gst_buffer_get_size(picture->get()));
  if (auto pushed = (*encoder)->push(share_frame(picture->get(), Time{0}, time_of(1, rate)));
      !pushed)
    return pushed;
  const auto segment = (*encoder)->finish(rate);
  if (!segment) return segment.error();
  if (segment->packets.empty()) return Error{ErrorKind::failed, "nothing came out"};
  return {};
}

// The element that does the work: the first one whose name says so.
std::string encoder_in(std::string_view launch) {
  for (const std::string_view element : split(launch, '!')) {
    const std::string_view text = trim(element);
    const std::string_view name = text.substr(0, text.find_first_of(" \t\n"));
    if (name.ends_with("enc") || name.starts_with("avenc")) return std::string(name);
  }
  return {};
}

}  // namespace

Result<EncoderChoice> encoder_choice_from_text(std::string_view text) {
  std::array<std::string_view, kChoices.size()> names;
  std::ranges::transform(kChoices, names.begin(), [](const auto& known) { return known.first; });
  const auto found = std::ranges::find(kChoices, to_lower(trim(text)),
                                       [](const auto& known) { return known.first; });
  if (found != kChoices.end()) return found->second;
  return Error{ErrorKind::bad_value,
               "there is no encoder '" + std::string(text) +
                   "'; choose from software, hardware, vaapi, nvenc and v4l2." +
                   suggestion(text, names)};
}

ChainProbe probe_for(Size size, Rate rate) {
  return [size, rate](const Preset& preset, const PresetChain& chain) {
    return is_installed(chain.launch) && encode_one(preset, chain, size, rate);
  };
}

std::optional<std::string> use_encoder(Preset& preset, EncoderChoice choice,
                                       const ChainProbe& works) {
  if (choice == EncoderChoice::software || preset.video.empty()) return {};
  const std::string stays = "; " + encoder_of(preset) + " encodes instead";
  if (preset.hardware.empty())
    return "the preset '" + preset.name + "' has no encoder for hardware" + stays;
  const auto found = std::ranges::find_if(preset.hardware, [&](const PresetChain& chain) {
    const bool wanted = choice == EncoderChoice::hardware || chain.api == name_of(choice);
    return wanted && works(preset, chain);
  });
  if (found != preset.hardware.end()) {
    preset.video = {*found};
    return {};
  }
  return (choice == EncoderChoice::hardware
              ? std::string("no hardware encoder (vaapi, nvenc, v4l2) works here")
              : "the hardware encoder '" + std::string(name_of(choice)) + "' does not work here") +
         stays;
}

std::string encoder_of(const Preset& preset) {
  return preset.video.empty() ? std::string() : encoder_in(choose_chain(preset.video).launch);
}

}  // namespace talkie
