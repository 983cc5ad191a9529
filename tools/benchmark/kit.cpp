// SPDX-License-Identifier: LGPL-2.1-or-later
// How long drawings take: the first of a kind, with the program that draws started for it, and
// later ones; and how long the frames take in which something on a page moves.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "prepared.h"
#include "render/gstreamer.h"
#include "visual/drawn.h"
#include "visual/kit/kit.h"

namespace talkie::bench {

namespace {

using nlohmann::json;

constexpr const char* kHelp =
    R"(bench-kit KIND            how long its first picture takes and, in the middle, ten later ones, as
                          JSON; a kind is mermaid, math, chart, dot or code
bench-kit --frames FILM   how long each scene's frames take to paint that differ from the one before
)";

constexpr int kLater = 10;

// "@" is a number of the picture: no two are the same.
constexpr const char* kFlowchart = R"(flowchart LR
  script[Script @] --> plan{Plan}
  plan --> speech[Speech]
  plan --> pages[Pages]
  speech --> words(Words)
  pages --> layers(Layers)
  words --> stage[[Stage]]
  layers --> stage
  stage -->|pictures| video[Video]
  speech -->|samples| sound[Sound]
  video --> mux((Mux))
  sound --> mux
  mux --> film[(Film)]
)";

constexpr const char* kFormula = R"(\int_0^\infty e^{-@ x^2}\,dx = \frac{\sqrt{\pi}}{2\sqrt{@}} \\
\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6} \\
\det\begin{pmatrix} a & b \\ c & d \end{pmatrix} = ad - bc)";

constexpr const char* kBars = R"(type: bar
title: Rain, in mm, in year @
---
month,Brest,Lyon,Nice
January,138,47,69
April,8@,75,62
July,50,64,8
October,114,98,120
)";

constexpr const char* kGraph = R"(digraph { script@ -> plan; plan -> {speech pages};
  speech -> words; pages -> layers; {words layers} -> stage -> video; speech -> sound;
  {video sound} -> mux -> film; film -> player })";

// 30 lines.
constexpr const char* kCode = R"(from dataclasses import dataclass
from math import cos, pi, radians

PERIOD = 12.42@  # hours from high water to high water


@dataclass(frozen=True)
class Harbour:
    """Where ships wait for the tide."""
    name: str
    depth: float = 4.5
    range: float = 6.1

    def water(self, hours: float) -> float:
        phase = 2 * pi * hours / PERIOD
        return self.depth + self.range / 2 * (1 + cos(phase))

    def is_open(self, hours: float, draught: float) -> bool:
        return self.water(hours) > draught + 0.5


def openings(harbour, draught, days=1):
    step = 0.25
    for index in range(int(24 * days / step)):
        hours = index * step
        if harbour.is_open(hours, draught):
            yield f"{hours:05.2f} h", round(harbour.water(hours), 1)


print(list(openings(Harbour("Brest"), 7.2)))
)";

std::string numbered(std::string text, int number) {
  for (size_t at = text.find('@'); at != std::string::npos; at = text.find('@'))
    text.replace(at, 1, std::to_string(number));
  return text;
}

std::function<Result<void>(int)> drawing(Drawing::Kind kind, const char* text) {
  return [=](int number) -> Result<void> {
    const auto drawn = draw({kind, numbered(text, number), "", {}}, DrawnLook{}, {});
    return drawn ? Result<void>{} : drawn.error();
  };
}

Result<void> colour(int number) {
  const auto lines = colour_code(numbered(kCode, number), "python", {});
  return lines ? Result<void>{} : lines.error();
}

double seconds_of(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Cost {
  double wall = 0;  // seconds
  double cpu = 0;   // likewise, of this process and of those that draw for it
};

Cost spent() {
  Cost cost{seconds_of(CLOCK_MONOTONIC), seconds_of(CLOCK_PROCESS_CPUTIME_ID)};
  for (const pid_t child : Kit::shared().children())
    if (clockid_t clock = 0; clock_getcpuclockid(child, &clock) == 0) cost.cpu += seconds_of(clock);
  return cost;
}

// What it takes to do it; the time that a child has taken before it was started is none.
Result<Cost> cost_of(const std::function<Result<void>(int)>& draw_one, int number) {
  const Cost before = spent();
  if (auto drawn = draw_one(number); !drawn) return drawn.error();
  const Cost after = spent();
  return Cost{after.wall - before.wall, after.cpu - before.cpu};
}

double middle(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

Result<json> measure_kind(const std::function<Result<void>(int)>& draw_one) {
  const auto first = cost_of(draw_one, 1);
  if (!first) return first.error();
  std::vector<double> wall, cpu;
  for (int number = 2; number < 2 + kLater; ++number) {
    const auto later = cost_of(draw_one, number);
    if (!later) return later.error();
    wall.push_back(later->wall);
    cpu.push_back(later->cpu);
  }
  return json{{"first", {{"wall", first->wall}, {"cpu", first->cpu}}},
              {"second", {{"wall", wall.front()}, {"cpu", cpu.front()}}},
              {"later", {{"wall", middle(wall)}, {"cpu", middle(cpu)}}}};
}

// As an encoder gets them: each into fresh memory, from the one before.
json measure_scene(Stage& stage, const PreparedScene& scene, Size size) {
  Canvas first(size), second(size);
  Planes held = first.planes(), next = second.planes();
  int64_t frame = scene.first;
  stage.paint(frame, held);
  double all = 0, worst = 0;
  int count = 0;
  for (const int64_t end = scene.first + scene.frames; stage.next_change(frame) < end; ++count) {
    const int64_t changed = stage.next_change(frame);
    const double began = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    stage.paint_from(frame, held, changed, next);
    const double took = seconds_of(CLOCK_THREAD_CPUTIME_ID) - began;
    all += took;
    worst = std::max(worst, took);
    std::swap(held, next);
    frame = changed;
  }
  return {{"scene", scene.painted.visual->scene},
          {"frames", count},
          {"mean_ms", count ? 1000 * all / count : 0},
          {"worst_ms", 1000 * worst}};
}

Result<json> measure_frames(const std::string& script) {
  if (auto started = start_gstreamer(); !started) return started.error();
  const auto film = prepare(script);
  if (!film) return film.error();
  Stage stage(film->size, film->rate);
  put_on(stage, *film);
  json scenes = json::array();
  for (const PreparedScene& scene : film->scenes)
    scenes.push_back(measure_scene(stage, scene, film->size));
  return scenes;
}

Result<json> measure(const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "--frames") return measure_frames(arguments[1]);
  static const std::map<std::string, std::function<Result<void>(int)>> kinds{
      {"mermaid", drawing(Drawing::Kind::mermaid, kFlowchart)},
      {"math", drawing(Drawing::Kind::math, kFormula)},
      {"chart", drawing(Drawing::Kind::chart, kBars)},
      {"dot", drawing(Drawing::Kind::dot, kGraph)},
      {"code", colour}};
  if (arguments.size() != 1 || !kinds.contains(arguments[0]))
    return Error{ErrorKind::unsupported, kHelp};
  return measure_kind(kinds.at(arguments[0]));
}

}  // namespace

}  // namespace talkie::bench

int main(int argc, char** argv) {
  const auto measured = talkie::bench::measure(std::vector<std::string>(argv + 1, argv + argc));
  if (measured) std::cout << measured->dump() << "\n";
  if (!measured) std::cerr << "bench-kit: " << measured.error().message << "\n";
  return measured ? EXIT_SUCCESS : EXIT_FAILURE;
}
