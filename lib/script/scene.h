// SPDX-License-Identifier: LGPL-2.1-or-later
// The Script and its Scenes: plain data, each scene complete in itself, so that a scene can be
// drawn and spoken anywhere. docs/scene.md describes the same as JSON, schema version 1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace talkie {

inline constexpr int kSceneVersion = 1;

struct Size {
  int width = 1920;  // pixels, even, 64 to 7680
  int height = 1080;
  bool operator==(const Size&) const = default;
};

// A run of text with one style.
struct Span {
  std::string text;
  bool strong = false;
  bool emphasis = false;
  bool code = false;
  bool math = false;  // the text is TeX, without its dollars
  bool operator==(const Span&) const = default;
};
using RichText = std::vector<Span>;
std::string plain_text(const RichText& text);

struct Heading {
  int level = 1;  // 1 to 6
  RichText text;
};

struct ListItem {
  RichText text;
  int depth = 0;                // 0 for the outer list
  std::optional<int> number;    // of an ordered list
  std::optional<bool> checked;  // of a task list
  Place where;
};
struct List {
  std::vector<ListItem> items;  // nested lists are flattened, in reading order
};

enum class Align { automatic, left, centre, right };
struct Table {
  std::vector<Align> columns;
  std::vector<RichText> header;             // empty cells where the table has none
  std::vector<std::vector<RichText>> rows;  // every row has as many cells as `columns`
};

struct Quote {
  std::vector<RichText> paragraphs;
  RichText author;  // from a last paragraph that begins with a dash; may be empty
};

// Moves of a picture in its frame, slow and over the whole scene.
enum class Movement { none, zoom, zoom_out, pan, pan_zoom, pan_zoom_out };

struct Image {
  std::string path;  // absolute; inside the script's folder (checked when the script is read)
  std::string alt;   // the words of the alt text that are no options
  enum class Fit { automatic, contain, cover, stretch } fit = Fit::automatic;
  enum class Side { automatic, left, right, centre, background } side = Side::automatic;
  double focus_x = 0.5;  // the point that stays in sight where a part is cut off, as shares
  double focus_y = 0.5;  // of the picture's width and height
  Movement movement = Movement::none;
  // Options that are understood and not drawn yet ("blur", …), for a warning that says so.
  std::vector<std::string> not_drawn;
};

// A video, decoded while the film is made.
struct Clip {
  Image picture;            // where it stands; its path is the video's
  Time start{};             // what is shown of it
  std::optional<Time> end;  // its own end where there is none
  enum class Filling {      // where it is shorter than its scene:
    freeze,                 // the last picture stays
    loop,                   // it begins again
    match,                  // it goes as fast as it takes to end with the scene
  } filling = Filling::freeze;
  bool mute = false;
  double volume = 1;  // 0 to 4, of its own sound, which is under the voice
};

// Lines of a text, from 1, both ends included.
struct LineRange {
  int first = 1;
  int last = 1;
  bool operator==(const LineRange&) const = default;
};
using LineSet = std::vector<LineRange>;  // empty: all of them

struct Code {
  std::string language;  // first word of the info string, may be empty
  std::string info;      // the rest of the info string
  std::string text;      // without the last newline
  std::string title;     // in the window's bar, instead of the language
  bool line_numbers = false;
  int first_number = 1;
  std::vector<LineSet> steps;  // which lines are lit, one after another; empty: all, always
  bool magic_move = false;     // becomes the next code of the scene, token by token
};

// What another language describes, drawn.
struct Drawing {
  enum class Kind {
    mermaid,
    dot,
    math,
    vega_lite,
    chart,
    visual,  // by a module of somebody else's, `name`
  } kind = Kind::mermaid;
  std::string text;
  std::string info;  // the rest of the info string
  // The files that the text names, read with the script: a scene is complete in itself.
  struct File {
    std::string name;  // as the text names it
    std::string content;
  };
  std::vector<File> files;
  std::string name = {};
};

// A window with a shell in it.
struct Terminal {
  std::string text;   // "$ command" lines are typed, all others are output
  std::string cast;   // or the absolute path of a recording (asciinema v2)
  std::string look;   // "dark", "light", "matrix", …; empty: by the theme
  std::string title;  // in the window's bar
  int columns = 0;    // 0: as many as it takes
  int rows = 0;
  double speed = 1;  // 0.1 to 10; 0: fitted to the narration
};

// What stands where something cannot be drawn: (visual: generic "a map of the coast").
struct Placeholder {
  std::string words;
};

// Small print on a page that is not spoken: (kicker: …), (subtitle: …), (footer: …), (note: …).
struct Label {
  enum class Role { kicker, subtitle, footer, statement, lower_third } role = Role::kicker;
  RichText text;
};

// Where a block stands over the rest of the page instead of in it.
struct Overlay {
  enum class Place {
    top_left,
    top,
    top_right,
    left,
    centre,
    right,
    bottom_left,
    bottom,
    bottom_right,
    left_half,
    right_half,  // side by side with what is below
  } place = Place::bottom_right;
  double size = 0.4;  // of the frame's width (of its height on upright pages), 0.1 to 1
};

struct Block {
  using Content = std::variant<Heading, List, Table, Quote, Image, Clip, Code, Drawing, Terminal,
                               Placeholder, Label>;
  Content content;
  int after = 0;  // how many narration steps of the scene stand before it in the script
  Place where;
  std::optional<Overlay> overlay;
};

// How a part of an utterance is said, in the terms of SSML 1.1. From <speak> in the script, and
// from the lexicon. Spans are in the order of their offsets; of two at one place the outer one is
// first; they are inside of each other or apart.
struct SpeechSpan {
  enum class Kind { emphasis, prosody, say_as, sub, phoneme, pause, mark } kind = Kind::sub;
  size_t offset = 0;  // bytes of Utterance::text
  size_t length = 0;  // 0 for a pause and a mark, which come before what stands at `offset`
  // emphasis: "strong", "moderate", "reduced"; say_as: "characters", "cardinal", "ordinal",
  // "digits", "date", "time", "telephone"; sub: what is said; phoneme: IPA; mark: its name.
  std::string value;
  Time pause{};
  double rate = 1;  // of prosody, as factors
  double pitch = 1;
  double volume = 1;
  bool operator==(const SpeechSpan&) const = default;
};

struct Utterance {
  std::string text;      // what is said, as the author wrote it: plain text, one paragraph
  std::string caption;   // shown in captions instead of `text`; empty: `text` itself
  std::string speaker;   // who says it, one of the header's `speakers`; empty: the narrator
  std::string voice;     // "voice", "engine/voice" or a language tag; empty: by language
  std::string language;  // BCP 47; empty: the film's
  double speed = 1;      // 0.25 to 4; 1 is the voice's own pace
  double pitch = 1;      // 0.5 to 2; 2 is an octave higher
  double volume = 1;     // 0 to 4, linear
  std::vector<SpeechSpan> spans;
  Place where;
};
struct Pause {
  Time length{};
};
using NarrationStep = std::variant<Utterance, Pause>;

// A word, by its place in the narration. `step` is Scene::narration's index, one past the last
// for what comes after all that is said; `offset` counts the bytes of that utterance's text.
struct WordPlace {
  int step = 0;
  size_t offset = 0;
};

// Something that happens on the page at a word: [the muxer](cue:highlight=mux).
struct Cue {
  enum class Kind { show, next, highlight, zoom, pan, callout, point, play } kind = Kind::next;
  std::string what;   // "3", "2-4", "mux", "1.5", "circle mux"; empty for next and play
  int step = 0;       // the narration step with the word; one past the last: after all that is said
  size_t offset = 0;  // of the first word, in bytes of the utterance's text
  Place where;
};

// A sound file that is heard once, from a word on: (sound: ding.ogg). It may ring on into the
// scenes that follow.
struct Effect {
  std::string path;   // absolute; inside the script's folder
  double volume = 1;  // 0 to 4; 1 is the file's own
  int step = 0;       // as a cue's
  size_t offset = 0;
  Place where;
};

// What plays under the film while a scene is on.
struct Music {
  std::string path;  // absolute; inside the script's folder
  // Counts the film's `music` keys: scenes with the same number share one playing of the file.
  int section = 0;
  double volume = 0.5;  // 0 to 4; 1 is as loud as the voice
  bool loop = true;     // where it is shorter than its section it begins again; else it is silent
  Time fade_in{1'000'000'000};
  Time fade_out{2'000'000'000};
  double ducking = 12;  // dB by which it goes down under the voice, 0 to 60
  bool ends = false;    // its section ends with this scene: it is faded out by then
  Place where;
};

// From the scene before into this one.
struct Transition {
  enum class Kind {
    cut,
    crossfade,
    dissolve,
    fade_black,
    fade_white,
    wipe,
    slide,
    push,
    reveal,
    circle,
    radial,
    zoom,
    morph,
  } kind = Kind::crossfade;
  enum class Direction { left, right, up, down } direction = Direction::left;
  Time length{500'000'000};  // 0 for a cut
};

// `words`: burned, and the word that is being said is lit.
enum class CaptionMode { none, burned, words };
// Burned as the script has them, or not at all.
inline void set_burned(CaptionMode& mode, bool burned) {
  if (!burned)
    mode = CaptionMode::none;
  else if (mode == CaptionMode::none)
    mode = CaptionMode::burned;
}

// What is the same in all scenes of a film.
struct Film {
  std::string title;
  std::string author;
  std::string language = "en";  // BCP 47
  Size size;
  Rate frame_rate;  // 30/1
  CaptionMode captions = CaptionMode::burned;
  bool video = true;  // false: the film is sound only
  std::string
      cover;  // the absolute path of a picture for films of sound alone; empty: the first page
  double loudness = -16;  // LUFS, integrated (EBU R 128); -40 to -8
  bool stereo = false;    // some scene has music or effects; else the sound is mono
  std::string folder;     // absolute; the only folder whose files the script may use
};

struct Scene {
  Film film;
  std::string id;  // unique in the film, stable while the scene's heading stays: "how-tides-work"
  int index = 0;   // from 0
  int count = 0;   // scenes in the film; 0 where not known yet
  std::string theme = "ink";
  std::string layout;      // a layout's name; empty: chosen by what the scene holds
  std::string background;  // "#rrggbb" or the absolute path of an image; empty: the theme's
  Transition transition;   // from the scene before into this one; not used by the first
  bool morphs = false;     // this scene's transition or the next one's is a morph
  Movement camera = Movement::none;  // of the whole page
  std::vector<Block> blocks;
  std::vector<NarrationStep> narration;
  std::vector<Cue> cues;  // in the order of their words
  std::string recording;  // the author's own voice: the absolute path of a sound file that
                          // holds all of the narration; empty: voices speak
  Place recording_where;
  std::optional<Music> music;   // what plays under it
  std::vector<Effect> effects;  // in the order of their words
  // How long after this scene's end the next one's first words come, as the script has it; none
  // where it has no words, or there is no next one. Music stays down over short gaps.
  std::optional<Time> voice_follows;
  std::optional<Time> duration;  // at least this long
  Time lead{};                   // silence before the first words
  Time tail{};                   // silence after the last words
  bool fade_out = false;         // the last scene fades to the theme's ground in its last second
  Place where;
};

struct Script {
  Film film;
  std::vector<Scene> scenes;
};

}  // namespace talkie
