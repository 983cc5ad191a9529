// SPDX-License-Identifier: LGPL-2.1-or-later
// Films with video clips in them: the right picture at the right time, and its sound under the
// voice.
#include <cmath>

#include "clip_testing.h"
#include "plan_films.h"

namespace talkie {
namespace {

using Samples = std::vector<int16_t>;

constexpr const char* kHeader = "---\ntitle: Clips\nsize: 320x180\ncaptions: none\n---\n";

class Clips : public PlannedFilms {
 protected:
  // A film from that script, kept where film() says.
  std::filesystem::path make_film(const std::string& script, const std::string& extension = "mkv") {
    auto made = options(kHeader + script, extension);
    made.cache.clear();
    RenderHooks hooks;
    hooks.problem = [this](const Problem& problem) { problems_.push_back(problem.to_string()); };
    const auto report = render(made, hooks);
    EXPECT_TRUE(report) << report.error().to_string();
    return film(extension);
  }
  std::string greys() {
    const outside::Folder& folder = folder_;
    return make_pictures(folder, kGreys, "work/greys.mp4");
  }
  // Which picture of kGreys fills the middle of a frame of the film.
  static double number(const std::filesystem::path& film, int frame) {
    const outside::Picture picture = outside::decode_frame(film, frame);
    const size_t middle = 3 * (static_cast<size_t>(picture.height / 2) * picture.width +
                               static_cast<size_t>(picture.width / 2));
    const double luma = 16 + picture.rgb[middle] * 219 / 255.0;
    return (luma - kFirstGrey) / kGreyStep;
  }
  static double loudness(const Samples& samples, double from, double to) {
    double sum = 0;
    const auto begin = static_cast<size_t>(from * 48'000);
    const auto end = std::min(static_cast<size_t>(to * 48'000), samples.size());
    for (size_t i = begin; i < end; ++i)
      sum += 1.0 * samples[i] * samples[i];
    return std::sqrt(sum / static_cast<double>(std::max<size_t>(1, end - begin)));
  }
  static double seconds(const std::filesystem::path& film) {
    return std::stod(outside::probe(film)["format"]["duration"].get<std::string>());
  }
  // Black and silent, but for 0.1 s at the first second: white, and a tone.
  std::string flash() {
    return make_clip(
        folder_,
        {"-f", "lavfi", "-i",
         "color=black:s=320x180:r=30:d=3,format=yuv420p,"
         "geq=lum='if(between(T,0.99,1.09),235,16)':cb=128:cr=128",
         "-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.1),0.5*sin(2*PI*1000*t),0)':s=48000:d=3",
         "-c:v", "libx264", "-qp", "4", "-c:a", "aac", "-b:a", "192k", "work/flash.mp4"});
  }
  std::string tone(const std::string& name, double seconds) {
    const std::string length = std::to_string(seconds);
    return make_clip(folder_, {"-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=" + length, "-f",
                               "lavfi", "-i", "sine=440:r=48000:d=" + length, "-c:v", "libx264",
                               "-c:a", "aac", "-b:a", "192k", "work/" + name});
  }

  std::vector<std::string> problems_;
};

TEST_F(Clips, ASceneWithoutWordsLastsAsLongAsItsClip) {
  greys();
  const auto film = make_film(
      "(transition: cut)\n\n![cover](greys.mp4)\n\n---\n\n# End\n\n(duration: 3)\n", "mp4");
  EXPECT_NEAR(seconds(film), 5, 0.05);
  for (const int frame : {3, 10, 31, 45, 58})
    EXPECT_NEAR(number(film, frame), frame, 0.9) << frame;
  EXPECT_TRUE(problems_.empty()) << problems_.front();
}

TEST_F(Clips, APartIsRepeatedHeldOrStretched) {
  greys();
  const auto shown = [&](const std::string& how, int frame) {
    return number(make_film("![cover 0.5-1.5 " + how + "](greys.mp4)\n\n(duration: 4)\n", "mp4"),
                  frame);
  };
  EXPECT_NEAR(shown("loop", 10), 25, 0.9);
  EXPECT_NEAR(number(film("mp4"), 40), 25, 0.9);
  EXPECT_NEAR(number(film("mp4"), 59), 44, 0.9);
  EXPECT_NEAR(number(film("mp4"), 61), 16, 0.9);
  EXPECT_NEAR(shown("freeze", 10), 25, 0.9);
  EXPECT_NEAR(number(film("mp4"), 80), 44, 0.9);
  EXPECT_NEAR(shown("match", 40), 25, 0.9) << "four times as slow";
  EXPECT_NEAR(number(film("mp4"), 80), 35, 0.9);
}

TEST_F(Clips, SoundAndPicturesBeginTogether) {
  flash();
  // With the scene; behind words, at some moment that is no whole frame of its own; at a word.
  for (const std::string script :
       {"![](flash.mp4)\n", "Some words are said before it comes.\n\n![](flash.mp4)\n",
        "![](flash.mp4)\n\nIt waits until the words have been said that make it "
        "[play](cue:play).\n"}) {
    const auto film = make_film("# Now\n\n(duration: 9)\n\n" + script);
    const auto lumas = outside::luma_of_frames(film);
    const Samples sound = outside::decode_sound(film);
    // What is brighter than the frame before and after the flash.
    double seen = -1;
    for (size_t i = 20; i + 4 < lumas.size() && seen < 0; ++i)
      if (lumas[i] > lumas[i - 1] + 20 && lumas[i + 1] > lumas[i - 1] + 20)
        seen = static_cast<double>(i) / 30;
    ASSERT_GE(seen, 0) << script;
    EXPECT_LT(loudness(sound, seen - 0.1, seen - 0.035), 60) << "silent before it";
    EXPECT_GT(loudness(sound, seen + 0.034, seen + 0.08), 1500) << "heard while it is seen";
    EXPECT_LT(loudness(sound, seen + 0.15, seen + 0.3), 60);
    if (script.size() < 20)
      EXPECT_NEAR(seen, 1, 0.034);
    else
      EXPECT_GT(seen, 2);
  }
}

TEST_F(Clips, AreAsLoudAsTheyAreSaidToBe) {
  tone("tone.mp4", 2);
  const double whole = loudness(outside::decode_sound(folder_.path() / "work/tone.mp4"), 0.2, 1.8);
  ASSERT_GT(whole, 1000);
  for (const auto& [how, gain] :
       {std::pair{"", 0.5}, {"volume=50%", 0.25}, {"volume=2", 1.0}, {"mute", 0.0}}) {
    const Samples sound = outside::decode_sound(
        make_film("![cover " + std::string(how) + "](tone.mp4)\n\n(duration: 3)\n", "wav"));
    EXPECT_NEAR(loudness(sound, 0.2, 1.8) / whole, gain, 0.02) << how;
    EXPECT_LT(loudness(sound, 2.1, 2.9), 3) << "silent when the last picture stays";
  }
  const Samples looped =
      outside::decode_sound(make_film("![cover loop](tone.mp4)\n\n(duration: 3)\n", "wav"));
  EXPECT_NEAR(loudness(looped, 2.2, 2.9) / whole, 0.5, 0.02);
  problems_.clear();
  const Samples matched =
      outside::decode_sound(make_film("![cover match](tone.mp4)\n\n(duration: 3)\n", "wav"));
  EXPECT_LT(loudness(matched, 0.2, 1.8), 3);
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_NE(problems_[0].find("sound is left out"), std::string::npos) << problems_[0];
}

// The voice is what it is without the clip, sample for sample, and the clip is added to it.
TEST_F(Clips, SoundUnderTheVoice) {
  tone("tone.mp4", 8);
  const std::string words = "The moon pulls at the water.\n";
  const Samples voice =
      outside::decode_sound(make_film("![cover mute](tone.mp4)\n\n" + words, "wav"));
  const Samples both = outside::decode_sound(make_film("![cover](tone.mp4)\n\n" + words, "wav"));
  ASSERT_EQ(voice.size(), both.size());
  Samples rest(voice.size());
  for (size_t i = 0; i < rest.size(); ++i)
    rest[i] = static_cast<int16_t>(both[i] - voice[i]);
  const double end = static_cast<double>(rest.size()) / 48'000;
  const double first = loudness(rest, 0.2, 0.5);
  EXPECT_GT(first, 500);
  EXPECT_NEAR(loudness(rest, 1, end - 0.2) / first, 1, 0.02);
}

// AAC in pieces: the clip's sound goes on to its scene's very end, where the next scene begins.
TEST_F(Clips, SoundAtASceneSEndIsNotTorn) {
  tone("tone.mp4", 4);
  const std::string script =
      "![cover](tone.mp4)\n\n(duration: 2.3)\n\n---\n\n![cover 1-](tone.mp4)\n\n"
      "(duration: 2)\n\n---\n\n# End\n\n(duration: 1)\n";
  const Samples pieces = outside::decode_sound(make_film(script, "mp4"));
  const Samples whole = outside::decode_sound(make_film(script, "wav"));
  // Both are the same sound but for what the codec does, and for half a packet at most.
  const auto apart = [&](int64_t i, int shift) {
    return std::abs(pieces.at(static_cast<size_t>(i + shift)) - whole.at(static_cast<size_t>(i)));
  };
  int shift = 0;
  int64_t best = INT64_MAX;
  for (int by = -1100; by <= 1100; ++by) {
    int64_t sum = 0;
    for (int64_t i = 48'000; i < 58'000; ++i)
      sum += apart(i, by);
    if (sum < best) shift = by;
    best = std::min(best, sum);
  }
  int worst = 0;
  for (int64_t i = 48'000; i < 4 * 48'000; ++i)
    worst = std::max(worst, apart(i, shift));
  EXPECT_LT(worst, 700) << "no click at 2.3 s, where both scenes sound";
}

TEST_F(Clips, TheSameScriptIsTheSameFilm) {
  tone("tone.mp4", 2);
  greys();
  const std::string script =
      std::string(kHeader) +
      "# One\n\n![loop](tone.mp4)\n\nSome words about it.\n\n---\n\n"
      "![cover](greys.mp4)\n\nMore of them.\n\n---\n\nThe [end](cue:play).\n\n"
      "![](tone.mp4)\n";
  auto one = options(script);
  one.workers = 1;
  const Made first = make(one);
  EXPECT_EQ(bytes_made_anew(options(script)), first.bytes) << "two workers, no cache";
  EXPECT_EQ(make(options(script)).report.made, 0) << "all of it is in the cache";

  tone("tone.mp4", 1.5);
  const Made changed = make(options(script));
  EXPECT_GE(changed.report.made, 2) << "the file is another one";
  EXPECT_EQ(changed.bytes, bytes_made_anew(options(script)));
  const std::string quieter =
      std::string(script).replace(script.find("![loop]"), 7, "![loop volume=0.3]");
  EXPECT_EQ(make(options(quieter)).report.made, 2)
      << "one scene's sound, and that of the next one, into which it goes on";
}

TEST_F(Clips, WhatCannotBePlayedIsAWarning) {
  folder_.write("work/text.mp4", "no video\n");
  make_clip(folder_, {"-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "work/sound.mp4"});
  const auto film = make_film("# One\n\n![](text.mp4)\n\n---\n\n# Two\n\n![](sound.mp4)\n");
  ASSERT_EQ(problems_.size(), 2u);
  EXPECT_NE(problems_[0].find("text.mp4"), std::string::npos) << problems_[0];
  EXPECT_NE(problems_[1].find("sound only"), std::string::npos) << problems_[1];
  EXPECT_NE(problems_[0].find("talk.md:8"), std::string::npos) << problems_[0];
}

TEST_F(Clips, UprightFilms) {
  greys();
  auto made = options("---\nsize: 180x320\n---\n![cover](greys.mp4)\n", "mp4");
  made.cache.clear();
  ASSERT_TRUE(render(made));
  EXPECT_NEAR(number(film("mp4"), 20), 20, 0.9);
}

// In a pipeline of one's own.
TEST_F(Clips, PlayInGstLaunch) {
  greys();
  folder_.write("work/talk.md", std::string(kHeader) + "![cover](greys.mp4)\n");
  const std::string script = (folder_.path() / "work/talk.md").string();
  const std::string target = (folder_.path() / "work/launched.mkv").string();
  const auto outcome = outside::run({"gst-launch-1.0",
                                     "-q",
                                     "scriptsrc",
                                     "location=" + script,
                                     "!",
                                     "tee",
                                     "name=scenes",
                                     "scenes.",
                                     "!",
                                     "queue",
                                     "!",
                                     "svgrender",
                                     "!",
                                     "comp.video",
                                     "scenes.",
                                     "!",
                                     "queue",
                                     "!",
                                     "ttssrc",
                                     "!",
                                     "comp.audio",
                                     "scenecompositor",
                                     "name=comp",
                                     "frames=constant",
                                     "comp.video_src",
                                     "!",
                                     "x264enc",
                                     "!",
                                     "mux.",
                                     "comp.audio_src",
                                     "!",
                                     "audioconvert",
                                     "!",
                                     "opusenc",
                                     "!",
                                     "mux.",
                                     "matroskamux",
                                     "name=mux",
                                     "!",
                                     "filesink",
                                     "location=" + target});
  ASSERT_EQ(outcome.status, 0) << outcome.errors;
  for (const int frame : {5, 20, 29})
    EXPECT_NEAR(number(target, frame), frame, 0.9);
}

}  // namespace
}  // namespace talkie
