// SPDX-License-Identifier: LGPL-2.1-or-later
// Music, sounds, recordings, and how loud and high voices are.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

// A folder with the sounds that the scripts of these tests name.
class Sound : public testing::Test {
 protected:
  Sound() {
    for (const char* name : {"song.mp3", "my song.ogg", "ding.wav", "take.flac"})
      folder_.write(name, "x");
  }

  Script script(std::string_view text) const { return good(text, {}, folder_.file("talk.md")); }
  Script with_header(const std::string& line) const {
    return script("---\n" + line + "\n---\nText.\n");
  }
  Music music(const std::string& value) const {
    const Script script = with_header("music: " + value);
    EXPECT_TRUE(script.scenes.at(0).music) << value;
    return script.scenes[0].music.value_or(Music{});
  }
  // The one error of a script whose second line is this.
  Error error(const std::string& line) const {
    return error_of("---\n" + line + "\n---\nText.\n", {}, folder_.file("talk.md"));
  }
  std::string path(const char* name) const {
    return (std::filesystem::canonical(folder_.path()) / name).string();
  }

  const Folder folder_;
};

TEST_F(Sound, MusicHasOptions) {
  const Music plain = music("song.mp3");
  EXPECT_EQ(plain.path, path("song.mp3"));
  EXPECT_EQ(plain.volume, 0.5);
  EXPECT_TRUE(plain.loop);
  EXPECT_TRUE(plain.ends);
  const Music words = music("song.mp3 0.3 once fade-in 2 fade-out 500ms ducking 9dB");
  EXPECT_EQ(words.volume, 0.3);
  EXPECT_FALSE(words.loop);
  EXPECT_EQ(words.fade_in, Time{2s});
  EXPECT_EQ(words.fade_out, Time{500ms});
  EXPECT_EQ(words.ducking, 9);
  const Music group = music(
      "{file: my song.ogg, volume: 30%, loop: false, fade-in: 0, fade-out: 0:03, ducking: 0}");
  EXPECT_EQ(group.path, path("my song.ogg"));
  EXPECT_EQ(group.volume, 0.3);
  EXPECT_FALSE(group.loop);
  EXPECT_EQ(group.fade_in, Time{});
  EXPECT_EQ(group.fade_out, Time{3s});
  EXPECT_EQ(group.ducking, 0);
  EXPECT_EQ(music("my song.ogg fade-in 20% loop").path, path("my song.ogg"));
  EXPECT_EQ(music("my song.ogg").path, path("my song.ogg"));
  EXPECT_FALSE(with_header("music: none").scenes[0].music);
  EXPECT_FALSE(with_header("music: none").film.stereo);
}

TEST_F(Sound, MusicPlaysOnUntilTheScriptSaysOtherwise) {
  const Script film = script(
      "---\nmusic: song.mp3\n---\n# A\n\n# B\n\n# C\n\n(music: my song.ogg)\n\n# D\n\n"
      "(music: none)\n\n# E\n\n# F\n\n(music: song.mp3 1)\n");
  ASSERT_EQ(film.scenes.size(), 6u);
  struct Expected {
    int section;
    bool ends;
  };
  const Expected expected[] = {{0, false},  {0, true},   {1, true},
                               {-1, false}, {-1, false}, {2, true}};
  for (size_t i = 0; i < 6; ++i) {
    const auto& music = film.scenes[i].music;
    EXPECT_EQ(music ? music->section : -1, expected[i].section) << i;
    EXPECT_EQ(music && music->ends, expected[i].ends) << i;
    EXPECT_TRUE(film.scenes[i].film.stereo);
  }
  EXPECT_EQ(film.scenes[2].music->path, path("my song.ogg"));
  EXPECT_EQ(film.scenes[2].music->where.line, 10);
}

TEST_F(Sound, MusicOfAPartOfAFilmEndsWithIt) {
  Script film = script(
      "---\nmusic: song.mp3\n---\n# A\n\n# B\n\nWords.\n\n# C\n\n(music: none)\n\n(pause: "
      "2)\n\nMore.\n");
  EXPECT_EQ(film.scenes[0].voice_follows, Time{350ms});
  EXPECT_EQ(film.scenes[1].voice_follows, Time{2350ms});
  EXPECT_FALSE(film.scenes[2].voice_follows);
  ASSERT_TRUE(select_scenes(film, "1"));
  EXPECT_TRUE(film.scenes[0].music->ends);
  EXPECT_FALSE(film.scenes[0].voice_follows);
  EXPECT_TRUE(film.film.stereo);
  Script silent = script("---\nmusic: song.mp3\n---\n# A\n\n# C\n\n(music: none)\n\nMore.\n");
  ASSERT_TRUE(select_scenes(silent, "2"));
  EXPECT_FALSE(silent.film.stereo);
  EXPECT_FALSE(silent.scenes[0].film.stereo);
}

TEST_F(Sound, SoundsBeginAtTheirWords) {
  const Script film = script(
      "Then [it *rings*](sound:ding.wav) and [again](<sound:ding.wav 50%>).\n\n(sound: "
      "ding.wav)\n\n"
      "Last.\n\n(sound: {file: my song.ogg, volume: 2})\n");
  const Scene& scene = film.scenes.at(0);
  EXPECT_EQ(said(scene, 0).text, "Then it rings and again.");
  ASSERT_EQ(scene.effects.size(), 4u);
  EXPECT_EQ(scene.effects[0].path, path("ding.wav"));
  EXPECT_EQ(scene.effects[0].step, 0);
  EXPECT_EQ(said(scene, 0).text.substr(scene.effects[0].offset, 8), "it rings");
  EXPECT_EQ(said(scene, 0).text.substr(scene.effects[1].offset, 5), "again");
  EXPECT_EQ(scene.effects[1].volume, 0.5);
  EXPECT_EQ(scene.effects[2].step, 1);
  EXPECT_EQ(scene.effects[2].offset, 0u);
  EXPECT_EQ(scene.effects[3].step, 2);
  EXPECT_EQ(scene.effects[3].volume, 2);
  EXPECT_EQ(scene.effects[3].where.line, 7);
  EXPECT_TRUE(film.film.stereo);
}

TEST_F(Sound, SoundsAndCuesShareAParagraph) {
  const Script film = script(
      "# A\n\n- one\n\nA [b](cue:next) [c](sound:ding.wav) [d](cue:wait=1) [e](sound:ding.wav) "
      "[f](cue:next).\n");
  const Scene& scene = film.scenes.at(0);
  ASSERT_EQ(scene.narration.size(), 3u);
  ASSERT_EQ(scene.effects.size(), 2u);
  EXPECT_EQ(scene.effects[0].step, 0);
  EXPECT_EQ(scene.effects[0].offset, 4u);
  EXPECT_EQ(scene.effects[1].step, 2);
  EXPECT_EQ(said(scene, 2).text[scene.effects[1].offset], 'e');
  ASSERT_EQ(scene.cues.size(), 2u);
  EXPECT_EQ(said(scene, 2).text[scene.cues[1].offset], 'f');
}

TEST_F(Sound, OwnVoicesNeedWords) {
  const Script film = script("# A\n\n(narration: take.flac)\n\nWhat is said.\n");
  EXPECT_EQ(film.scenes[0].recording, path("take.flac"));
  EXPECT_EQ(film.scenes[0].recording_where.line, 3);
  const auto refused = [this](std::string_view text) {
    return error_of(text, {}, folder_.file("talk.md"));
  };
  const Error wordless = refused("# A\n\n(narration: take.flac)\n");
  EXPECT_EQ(wordless.where.line, 3);
  EXPECT_NE(wordless.message.find("no words"), std::string::npos);
  EXPECT_NE(refused("(narration: take.flac)\n").message.find("no words"), std::string::npos);
  const Error twice = refused("# A\n\n(narration: take.flac)\n\n(narration: ding.wav)\n\nWords.\n");
  EXPECT_EQ(twice.where.line, 5);
  EXPECT_NE(twice.message.find("already"), std::string::npos);
  const Error missing = refused("# A\n\nWords.\n\n(narration: take3.wav)\n");
  EXPECT_EQ(missing.kind, ErrorKind::not_found);
  EXPECT_EQ(missing.where.line, 5);
  EXPECT_EQ(missing.where.column, 13);
}

TEST_F(Sound, MissingAndForbiddenFilesAreErrors) {
  for (const char* text :
       {"---\nmusic: none.mp3\n---\nA.\n", "A.\n(music: none.mp3 0.3)\nB.\n",
        "A.\n(sound: none.wav)\nB.\n", "A\n[b](sound:none.wav) c.\n", "A.\n![](none.wav)\nB.\n",
        "A.\n(background: none.mp3 fade-in)\nB.\n", "A.\n(music: {file: none.mp3})\nB.\n"}) {
    const Error error = error_of(text, {}, folder_.file("talk.md"));
    EXPECT_EQ(error.kind, ErrorKind::not_found) << text;
    EXPECT_EQ(error.where.line, 2) << text;
    EXPECT_GT(error.where.column, 0) << text;
  }
  for (const char* text : {"A.\n\n(sound: ../ding.wav)\n", "A.\n\n(music: http://host/a.mp3)\n",
                           "A.\n\n(narration: /etc/passwd)\n"})
    EXPECT_EQ(error_of(text, {}, folder_.file("talk.md")).kind, ErrorKind::refused) << text;
  folder_.write("folder.wav/x", "x");
  EXPECT_EQ(error("music: folder.wav").kind, ErrorKind::not_found);
}

TEST_F(Sound, WrongOptionsSayWhatIsRight) {
  struct Case {
    const char* line;
    const char* part;
  };
  for (const Case& c : {Case{"music: song.mp3 5", "from 0 to 4"},
                        Case{"music: song.mp3 fade-in -2", "0 to 60 seconds"},
                        Case{"music: song.mp3 fade-out 61", "0 to 60 seconds"},
                        Case{"music: song.mp3 ducking 100", "0 to 60 dB"},
                        Case{"music: song.mp3 lopo", "'lopo'"},
                        Case{"music: {file: song.mp3, ducking: 100}", "from 0 to 60"},
                        Case{"music: {file: song.mp3, fade-in: -1}", "from 0 to 60"},
                        Case{"music: {file: song.mp3, volume: 9}", "from 0 to 4"},
                        Case{"music: {volume: 1}", "needs a 'file'"},
                        Case{"music: [song.mp3]", "none"},
                        Case{"music: 3", "none"},
                        Case{"loudness: 5", "from -40 to -8"},
                        Case{"loudness: loud", "broadcast (-23)"},
                        Case{"loudness: [1]", "LUFS"},
                        Case{"voice-volume: 5", "from 0 to 4"},
                        Case{"voice-volume: -1", "from 0 to 4"},
                        Case{"voice-volume: 500%", "from 0 to 4"},
                        Case{"voice-volume: shout", "x-loud"},
                        Case{"voice-volume: .nan", "from 0 to 4"},
                        Case{"voice-pitch: 3", "from 0.5 to 2"},
                        Case{"voice-pitch: shrill", "x-high"},
                        Case{"voice-pitch: {a: 1}", "x-high"}}) {
    const Error error = this->error(c.line);
    EXPECT_EQ(error.kind, ErrorKind::bad_value) << c.line;
    EXPECT_EQ(error.where.line, 2) << c.line;
    EXPECT_NE(error.message.find(c.part), std::string::npos) << error.message;
  }
  EXPECT_NE(
      error_of("A.\n\n(sound: ding.wav 9)\n", {}, folder_.file("talk.md")).message.find("0 to 4"),
      std::string::npos);
  EXPECT_NE(error_of("# [A](sound:ding.wav)\n", {}, folder_.file("talk.md"))
                .message.find("a sound begins at a word"),
            std::string::npos);
  EXPECT_NE(error_of("A [b](sound:my song.ogg) c.\n", {}, folder_.file("talk.md"))
                .message.find("not complete"),
            std::string::npos);
}

TEST_F(Sound, LoudnessHasNumbersAndNames) {
  struct Case {
    const char* value;
    double loudness;
  };
  for (const Case& c :
       {Case{"-16", -16}, Case{"-14 LUFS", -14}, Case{"-18.5LUFS", -18.5}, Case{"podcast", -16},
        Case{"YouTube", -14}, Case{"broadcast", -23}, Case{"spotify", -14}}) {
    const Script film = with_header(std::string("loudness: ") + c.value);
    EXPECT_EQ(film.film.loudness, c.loudness) << c.value;
    EXPECT_EQ(film.scenes[0].film.loudness, c.loudness) << c.value;
  }
  EXPECT_EQ(script("A.\n").film.loudness, -16);
}

TEST_F(Sound, VoicesHavePitchAndVolume) {
  struct Case {
    const char* value;
    double pitch;
    double volume;
  };
  for (const Case& c : {Case{"1.5", 1.5, 1.5}, Case{"80%", 0.8, 0.8}, Case{"+20%", 1.2, 1.2},
                        Case{"-20%", 0.8, 0.8}, Case{"medium", 1, 1}}) {
    const Script film = script("# A\n\nBefore.\n\n(voice-pitch: " + std::string(c.value) +
                               ", voice-volume: " + c.value + ")\n\nText.\n\n# B\n\nAfter.\n");
    EXPECT_EQ(said(film.scenes[0], 0).pitch, 1);
    EXPECT_DOUBLE_EQ(said(film.scenes[0], 1).pitch, c.pitch) << c.value;
    EXPECT_DOUBLE_EQ(said(film.scenes[0], 1).volume, c.volume) << c.value;
    EXPECT_EQ(said(film.scenes[1], 0).volume, 1);
  }
  EXPECT_NEAR(said(with_header("voice-volume: -6dB").scenes[0], 0).volume, 0.501, 0.001);
  EXPECT_EQ(said(with_header("voice-volume: silent").scenes[0], 0).volume, 0);
  EXPECT_EQ(said(with_header("voice-pitch: x-high").scenes[0], 0).pitch, 1.4);
}

TEST_F(Sound, ASceneHasAnEndOfSounds) {
  std::string text = "A.\n\n";
  for (int i = 0; i < 201; ++i)
    text += "(sound: ding.wav)\n\n";
  const Error error = error_of(text, {}, folder_.file("talk.md"));
  EXPECT_EQ(error.kind, ErrorKind::too_large);
  EXPECT_EQ(error.where.line, 403);
}

}  // namespace
}  // namespace talkie
