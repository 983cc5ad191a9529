// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/gif_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "render/whole_file.h"

namespace talkie {

namespace {

constexpr int kMostLzwBits = 12;
constexpr int kLongestDelay = 65535;  // hundredths of a second

std::string little_endian(int value) {
  return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)};
}

// Bits from the lowest one on, in blocks with their length in front.
class BitBlocks {
 public:
  void put(uint32_t code, int bits) {
    hold_ |= code << held_;
    for (held_ += bits; held_ >= 8; held_ -= 8, hold_ >>= 8)
      put_byte(static_cast<char>(hold_ & 0xff));
  }
  std::string finish() {
    if (held_ > 0) put_byte(static_cast<char>(hold_ & 0xff));
    end_block();
    return std::move(out_) + '\0';
  }

 private:
  void put_byte(char byte) {
    block_ += byte;
    if (block_.size() == 255) end_block();
  }
  void end_block() {
    if (block_.empty()) return;
    out_ += static_cast<char>(block_.size());
    out_ += std::exchange(block_, {});
  }
  uint32_t hold_ = 0;
  int held_ = 0;
  std::string block_;
  std::string out_;
};

// What a palette is off, on average: nothing for a page of few colours, a lot for a photo.
double mean_error(NearestColour& nearest, const std::vector<Colour>& pixels) {
  double sum = 0;
  for (const Colour pixel : pixels) {
    const Colour found = nearest.palette()[nearest(pixel)];
    for (int shift = 0; shift < 24; shift += 8)
      sum += std::abs(static_cast<int>(pixel >> shift & 0xff) -
                      static_cast<int>(found >> shift & 0xff));
  }
  return sum / 3 / static_cast<double>(std::max<size_t>(1, pixels.size()));
}

// An ordered dither, which stays where it is from picture to picture: a threshold between -0.5 and
// 0.5 (Bayer 1973, 8 x 8).
double threshold_at(int x, int y) {
  int value = 0;
  for (int bit = 0; bit < 3; ++bit) {
    const int of_x = x >> bit & 1;
    const int of_y = y >> bit & 1;
    value = value << 2 | (of_x ^ of_y) << 1 | of_y;
  }
  return (value + 0.5) / 64 - 0.5;
}

Colour dithered(Colour colour, double by) {
  Colour result = 0;
  for (int shift = 16; shift >= 0; shift -= 8) {
    const int value = static_cast<int>(colour >> shift & 0xff) + static_cast<int>(std::lround(by));
    result = result << 8 | static_cast<Colour>(std::clamp(value, 0, 255));
  }
  return result;
}

}  // namespace

std::string gif_lzw(const std::vector<uint8_t>& indices, int colour_bits) {
  const uint32_t clear = 1u << colour_bits;
  const uint32_t end = clear + 1;
  std::unordered_map<uint32_t, uint32_t> codes;  // prefix and next index -> code
  BitBlocks blocks;
  uint32_t next = end + 1;
  int bits = colour_bits + 1;
  blocks.put(clear, bits);
  std::optional<uint32_t> prefix;
  for (const uint8_t index : indices) {
    if (!prefix) {
      prefix = index;
      continue;
    }
    const uint32_t key = *prefix << 8 | index;
    if (const auto known = codes.find(key); known != codes.end()) {
      prefix = known->second;
      continue;
    }
    blocks.put(*prefix, bits);
    prefix = index;
    if (next < 1u << kMostLzwBits) {
      codes.emplace(key, next);
      if (next == 1u << bits) ++bits;
      ++next;
    } else {
      blocks.put(clear, bits);
      codes.clear();
      next = end + 1;
      bits = colour_bits + 1;
    }
  }
  if (prefix) blocks.put(*prefix, bits);
  // The reader has counted one code more than the last one that was kept.
  if (next == 1u << bits && bits < kMostLzwBits) ++bits;
  blocks.put(end, bits);
  return blocks.finish();
}

GifFile::GifFile(const std::string& path, Size size)
    : path_(path), size_(size), file_(path, std::ios::binary | std::ios::trunc) {
  write_header();
}

void GifFile::write_header() {
  file_ << "GIF89a" << little_endian(size_.width) << little_endian(size_.height);
  file_ << '\x70' << '\0' << '\0';  // 8 bits a colour, no palette for all
  // Round and round: Netscape's extension, the one that everybody reads.
  file_ << "\x21\xff\x0bNETSCAPE2.0\x03\x01" << little_endian(0) << '\0';
}

bool GifFile::differs(const std::vector<Colour>& pixels, size_t at) const {
  return shown_.empty() || shown_[at] != pixels[at];
}

GifFile::Area GifFile::changed_area(const std::vector<Colour>& pixels) const {
  Area area{size_.width, size_.height, 0, 0};
  size_t at = 0;
  for (int y = 0; y < size_.height; ++y)
    for (int x = 0; x < size_.width; ++x, ++at)
      if (differs(pixels, at))
        area = {std::min(area.left, x), std::min(area.top, y), std::max(area.right, x + 1),
                std::max(area.bottom, y + 1)};
  return area;
}

Result<void> GifFile::add(std::vector<Colour> pixels, Time start, Time end) {
  end_ = end;
  const Area area = changed_area(pixels);
  if (area.empty()) return {};  // the picture before stays longer
  // Delays count from the beginning, so that what is rounded does not add up.
  const auto hundredths = [](Time time) { return std::lround(to_seconds(time) * 100); };
  if (!waiting_.empty())
    write_delay(static_cast<int>(hundredths(start) - hundredths(waiting_since_)));
  waiting_since_ = start;
  write_picture(pixels, area);
  return written();
}

// The graphic control extension, and behind it the picture that has waited for it. A delay that is
// too long for it is followed by others, with a picture of one transparent pixel.
void GifFile::write_delay(int hundredths) {
  const auto control = [&](int delay) {
    // Leave the picture where it is; the last index is transparent.
    file_ << "\x21\xf9\x04" << '\x05' << little_endian(delay) << '\xff' << '\0';
  };
  static const std::string kNothing = "\x2c" + std::string(4, '\0') + little_endian(1) +
                                      little_endian(1) + '\x80' + std::string(6, '\0');
  control(std::min(hundredths, kLongestDelay));
  file_ << std::exchange(waiting_, {});
  for (hundredths -= kLongestDelay; hundredths > 0; hundredths -= kLongestDelay) {
    file_ << "\x21\xf9\x04" << '\x05' << little_endian(std::min(hundredths, kLongestDelay)) << '\0'
          << '\0';
    file_ << kNothing << '\x02' << gif_lzw({0}, 2);
  }
}

void GifFile::write_picture(const std::vector<Colour>& pixels, const Area& area) {
  constexpr uint8_t kTransparent = kMostGifColours;
  constexpr double kEnough = 2;  // an error that needs no dither
  std::vector<Colour> changed;
  const auto each = [&](const auto& visit) {
    for (int y = area.top; y < area.bottom; ++y)
      for (int x = area.left; x < area.right; ++x)
        visit(static_cast<size_t>(y) * static_cast<size_t>(size_.width) + static_cast<size_t>(x), x,
              y);
  };
  each([&](size_t at, int, int) {
    if (differs(pixels, at)) changed.push_back(pixels[at]);
  });
  NearestColour nearest(choose_palette(changed));
  const double error = mean_error(nearest, changed);
  const double strength = error > kEnough ? std::min(4 * error, 32.0) : 0;
  std::vector<uint8_t> indices;
  indices.reserve(changed.size());
  const bool is_first = shown_.empty();
  if (is_first) shown_ = pixels;
  each([&](size_t at, int x, int y) {
    if (!is_first && !differs(pixels, at)) return indices.push_back(kTransparent);
    indices.push_back(nearest(dithered(pixels[at], strength * threshold_at(x, y))));
    shown_[at] = pixels[at];
  });
  waiting_ = "\x2c" + little_endian(area.left) + little_endian(area.top) +
             little_endian(area.right - area.left) + little_endian(area.bottom - area.top) +
             '\x87';  // with 256 colours of its own
  std::vector<Colour> palette = nearest.palette();
  palette.resize(kMostGifColours + 1);
  for (const Colour colour : palette)
    for (int shift = 16; shift >= 0; shift -= 8)
      waiting_ += static_cast<char>(colour >> shift & 0xff);
  waiting_ += '\x08' + gif_lzw(indices, 8);
}

Result<void> GifFile::finish() {
  const double last = std::max(to_seconds(end_ - waiting_since_), 0.01);
  if (!waiting_.empty()) write_delay(static_cast<int>(std::lround(last * 100)));
  file_ << '\x3b';
  file_.close();
  return written();
}

Result<void> GifFile::written() {
  return file_ ? Result<void>() : write_error(path_, errno);
}

}  // namespace talkie
