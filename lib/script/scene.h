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

struct Image {
  std::string path;  // absolute; inside the script's folder (checked when the script is read)
  std::string alt;   // the words of the alt text that are no options
  enum class Fit { automatic, contain, cover } fit = Fit::automatic;
  enum class Side { automatic, left, right, centre, background } side = Side::automatic;
  // Options that are understood and not drawn yet ("zoom", "pan", …), for a warning that says so.
  std::vector<std::string> not_drawn;
};

struct Code {
  std::string language;  // first word of the info string, may be empty
  std::string info;      // the rest of the info string
  std::string text;      // without the last newline
};

// Small print on a page that is not spoken: (kicker: …), (subtitle: …), (footer: …), (note: …).
struct Label {
  enum class Role { kicker, subtitle, footer, statement } role = Role::kicker;
  RichText text;
};

struct Block {
  std::variant<Heading, List, Table, Quote, Image, Code, Label> content;
  int after = 0;  // how many narration steps of the scene stand before it in the script
  Place where;
};

struct Utterance {
  std::string text;      // what is said, as the author wrote it: plain text, one paragraph
  std::string caption;   // shown in captions instead of `text`; empty: `text` itself
  std::string voice;     // an engine's voice name or a language tag; empty: by language
  std::string language;  // BCP 47; empty: the film's
  double speed = 1;      // 0.25 to 4; 1 is the voice's own pace
  Place where;
};
struct Pause {
  Time length{};
};
using NarrationStep = std::variant<Utterance, Pause>;

struct Transition {
  enum class Kind { cut, crossfade, wipe } kind = Kind::crossfade;
  enum class Direction { left, right, up, down } direction = Direction::left;
  Time length{500'000'000};  // 0 for a cut
};

enum class CaptionMode { none, burned };

// What is the same in all scenes of a film.
struct Film {
  std::string title;
  std::string author;
  std::string language = "en";  // BCP 47
  Size size;
  Rate frame_rate;  // 30/1
  CaptionMode captions = CaptionMode::burned;
  std::string folder;  // absolute; the only folder whose files the script may use
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
  std::vector<Block> blocks;
  std::vector<NarrationStep> narration;
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
