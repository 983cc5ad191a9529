// SPDX-License-Identifier: LGPL-2.1-or-later
// MP3: the frame in front that says how long the sound is. xingmux writes Xing's; this adds what
// LAME adds to it, as players need it to leave out the encoder's priming and what fills the last
// frame.
#include <algorithm>
#include <array>
#include <string_view>

#include "render/file_bytes.h"

namespace talkie {

namespace {

constexpr uint64_t kId3Header = 10;
constexpr uint64_t kFrameSamples = 1152;
constexpr uint64_t kXingFlags = 7;  // frames, bytes, table of contents: as xingmux writes them
constexpr uint64_t kXingBytes = 116;
constexpr uint64_t kQualityFlag = 8;  // the field after them, behind which LAME's begin
constexpr uint64_t kLameBytes = 36;
constexpr uint64_t kMostPadding = 4095;  // 12 bits
// A frame of 64 kbit/s at 48 kHz holds both, also behind stereo's side information.
constexpr uint64_t kInfoFrame = 192;
constexpr unsigned char kInfoBitrate = 5;

// A frame of MPEG-1 layer III at 48 kHz, without a checksum (ISO/IEC 11172-3, 2.4.2.3).
struct Frame {
  uint64_t size = 0;
  uint64_t side = 0;  // bytes before its data: the header, and the side information
};

std::optional<Frame> parse_frame(const std::string& header) {
  constexpr std::array<int, 16> kKilobits = {0,   32,  40,  48,  56,  64,  80,  96,
                                             112, 128, 160, 192, 224, 256, 320, 0};
  if (big_endian(header, 0, 2) != 0xfffb) return {};
  const auto byte = static_cast<unsigned char>(header[2]);
  const int kilobits = kKilobits[byte >> 4];
  if ((byte >> 2 & 3) != 1 || kilobits == 0) return {};
  const bool mono = (header[3] & 0xc0) == 0xc0;
  return Frame{static_cast<uint64_t>(3 * kilobits + (byte >> 1 & 1)), mono ? 21u : 36u};
}

// CRC-16 with the polynomial 0x8005, reflected, initial value 0.
uint16_t lame_checksum(std::string_view bytes) {
  unsigned sum = 0;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      sum = sum >> 1 ^ (sum & 1 ? 0xa001u : 0u);
  }
  return static_cast<uint16_t>(sum);
}

// Where the sound begins, behind an ID3 tag.
Result<uint64_t> sound_begin(const FileBytes& file) {
  const auto head = file.read(0, kId3Header);
  if (!head) return head.error();
  if (!head->starts_with("ID3")) return uint64_t{0};
  uint64_t size = 0;
  for (size_t i = 6; i < kId3Header; ++i)
    size = size << 7 | static_cast<unsigned char>((*head)[i]);
  return kId3Header + size;
}

}  // namespace

Result<void> finish_mp3(FileBytes& file, const FinishOptions& options) {
  const auto at = sound_begin(file);
  if (!at) return at.error();
  const auto old = file.read(*at, kInfoFrame);
  if (!old) return {};  // less than a frame of sound
  const auto frame = parse_frame(*old);
  if (!frame || frame->side + kXingBytes > frame->size || old->substr(frame->side, 4) != "Xing" ||
      big_endian(*old, frame->side + 4, 4) != kXingFlags)
    return {};
  const auto first_header = file.read(*at + frame->size, 4);
  const auto first = first_header ? parse_frame(*first_header) : std::nullopt;
  if (!first) return {};

  const uint64_t frames = big_endian(*old, frame->side + 8, 4) - 1;  // xingmux counts its own
  const uint64_t bytes = file.size() - *at - frame->size;
  const auto priming = static_cast<uint64_t>(options.audio_priming);
  const uint64_t used = priming + static_cast<uint64_t>(options.audio_length);
  const uint64_t padding = frames * kFrameSamples - std::min(used, frames * kFrameSamples);
  if (padding > kMostPadding || priming > kMostPadding) return {};

  std::string info = old->substr(0, frame->side + kXingBytes);
  info[2] = static_cast<char>(kInfoBitrate << 4 | (info[2] & 0x0d));
  // "Info" says that all frames are as long, so that players need no table to find a time.
  if (frames * first->size == bytes) info.replace(frame->side, 4, "Info");
  put_big_endian(info, frame->side + 4, 4, kXingFlags | kQualityFlag);
  put_big_endian(info, frame->side + 8, 4, frames);
  put_big_endian(info, frame->side + 12, 4, bytes + kInfoFrame);
  std::string lame(kLameBytes, '\0');
  lame.replace(0, 9, "LAME3.100");
  put_big_endian(lame, 21, 3, priming << 12 | padding);
  put_big_endian(lame, 28, 4, bytes + kInfoFrame);
  info += std::string(4, '\0') + lame;
  put_big_endian(info, info.size() - 2, 2,
                 lame_checksum(std::string_view(info).substr(0, info.size() - 2)));
  info.resize(kInfoFrame, '\0');
  return file.replace(*at, frame->size, info);
}

}  // namespace talkie
