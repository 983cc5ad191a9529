// SPDX-License-Identifier: LGPL-2.1-or-later
// What tools/bench compares a film with: how long its encoders alone take, its pictures for other
// tools, and all of its frames unharmed.
#include <gst/gst.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"
#include "encoding.h"
#include "prepared.h"
#include "render/gstreamer.h"
#include "speech/narrator.h"
#include "visual/png.h"

namespace talkie::bench {

namespace {

constexpr const char* kHelp =
    R"(bench-limit SCRIPT              how long the encoders alone take, as JSON
bench-limit SCRIPT --only 2x1+2  the same with 2 video encoders of 1 thread each and 2 audio
                                 encoders side by side, and in no other way
bench-limit SCRIPT --pictures F  a PNG of every picture that stands still, and F/pictures.json
bench-limit SCRIPT --y4m         every frame of the film, as YUV4MPEG2 on the standard output
)";

// Longer films are encoded piece by piece, so that a film of any length fits in memory.
constexpr size_t kMaterialBytes = size_t{3} << 30;

size_t picture_bytes(Size size) {
  return static_cast<size_t>(size.width) * static_cast<size_t>(size.height) * 3 / 2;
}

Planes planes_of(uint8_t* bytes, Size size) {
  Planes planes{size};
  const ptrdiff_t luma = ptrdiff_t{1} * size.width * size.height;
  planes.data[0] = bytes;
  planes.data[1] = bytes + luma;
  planes.data[2] = bytes + luma + luma / 4;
  planes.stride[0] = size.width;
  planes.stride[1] = planes.stride[2] = size.width / 2;
  return planes;
}

// The distinct pictures from frame `first` on, as many as fit in memory. Moves `first` behind them.
Material take_material(Stage& stage, const Prepared& film, int64_t& first) {
  Material material{film.size, film.rate, {}, {}};
  const size_t bytes = picture_bytes(film.size);
  const int64_t begin = first;
  while (first < film.frames && (material.pictures.size() + 1) * bytes <= kMaterialBytes) {
    const int64_t next = stage.next_change(first);
    auto buffer = Owned<GstBuffer>::adopt(gst_buffer_new_allocate(nullptr, bytes, nullptr));
    GstMapInfo map;
    gst_buffer_map(buffer.get(), &map, GST_MAP_WRITE);
    stage.paint(first, planes_of(map.data, film.size));
    gst_buffer_unmap(buffer.get(), &map);
    const Time pts = time_of(first, film.rate);
    GST_BUFFER_PTS(buffer.get()) = static_cast<GstClockTime>(pts.count());
    GST_BUFFER_DURATION(buffer.get()) =
        static_cast<GstClockTime>((time_of(next, film.rate) - pts).count());
    material.pictures.push_back(std::move(buffer));
    first = next;
  }
  const auto from = static_cast<size_t>(sample_at(begin, film.rate));
  const auto to = std::min(film.samples.size(), static_cast<size_t>(sample_at(first, film.rate)));
  material.samples = std::span(film.samples).subspan(from, to - from);
  return material;
}

std::string name_of(const Setup& setup) {
  return std::to_string(setup.encoders) + "x" + std::to_string(setup.threads) + "+" +
         std::to_string(setup.sounds);
}

// Ways to use the machine: one encoder with one to a few threads more than there are cores, or an
// encoder for every core; the sound as one, or as a piece for every core.
std::vector<Setup> setups_to_try(const std::string& only) {
  Setup one;
  if (std::sscanf(only.c_str(), "%dx%d+%d", &one.encoders, &one.threads, &one.sounds) == 3)
    return {one};
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return {{1, 1, 1},         {1, cores, 1}, {1, cores + cores / 2, 1}, {1, 2 * cores, 1},
          {1, cores, cores}, {cores, 1, 1}, {cores, 1, cores}};
}

Result<void> print_limit(const Prepared& film, const std::string& only) {
  Stage stage(film.size, film.rate);
  put_on(stage, film);
  std::vector<std::pair<Setup, Cost>> trials;
  for (const Setup& setup : setups_to_try(only))
    trials.push_back({setup, {}});
  trials.push_back({{0, 0, 1}, {}});  // the sound alone

  size_t pictures = 0;
  for (int64_t frame = 0; frame < film.frames;) {
    const Material material = take_material(stage, film, frame);
    pictures += material.pictures.size();
    for (auto& [setup, total] : trials) {
      const auto cost = encode(material, setup);
      if (!cost) return cost.error();
      total.wall += cost->wall;
      total.cpu += cost->cpu;
    }
  }

  const Cost sound = trials.back().second;
  trials.pop_back();
  const auto best =
      std::ranges::min_element(trials, {}, [](const auto& trial) { return trial.second.wall; });
  nlohmann::ordered_json all;
  for (const auto& [setup, cost] : trials)
    all[name_of(setup)] = {{"wall", cost.wall}, {"cpu", cost.cpu}};
  const nlohmann::ordered_json json = {{"frames", film.frames},
                                       {"pictures", pictures},
                                       {"wall", best->second.wall},
                                       {"cpu", best->second.cpu},
                                       {"best", name_of(best->first)},
                                       {"sound", {{"wall", sound.wall}, {"cpu", sound.cpu}}},
                                       {"trials", all}};
  std::cout << json.dump(2) << std::endl;
  return {};
}

// A picture that stands still, and how the film comes to it: from frame `start` on, in `fade`
// frames, out of the one before.
struct Still {
  int64_t start = 0;
  int64_t fade = 0;
  int64_t shown = 0;  // a frame that shows it
};

std::vector<Still> find_stills(const Stage& stage, const Prepared& film) {
  std::vector<Still> stills;
  for (const PreparedScene& scene : film.scenes) {
    const Transition& transition = scene.painted.visual->transition;
    const bool cut = stills.empty() || transition.kind == Transition::Kind::cut;
    const int64_t fade = cut ? 0 : std::min(nearest(transition.length, film.rate), scene.frames);
    const int64_t end = scene.first + scene.frames;
    stills.push_back({scene.first, fade, scene.first});
    // Where something moves, the next change is one frame away.
    int64_t moving_since = stage.next_change(scene.first);
    for (int64_t frame = moving_since; frame < end;) {
      const int64_t next = stage.next_change(frame);
      if (next > frame + 1 || next == end) {
        stills.push_back({moving_since, frame - moving_since, frame});
        moving_since = next;
      }
      frame = next;
    }
  }
  return stills;
}

Result<void> write_pictures(const Prepared& film, const std::string& folder) {
  Stage stage(film.size, film.rate);
  put_on_without_transitions(stage, film);
  Canvas canvas(film.size);
  std::filesystem::create_directories(folder);
  nlohmann::ordered_json stills = nlohmann::ordered_json::array();
  for (const Still& still : find_stills(stage, film)) {
    stage.paint(still.shown, canvas.planes());
    const auto png = to_png(to_bitmap(canvas.planes()));
    if (!png) return png.error();
    const std::string name = std::to_string(stills.size() + 1000).substr(1) + ".png";
    if (auto written = write_file(folder + "/" + name, *png); !written) return written.error();
    stills.push_back({{"file", name}, {"start", still.start}, {"fade", still.fade}});
  }
  const nlohmann::ordered_json json = {{"width", film.size.width},
                                       {"height", film.size.height},
                                       {"frame_rate", {film.rate.numerator, film.rate.denominator}},
                                       {"frames", film.frames},
                                       {"scenes", film.scenes.size()},
                                       {"stills", stills}};
  return write_file(folder + "/pictures.json", json.dump(2) + "\n");
}

Result<void> write_y4m(const Prepared& film) {
  Stage stage(film.size, film.rate);
  put_on(stage, film);
  std::vector<uint8_t> picture(picture_bytes(film.size));
  const Planes planes = planes_of(picture.data(), film.size);
  std::printf("YUV4MPEG2 W%d H%d F%d:%d Ip A1:1 C420mpeg2 XCOLORRANGE=LIMITED\n", film.size.width,
              film.size.height, film.rate.numerator, film.rate.denominator);
  for (int64_t frame = 0; frame < film.frames; ++frame) {
    if (frame == 0)
      stage.paint(frame, planes);
    else
      stage.repaint(frame - 1, frame, planes);
    std::fputs("FRAME\n", stdout);
    if (std::fwrite(picture.data(), 1, picture.size(), stdout) != picture.size())
      return Error{ErrorKind::unwritable, "the frames cannot be written"};
  }
  return {};
}

Result<void> run(const std::vector<std::string>& words) {
  if (auto started = start_gstreamer(); !started) return started;
  const auto film = prepare(words[0]);
  if (!film) return film.error();
  const std::string mode = words.size() > 1 ? words[1] : "";
  const std::string value = words.size() > 2 ? words[2] : "";
  if (mode == "--pictures") return write_pictures(*film, value);
  if (mode == "--y4m") return write_y4m(*film);
  return print_limit(*film, value);
}

bool is_understood(const std::vector<std::string>& words) {
  if (words.size() == 1) return !words[0].starts_with("-");
  if (words.size() == 2) return words[1] == "--y4m";
  return words.size() == 3 && !words[2].empty() &&
         (words[1] == "--pictures" || words[1] == "--only");
}

}  // namespace

}  // namespace talkie::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!talkie::bench::is_understood(words)) {
    std::fputs(talkie::bench::kHelp, stderr);
    return 2;
  }
  if (const auto done = talkie::bench::run(words); !done) {
    std::cerr << "bench-limit: " << done.error().message << " " << done.error().detail << std::endl;
    return 1;
  }
  return 0;
}
