// SPDX-License-Identifier: LGPL-2.1-or-later
// Mel-frequency cepstra (Davis and Mermelstein, 1980): the logarithms of the energies in bands as
// wide as the ear's, and a cosine transform that parts the shape of the mouth from the voice.
#include "speech/features.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <type_traits>

namespace talkie {

namespace {

constexpr int kRate = 12'800;
constexpr size_t kHop = kRate / kMomentsPerSecond;
constexpr size_t kWindow = 256;  // 20 ms
constexpr size_t kSpectrum = kWindow;
constexpr size_t kBands = 20;
constexpr double kLowestHz = 100;
constexpr size_t kCepstra = 12;
constexpr size_t kSlopes = kFeatures - kCepstra;
constexpr size_t kSlopeReach = 2;  // moments

constexpr float kDynamics = 1e-4F;  // 40 dB: what is quieter than this part of loud speech is alike
constexpr float kHeard = 6e-4F;     // 32 dB under loud speech is silence
constexpr float kOverNoise = 6;     // and so is what is no louder than this times the quietest

using Bands = std::array<float, kBands>;

Error features_cancelled() {
  return Error{ErrorKind::cancelled, "the narration was cancelled"};
}

struct SoxrDeleter {
  void operator()(soxr_t resampler) const { soxr_delete(resampler); }
};

Result<std::vector<float>> to_working_rate(std::span<const int16_t> samples, int rate,
                                           const std::stop_token& stop) {
  const soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_LQ, 0);
  const soxr_runtime_spec_t one_thread = soxr_runtime_spec(1);
  soxr_error_t error = nullptr;
  const std::unique_ptr<std::remove_pointer_t<soxr_t>, SoxrDeleter> resampler(
      soxr_create(rate, kRate, 1, &error, &io, &quality, &one_thread));
  if (error) return Error{ErrorKind::failed, "the speech cannot be resampled", error};
  std::vector<float> result(samples.size() * kRate / static_cast<size_t>(rate) + kWindow);
  size_t read = 0;
  size_t written = 0;
  for (bool is_done = false; !is_done;) {
    if (stop.stop_requested()) return features_cancelled();
    const size_t count = std::min(samples.size() - read, static_cast<size_t>(rate));
    size_t taken = 0;
    size_t made = 0;
    const void* in = count == 0 ? nullptr : samples.data() + read;
    if (soxr_process(resampler.get(), in, count, &taken, result.data() + written,
                     result.size() - written, &made))
      return Error{ErrorKind::failed, "the speech cannot be resampled"};
    read += taken;
    written += made;
    is_done = count == 0 ? made == 0 : written == result.size();
  }
  result.resize(written);
  return result;
}

// ---- spectra

using Spectrum = std::array<std::complex<float>, kSpectrum>;

// In place, by Cooley and Tukey.
void transform(Spectrum& data) {
  static const auto turns = [] {
    std::array<std::complex<float>, kSpectrum / 2> made;
    for (size_t i = 0; i < made.size(); ++i)
      made[i] =
          std::polar(1.0F, -2 * std::numbers::pi_v<float> * static_cast<float>(i) / kSpectrum);
    return made;
  }();
  for (size_t i = 1, j = 0; i < kSpectrum; ++i) {
    size_t bit = kSpectrum >> 1;
    for (; j & bit; bit >>= 1)
      j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
  for (size_t length = 2; length <= kSpectrum; length *= 2)
    for (size_t begin = 0; begin < kSpectrum; begin += length)
      for (size_t i = 0; i < length / 2; ++i) {
        std::complex<float>& a = data[begin + i];
        std::complex<float>& b = data[begin + i + length / 2];
        const std::complex<float> turn = turns[i * (kSpectrum / length)];
        const std::complex<float> turned(b.real() * turn.real() - b.imag() * turn.imag(),
                                         b.real() * turn.imag() + b.imag() * turn.real());
        b = a - turned;
        a += turned;
      }
}

// How much each line of a spectrum gives to which two bands: their middles lie evenly on the mel
// scale, and each band falls to nothing at its neighbours' middles.
class BandPlan {
 public:
  explicit BandPlan(double highest_hz) {
    const auto mel = [](double hz) { return 1127 * std::log(1 + hz / 700); };
    const double low = mel(kLowestHz);
    const double step = (mel(highest_hz) - low) / (kBands + 1);
    for (size_t line = 0; line < kSpectrum / 2; ++line) {
      const double at = (mel(static_cast<double>(line) * kRate / kSpectrum) - low) / step;
      place_[line] = at < 0 || at >= kBands + 1 ? -1 : static_cast<int>(at);
      part_[line] = static_cast<float>(at - std::floor(at));
    }
  }

  void add(size_t line, float energy, Bands& bands) const {
    const int place = place_[line];  // between the middles of bands place - 1 and place
    if (place < 0) return;
    if (place > 0) bands[static_cast<size_t>(place) - 1] += energy * (1 - part_[line]);
    if (place < static_cast<int>(kBands)) bands[static_cast<size_t>(place)] += energy * part_[line];
  }

 private:
  std::array<int, kSpectrum / 2> place_{};
  std::array<float, kSpectrum / 2> part_{};
};

// Two moments at once: one is the real and the other the imaginary part of what is transformed.
void add_spectra(std::span<const float> samples, size_t moment, const BandPlan& plan,
                 std::vector<Bands>& all) {
  static const auto window = [] {
    std::array<float, kWindow> made;
    for (size_t i = 0; i < kWindow; ++i)
      made[i] = 0.5F - 0.5F * std::cos(2 * std::numbers::pi_v<float> *
                                       (static_cast<float>(i) + 0.5F) / kWindow);
    return made;
  }();
  const auto at = [&](size_t i) {  // with higher frequencies raised, as speech needs it
    const size_t sample = i - kWindow / 2;
    if (i < kWindow / 2 + 1 || sample >= samples.size()) return 0.0F;
    return samples[sample] - 0.9F * samples[sample - 1];
  };
  Spectrum data{};
  for (size_t i = 0; i < kWindow; ++i)
    data[i] = {window[i] * at(moment * kHop + i), window[i] * at((moment + 1) * kHop + i)};
  transform(data);
  for (size_t line = 1; line < kSpectrum / 2; ++line) {
    const std::complex<float> mirrored = std::conj(data[kSpectrum - line]);
    plan.add(line, std::norm(data[line] + mirrored), all[moment]);
    if (moment + 1 < all.size()) plan.add(line, std::norm(data[line] - mirrored), all[moment + 1]);
  }
}

// ---- features

float part_of(std::vector<float> values, double part) {
  const auto at =
      values.begin() + static_cast<ptrdiff_t>(static_cast<double>(values.size() - 1) * part);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Finds where somebody speaks; the energy of loud speech.
float find_heard(const std::vector<Bands>& bands, std::vector<Moment>& moments) {
  std::vector<float> energies;
  for (const Bands& each : bands) {
    float sum = 0;
    for (const float energy : each)
      sum += energy;
    energies.push_back(sum);
  }
  const float loud = part_of(energies, 0.95);
  const float noise = std::min(part_of(energies, 0.05) * kOverNoise, loud / 10);
  const float threshold = std::max({loud * kHeard, noise, 1e-12F});
  for (size_t i = 0; i < moments.size(); ++i)
    moments[i].is_heard = energies[i] > threshold;
  return loud;
}

void add_cepstra(const std::vector<Bands>& bands, float loud, std::vector<Moment>& moments) {
  std::array<std::array<float, kBands>, kCepstra> cosines;
  for (size_t c = 0; c < kCepstra; ++c)
    for (size_t band = 0; band < kBands; ++band)
      cosines[c][band] = std::cos(std::numbers::pi_v<float> * static_cast<float>(c) *
                                  (static_cast<float>(band) + 0.5F) / kBands);
  const float floor = std::max(loud / kBands * kDynamics, 1e-12F);
  for (size_t i = 0; i < moments.size(); ++i) {
    Bands logarithms;
    for (size_t band = 0; band < kBands; ++band)
      logarithms[band] = std::log(bands[i][band] + floor);
    for (size_t c = 0; c < kCepstra; ++c)
      for (size_t band = 0; band < kBands; ++band)
        moments[i].features[c] += cosines[c][band] * logarithms[band];
  }
}

void add_slopes(std::vector<Moment>& moments) {
  const size_t count = moments.size();
  for (size_t i = 0; i < count; ++i) {
    const Moment& before = moments[i - std::min(i, kSlopeReach)];
    const Moment& after = moments[std::min(i + kSlopeReach, count - 1)];
    for (size_t c = 0; c < kSlopes; ++c)
      moments[i].features[kCepstra + c] = after.features[c] - before.features[c];
  }
}

void normalise(std::vector<Moment>& moments) {
  for (size_t f = 0; f < kFeatures; ++f) {
    double sum = 0;
    double squares = 0;
    double count = 1e-9;
    for (const Moment& moment : moments) {
      if (!moment.is_heard) continue;
      const double value = moment.features[f];
      sum += value;
      squares += value * value;
      ++count;
    }
    const double mean = sum / count;
    const double deviation = std::sqrt(std::max(squares / count - mean * mean, 1e-9));
    for (Moment& moment : moments)
      moment.features[f] = static_cast<float>((moment.features[f] - mean) / deviation);
  }
}

}  // namespace

Result<std::vector<Moment>> moments_of(std::span<const int16_t> samples, int rate,
                                       double highest_hz, const std::stop_token& stop) {
  const auto sound = to_working_rate(samples, rate, stop);
  if (!sound) return sound.error();
  std::vector<Moment> moments(sound->size() / kHop + 1);
  std::vector<Bands> bands(moments.size());
  const BandPlan plan(highest_hz);
  for (size_t i = 0; i < moments.size(); i += 2) {
    if (i % kMomentsPerSecond == 0 && stop.stop_requested()) return features_cancelled();
    add_spectra(*sound, i, plan, bands);
  }
  const float loud = find_heard(bands, moments);
  add_cepstra(bands, loud, moments);
  add_slopes(moments);
  normalise(moments);
  return moments;
}

}  // namespace talkie
