// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/ground_paint.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <mutex>

#include "visual/svg_document.h"

namespace talkie {
namespace {

// A colour that is laid over another: its own part, and how much of the other stays.
struct Wash {
  float blue = 0;  // 0 to 255, premultiplied
  float green = 0;
  float red = 0;
  float rest = 1;
};

float channel(uint32_t colour, int shift) {
  return static_cast<float>((colour >> shift) & 0xff);
}

Wash wash_of(const Ground::Stop& stop) {
  const auto opacity = static_cast<float>(stop.opacity);
  return {channel(stop.colour, 0) * opacity, channel(stop.colour, 8) * opacity,
          channel(stop.colour, 16) * opacity, 1 - opacity};
}

// A glow's colour at `t`, 0 in its middle, 1 at its radius and beyond.
Wash wash_at(const std::vector<Ground::Stop>& stops, double t) {
  if (stops.empty()) return {};
  const auto after = std::find_if(stops.begin(), stops.end(),
                                  [t](const Ground::Stop& stop) { return stop.offset > t; });
  if (after == stops.begin()) return wash_of(stops.front());
  if (after == stops.end()) return wash_of(stops.back());
  const auto before = after - 1;
  const auto part = static_cast<float>((t - before->offset) / (after->offset - before->offset));
  const auto opacity = static_cast<float>(std::lerp(before->opacity, after->opacity, double{part}));
  const auto mix = [&](int shift) {
    return std::lerp(channel(before->colour, shift), channel(after->colour, shift), part) * opacity;
  };
  return {mix(0), mix(8), mix(16), 1 - opacity};
}

// A glow made ready for many pixels: its colour by the distance from its middle.
class Glow {
 public:
  explicit Glow(const Ground::Glow& glow) : x_(glow.x), y_(glow.y), radius_(glow.radius) {
    for (size_t i = 0; i < table_.size(); ++i)
      table_[i] = wash_at(glow.stops, static_cast<double>(i) / kSteps);
  }

  // Lays the glow over one row of pixels, three floats each.
  void add_to(float* row, int width, double y) const {
    const auto dy = static_cast<float>((y - y_) / radius_);
    const auto step = static_cast<float>(1 / (radius_ * width));
    const auto first = static_cast<float>((0.5 / width - x_) / radius_);
    for (int x = 0; x < width; ++x, row += 3) {
      const float dx = first + step * static_cast<float>(x);
      const float t = std::min(std::sqrt(dx * dx + dy * dy), 1.0F);
      const Wash& wash = table_[static_cast<size_t>(t * kSteps + 0.5F)];
      row[0] = row[0] * wash.rest + wash.blue;
      row[1] = row[1] * wash.rest + wash.green;
      row[2] = row[2] * wash.rest + wash.red;
    }
  }

 private:
  // Fine enough that neighbours differ by less than a tenth of a level.
  static constexpr int kSteps = 4096;
  double x_;
  double y_;
  double radius_;
  std::array<Wash, kSteps + 1> table_;
};

// The part of a level that is rounded up at each pixel: the R2 sequence (generalised golden ratio
// in two dimensions), whose values are spread evenly over every small neighbourhood, as blue
// noise's are, and cost one addition. Kept inside ]0, 1[ so that whole values stay whole.
constexpr double kR2x = 0.7548776662466927;
constexpr double kR2y = 0.5698402909980532;

float threshold(int x, int y) {
  const double value = kR2x * x + kR2y * y;
  // Cutting off what follows the point is std::floor() here, and no call of a function.
  const double part = value - static_cast<double>(static_cast<int64_t>(value));
  return static_cast<float>(1.0 / 512 + part * (510.0 / 512));
}

// A ground of one colour: its first row, copied.
void paint_flat(uint32_t colour, Bitmap& target) {
  uint8_t* out = target.row(0);
  for (int x = 0; x < target.width; ++x, out += 4) {
    for (const int c : {0, 1, 2})
      out[c] = static_cast<uint8_t>(colour >> (8 * c));
    out[3] = 0xff;
  }
  for (int y = 1; y < target.height; ++y)
    std::memcpy(target.row(y), target.row(0), size_t{4} * target.width);
}

// One painted ground, and what it is the picture of.
struct KeptGround {
  Ground ground;
  Size size;
  std::once_flag painted;
  Bitmap bitmap;
};

}  // namespace

std::array<double, 3> ground_at(const Ground& ground, double x, double y) {
  std::array<double, 3> rgb = {channel(ground.colour, 16), channel(ground.colour, 8),
                               channel(ground.colour, 0)};
  for (const Ground::Glow& glow : ground.glows) {
    if (glow.radius <= 0) continue;
    const double t = std::hypot(x - glow.x, y - glow.y) / glow.radius;
    const Wash wash = wash_at(glow.stops, std::min(t, 1.0));
    rgb = {rgb[0] * wash.rest + wash.red, rgb[1] * wash.rest + wash.green,
           rgb[2] * wash.rest + wash.blue};
  }
  return rgb;
}

void paint_ground(const Ground& ground, Bitmap& target) {
  std::vector<Glow> glows;
  for (const Ground::Glow& glow : ground.glows)
    if (glow.radius > 0) glows.emplace_back(glow);
  if (target.height == 0) return;
  if (glows.empty()) return paint_flat(ground.colour, target);
  const float plain[] = {channel(ground.colour, 0), channel(ground.colour, 8),
                         channel(ground.colour, 16)};
  std::vector<float> row(size_t{3} * target.width);
  for (int y = 0; y < target.height; ++y) {
    for (size_t i = 0; i < row.size(); ++i)
      row[i] = plain[i % 3];
    for (const Glow& glow : glows)
      glow.add_to(row.data(), target.width, (y + 0.5) / target.height);
    uint8_t* out = target.row(y);
    for (int x = 0; x < target.width; ++x, out += 4) {
      const float up = threshold(x, y);
      for (int c = 0; c < 3; ++c)
        out[c] = static_cast<uint8_t>(row[size_t{3} * x + c] + up);  // rounds down
      out[3] = 0xff;
    }
  }
}

std::shared_ptr<const Bitmap> painted_ground(const Ground& ground, Size size) {
  constexpr size_t kKept = 4;
  static std::mutex mutex;
  static std::deque<std::shared_ptr<KeptGround>> all;  // the one that was asked for last, first
  std::shared_ptr<KeptGround> found;
  {
    const std::lock_guard lock(mutex);
    const auto entry = std::find_if(all.begin(), all.end(), [&](const auto& kept) {
      return kept->size == size && kept->ground == ground;
    });
    if (entry != all.end()) {
      found = *entry;
      all.erase(entry);
    } else {
      found = std::make_shared<KeptGround>();
      found->ground = ground;
      found->size = size;
    }
    all.push_front(found);
    if (all.size() > kKept) all.pop_back();
  }
  // Out of the lock: who wants another ground does not wait for this one.
  std::call_once(found->painted, [&] {
    found->bitmap = make_bitmap(size);
    paint_ground(ground, found->bitmap);
  });
  return {found, &found->bitmap};
}

}  // namespace talkie
