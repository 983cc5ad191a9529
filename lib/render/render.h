// SPDX-License-Identifier: LGPL-2.1-or-later
// The one façade: a script in, a film out, with progress and cancel. The door of this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cache.h"
#include "base/error.h"
#include "base/time.h"
#include "render/film_chapters.h"
#include "render/progress.h"
#include "script/scene.h"
#include "script/script.h"
#include "speech/timing.h"
#include "visual/visual.h"

namespace talkie {

// What is done with the captions; any of them together.
struct CaptionChoice {
  bool burned = false;
  bool words = false;  // burned, and the word that is said is lit
  bool srt = false;    // talk.srt beside talk.mp4
  bool vtt = false;
  bool as_script = false;  // burned or not as the script says, whatever stands above
};
// "burned", "words", "srt,vtt", "none"; bad_value names the known words.
Result<CaptionChoice> captions_from_text(std::string_view text);

// What encodes the pictures.
enum class EncoderChoice {
  software,  // the preset's own
  hardware,  // the first that works of those below
  vaapi,
  nvenc,
  v4l2,
};
// bad_value names the known words.
Result<EncoderChoice> encoder_choice_from_text(std::string_view text);

// Which script, and what is set from outside.
struct ScriptSource {
  std::string path;                 // names it in messages; its folder is the script's
  std::optional<std::string> text;  // instead of the file's: inline text, with `path` empty
  ScriptOptions options;            // dialect, settings that win, defaults that lose
  std::string scenes;               // a range such as "3-5"; empty: all
};

struct RenderOptions {
  ScriptSource source;
  std::string output;                     // the film, written whole or not at all
  std::string preset;                     // empty: by the output's extension
  std::string engine;                     // of speech, several with commas; empty: the first found
  std::string stems;                      // a folder for voice.wav, music.wav, effects.wav
  std::optional<CaptionChoice> captions;  // unset: burned or not as the script says, no files
  EncoderChoice encoder = EncoderChoice::software;  // of the pictures, where the preset has others
  // Of an animated GIF, at the most, which then shows no picture for longer than it takes to look
  // at it. 0: the whole film, as long as it is.
  Time gif_length{};
  bool strict = false;  // warnings are errors
  // What was made before is taken from here: by default the user's cache. Empty: none.
  std::string cache = default_cache_folder().string();
  uint64_t cache_limit = kDefaultCacheLimit;  // bytes; what was not used for longest goes first
  int workers = 0;                            // side by side; 0: as many as the machine has cores
  bool constant_rate = false;  // every frame is a picture of its own, also where the format could
                               // say that one stays; H.264 films always play at a constant rate
};

// Called by the thread that called render().
struct RenderHooks {
  std::function<void(const Progress&)> progress = {};
  std::function<void(const Problem&)> problem = {};      // each one once, as soon as it is known
  std::function<void(const std::string&)> message = {};  // what GStreamer says, for developers
};

// What was asked of a speech engine for a film.
struct SpeechUse {
  std::string engine;
  int64_t calls = 0;
  int64_t failures = 0;  // of the calls
  int64_t retries = 0;
  int64_t characters = 0;
  double seconds = 0;  // waited for, summed up over all calls
};

// A scene in which another voice spoke than was asked for.
struct SpeechFallback {
  int scene = 0;       // from 1
  std::string id;      // the scene's
  std::string voice;   // "espeak/en-us"
  std::string reason;  // one sentence
};

struct RenderReport {
  std::string output;
  std::vector<std::string> captions;  // files beside it
  std::vector<std::string> stems;     // likewise
  std::vector<SpeechUse> speech;      // of the engines that were asked
  std::vector<SpeechFallback> fallbacks;
  std::string encoder;            // of its pictures: "x264enc"
  std::vector<Chapter> chapters;  // not known of a film that was there as a whole
  SceneTiming first_timing;       // of the first scene; likewise
  Time length{};
  Time elapsed{};
  uint64_t bytes = 0;
  int scenes = 0;
  int made = 0;  // scenes that were not in the cache, as video or as sound
  int warnings = 0;
};

// Makes the film and returns when it is there, or is not: after an error or a stop there is no file
// and no part of one. Scenes that a cache has are not made again; the bytes are the same either
// way, and with any number of workers. Ends within a second of a stop; never hangs. May be called
// from several threads at once, and in several processes with one cache.
Result<RenderReport> render(const RenderOptions& options, const RenderHooks& hooks = {},
                            std::stop_token stop = {});

// What render() would do.
struct PlannedTask {
  int scene = 0;     // from 1
  std::string id;    // the scene's
  std::string task;  // "video" or "sound"
  bool kept = false;
  // What is not as it was when the film was last made: "page", "speech", "page before", "encoder"
  // …; empty where it was never made.
  std::vector<std::string> changed;
};
struct Plan {
  std::vector<PlannedTask> tasks;  // by scene
  bool film_kept = false;          // the whole film is there already
};
// Speaks and lays out what the cache does not have, and encodes nothing.
Result<Plan> plan(const RenderOptions& options, const RenderHooks& hooks = {},
                  std::stop_token stop = {});

// A scene as it will be in the film.
struct SceneOutline {
  int number = 0;  // from 1
  std::string id;
  std::string layout;               // as chosen
  std::vector<std::string> voices;  // who speaks: "espeak/en-us"; each once
  std::string fallback;             // why somebody does who was not asked for; else empty
  Time start{};
  Time duration{};
  int words = 0;            // that are spoken
  std::string first_words;  // of what is spoken, or of what is seen
  Place where;
};

struct Outline {
  Film film;
  std::vector<SceneOutline> scenes;
  Time duration{};
};

// Reads the script and speaks it, without a sound, to know the times. Findings go to `problems`.
Result<Outline> inspect(const ScriptSource& source, const std::string& engine, Problems& problems,
                        std::stop_token stop = {});

// The same, and lays out every page: all that can be found without rendering.
Result<Outline> check(const ScriptSource& source, const std::string& engine, Problems& problems,
                      std::stop_token stop = {});

// The film's picture at that time, exactly as render() would encode it.
Result<Bitmap> frame_at(const ScriptSource& source, const std::string& engine, Time time,
                        std::optional<bool> burned_captions, Problems& problems,
                        std::stop_token stop = {});

// Writes every page as SVG: "01-how-tides-work.svg" in `folder`, which is made if it is not there.
Result<std::vector<std::string>> dump_svg(const ScriptSource& source, const std::string& folder,
                                          Problems& problems, std::stop_token stop = {});

// Reads the script and takes the range; what the functions above begin with.
Result<Script> read_script(const ScriptSource& source, Problems& problems);

}  // namespace talkie
