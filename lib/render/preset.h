// SPDX-License-Identifier: LGPL-2.1-or-later
// A preset: data that says how a film is encoded. docs/presets.md describes its file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "script/script.h"

namespace talkie {

// A piece of pipeline in gst-launch-1.0's language, and what it needs to be told about.
struct PresetChain {
  std::string launch;   // for one channel of sound, or for as many as set_channels() said
  std::string pattern;  // the same with {bitrate}
  int bitrate = 0;      // bits a second of each channel
  int priming = 0;      // samples an AAC encoder puts in front, see FinishOptions::audio_priming
  // Samples in a packet, where pieces that were encoded for themselves may follow each other.
  // 0: the sound is encoded as one.
  int packet = 0;
  // What x264 does with pictures that move, in the form of its zones: "b=0.5". It is put in where
  // `launch` says {zones}. What is on the screen for one frame need not be as good as what stays.
  std::string zones;
  std::string api;  // of a chain that needs hardware: "vaapi", "nvenc" or "v4l2"
};

struct Preset {
  std::string name;  // the file's name without ".preset"
  std::string path;
  std::string description;              // one line
  std::vector<std::string> extensions;  // without the dot; the first is for default names
  std::vector<PresetChain> video;       // alternatives, best first; empty: sound alone
  std::vector<PresetChain> audio;       // likewise; empty: pictures alone
  std::vector<std::string> mux;         // likewise; never empty
  // Instead of `video`, where somebody asks for it: see use_encoder(). Each has its `api`.
  std::vector<PresetChain> hardware;
  // How far key pictures are apart at the most. Files want few; who tunes in to a stream waits for
  // the next one.
  Time key_interval = std::chrono::seconds(10);
  // Header keys for what neither the command line nor the script says: "size" -> "1080x1920".
  std::vector<std::pair<std::string, std::string>> settings;
  // Header keys that win over the script, and lose against the command line: what makes it this
  // kind of film.
  std::vector<std::pair<std::string, std::string>> overrides;

  // What it says about a header key; empty where it says nothing.
  [[nodiscard]] std::string setting(std::string_view key) const;
  // Whether it makes animated GIFs, which Talkie itself writes: `mux: gif`.
  [[nodiscard]] bool is_gif() const { return mux.front() == kGifMux; }
  static constexpr std::string_view kGifMux = "gif";
};

// The user's folder, $TALKIE_PRESET_PATH, the installed folder: the first that has a name wins.
std::vector<std::string> preset_folders();

// Every preset, sorted by name. Files that cannot be read as presets are problems.
std::vector<Preset> list_presets(Problems& problems);
// not_found names the nearest one.
Result<Preset> find_preset(std::string_view name);
// The preset for a file of that name, by its extension; one named like the extension comes first.
Result<Preset> preset_for_file(std::string_view file);

// What the preset demands loses against settings from outside, what it proposes against everybody.
void apply_preset(const Preset& preset, ScriptOptions& options);

// Fills in the bitrate of its sound for so many channels.
void set_channels(Preset& preset, int channels);

// `like` is looked for as find_preset() does.
Result<Preset> parse_preset(std::string_view text, const std::string& path);

}  // namespace talkie
