// SPDX-License-Identifier: LGPL-2.1-or-later
// AAC that was encoded in pieces: no click where they join, nothing missing, nothing out of place.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>

#include "plan_films.h"
#include "render/film_mux.h"
#include "render/finish.h"
#include "render/gstreamer.h"
#include "render/sound_piece.h"
#include "speech/narrator.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using Samples = std::vector<int16_t>;

constexpr int kPacket = 1024;
constexpr int kMostShift = kPacket / 2;  // of a scene, on to the grid of packets

// The alternatives of the m4a preset, each by itself.
enum Alternative { kAvenc, kVoaac };

std::string preset_text(const PresetChain& chain) {
  return "description: test\nextensions: [m4a]\naudio:\n  - launch: " + chain.launch +
         "\n    priming: " + std::to_string(chain.priming) +
         "\n    packet: " + std::to_string(chain.packet) + "\nmux: mp4mux faststart=true\n";
}

class SoundJoins : public PlannedFilms, public testing::WithParamInterface<Alternative> {
 protected:
  void SetUp() override {
    PlannedFilms::SetUp();
    ASSERT_TRUE(start_gstreamer());
    const auto whole = find_preset("m4a");
    ASSERT_TRUE(whole) << whole.error().to_string();
    ASSERT_GT(whole->audio.size(), size_t{GetParam()});
    const PresetChain& chain = whole->audio[GetParam()];
    ASSERT_NE(chain.launch.find(name()), std::string::npos) << chain.launch;
    ASSERT_EQ(chain.packet, kPacket);
    presets_ = std::getenv("TALKIE_PRESET_PATH");
    folder_.write("one.preset", preset_text(chain));
    setenv("TALKIE_PRESET_PATH", (folder_.path().string() + ":" + presets_).c_str(), 1);
    auto preset = find_preset("one");
    ASSERT_TRUE(preset) << preset.error().to_string();
    preset_ = *std::move(preset);
  }
  void TearDown() override { setenv("TALKIE_PRESET_PATH", presets_.c_str(), 1); }

  static const char* name() { return GetParam() == kAvenc ? "avenc_aac" : "voaacenc"; }
  [[nodiscard]] int priming() const { return preset_.audio[0].priming; }
  Samples encode_and_decode(const Samples& sound, const std::vector<int64_t>& lengths);

  std::string presets_;
  Preset preset_;
};

// Encodes the sound in pieces of these lengths, which go on into each other, puts them into a file
// as a film's are, and has ffmpeg decode it.
Samples SoundJoins::encode_and_decode(const Samples& sound, const std::vector<int64_t>& lengths) {
  SoundGrid grid(kPacket);
  std::vector<Neighbour> pieces;
  int64_t start = 0;
  for (const int64_t length : lengths) {
    const ScenePlace place = grid.place(start, length, 0);
    EXPECT_EQ(place.start, start) << "what goes on is not shifted";
    EXPECT_EQ(place.joins_before, !pieces.empty());
    pieces.push_back(
        {place, std::to_string(start),
         std::span(sound).subspan(static_cast<size_t>(start), static_cast<size_t>(length))});
    start += length;
  }
  const fs::path file = folder_.path() / "joined.m4a";
  std::unique_ptr<FilmMux> mux;
  const Film film;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const auto piece_at = [&](size_t at) {
      return SoundPiece{kPacket,
                        1,
                        pieces[at].place,
                        pieces[at].sound_key,
                        at > 0 ? &pieces[at - 1] : nullptr,
                        at + 1 < pieces.size() ? &pieces[at + 1] : nullptr};
    };
    const SoundPiece piece = piece_at(i);
    const auto segment = encode_sound(preset_, piece, pieces[i].samples);
    EXPECT_TRUE(segment) << segment.error().to_string();
    if (!mux) {
      auto begun = FilmMux::begin({&preset_, &film, file, file, "", segment->caps}, {});
      EXPECT_TRUE(begun) << begun.error().to_string();
      mux = *std::move(begun);
    }
    const bool last = i + 1 == pieces.size();
    const int64_t end =
        last ? (start + priming() + kPacket - 1) / kPacket : piece_at(i + 1).first_packet();
    const int64_t count = end - piece.first_packet();
    EXPECT_LE(count, static_cast<int64_t>(segment->packets.size()));
    EXPECT_TRUE(
        mux->add_sound(*segment, static_cast<size_t>(count), piece.first_packet() * kPacket));
  }
  EXPECT_TRUE(mux->finish({}));
  mux.reset();
  EXPECT_TRUE(finish_file(file, {true, priming(), start}));
  return outside::decode_sound(file);
}

// ffmpeg's command decodes the last packet as a whole, where the file's edit list ends inside it.
bool is_as_long(const Samples& samples, int64_t length) {
  const auto size = static_cast<int64_t>(samples.size());
  return size >= length && size < length + kPacket;
}

// The root of the mean square of a - b around `centre`.
double error_at(const Samples& a, const Samples& b, int64_t centre, int64_t reach) {
  double sum = 0;
  for (int64_t i = centre - reach; i < centre + reach; ++i) {
    const double difference = a[static_cast<size_t>(i)] - b[static_cast<size_t>(i)];
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(2 * reach));
}

// The largest change from one sample's error to the next one's: a click is one.
double jump_at(const Samples& a, const Samples& b, int64_t centre, int64_t reach) {
  const auto error = [&](size_t at) { return static_cast<double>(a[at] - b[at]); };
  double most = 0;
  for (int64_t i = centre - reach; i < centre + reach; ++i) {
    const auto at = static_cast<size_t>(i);
    most = std::max(most, std::abs(error(at) - error(at - 1)));
  }
  return most;
}

Samples tone(int64_t length) {
  Samples samples;
  for (int64_t i = 0; i < length; ++i)
    samples.push_back(static_cast<int16_t>(
        std::lrint(9000 * std::sin(2 * M_PI * 440.7 * static_cast<double>(i) / kSampleRate))));
  return samples;
}

// A voice that does not stop to breathe, from the middle of a word to the middle of another one.
Samples voice(int64_t length) {
  Scene scene;
  Utterance utterance;
  while (utterance.text.size() < 400)
    utterance.text += "the moon pulls at all the waters of the sea and the earth turns below it ";
  scene.narration = {utterance};
  Problems problems;
  auto speech = narrate(scene, 0, {}, problems);
  EXPECT_TRUE(speech) << speech.error().to_string();
  EXPECT_GT(static_cast<int64_t>(speech->samples.size()), length + 9000);
  return {speech->samples.begin() + 9000, speech->samples.begin() + 9000 + length};
}

// Around the joins the sound is as near to the original as a continuous encode is anywhere.
TEST_P(SoundJoins, CannotBeHeardWhereSoundGoesOn) {
  const std::vector<int64_t> lengths = {48'000, 33'600, 40'000 - 7, 1600, 51'207, 20'000, 60'000};
  const int64_t total = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  for (const bool is_tone : {true, false}) {
    const Samples sound = is_tone ? tone(total) : voice(total);
    const Samples joined = encode_and_decode(sound, lengths);
    const Samples whole = encode_and_decode(sound, {total});
    ASSERT_TRUE(is_as_long(joined, total)) << "no gap, and nothing twice";
    ASSERT_TRUE(is_as_long(whole, total));

    // What the codec itself does, in windows of the same size, leaving out how the sound begins.
    constexpr int64_t kReach = 2 * kPacket;
    double usual = 0;
    double usual_jump = 0;
    for (int64_t at = 8 * kPacket; at < total - 4 * kPacket; at += kPacket / 2) {
      usual = std::max(usual, error_at(whole, sound, at, kReach));
      usual_jump = std::max(usual_jump, jump_at(whole, sound, at, kReach));
    }
    double worst = 0;
    double worst_jump = 0;
    double pieces = 0;
    double continuous = 0;
    int64_t join = 0;
    for (size_t i = 0; i + 1 < lengths.size(); ++i) {
      join += lengths[i];
      worst = std::max(worst, error_at(joined, sound, join, kReach));
      pieces += error_at(joined, sound, join, kReach);
      continuous += error_at(whole, sound, join, kReach);
      worst_jump = std::max(worst_jump, jump_at(joined, sound, join, kReach));
    }
    std::cout << name() << (is_tone ? " tone" : " voice") << ": error " << worst
              << " at the worst join, " << usual << " at most in one encode; mean " << pieces / 6
              << ", " << continuous / 6 << "; step " << worst_jump << ", " << usual_jump << "\n";
    EXPECT_LE(worst, 1.1 * usual);
    EXPECT_LE(worst_jump, 1.1 * usual_jump);
    EXPECT_LE(pieces, 1.2 * continuous) << "at the very same places";
    // A join that was a packet off would be all error.
    EXPECT_LT(usual, error_at(sound, Samples(sound.size()), total / 2, 12'000) / 3);
  }
}

// Where the sound of `said` from `begin` to `end` is found in `heard`: how many samples later.
int lag_of(const Samples& said, const Samples& heard, int64_t begin, int64_t end) {
  int best_lag = 0;
  double best = -1;
  for (int lag = -2 * kPacket; lag <= 2 * kPacket; ++lag) {
    double product = 0;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t at = i + lag;
      if (at >= 0 && at < static_cast<int64_t>(heard.size()))
        product +=
            static_cast<double>(said[static_cast<size_t>(i)]) * heard[static_cast<size_t>(at)];
    }
    if (product > best) {
      best = product;
      best_lag = lag;
    }
  }
  return best_lag;
}

// Every stretch of sound between silences of more than `gap` samples.
std::vector<std::pair<int64_t, int64_t>> sounds_of(const Samples& samples, int64_t gap) {
  std::vector<std::pair<int64_t, int64_t>> sounds;
  for (int64_t i = 0; i < static_cast<int64_t>(samples.size()); ++i) {
    if (samples[static_cast<size_t>(i)] == 0) continue;
    if (sounds.empty() || i - sounds.back().second > gap) sounds.emplace_back(i, i);
    sounds.back().second = i + 1;
  }
  return sounds;
}

// Real speech, with silence between the scenes: each where it belongs, to 11 ms, and silence stays
// silent.
TEST_P(SoundJoins, LeaveSpeechInItsPlace) {
  RenderOptions options = this->options(Scenes().text(), "m4a");
  options.preset = "one";
  const auto report = render(options);
  ASSERT_TRUE(report) << report.error().to_string();
  Samples heard = outside::decode_sound(film("m4a"));
  const auto stream = outside::probe(film("m4a"))["streams"][0];
  EXPECT_NEAR(std::stod(stream["duration"].get<std::string>()), to_seconds(report->length), 1e-3);
  EXPECT_TRUE(is_as_long(heard, nearest(report->length, {kSampleRate, 1}))) << heard.size();

  const RenderOptions exact = this->options(Scenes().text(), "wav");
  ASSERT_TRUE(render(exact));
  const Samples said = outside::decode_sound(film("wav"));
  EXPECT_EQ(static_cast<int64_t>(said.size()), nearest(report->length, {kSampleRate, 1}));
  heard.resize(said.size());

  const auto sounds = sounds_of(said, kSampleRate / 10);
  ASSERT_GE(sounds.size(), 6u);
  int most = 0;
  for (const auto& [begin, end] : sounds) {
    const int lag = lag_of(said, heard, begin, end);
    EXPECT_LE(std::abs(lag), kMostShift + 1) << "sound at " << begin;
    most = std::max(most, std::abs(lag));
  }
  // A packet before a sound and one after it, and the shift, may have some of it.
  constexpr int64_t kAround = 2 * kPacket + kMostShift;
  int64_t silent = 0;
  int loudest = 0;
  for (size_t i = 0; i <= sounds.size(); ++i) {
    const int64_t begin = i == 0 ? 0 : sounds[i - 1].second + kAround;
    const int64_t end =
        i == sounds.size() ? static_cast<int64_t>(heard.size()) : sounds[i].first - kAround;
    for (int64_t at = begin; at < end; ++at, ++silent)
      loudest = std::max(loudest, std::abs(int{heard[static_cast<size_t>(at)]}));
  }
  std::cout << name() << ": at most " << most << " samples out of place; in " << silent
            << " samples of silence none above " << loudest << "\n";
  EXPECT_GT(silent, kSampleRate) << "there is some to look at";
  EXPECT_LE(loudest, 1);
}

// Scenes of any length, with and without silence at their ends.
TEST(SoundGrid, ShiftsNoMoreThanItSays) {
  std::mt19937 random(9);
  for (int turn = 0; turn < 500; ++turn) {
    SoundGrid grid(kPacket);
    int64_t start = 0;
    int64_t end_of_sound = 0;
    for (int scene = 0; scene < 12; ++scene) {
      const auto length = 1 + static_cast<int64_t>(random() % 20'000);
      const auto spoken = static_cast<int64_t>(random() % 3) * length / 2;
      const ScenePlace place = grid.place(start, length, length - spoken);
      EXPECT_GE(place.start, end_of_sound) << "nothing is laid over what is heard before it";
      EXPECT_GT(place.start, start - kPacket);
      EXPECT_LE(place.start, start + kMostShift);
      EXPECT_TRUE(place.joins_before || place.start % kPacket == 0);
      start += length;
      end_of_sound = place.start + spoken;
      EXPECT_TRUE(spoken == 0 || end_of_sound <= start) << "nothing is lost at the film's end";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Encoders, SoundJoins, testing::Values(kAvenc, kVoaac),
                         [](const auto& info) { return info.param == kAvenc ? "avenc" : "voaac"; });

}  // namespace
}  // namespace talkie
