// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/gif_palette.h"

#include <algorithm>
#include <array>
#include <utility>

namespace talkie {

namespace {

constexpr int kKnownBits = 16;
// How far apart channels look: green more than red, red more than blue.
constexpr std::array<int, 3> kWeights = {3, 6, 2};  // R, G, B

int channel(Colour colour, int index) {
  return static_cast<int>(colour >> (16 - 8 * index) & 0xff);
}

struct Counted {
  Colour colour = 0;
  int64_t count = 0;
};

std::vector<Counted> count_colours(std::span<const Colour> pixels) {
  std::vector<Colour> sorted(pixels.begin(), pixels.end());
  std::ranges::sort(sorted);
  std::vector<Counted> counted;
  for (const Colour colour : sorted) {
    if (counted.empty() || counted.back().colour != colour) counted.push_back({colour, 0});
    ++counted.back().count;
  }
  return counted;
}

// Colours that one colour of the palette would stand for.
struct Box {
  std::span<Counted> colours;
  double error = 0;  // what that would cost
  int widest = 0;    // the channel that costs most
  Colour mean = 0;
};

Box make_box(std::span<Counted> colours) {
  Box box{colours};
  double most = -1;
  for (int i = 0; i < 3; ++i) {
    double count = 0, sum = 0, squares = 0;
    for (const Counted& one : colours) {
      const double weight = static_cast<double>(one.count);
      const double value = channel(one.colour, i);
      count += weight;
      sum += weight * value;
      squares += weight * value * value;
    }
    const double error = (squares - sum * sum / count) * kWeights[static_cast<size_t>(i)];
    box.error += error;
    if (error > most) {
      most = error;
      box.widest = i;
    }
    box.mean = box.mean << 8 | static_cast<Colour>(sum / count + 0.5);
  }
  if (colours.size() == 1) box.error = 0;
  return box;
}

// Where the box's widest channel passes its mean; both sides have something.
std::pair<Box, Box> cut(const Box& box) {
  const int axis = box.widest;
  const auto value = [axis](const Counted& one) { return channel(one.colour, axis); };
  // Of equal values the colour decides: the same picture gives the same palette.
  std::ranges::sort(box.colours, {},
                    [&](const Counted& one) { return std::pair(value(one), one.colour); });
  const int mean = channel(box.mean, axis);
  const auto found = std::ranges::upper_bound(box.colours, mean, {}, value);
  const auto last = static_cast<ptrdiff_t>(box.colours.size()) - 1;
  const auto middle =
      static_cast<size_t>(std::clamp<ptrdiff_t>(found - box.colours.begin(), 1, last));
  return {make_box(box.colours.first(middle)), make_box(box.colours.subspan(middle))};
}

}  // namespace

std::vector<Colour> choose_palette(std::span<const Colour> pixels, size_t most) {
  std::vector<Counted> colours = count_colours(pixels);
  if (colours.empty()) return {0};
  std::vector<Box> boxes = {make_box(colours)};
  while (boxes.size() < std::min(most, colours.size())) {
    const auto worst = std::ranges::max_element(boxes, {}, &Box::error);
    if (worst->error <= 0) break;
    auto [low, high] = cut(*worst);
    *worst = low;
    boxes.push_back(high);
  }
  std::vector<Colour> palette;
  std::ranges::transform(boxes, std::back_inserter(palette), &Box::mean);
  return palette;
}

NearestColour::NearestColour(std::vector<Colour> palette)
    : palette_(std::move(palette)), known_(size_t{1} << kKnownBits) {}

uint8_t NearestColour::operator()(Colour colour) {
  Known& known = known_[colour * 2654435761u >> (32 - kKnownBits)];  // Knuth's hash
  if (known.colour != colour) known = {colour, find(colour)};
  return known.index;
}

uint8_t NearestColour::find(Colour colour) const {
  size_t best = 0;
  int least = INT32_MAX;
  for (size_t i = 0; i < palette_.size(); ++i) {
    int distance = 0;
    for (int c = 0; c < 3; ++c) {
      const int apart = channel(colour, c) - channel(palette_[i], c);
      distance += apart * apart * kWeights[static_cast<size_t>(c)];
    }
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return static_cast<uint8_t>(best);
}

}  // namespace talkie
