// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/keys.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/build.h"
#include "base/hash.h"
#include "base/text.h"
#include "config.h"

namespace talkie {

namespace {

// The factories of a piece of pipeline: the first word of each of its elements.
std::vector<std::string> factories_of(std::string_view launch) {
  std::vector<std::string> names;
  for (const std::string_view element : split(launch, '!')) {
    const std::string_view text = trim(element);
    names.emplace_back(text.substr(0, text.find_first_of(" \t\n")));
  }
  return names;
}

// The plugin's file as it is installed; empty where there is no such element.
std::string plugin_of(const std::string& factory) {
  const auto found = Owned<GstElementFactory>::adopt(gst_element_factory_find(factory.c_str()));
  if (!found) return {};
  const auto plugin =
      Owned<GstPlugin>::adopt(gst_plugin_feature_get_plugin(GST_PLUGIN_FEATURE(found.get())));
  if (!plugin) return "static";
  std::string facts = gst_plugin_get_version(plugin.get());
  if (const char* file = gst_plugin_get_filename(plugin.get())) {
    std::error_code failure;
    facts += " " + std::to_string(std::filesystem::file_size(file, failure));
    const auto time = std::filesystem::last_write_time(file, failure);
    facts += " " + std::to_string(time.time_since_epoch().count());
  }
  return facts;
}

// A filter between '!' ("video/x-h264,profile=high") is no element.
bool is_filter(const std::string& name) {
  return name.find('/') != std::string::npos;
}

// The alternative that make_mux() would take.
const std::string& choose_mux(const Preset& preset) {
  const auto found = std::ranges::find_if(preset.mux, is_installed);
  return found != preset.mux.end() ? *found : preset.mux.front();
}

std::string identity_of_launch(const std::string& launch) {
  KeyMaker key("chain");
  key.add(build_identity()).add(gst_version_string()).add(launch);
  for (const std::string& name : factories_of(launch))
    if (!is_filter(name)) key.add(plugin_of(name));
  return key.key();
}

}  // namespace

std::string KeyParts::key() const {
  KeyMaker key(kind_);
  key.add(TALKIE_VERSION);
  for (const auto& [name, value] : parts_)
    key.add(name).add(value);
  return key.key();
}

bool is_installed(const std::string& launch) {
  const auto names = factories_of(launch);
  return std::ranges::all_of(
      names, [](const std::string& name) { return is_filter(name) || !plugin_of(name).empty(); });
}

const PresetChain& choose_chain(const std::vector<PresetChain>& alternatives) {
  static const PresetChain kNone;
  if (alternatives.empty()) return kNone;
  const auto found = std::ranges::find_if(
      alternatives, [](const PresetChain& chain) { return is_installed(chain.launch); });
  return found != alternatives.end() ? *found : alternatives.front();
}

std::string identity_of(const std::vector<PresetChain>& alternatives) {
  if (alternatives.empty()) return {};
  const PresetChain& chain = choose_chain(alternatives);
  return identity_of_launch(chain.launch) + chain.zones;
}

std::string identity_of_mux(const Preset& preset) {
  return identity_of_launch(choose_mux(preset));
}

Owned<GstCaps> caps_of_mux(const Preset& preset) {
  const std::string name = factories_of(choose_mux(preset)).front();
  const auto factory = Owned<GstElementFactory>::adopt(gst_element_factory_find(name.c_str()));
  if (!factory) return Owned<GstCaps>::adopt(gst_caps_new_any());
  auto caps = Owned<GstCaps>::adopt(gst_caps_new_empty());
  const GList* pads = gst_element_factory_get_static_pad_templates(factory.get());
  for (; pads; pads = pads->next) {
    auto* pad = static_cast<GstStaticPadTemplate*>(pads->data);
    if (pad->direction == GST_PAD_SINK)
      caps = Owned<GstCaps>::adopt(
          gst_caps_merge(caps.release(), gst_static_pad_template_get_caps(pad)));
  }
  // Where it wants H.264 with start codes, a parser in front of it writes them.
  const auto h264 = Owned<GstCaps>::adopt(gst_caps_new_empty_simple("video/x-h264"));
  if (gst_caps_can_intersect(caps.get(), h264.get()))
    caps = Owned<GstCaps>::adopt(gst_caps_merge(
        caps.release(), gst_caps_from_string("video/x-h264, stream-format=avc, alignment=au")));
  return caps;
}

}  // namespace talkie
