// SPDX-License-Identifier: LGPL-2.1-or-later
// Code, terminals, drawings, clips, overlays: what their info strings, options and files ask for.
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFive = "\na\nb\nc\nd\ne\n```\n";

Code code_of(const std::string& info, const char* text = kFive) {
  return block<Code>(good("```" + info + text).scenes.at(0), 0);
}

TEST(Code, StepsLightLines) {
  const Code code = code_of("ts {2-3|5,1|all|*|none}");
  ASSERT_EQ(code.steps.size(), 5u);
  EXPECT_EQ(code.steps[0], (LineSet{{2, 3}}));
  EXPECT_EQ(code.steps[1], (LineSet{{5, 5}, {1, 1}}));
  EXPECT_TRUE(code.steps[2].empty());
  EXPECT_TRUE(code.steps[3].empty());
  EXPECT_EQ(code.steps[4], (LineSet{{0, 0}}));
  EXPECT_EQ(code.info, "{2-3|5,1|all|*|none}");
  EXPECT_EQ(code_of("ts{1,3-4}").steps, (std::vector<LineSet>{{{1, 1}, {3, 4}}}));
  EXPECT_TRUE(code_of("ts {*}").steps.empty());
  EXPECT_TRUE(code_of("").steps.empty());
}

TEST(Code, OptionsInManyWritings) {
  const Code slidev = code_of("ts {6,7}{lines:true,startLine:5} [app.ts]");
  EXPECT_TRUE(slidev.line_numbers);
  EXPECT_EQ(slidev.first_number, 5);
  EXPECT_EQ(slidev.steps, (std::vector<LineSet>{{{2, 2}, {3, 3}}}));  // the numbers are those shown
  EXPECT_EQ(slidev.title, "app.ts");
  EXPECT_EQ(code_of("ts title=\"a b.ts\"").title, "a b.ts");
  EXPECT_TRUE(code_of("ts linenos").line_numbers);
  EXPECT_TRUE(code_of("ts numbers {1}").line_numbers);
  EXPECT_FALSE(code_of("ts {*}{lines:false}").line_numbers);
  EXPECT_EQ(code_of("ts start=10").first_number, 10);
  EXPECT_TRUE(code_of("ts magic-move").magic_move);
  const Code pandoc = code_of("{.python .numberLines}");
  EXPECT_EQ(pandoc.language, "python");
  EXPECT_TRUE(pandoc.line_numbers);
}

TEST(Code, BrokenInfoIsAnErrorAtItsColumn) {
  struct Case {
    const char* info;
    int column;
    const char* part;
  };
  for (const Case& c :
       {Case{"ts {0}", 8, "names no lines"}, Case{"ts {6}", 8, "1 to 5"},
        Case{"ts {2|4-6}", 10, "1 to 5"}, Case{"ts {5-2}", 8, "names no lines"},
        Case{"ts {1|ü}", 10, "names no lines"}, Case{"ts {-1}", 8, "names no lines"},
        Case{"ts {1", 7, "never closed"}, Case{"ts [a", 7, "never closed"},
        Case{"ts {4}{startLine:5}", 8, "5 to 9"}, Case{"ts {lines: maybe}", 15, "true or false"},
        Case{"ts {startLine: -1}", 19, "startLine"}, Case{"ts {a: [}", 7, "cannot be read"},
        Case{"ts {1,,2}", 8, "names no lines"}, Case{"ts {99999999999}", 8, "names no lines"}}) {
    const Error error = error_of("```" + std::string(c.info) + kFive);
    EXPECT_EQ(error.where.column, c.column) << c.info << ": " << error.message;
    EXPECT_NE(error.message.find(c.part), std::string::npos) << c.info << ": " << error.message;
  }
  EXPECT_EQ(warning_place("```ts linnos" + std::string(kFive), "Did you mean 'linenos'?"),
            at(1, 7));
  EXPECT_EQ(warning_place("```ts {hide|1}" + std::string(kFive), "'hide'"), at(1, 8));
}

TEST(Code, MagicMoveIsSlidevs) {
  const Script script = good(
      "# A\n\n````md magic-move\n```js {1}\nlet a\n```\nnot shown\n```js [b.js]\nlet "
      "b\n```\n````\n");
  const Scene& scene = script.scenes.at(0);
  ASSERT_EQ(scene.blocks.size(), 3u);
  EXPECT_TRUE(block<Code>(scene, 1).magic_move);
  EXPECT_EQ(block<Code>(scene, 1).steps.size(), 1u);
  EXPECT_EQ(block<Code>(scene, 2).text, "let b");
  EXPECT_EQ(block<Code>(scene, 2).title, "b.js");
  EXPECT_EQ(scene.blocks[2].where, at(8, 1));
  EXPECT_EQ(error_of("````md magic-move\n```js {2}\nlet a\n```\n````\n").where, at(2, 8));
  EXPECT_NE(error_of("````md magic-move\nx\n````\n").message.find("no fenced code"),
            std::string::npos);
}

TEST(Terminals, AreWindowsWithALook) {
  const auto terminal = [](const std::string& info) {
    return block<Terminal>(good("```terminal " + info + "\n$ ls\na $x$ b\n```\n").scenes.at(0), 0);
  };
  EXPECT_EQ(terminal("").text, "$ ls\na $x$ b");
  EXPECT_EQ(terminal("matrix").look, "matrix");
  const Terminal full =
      terminal("{look: retro, title: \"build it\", columns: 80, rows: 24, speed: 2}");
  EXPECT_EQ(full.look, "retro");
  EXPECT_EQ(full.title, "build it");
  EXPECT_EQ(full.columns, 80);
  EXPECT_EQ(full.rows, 24);
  EXPECT_EQ(full.speed, 2);
  for (const char* info : {"{columns: 5}", "{speed: 11}", "{look}x", "{", "two words", "{rows: a}"})
    EXPECT_EQ(error_of("```terminal " + std::string(info) + "\n$ ls\n```\n").where.line, 1) << info;
  EXPECT_EQ(warning_place("```terminal {loook: x}\n$ ls\n```\n", "Did you mean 'look'?"),
            at(1, 14));
  EXPECT_TRUE(
      std::holds_alternative<Code>(good("```bash\n$ ls\n```\n").scenes[0].blocks[0].content));
}

TEST(Drawings, AreFencedBlocksOfTheirLanguages) {
  struct Case {
    const char* language;
    Drawing::Kind kind;
  };
  for (const Case& c :
       {Case{"mermaid", Drawing::Kind::mermaid}, Case{"dot", Drawing::Kind::dot},
        Case{"graphviz", Drawing::Kind::dot}, Case{"math", Drawing::Kind::math},
        Case{"vega-lite", Drawing::Kind::vega_lite}, Case{"chart", Drawing::Kind::chart}}) {
    const Script script = good("```" + std::string(c.language) + " {a: b}\nA --> B\n\nC\n```\n");
    const auto& drawing = block<Drawing>(script.scenes.at(0), 0);
    EXPECT_EQ(drawing.kind, c.kind);
    EXPECT_EQ(drawing.text, "A --> B\n\nC");
    EXPECT_EQ(drawing.info, "{a: b}");
  }
}

TEST(Drawings, HaveTheFilesThatTheyName) {
  const Folder folder;
  folder.write("d/sales.csv", "year,n\n2020,1\n");
  folder.write("points.json", "[1]");
  const Script script = good(
      "```chart\ntype: bar\ndata: d/sales.csv\n```\n\n```vega-lite\n{\"layer\": [{\"data\": "
      "{\"url\": "
      "\"points.json\"}},\n {\"data\": {\"url\": \"d/sales.csv\"}}, {\"data\": {\"url\": "
      "\"points.json\"}}]}\n```\n\n```chart\ntype: bar\n---\na,b\n1,2\n```\n",
      {}, folder.file("talk.md"));
  const auto& chart = block<Drawing>(script.scenes.at(0), 0);
  ASSERT_EQ(chart.files.size(), 1u);
  EXPECT_EQ(chart.files[0].name, "d/sales.csv");
  EXPECT_EQ(chart.files[0].content, "year,n\n2020,1\n");
  const auto& vega = block<Drawing>(script.scenes[0], 1);
  ASSERT_EQ(vega.files.size(), 2u);
  EXPECT_EQ(vega.files[0].content, "[1]");
  EXPECT_TRUE(block<Drawing>(script.scenes[0], 2).files.empty());
}

TEST(Drawings, FilesThatCannotBeReadAreErrorsAtTheirPlace) {
  const Folder folder;
  const std::string file = folder.file("talk.md");
  folder.write("latin.csv", "caf\xe9");
  folder.write("large.csv", std::string((4u << 20) + 1, 'a'));
  const auto chart = [&](const std::string& name) {
    return error_of("# A\n\n```chart\ntype: bar\ndata: " + name + "\n```\n", {}, file);
  };
  EXPECT_EQ(chart("../x.csv").kind, ErrorKind::refused);
  EXPECT_EQ(chart("https://host/x.csv").kind, ErrorKind::refused);
  EXPECT_EQ(chart("none.csv").kind, ErrorKind::not_found);
  EXPECT_EQ(chart("large.csv").kind, ErrorKind::too_large);
  EXPECT_EQ(chart("latin.csv").kind, ErrorKind::syntax);
  EXPECT_EQ(chart("none.csv").where.line, 5);
  EXPECT_EQ(chart("none.csv").where.column, 7);
  const Error vega =
      error_of("```vega-lite\n{\n \"data\": {\"url\": \"http://host/a.csv\"}}\n```\n", {}, file);
  EXPECT_EQ(vega.kind, ErrorKind::refused);
  EXPECT_EQ(vega.where.line, 3);
  for (int i = 0; i < 5; ++i)
    folder.write(std::to_string(i) + ".csv", std::string(4u << 20, 'a'));
  std::string spec = "[";
  for (int i = 0; i < 5; ++i)
    spec += (i ? "," : "") + ("{\"data\":{\"url\":\"" + std::to_string(i) + ".csv\"}}");
  EXPECT_NE(error_of("```vega-lite\n" + spec + "]\n```\n", {}, file).message.find("16 MB"),
            std::string::npos);
}

class Files : public testing::Test {
 protected:
  Files() {
    for (const char* name : {"a.png", "clip.mp4", "talk.cast", "my clip.webm", "song.mp3"})
      folder_.write(name, "x");
  }
  Scene scene(const std::string& text) {
    return good("# A\n\n" + text + "\n", {}, folder_.file("talk.md")).scenes.at(0);
  }
  Error error(const std::string& text) {
    return error_of("# A\n\n" + text + "\n", {}, folder_.file("talk.md"));
  }
  Folder folder_;
};

TEST_F(Files, PicturesMoveAndHaveAFocus) {
  const auto image = [this](const std::string& alt) {
    return block<Image>(scene("![" + alt + "](a.png)"), 1);
  };
  EXPECT_EQ(image("zoom").movement, Movement::zoom);
  EXPECT_EQ(image("zoomin").movement, Movement::zoom);
  EXPECT_EQ(image("panzoomout left Fog").movement, Movement::pan_zoom_out);
  EXPECT_EQ(image("panzoomout left Fog").side, Image::Side::left);
  EXPECT_EQ(image("stretch").fit, Image::Fit::stretch);
  EXPECT_EQ(image("top").focus_y, 0);
  EXPECT_EQ(image("top").focus_x, 0.5);
  EXPECT_EQ(image("bottom-right cover").focus_x, 1);
  EXPECT_EQ(image("focus=30%,70% Fog").focus_x, 0.3);
  EXPECT_EQ(image("Fog, focus=0.3,0.7").focus_y, 0.7);
  EXPECT_EQ(image("Fog, focus=0.3,0.7").alt, "Fog");
  for (const char* bad : {"focus=", "focus=1", "focus=2,2", "focus=a,b", "focus=-1%,0"})
    EXPECT_EQ(error("![" + std::string(bad) + "](a.png)").where.line, 3) << bad;
}

TEST_F(Files, ClipsHavePartsAndSound) {
  const auto clip = [this](const std::string& alt) {
    return block<Clip>(scene("![" + alt + "](clip.mp4)"), 1);
  };
  EXPECT_TRUE(clip("").picture.path.ends_with("/clip.mp4"));
  EXPECT_FALSE(clip("").end);
  EXPECT_EQ(clip("12-34").start, Time{12s});
  EXPECT_EQ(clip("0:12-1:34.5 mute The harbour").end, Time{94'500ms});
  EXPECT_TRUE(clip("0:12-1:34.5 mute The harbour").mute);
  EXPECT_EQ(clip("0:12-1:34.5 mute The harbour").picture.alt, "The harbour");
  EXPECT_EQ(clip("5-").start, Time{5s});
  EXPECT_EQ(clip("start=2.5 end=0:09").end, Time{9s});
  EXPECT_EQ(clip("loop").filling, Clip::Filling::loop);
  EXPECT_EQ(clip("The harbour, match").filling, Clip::Filling::match);
  EXPECT_EQ(clip("volume=50%").volume, 0.5);
  EXPECT_EQ(clip("volume=0.25 left cover").volume, 0.25);
  EXPECT_EQ(clip("volume=0.25 left cover").picture.side, Image::Side::left);
  for (const char* bad : {"34-12", "volume=5", "volume=x", "start=x", "5-5"})
    EXPECT_EQ(error("![" + std::string(bad) + "](clip.mp4)").where,
              (Place{folder_.file("talk.md"), 3, 1}))
        << bad;
}

TEST_F(Files, DirectionsShowThemToo) {
  const Scene first =
      scene("(video: clip.mp4 12-34 mute)\n\n(terminal: talk.cast)\n\n(image: a.png top)");
  EXPECT_EQ(block<Clip>(first, 1).start, Time{12s});
  EXPECT_TRUE(block<Terminal>(first, 2).cast.ends_with("/talk.cast"));
  EXPECT_EQ(block<Image>(first, 3).focus_y, 0);
  const Scene second = scene(
      "(video: {file: my clip.webm, start: 0:12, end: 34, loop: true, volume: 0.5, alt: Sea})\n\n"
      "(terminal: {file: talk.cast, look: matrix, rows: 20})");
  EXPECT_EQ(block<Clip>(second, 1).start, Time{12s});
  EXPECT_EQ(block<Clip>(second, 1).end, Time{34s});
  EXPECT_EQ(block<Clip>(second, 1).filling, Clip::Filling::loop);
  EXPECT_EQ(block<Clip>(second, 1).picture.alt, "Sea");
  EXPECT_EQ(block<Terminal>(second, 2).look, "matrix");
  EXPECT_EQ(block<Terminal>(second, 2).rows, 20);
  EXPECT_EQ(block<Terminal>(scene("![A session](talk.cast)"), 1).title, "A session");
  EXPECT_NE(error("(terminal: a.png)").message.find("asciinema"), std::string::npos);
  EXPECT_EQ(error("(video: ../x.mp4)").kind, ErrorKind::refused);
  EXPECT_EQ(error("![](/etc/x.cast)").kind, ErrorKind::refused);
}

TEST_F(Files, OverlaysLieOverThePage) {
  const Scene next =
      scene("Words.\n\n(overlay: top-left 30%)\n\n(footer: x)\n\n```ts\na\n```\n\n```ts\nb\n```");
  EXPECT_FALSE(next.blocks[1].overlay);  // the footer
  ASSERT_TRUE(next.blocks[2].overlay);
  EXPECT_EQ(next.blocks[2].overlay->place, Overlay::Place::top_left);
  EXPECT_EQ(next.blocks[2].overlay->size, 0.3);
  EXPECT_FALSE(next.blocks[3].overlay);
  const Scene half = scene("(overlay: {at: left-half})\n\n![](clip.mp4)");
  EXPECT_EQ(half.blocks[1].overlay->size, 0.5);
  const Scene logo = scene("(overlay: {image: a.png contain, at: top-right, size: 20%})");
  EXPECT_EQ(block<Image>(logo, 1).fit, Image::Fit::contain);
  EXPECT_EQ(logo.blocks[1].overlay->size, 0.2);
  EXPECT_TRUE(std::holds_alternative<Terminal>(
      scene("(overlay: {terminal: talk.cast, size: 0.6})").blocks[1].content));
  EXPECT_NE(error("(overlay: top)\n\nText.").message.find("nothing follows"), std::string::npos);
  EXPECT_EQ(error("Text.\n\n(overlay: top)\n\n# B\n\n![](a.png)").where.line, 5);
  for (const char* bad :
       {"5%", "middle", "top 120%", "top left", "40% 50%", "''", "{at: x}", "{size: 0}", "[top]"})
    EXPECT_EQ(error("(overlay: " + std::string(bad) + ")\n\n![](a.png)").where.line, 3) << bad;
}

TEST(Directions, LowerThirdsAndPlaceholders) {
  const Scene scene =
      good(
          "# A\n\n(lower-third: \"Ada *Lovelace* — mathematician\")\n\n(visual: generic \"a map of "
          "the coast\")\n")
          .scenes.at(0);
  EXPECT_EQ(block<Label>(scene, 1).role, Label::Role::lower_third);
  EXPECT_EQ(plain_text(block<Label>(scene, 1).text), "Ada Lovelace — mathematician");
  EXPECT_EQ(block<Placeholder>(scene, 2).words, "a map of the coast");
  EXPECT_EQ(warning_place("# A\n\n(visual: hologram of a cat)\n", "no visual 'hologram"),
            at(3, 10));
}

TEST(Directions, AFilmMayBeSoundOnly) {
  EXPECT_FALSE(good("---\nvideo: none\n---\nText.\n").film.video);
  EXPECT_TRUE(good("---\nvideo: true\n---\nText.\n").film.video);
  EXPECT_EQ(error_of("---\nvideo: clip.mp4\n---\nText.\n").where, at(2, 8));
  for (const char* layout : {"definition", "timeline", "agenda"})
    EXPECT_EQ(good("(layout: " + std::string(layout) + ")\n\nA.\n").scenes[0].layout, layout);
}

}  // namespace
}  // namespace talkie
