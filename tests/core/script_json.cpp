// SPDX-License-Identifier: LGPL-2.1-or-later
// Scenes as JSON, on the wire and in scripts.
#include <nlohmann/json.hpp>

#include "script/names.h"
#include "script_testing.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;

// Something that each kind of cue may ask for.
std::string what_of(Cue::Kind kind) {
  if (kind == Cue::Kind::next || kind == Cue::Kind::play) return {};
  if (kind == Cue::Kind::show) return "3";
  return kind == Cue::Kind::callout ? "rect mux" : "mux";
}

// Spans inside of each other, at one place, and at both ends of "Größe 5 km".
Utterance full_utterance() {
  using Kind = SpeechSpan::Kind;
  Utterance utterance{.text = "Gr\u00f6\u00dfe 5 km", .caption = "cap", .speaker = "Ada"};
  utterance.voice = "voice";
  utterance.language = "fr";
  utterance.speed = 1.25;
  utterance.pitch = 0.75;
  utterance.volume = 2;
  utterance.where = {"f.md", 12, 1};
  utterance.spans = {
      {.kind = Kind::mark, .value = "begin"},
      {.kind = Kind::prosody, .length = 12, .rate = 0.5, .pitch = 1.5, .volume = 0.25},
      {.kind = Kind::emphasis, .length = 7, .value = "strong"},
      {.kind = Kind::phoneme, .length = 7, .value = "\u02c8\u0261\u0281\u00f8\u02d0s\u0259"},
      {.kind = Kind::say_as, .offset = 8, .length = 1, .value = "cardinal"},
      {.kind = Kind::sub, .offset = 10, .length = 2, .value = "Kilometer"},
      {.kind = Kind::pause, .offset = 12, .pause = 300ms}};
  return utterance;
}

// A scene with every field set to something that is not its default.
Scene full_scene(const Folder& folder) {
  Scene scene;
  scene.film = {.title = "T \"q\" ü\n",
                .author = "A",
                .language = "de-AT",
                .size = {1080, 1350},
                .frame_rate = {24000, 1001},
                .captions = CaptionMode::none,
                .video = false,
                .loudness = -23,
                .stereo = true,
                .folder = std::filesystem::canonical(folder.path()).string()};
  scene.id = "über";
  scene.index = 3;
  scene.count = 9;
  scene.theme = "paper";
  scene.layout = "quote";
  scene.background = "#102030";
  scene.transition = {Transition::Kind::wipe, Transition::Direction::down, 700ms};
  scene.blocks = {
      {Heading{2, {{"a"}, {"b", true, true, false}}}, 0, {"f.md", 1, 2}},
      {List{{{{{"x"}}, 1, 7, true, {"f.md", 3, 4}}, {{}, 0, {}, false, {"f.md", 4, 1}}}}, 1, {}},
      {Table{
           {Align::right, Align::centre}, {{{"h"}}, {}}, {{{{"1"}}, {{"2", false, false, true}}}}},
       1,
       {"f.md", 5, 6}},
      {Quote{{{{"p"}}, {{"q"}}}, {{"w"}}}, 2, {"f.md", 7, 8}},
      {Image{.path = folder.file("i.png"),
             .alt = "alt",
             .fit = Image::Fit::cover,
             .side = Image::Side::background,
             .not_drawn = {"zoom"}},
       2,
       {"f.md", 9, 1}},
      {Code{.language = "cpp", .info = "{1}", .text = "int x;\n\n"}, 2, {"f.md", 10, 1}},
      {Label{Label::Role::statement, {{"s"}}}, 2, {"f.md", 11, 1}},
  };
  const auto path = [&](const char* name) {
    return (std::filesystem::canonical(folder.path()) / name).string();
  };
  auto& image = std::get<Image>(scene.blocks[4].content);
  image.path = path("i.png");
  image.focus_x = 0.25;
  image.movement = Movement::pan_zoom_out;
  std::get<Heading>(scene.blocks[0].content)
      .text.push_back({.text = "x_1 \\\\ y", .strong = true, .math = true});
  Clip clip{.picture = image, .start = 1500ms, .end = 3s, .filling = Clip::Filling::match};
  clip.mute = true;
  clip.volume = 0.25;
  Code code{.language = "ts", .text = "a\nb", .title = "b.ts", .line_numbers = true};
  code.first_number = 7;
  code.steps = {{{1, 2}}, {}, {{0, 0}}, {{1, 1}, {2, 2}}};
  code.magic_move = true;
  Terminal terminal{.text = "$ ls", .cast = path("a.cast"), .look = "matrix", .title = "T"};
  terminal.columns = 80;
  terminal.rows = 24;
  terminal.speed = 0;
  scene.blocks.push_back({clip, 2, {"f.md", 11, 2}, Overlay{Overlay::Place::left_half, 0.55}});
  scene.blocks.push_back({code, 2, {"f.md", 11, 3}, {}});
  scene.blocks.push_back({terminal, 2, {"f.md", 11, 4}, Overlay{}});
  for (const auto& named : kDrawingNames)
    scene.blocks.push_back({Drawing{named.value,
                                    "a -> \"b\"",
                                    "info",
                                    {{"d.csv", "1,2\n"}},
                                    named.value == Drawing::Kind::visual ? "gantt" : ""},
                            2,
                            {"f.md", 11, 5},
                            {}});
  scene.blocks.push_back({Placeholder{"a map"}, 2, {"f.md", 11, 6}, {}});
  scene.blocks.push_back(
      {Label{Label::Role::lower_third, {{"Ada — mathematician"}}}, 2, {"f.md", 11, 7}, {}});
  scene.camera = Movement::zoom_out;
  scene.morphs = true;
  scene.narration = {full_utterance(), Pause{1'234'567'891ns},
                     Utterance{.text = "plain", .where = {"f.md", 13, 1}}};
  for (const auto& named : kCueNames)
    scene.cues.push_back({named.value, what_of(named.value), 2, 3, {"f.md", 13, 2}});
  scene.cues.push_back({Cue::Kind::next, "", 3, 0, {}});
  scene.recording = path("take.wav");
  scene.recording_where = {"f.md", 14, 3};
  scene.music = Music{.path = path("song.ogg"), .section = 2, .volume = 0.25, .loop = false};
  scene.music->fade_in = 1500ms;
  scene.music->fade_out = 0s;
  scene.music->ducking = 9.5;
  scene.music->ends = true;
  scene.music->where = {"f.md", 15, 1};
  scene.effects = {{path("a.wav"), 0.5, 2, 3, {"f.md", 16, 1}}, {path("b.wav"), 1, 3, 0, {}}};
  scene.voice_follows = 350ms;
  scene.duration = 4s;
  scene.lead = 333'333'333ns;
  scene.tail = 1500ms;
  scene.fade_out = true;
  scene.where = {"f.md", 1, 1};
  return scene;
}

TEST(SceneJson, GoesThereAndBackUnchanged) {
  const Folder folder;
  const Scene scene = full_scene(folder);
  const std::string json = to_json(scene);
  Problems problems;
  const auto back = scene_from_json(json, problems);
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_TRUE(problems.empty()) << problems.all()[0].to_string();
  EXPECT_EQ(to_json(*back), json);
  EXPECT_EQ(back->film.title, scene.film.title);
  EXPECT_EQ(back->film.frame_rate, scene.film.frame_rate);
  EXPECT_EQ(back->film.captions, CaptionMode::none);
  EXPECT_EQ(back->transition.length, scene.transition.length);
  EXPECT_EQ(std::get<Pause>(back->narration[1]).length, 1'234'567'891ns);
  EXPECT_EQ(back->lead, scene.lead);
  EXPECT_EQ(block<Heading>(*back, 0).text, block<Heading>(scene, 0).text);
  EXPECT_EQ(block<List>(*back, 1).items[0].number, 7);
  EXPECT_EQ(block<List>(*back, 1).items[1].checked, false);
  EXPECT_EQ(block<Table>(*back, 2).columns, block<Table>(scene, 2).columns);
  EXPECT_EQ(block<Table>(*back, 2).rows, block<Table>(scene, 2).rows);
  EXPECT_EQ(block<Image>(*back, 4).not_drawn, std::vector<std::string>{"zoom"});
  const Utterance& words = said(*back, 0);
  EXPECT_EQ(words.caption, "cap");
  EXPECT_EQ(words.speaker, "Ada");
  EXPECT_EQ(words.pitch, 0.75);
  EXPECT_EQ(words.volume, 2);
  EXPECT_EQ(words.spans, said(scene, 0).spans);
  EXPECT_EQ(back->recording, scene.recording);
  EXPECT_EQ(back->recording_where, scene.recording_where);
  ASSERT_TRUE(back->music);
  EXPECT_EQ(back->music->path, scene.music->path);
  EXPECT_EQ(back->music->section, 2);
  EXPECT_EQ(back->music->fade_in, Time{1500ms});
  EXPECT_EQ(back->music->ducking, 9.5);
  EXPECT_FALSE(back->music->loop);
  EXPECT_TRUE(back->music->ends);
  ASSERT_EQ(back->effects.size(), 2u);
  EXPECT_EQ(back->effects[0].volume, 0.5);
  EXPECT_EQ(back->effects[0].offset, 3u);
  EXPECT_EQ(back->voice_follows, Time{350ms});
  EXPECT_EQ(back->film.loudness, -23);
  EXPECT_TRUE(back->film.stereo);
  EXPECT_EQ(back->blocks[3].where, (Place{"f.md", 7, 8}));
  EXPECT_FALSE(back->film.video);
  EXPECT_EQ(block<Image>(*back, 4).movement, Movement::pan_zoom_out);
  EXPECT_EQ(block<Image>(*back, 4).focus_x, 0.25);
  const auto& clip = block<Clip>(*back, 7);
  EXPECT_EQ(clip.start, Time{1500ms});
  EXPECT_EQ(clip.end, Time{3s});
  EXPECT_EQ(clip.filling, Clip::Filling::match);
  EXPECT_TRUE(clip.mute);
  ASSERT_TRUE(back->blocks[7].overlay);
  EXPECT_EQ(back->blocks[7].overlay->place, Overlay::Place::left_half);
  EXPECT_EQ(block<Code>(*back, 8).steps, block<Code>(scene, 8).steps);
  EXPECT_EQ(block<Code>(*back, 8).first_number, 7);
  EXPECT_EQ(block<Terminal>(*back, 9).cast, block<Terminal>(scene, 9).cast);
  EXPECT_EQ(block<Terminal>(*back, 9).speed, 0);
  EXPECT_EQ(block<Drawing>(*back, 10).files.at(0).content, "1,2\n");
  EXPECT_EQ(back->cues.size(), scene.cues.size());
  EXPECT_EQ(back->cues[2].offset, 3u);
  EXPECT_EQ(back->camera, Movement::zoom_out);
  EXPECT_TRUE(back->morphs);
}

TEST(SceneJson, IsTheSchemaThatIsDocumented) {
  const Folder folder;
  const auto json = nlohmann::json::parse(to_json(full_scene(folder)));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["film"]["size"], nlohmann::json({1080, 1350}));
  EXPECT_EQ(json["film"]["frame_rate"], "24000/1001");
  EXPECT_EQ(json["transition"]["length"], 0.7);
  EXPECT_EQ(json["blocks"][0]["text"][1]["strong"], true);
  EXPECT_EQ(json["blocks"][6]["kind"], "statement");
  EXPECT_EQ(json["narration"][0]["say"], "Gr\u00f6\u00dfe 5 km");
  EXPECT_EQ(json["narration"][0]["spans"][1]["rate"], 0.5);
  EXPECT_EQ(json["music"]["fade_in"], 1.5);
  EXPECT_EQ(json["effects"][1]["step"], 3);
  EXPECT_FALSE(json["effects"][1].contains("volume"));
  EXPECT_EQ(json["where"]["line"], 1);
}

TEST(SceneJson, NeedsLittle) {
  Problems problems;
  const auto scene = scene_from_json(R"({"narration": ["Hi"]})", problems);
  ASSERT_TRUE(scene);
  EXPECT_EQ(said(*scene, 0).text, "Hi");
  EXPECT_EQ(scene->theme, "ink");
  EXPECT_EQ(scene->film.size, (Size{1920, 1080}));
}

TEST(SceneJson, WrongFieldsAreErrors) {
  for (const char* json :
       {"",
        "[]",
        "7",
        "{\"version\": 2}",
        "{\"version\": \"1\"}",
        "{\"id\": 7}",
        "{\"blocks\": {}}",
        "{\"blocks\": [1]}",
        "{\"blocks\": [{\"kind\": \"poem\"}]}",
        "{\"blocks\": [{\"kind\": \"heading\", \"level\": 7}]}",
        "{\"blocks\": [{\"kind\": \"image\"}]}",
        "{\"blocks\": [{\"kind\": \"table\", \"rows\": [1]}]}",
        "{\"film\": {\"folder\": \"/tmp\"}, \"blocks\": [{\"kind\": \"image\", \"path\": "
        "\"/etc/passwd\"}]}",
        "{\"film\": {\"folder\": \"/tmp\"}, \"blocks\": [{\"kind\": \"clip\", \"path\": "
        "\"/etc/x.mp4\"}]}",
        "{\"blocks\": [{\"kind\": \"terminal\", \"cast\": \"http://host/a.cast\"}]}",
        "{\"blocks\": [{\"kind\": \"terminal\", \"columns\": 1}]}",
        "{\"blocks\": [{\"kind\": \"clip\", \"path\": \"a.mp4\", \"start\": 2, \"end\": 1}]}",
        "{\"blocks\": [{\"kind\": \"code\", \"steps\": [1]}]}",
        "{\"blocks\": [{\"kind\": \"code\", \"steps\": [[[3, 2]]]}]}",
        "{\"blocks\": [{\"kind\": \"image\", \"path\": \"a.png\", \"focus\": [2, 0]}]}",
        "{\"blocks\": [{\"kind\": \"dot\", \"overlay\": {\"size\": 2}}]}",
        "{\"cues\": [{\"kind\": \"zap\"}]}",
        "{\"cues\": [{\"kind\": \"show\", \"what\": \"2x\"}]}",
        "{\"cues\": [{\"kind\": \"next\", \"step\": 1}]}",
        "{\"narration\": [\"a\"], \"cues\": [{\"kind\": \"next\", \"offset\": 2}]}",
        "{\"camera\": \"spin\"}",
        "{\"narration\": [{}]}",
        "{\"narration\": [7]}",
        "{\"narration\": [{\"pause\": 99}]}",
        "{\"narration\": [{\"say\": \"x\", \"speed\": 9}]}",
        "{\"narration\": [{\"say\": \"x\", \"pitch\": 3}]}",
        "{\"narration\": [{\"say\": \"x\", \"volume\": 5}]}",
        "{\"narration\": [\"<speak>x</speak>\"]}",
        "{\"film\": {\"loudness\": -5}}",
        "{\"film\": {\"stereo\": 2}}",
        "{\"narration\": [\"x\"], \"recording\": \"/etc/a.wav\"}",
        "{\"recording\": \"a.wav\"}",
        "{\"music\": {}}",
        "{\"music\": {\"path\": \"http://host/a.mp3\"}}",
        "{\"music\": {\"path\": \"a.mp3\", \"fade_in\": -1}}",
        "{\"music\": {\"path\": \"a.mp3\", \"ducking\": 100}}",
        "{\"effects\": [{\"path\": \"a.wav\", \"step\": 1}]}",
        "{\"effects\": [{\"path\": \"a.wav\", \"volume\": -1}]}",
        "{\"effects\": [{}]}",
        "{\"voice_follows\": \"soon\"}",
        "{\"duration\": -1}",
        "{\"lead\": -1}",
        "{\"film\": {\"size\": [0, 0]}}",
        "{\"film\": {\"captions\": \"x\"}}",
        "{\"transition\": {\"kind\": \"x\"}}",
        "{\"fade_out\": 3}",
        "{\"where\": []}"}) {
    Problems problems;
    EXPECT_FALSE(scene_from_json(json, problems)) << json;
    EXPECT_TRUE(problems.has_errors()) << json;
  }
}

TEST(SceneJson, SpansMustBeOnTheirText) {
  const auto verdict = [](const std::string& spans) {
    Problems problems;
    const auto scene = scene_from_json(
        "{\"narration\": [{\"say\": \"a\u00fcb\", \"spans\": [" + spans + "]}]}", problems);
    return scene ? std::string() : scene.error().message;
  };
  const auto span = [](int offset, int length) {
    return R"({"kind": "sub", "value": "x", "offset": )" + std::to_string(offset) +
           ", \"length\": " + std::to_string(length) + "}";
  };
  EXPECT_EQ(verdict(span(0, 4) + "," + span(0, 3) + "," + span(1, 2) + "," + span(3, 1)), "");
  EXPECT_NE(verdict(span(0, 5)).find("not at characters"), std::string::npos);
  EXPECT_NE(verdict(span(0, 2)).find("not at characters"), std::string::npos);
  EXPECT_NE(verdict(span(2, 2)).find("not at characters"), std::string::npos);
  EXPECT_NE(verdict(span(3, 999999999)).find("not at characters"), std::string::npos);
  EXPECT_NE(verdict(span(1, 0)).find("covers nothing"), std::string::npos);
  EXPECT_NE(verdict(span(1, 2) + "," + span(0, 1)).find("order"), std::string::npos);
  EXPECT_NE(verdict(span(0, 3) + "," + span(1, 3)).find("ends outside"), std::string::npos);
  EXPECT_NE(verdict(span(0, 3) + "," + span(0, 4)).find("ends outside"), std::string::npos);
  EXPECT_NE(verdict(R"({"kind": "mark", "value": "m", "length": 1})").find("no length"),
            std::string::npos);
  EXPECT_NE(verdict(R"({"kind": "mark"})").find("needs a 'value'"), std::string::npos);
  EXPECT_NE(verdict(R"({"kind": "emphasis", "length": 1, "value": "loud"})").find("strong"),
            std::string::npos);
  EXPECT_NE(verdict(R"({"kind": "say-as", "length": 1, "value": "roman"})").find("ordinal"),
            std::string::npos);
  EXPECT_NE(verdict(R"({"kind": "pause", "pause": 61})").find("'pause' must be"),
            std::string::npos);
}

TEST(SceneJson, HasTheLimitsOfMarkdown) {
  Problems problems;
  const auto long_speech =
      scene_from_json("{\"narration\": [\"" + std::string(20'000, 'a') + "\"]}", problems);
  ASSERT_FALSE(long_speech);
  EXPECT_EQ(long_speech.error().kind, ErrorKind::too_large);
  EXPECT_FALSE(scene_from_json(
      R"({"blocks": [{"kind": "heading", "text": ")" + std::string(301, 'a') + "\"}]}", problems));
}

TEST(SceneJson, UnknownFieldsAreWarnedOf) {
  Problems problems;
  ASSERT_TRUE(scene_from_json(
      R"({"narratoin": [], "blocks": [{"kind": "heading", "txt": "x", "level": 1}]})", problems));
  ASSERT_EQ(problems.all().size(), 2u);
  EXPECT_NE(problems.all()[0].message.find("Did you mean 'narration'?"), std::string::npos);
  EXPECT_NE(problems.all()[1].message.find("Did you mean 'text'?"), std::string::npos);
}

TEST(JsonScript, HasHeaderKeysAndScenes) {
  const Folder folder;
  folder.write("a.png", "x");
  const Script script = good(R"({
    "version": 1,
    "title": "Tides",
    "language": "fr",
    "size": [1280, 720],
    "voice": "fr",
    "theme": "paper",
    "transition": "wipe left 0.7",
    "scenes": [
      {
        "blocks": [
          {"kind": "heading", "text": "How tides work"},
          {"kind": "list", "items": ["one", {"text": ["two ", {"text": "bold", "strong": true}]}]},
          {"kind": "image", "path": "a.png", "side": "left"}
        ],
        "narration": ["Hello.", {"pause": 1.5}, {"say": "Bye.", "speed": 1.2}]
      },
      {"id": "end", "lead": 0, "narration": ["Fin."], "duration": "0:05"}
    ]
  })",
                             {}, folder.file("talk.json"));
  ASSERT_EQ(script.scenes.size(), 2u);
  const Scene& scene = script.scenes[0];
  EXPECT_EQ(scene.id, "how-tides-work");
  EXPECT_EQ(scene.film.size, (Size{1280, 720}));
  EXPECT_EQ(scene.film.title, "Tides");
  EXPECT_EQ(scene.theme, "paper");
  EXPECT_EQ(scene.transition.kind, Transition::Kind::wipe);
  EXPECT_EQ(block<List>(scene, 1).items[1].text, (RichText{{"two "}, {"bold", true}}));
  EXPECT_TRUE(block<Image>(scene, 2).path.ends_with("/a.png"));
  EXPECT_EQ(said(scene, 0).voice, "fr");
  EXPECT_EQ(said(scene, 2).speed, 1.2);
  EXPECT_EQ(scene.lead, Time{500ms});
  EXPECT_EQ(script.scenes[1].lead, Time{0});
  EXPECT_EQ(script.scenes[1].tail, Time{1500ms});
  EXPECT_EQ(script.scenes[1].duration, Time{5s});
}

TEST(JsonScript, ChartsGetTheirFilesAndMissingOnesAreSaid) {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,2\n");
  Problems problems;
  const auto script = parse(R"({"scenes": [{"blocks": [
      {"kind": "chart", "text": "type: bar\ndata: a.csv"},
      {"kind": "clip", "path": "none.mp4"}, {"kind": "terminal", "cast": "none.cast"}]}]})",
                            problems, {}, folder.file("talk.json"));
  ASSERT_TRUE(script) << script.error().to_string();
  EXPECT_EQ(block<Drawing>(script->scenes[0], 0).files.at(0).content, "x,y\n1,2\n");
  EXPECT_EQ(problems.all().size(), 2u);
}

TEST(JsonScript, HasMusicSoundsAndSpeakers) {
  const Folder folder;
  for (const char* name : {"song.mp3", "ding.wav", "take.wav"})
    folder.write(name, "x");
  const Script script = good(R"({
    "music": {"file": "song.mp3", "volume": 0.3, "fade-in": 4},
    "loudness": "youtube",
    "speakers": {"Ada": {"voice": "en-gb", "speed": 0.9}},
    "scenes": [
      {"narration": [{"say": "Hello.", "speaker": "ada"}, {"say": "No.", "speaker": "Ada", "speed": 2}],
       "effects": [{"path": "ding.wav", "step": 1}]},
      {"narration": ["One."], "recording": "take.wav"},
      {"narration": ["Two."], "music": "none"},
      {"narration": ["Three."], "music": "song.mp3 0.1 once"},
      {"narration": [{"pause": 1}, "Four."]}
    ]
  })",
                             {}, folder.file("talk.json"));
  ASSERT_EQ(script.scenes.size(), 5u);
  EXPECT_EQ(script.film.loudness, -14);
  EXPECT_TRUE(script.film.stereo);
  EXPECT_EQ(said(script.scenes[0], 0).voice, "en-gb");
  EXPECT_EQ(said(script.scenes[0], 0).speed, 0.9);
  EXPECT_EQ(said(script.scenes[0], 1).speed, 2);
  EXPECT_EQ(script.scenes[0].effects.at(0).step, 1);
  EXPECT_TRUE(script.scenes[1].recording.ends_with("/take.wav"));
  ASSERT_TRUE(script.scenes[1].music);
  EXPECT_EQ(script.scenes[1].music->volume, 0.3);
  EXPECT_EQ(script.scenes[1].music->fade_in, Time{4s});
  EXPECT_TRUE(script.scenes[1].music->ends);
  EXPECT_FALSE(script.scenes[0].music->ends);
  EXPECT_FALSE(script.scenes[2].music);
  EXPECT_EQ(script.scenes[4].music->section, 1);
  EXPECT_FALSE(script.scenes[4].music->loop);
  EXPECT_EQ(script.scenes[3].voice_follows, Time{1350ms});
}

TEST(JsonScript, SoundsThatAreMissingAreErrors) {
  const Folder folder;
  for (const char* scene : {R"("music": {"path": "none.mp3"})", R"("music": "none.mp3")",
                            R"("recording": "none.wav")", R"("effects": [{"path": "none.wav"}])"}) {
    const Error error =
        error_of("{\"scenes\": [{\"narration\": [\"x\"],\n" + std::string(scene) + "}]}", {},
                 folder.file("talk.json"));
    EXPECT_EQ(error.kind, ErrorKind::not_found) << scene;
    EXPECT_EQ(error.where.line, 2) << scene;
  }
  EXPECT_NE(error_of(R"({"speakers": {"Ada": "en"}, "scenes": [{"narration": [
                        {"say": "x", "speaker": "Adda"}]}]})",
                     {}, "talk.json")
                .message.find("Did you mean 'Ada'?"),
            std::string::npos);
}

TEST(JsonScript, SettingsWin) {
  EXPECT_EQ(good(R"({"theme": "paper", "scenes": [{"narration": ["x"]}]})",
                 {.settings = {{"theme", "midnight"}}}, "talk.json")
                .scenes[0]
                .theme,
            "midnight");
}

TEST(JsonScript, ProblemsHaveTheirPlaces) {
  const auto problems = problems_of(
      "{\n  \"tehme\": \"ink\",\n  \"size\": \"1080p\",\n  \"scenes\": [\n    {\"layout\": "
      "\"bulets\", \"film\": {}, \"narration\": [\n      {\"pause\": \"ü\", \"x\": 1}]}\n  ]\n}\n",
      {}, "talk.json");
  ASSERT_EQ(problems.size(), 5u);
  EXPECT_TRUE(problems[0].starts_with("talk.json:2:3: warning: there is no header key 'tehme'"));
  EXPECT_TRUE(problems[1].starts_with("talk.json:5:16: warning: there is no layout 'bulets'"));
  EXPECT_TRUE(problems[2].starts_with("talk.json:5:34: warning: what holds for the whole film"));
  EXPECT_TRUE(problems[3].starts_with("talk.json:6:17: error: 'pause' must be"));
  EXPECT_TRUE(problems[4].starts_with("talk.json:6:22: warning: a narration step has no field"));
}

TEST(JsonScript, WhatIsNoneIsAnError) {
  for (const char* text :
       {"[]", "{", "{\"scenes\": {}}", "{\"scenes\": []}", "{\"title\": \"x\"}",
        "{\"version\": 2, \"scenes\": [{\"narration\": [\"x\"]}]}", "{\"scenes\": [7]}"})
    EXPECT_FALSE(error_of(text, {}, "talk.json").message.empty()) << text;
}

}  // namespace
}  // namespace talkie
