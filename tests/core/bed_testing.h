// SPDX-License-Identifier: LGPL-2.1-or-later
// Sounds and scenes for the tests of the sound bed.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>

#include "speech/narrator.h"
#include "timeline/sound_bed.h"

namespace talkie {

constexpr Time seconds(double value) {
  return Time{static_cast<int64_t>(value * 1e9)};
}
constexpr int64_t frames(double value) {
  return static_cast<int64_t>(value * kSampleRate + 0.5);
}
inline double decibels(double ratio) {
  return 20 * std::log10(ratio);
}

using Wave = std::function<double(int64_t sample, int channel)>;

// -1 to 1, the same every time.
inline std::vector<int16_t> sound(double length, int channels, const Wave& wave) {
  std::vector<int16_t> samples;
  for (int64_t i = 0; i < frames(length); ++i)
    for (int channel = 0; channel < channels; ++channel)
      samples.push_back(static_cast<int16_t>(std::lround(32767 * wave(i, channel))));
  return samples;
}
inline Wave sine(double hertz, double db, double phase = 0) {
  return [=](int64_t i, int) {
    return std::pow(10, db / 20) *
           std::sin(2 * M_PI * hertz * static_cast<double>(i) / kSampleRate + phase);
  };
}
inline Wave noise(double amplitude) {
  return [generator = std::mt19937{7}, amplitude](int64_t, int) mutable {
    return amplitude * (static_cast<double>(generator() % 20'001) / 10'000 - 1);
  };
}
inline Wave level(double value) {
  return [=](int64_t, int) { return value; };
}

struct MadeSound : SoundFile {
  std::vector<int16_t> held;
};

// The files there are in a test, by name.
class Files {
 public:
  Files() {
    all().clear();
    set_sound_file_reader(read);
  }
  // As loud as the film, so that volume 1 leaves it as it is.
  void add(const std::string& name, int channels, std::vector<int16_t> samples,
           double loudness = -16) {
    auto file = std::make_shared<MadeSound>();
    file->held = std::move(samples);
    file->samples = file->held;
    file->channels = channels;
    file->frames = static_cast<int64_t>(file->held.size()) / channels;
    file->loudness = loudness;
    file->key = name;
    all()[name] = file;
  }

 private:
  using Reading = Result<std::shared_ptr<const SoundFile>>;
  static std::map<std::string, std::shared_ptr<const SoundFile>>& all() {
    static std::map<std::string, std::shared_ptr<const SoundFile>> files;
    return files;
  }
  static Reading read(const std::string& path, const std::stop_token&) {
    const auto found = all().find(path);
    if (found != all().end()) return found->second;
    return Error{ErrorKind::not_found, "there is no sound file '" + path + "'"};
  }
};

// A film as this room sees it: voices that say one word each, at these seconds.
struct BedFilm {
  struct Part {
    Scene scene;
    SceneTiming timing;
    int64_t first = 0;
    int64_t samples = 0;
  };
  std::vector<Part> parts;

  // Cuts a film of so many seconds, with these voices, into scenes.
  BedFilm(double length, const std::vector<std::pair<double, double>>& voices,
          std::vector<double> cuts = {}, std::optional<Music> music = {}) {
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(length);
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      Part part;
      part.scene.music = music;
      if (music) part.scene.music->ends = music->ends && i + 2 == cuts.size();
      part.timing.duration = seconds(cuts[i + 1] - cuts[i]);
      part.first = frames(cuts[i]);
      part.samples = frames(cuts[i + 1]) - part.first;
      for (const auto& [begin, end] : voices) {
        if (begin >= cuts[i + 1] && !part.scene.voice_follows)
          part.scene.voice_follows = seconds(begin - cuts[i + 1]);
        if (begin < cuts[i] || begin >= cuts[i + 1]) continue;
        SpokenUtterance said;
        said.step = static_cast<int>(part.timing.utterances.size());
        said.text = "word";
        said.start = seconds(begin - cuts[i]);
        said.end = seconds(end - cuts[i]);
        said.words.push_back({"word", 0, 4, said.start, said.end});
        part.timing.utterances.push_back(said);
        part.scene.narration.emplace_back(Utterance{"word", {}, {}, {}, {}, 1, 1, 1, {}, {}});
      }
      parts.push_back(part);
    }
  }

  // One channel of all of it, mixed scene by scene. `voice` is the film's; none is silence.
  [[nodiscard]] std::vector<int> mixed(const MixParts& wanted = {}, std::vector<int16_t> voice = {},
                                       double gain = 1, size_t channel = 0) const {
    std::vector<int> all;
    SoundBed bed;
    voice.resize(static_cast<size_t>(parts.back().first + parts.back().samples));
    for (const Part& part : parts) {
      const auto scene = bed.add(part.scene, part.timing, part.first, part.samples, {});
      EXPECT_TRUE(scene) << scene.error().to_string();
      const auto said = std::span(voice).subspan(static_cast<size_t>(part.first),
                                                 static_cast<size_t>(part.samples));
      const auto sound = mix_scene(said, *scene, gain, wanted, {});
      EXPECT_TRUE(sound);
      EXPECT_EQ(sound->size(), 2 * said.size());
      for (size_t i = channel; i < sound->size(); i += 2)
        all.push_back((*sound)[i]);
    }
    return all;
  }
};

inline Effect effect_of(const std::string& path, double volume = 1, const Place& where = {}) {
  return {path, volume, 0, 0, where};
}
inline Music music_of(const std::string& path, double volume = 1) {
  Music music;
  music.path = path;
  music.volume = volume;
  music.section = 1;
  music.fade_in = {};
  return music;
}

inline double rms(const std::vector<int>& samples, double from, double to) {
  double power = 0;
  for (int64_t i = frames(from); i < frames(to); ++i)
    power += std::pow(samples[static_cast<size_t>(i)], 2);
  return std::sqrt(power / static_cast<double>(frames(to) - frames(from)));
}
inline int at(const std::vector<int>& samples, double second) {
  return samples[static_cast<size_t>(frames(second))];
}
inline int largest_step(const std::vector<int>& samples) {
  int largest = 0;
  for (size_t i = 1; i < samples.size(); ++i)
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  return largest;
}
inline int largest_difference(const std::vector<int>& a, const std::vector<int>& b) {
  EXPECT_EQ(a.size(), b.size());
  int largest = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace talkie
