// SPDX-License-Identifier: LGPL-2.1-or-later
// Charts: both forms, their parts, data from files, errors with their place, foul play.
#include "visual_drawings.h"

namespace talkie {
namespace {

Result<Drawn> chart(std::string text, std::vector<Drawing::File> files = {},
                    const DrawnLook& look = ink()) {
  return draw({Drawing::Kind::chart, std::move(text), "", std::move(files)}, look,
              {"talk.md", 10, 1});
}
Result<Drawn> vega(std::string text, std::vector<Drawing::File> files = {}) {
  return draw({Drawing::Kind::vega_lite, std::move(text), "", std::move(files)}, ink(),
              {"talk.md", 10, 1});
}

const DrawnPart* part_entering(const Drawn& drawn, const std::string& id, Enter::Kind enter) {
  for (const DrawnPart& part : drawn.parts)
    if (part.id == id && part.enter == enter) return &part;
  return nullptr;
}

TEST(ChartParts, BarsGrowWithTheirNames) {
  const auto drawn = draw(drawing_in("bar.chart"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const char* names[] = {"Q1", "Q2", "Q3", "Q4"};
  double before = 0;
  for (int i = 0; i < 4; ++i) {
    const DrawnPart* bar = part_entering(*drawn, names[i], Enter::Kind::grow_up);
    ASSERT_TRUE(bar) << names[i];
    EXPECT_EQ(bar->order, i);
    EXPECT_EQ(bar->words, names[i]);
    EXPECT_GT(bar->box.height, before);  // as the numbers do
    before = bar->box.height;
  }
  // Heights are as the numbers are: 4.2 to 11.
  EXPECT_NEAR(part_entering(*drawn, "Q1", Enter::Kind::grow_up)->box.height / before, 4.2 / 11,
              0.02);
}

TEST(ChartParts, BarsOfOneLabelAreOnePart) {
  const auto drawn = draw(drawing_in("bar-series.chart"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  int bars = 0;
  for (const DrawnPart& part : drawn->parts)
    bars += part.enter == Enter::Kind::grow_up;
  EXPECT_EQ(bars, 4);
  const auto across = draw(drawing_in("bar-across.chart"), ink(), {});
  ASSERT_TRUE(across) << across.error().to_string();
  EXPECT_TRUE(part_entering(*across, "Delhi", Enter::Kind::grow_right));
}

TEST(ChartParts, LinesGrowBySeries) {
  const auto drawn = draw(drawing_in("line.chart"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const char* names[] = {"Print", "Online", "Audio"};
  for (int i = 0; i < 3; ++i) {
    const DrawnPart* line = part_entering(*drawn, names[i], Enter::Kind::grow_right);
    ASSERT_TRUE(line) << names[i];
    EXPECT_EQ(line->order, i);
  }
  const auto pie = draw(drawing_in("pie.chart"), ink(), {});
  ASSERT_TRUE(pie) << pie.error().to_string();
  EXPECT_EQ(order_of(*pie, "Speech"), 0);
  EXPECT_EQ(order_of(*pie, "Muxing"), 3);
}

TEST(ChartParts, AxesAreThereFromTheStart) {
  const auto drawn = draw(drawing_in("bar-series.chart"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  bool found = false;
  for (const DrawnPart& part : drawn->parts)
    found |= part.order == -1 && part.words.find("Q1") != std::string::npos;
  EXPECT_TRUE(found);
}

TEST(ChartNumbers, AreInTheFilmsLanguage) {
  DrawnLook look = ink();
  look.language = "de";
  const auto drawn = chart("type: bar\nunit: €\ndata: {a: 1234.5, b: 2}", {}, look);
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  EXPECT_NE(all_of(*drawn).find("1.234,5 €"), std::string::npos) << all_of(*drawn);
  const auto english = chart("type: bar\nunit: €\ndata: {a: 1234.5, b: 2}");
  ASSERT_TRUE(english);
  EXPECT_NE(all_of(*english).find("€1,234.5"), std::string::npos);
}

TEST(ChartData, ComesFromFilesOfTheScript) {
  const Drawing::File csv{"sales.csv", "month,sold\nJan,4\nFeb,6\n"};
  const auto drawn = chart("type: bar\ndata: sales.csv", {csv});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  EXPECT_EQ(order_of(*drawn, "Feb"), 1);
  const Drawing::File json{"sales.json",
                           R"json([{"month": "Jan", "sold": 4}, {"month": "Feb", "sold": 6}])json"};
  EXPECT_TRUE(chart("type: line\ndata: sales.json", {json}));
  const std::string spec =
      R"json({"data": {"url": "sales.csv"}, "mark": "bar", "encoding": {"x": {"field": "month", "type": "nominal"}, "y": {"field": "sold", "type": "quantitative"}}})json";
  const auto lite = vega(spec, {csv});
  ASSERT_TRUE(lite) << lite.error().to_string();
  EXPECT_EQ(order_of(*lite, "Feb"), 1);
}

TEST(ChartErrors, NameTheirPlace) {
  const auto key = chart("type: bar\ntitel: x\ndata: {a: 1}");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().where.to_string(), "talk.md:11:1");
  EXPECT_NE(key.error().message.find("title"), std::string::npos);
  const auto type = chart("type: bars\ndata: {a: 1}");
  ASSERT_FALSE(type);
  EXPECT_NE(type.error().message.find("Did you mean 'bar'"), std::string::npos);
  const auto word = chart("type: bar\n---\nx,y\na,3\nb,lots\n");
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().where.line, 14) << word.error().to_string();
  const auto missing = chart("type: bar\ndata: nowhere.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(chart("type: bar"));
  EXPECT_FALSE(chart("type: pie\ndata: {a: -1, b: 2}"));
  EXPECT_FALSE(chart("type: pie\ndata: {a: 0, b: 0}"));
  const auto json = vega("{\n \"mark\": \"bar\",\n}");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().where.line, 12);
  EXPECT_FALSE(vega("[1]"));
  EXPECT_FALSE(vega("{\"mark\": \"nosuchmark\", \"data\": {\"values\": []}}"));
}

TEST(ChartFoulPlay, ReachesNothing) {
  const char* const texts[] = {
      R"json({"data": {"url": "https://example.com/a.csv"}, "mark": "bar", "encoding": {"x": {"field": "x"}}})json",
      R"json({"data": {"url": "/etc/passwd"}, "mark": "bar", "encoding": {"x": {"field": "x"}}})json",
      R"json({"data": {"url": "../x.csv"}, "mark": "bar", "encoding": {"x": {"field": "x"}}})json",
  };
  for (const char* text : texts) {
    const auto drawn = vega(text);
    ASSERT_FALSE(drawn) << text;
    EXPECT_NE(drawn.error().message.find("no file"), std::string::npos) << drawn.error().message;
  }
  const auto image = vega(
      R"json({"data": {"values": [{"u": "https://example.com/a.png"}]}, "mark": {"type": "image", "width": 50, "height": 50}, "encoding": {"url": {"field": "u"}}})json");
  if (image) {
    EXPECT_EQ(all_of(*image).find("example.com"), std::string::npos);
  }
}

TEST(ChartFoulPlay, EndsInTime) {
  const char* const texts[] = {
      R"json({"data": {"sequence": {"start": 0, "stop": 1e9}}, "mark": "point", "encoding": {"x": {"field": "data", "type": "quantitative"}}})json",
      R"json({"data": {"values": [{"s": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}]}, "transform": [{"calculate": "test(/^(a+)+$/, datum.s)", "as": "x"}], "mark": "point", "encoding": {"x": {"field": "x", "type": "nominal"}}})json",
  };
  // The engine gives up on an expression by itself or is stopped; whichever it is, soon.
  const auto begin = std::chrono::steady_clock::now();
  for (const char* text : texts)
    static_cast<void>(vega(text));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(2));
  EXPECT_TRUE(chart("type: bar\ndata: {a: 1, b: 2}"));  // and goes on after that
}

}  // namespace
}  // namespace talkie
