// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/audio_bytes.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>

#include "speech/narrator.h"

namespace talkie {

namespace {

constexpr int kLowestRate = 8'000;
constexpr int kHighestRate = 192'000;
constexpr int kMostChannels = 64;
constexpr size_t kBlockFrames = 4'096;

// ---- WAV headers that lie

uint32_t little_endian(std::string_view bytes, size_t at) {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<unsigned char>(bytes[at + i])}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
}

void write_length(std::string& bytes, size_t at, size_t length) {
  for (size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<char>(length >> (8 * i) & 0xFF);
}

// The offset after the chunk at `at`, whose length is padded to an even number.
size_t after_chunk(std::string_view wav, size_t at) {
  const size_t length = little_endian(wav, at + 4);
  return at + 8 + length + length % 2;
}

// Whether `wav` holds whole chunks from `at` to its end, as after the sound of a truthful file.
bool is_chain_of_chunks(std::string_view wav, size_t at) {
  const auto is_name_character = [](char c) { return c >= ' ' && c <= '~'; };
  while (at + 8 <= wav.size()) {
    if (!std::ranges::all_of(wav.substr(at, 4), is_name_character)) return false;
    at = after_chunk(wav, at);
  }
  return at == wav.size() || at == wav.size() + 1;  // some leave the last padding byte off
}

// The header of a WAV file, up to its sound, with the lengths that are really there. Empty where
// it is no WAV file, or has no sound.
std::string true_wav_header(std::string_view bytes) {
  if (bytes.size() < 12 || !bytes.starts_with("RIFF") || bytes.substr(8, 4) != "WAVE") return {};
  size_t at = 12;
  while (at + 8 <= bytes.size() && bytes.substr(at, 4) != "data")
    at = after_chunk(bytes, at);
  if (at + 8 > bytes.size()) return {};
  const size_t first = at + 8;
  size_t length = little_endian(bytes, at + 4);
  if (length == 0 || !is_chain_of_chunks(bytes, after_chunk(bytes, at)))
    length = bytes.size() - first;
  std::string header(bytes.substr(0, first));
  write_length(header, 4, bytes.size() - 8);
  write_length(header, at + 4, length);
  return header;
}

// ---- libsndfile reads from memory

struct SoundBytes {
  std::string_view bytes;
  std::string head;  // stands for as many bytes at the beginning
  size_t position = 0;

  size_t read(char* to, size_t count) {
    count = std::min(count, bytes.size() - position);
    std::memcpy(to, bytes.data() + position, count);
    if (position < head.size())
      std::memcpy(to, head.data() + position, std::min(count, head.size() - position));
    position += count;
    return count;
  }

  size_t seek(sf_count_t offset, int whence) {
    const size_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : bytes.size();
    const sf_count_t target = static_cast<sf_count_t>(from) + offset;
    position = static_cast<size_t>(
        std::clamp<sf_count_t>(target, 0, static_cast<sf_count_t>(bytes.size())));
    return position;
  }
};

SoundBytes& sound_bytes(void* data) {
  return *static_cast<SoundBytes*>(data);
}

SF_VIRTUAL_IO memory_io() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* data) {
    return static_cast<sf_count_t>(sound_bytes(data).bytes.size());
  };
  io.seek = [](sf_count_t offset, int whence, void* data) {
    return static_cast<sf_count_t>(sound_bytes(data).seek(offset, whence));
  };
  io.read = [](void* to, sf_count_t count, void* data) {
    return static_cast<sf_count_t>(
        sound_bytes(data).read(static_cast<char*>(to), static_cast<size_t>(count)));
  };
  io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  io.tell = [](void* data) { return static_cast<sf_count_t>(sound_bytes(data).position); };
  return io;
}

struct SoundFileCloser {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using OpenSound = std::unique_ptr<SNDFILE, SoundFileCloser>;

// Null, with libsndfile's words in `why`, where it is no sound file.
OpenSound open_sound(SoundBytes& memory, SF_INFO& info, std::string& why) {
  // Why a file cannot be opened is told in one place for the whole process.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static SF_VIRTUAL_IO io = memory_io();
  OpenSound file(sf_open_virtual(&io, SFM_READ, &info, &memory));
  if (!file) why = sf_strerror(nullptr);
  return file;
}

// ---- to mono

// The mean of each frame's channels. False where one is not a number.
bool add_mono(const float* frames, size_t count, size_t channels, std::vector<int16_t>& to) {
  for (size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (size_t c = 0; c < channels; ++c)
      sum += frames[i * channels + c];
    if (!std::isfinite(sum)) return false;
    const float value = sum / static_cast<float>(channels) * 32768.0F;
    to.push_back(static_cast<int16_t>(std::lrint(std::clamp(value, -32768.0F, 32767.0F))));
  }
  return true;
}

// A FLAC file says how many samples it has, which is true or unknown: less of it was cut off.
bool is_cut_off(const SF_INFO& info, size_t frames) {
  if ((info.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_FLAC) return false;
  return info.frames < SF_COUNT_MAX && static_cast<sf_count_t>(frames) < info.frames;
}

}  // namespace

bool is_silent(std::span<const int16_t> samples) {
  constexpr int kInaudibleSample = 8;  // -72 dB
  return std::ranges::all_of(samples,
                             [](int sample) { return std::abs(sample) <= kInaudibleSample; });
}

Result<Take> take_from_audio(std::string_view bytes, std::string_view who) {
  const auto failure = [&](std::string_view what, std::string detail = {}) {
    return Error{ErrorKind::failed, std::string(who) + " " + std::string(what), std::move(detail)};
  };
  if (bytes.empty()) return failure("delivered no sound");
  SoundBytes memory{bytes, true_wav_header(bytes)};
  SF_INFO info{};
  std::string why;
  const OpenSound file = open_sound(memory, info, why);
  if (!file) return failure("delivered something that is no sound file", why);
  if (info.samplerate < kLowestRate || info.samplerate > kHighestRate)
    return failure("delivered " + std::to_string(info.samplerate) +
                   " samples a second; 8,000 to 192,000 are possible");
  if (info.channels < 1 || info.channels > kMostChannels)
    return failure("delivered sound with " + std::to_string(info.channels) + " channels");

  Take take;
  take.rate = info.samplerate;
  const auto most = static_cast<size_t>(to_seconds(kLongestScene)) * static_cast<size_t>(take.rate);
  const auto channels = static_cast<size_t>(info.channels);
  std::vector<float> block(kBlockFrames * channels);
  while (const auto got = sf_readf_float(file.get(), block.data(), kBlockFrames)) {
    if (!add_mono(block.data(), static_cast<size_t>(got), channels, take.samples))
      return failure("delivered sound with samples that are no numbers");
    if (take.samples.size() > most)
      return Error{ErrorKind::too_large,
                   std::string(who) + " delivered more than an hour of sound; split the text"};
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR)
    return failure("delivered a sound file that is broken", sf_strerror(file.get()));
  if (is_cut_off(info, take.samples.size()))
    return failure("delivered a sound file that breaks off before its end");
  if (take.samples.empty()) return failure("delivered a sound file without any sound");
  return take;
}

}  // namespace talkie
