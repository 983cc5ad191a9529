// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/time.h"
#include "base/value.h"

namespace talkie {
namespace {

TEST(Json, KeepsThePlaceOfKeysAndValues) {
  const auto value =
      parse_json("{\n  \"size\": [1920, 1080],\n  \"título\": \"ö\", \"x\": -1.5e2\n}", "a.json");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->map[0].where, (Place{"a.json", 2, 3}));
  EXPECT_EQ(value->map[0].value.where, (Place{"a.json", 2, 11}));
  EXPECT_EQ(value->map[0].value.list[1].where, (Place{"a.json", 2, 18}));
  EXPECT_EQ(value->map[1].where, (Place{"a.json", 3, 3}));
  EXPECT_EQ(value->map[1].value.where, (Place{"a.json", 3, 13}));
  EXPECT_EQ(value->find("x")->where, (Place{"a.json", 3, 23}));
  EXPECT_EQ(value->find("x")->number, -150);
}

TEST(Json, SaysWhereItIsBroken) {
  const auto value = parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}", "a.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where.line, 3);
  const auto twice = parse_json("{\"a\": 1, \"a\": 2}", "a.json");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().where.column, 10);
  EXPECT_FALSE(parse_json(std::string(100'000, '['), "deep.json"));
}

TEST(Yaml, KeepsPlacesAndTypes) {
  const auto value =
      parse_yaml("title: Tides\nsize: 1080p\nspeed: 1.50\nquoted: \"7\"\n", {"a.md", 2, 1});
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("title")->where, (Place{"a.md", 2, 8}));
  EXPECT_EQ(value->map[2].where, (Place{"a.md", 4, 1}));
  EXPECT_EQ(value->find("speed")->number, 1.5);
  EXPECT_EQ(value->find("speed")->text, "1.50");
  EXPECT_TRUE(value->find("quoted")->is(Value::Type::string));
  EXPECT_TRUE(value->find("size")->is(Value::Type::string));
}

TEST(Yaml, CountsColumnsInCharacters) {
  const auto list = parse_yaml("a: 1\nä: [ö, ü]\n", {"a.md", 5, 4});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->find("ä")->where, (Place{"a.md", 6, 4}));
  EXPECT_EQ(list->find("ä")->list[1].where, (Place{"a.md", 6, 8}));
  const auto flow = parse_yaml("{kicker: Ü, pause: x}", {"a.md", 5, 4});
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->find("pause")->where, (Place{"a.md", 5, 23}));
}

TEST(Yaml, RefusesAnchorsThatMultiply) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char level = 'b'; level <= 'i'; ++level) {
    bomb += std::string(1, level) + ": &" + level + " [";
    for (int i = 0; i < 9; ++i)
      bomb += std::string(i ? ", *" : "*") + static_cast<char>(level - 1);
    bomb += "]\n";
  }
  const auto value = parse_yaml(bomb, {"a.md", 1, 1});
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind, ErrorKind::too_large);
}

TEST(Time, ParsesWhatPeopleWrite) {
  EXPECT_EQ(parse_time("1.5"), Time{1'500'000'000});
  EXPECT_EQ(parse_time("500ms"), Time{500'000'000});
  EXPECT_EQ(parse_time("1:02.5"), Time{62'500'000'000});
  EXPECT_FALSE(parse_time("-1"));
  EXPECT_FALSE(parse_time("soon"));
  EXPECT_EQ(parse_rate("29.97"), (Rate{30000, 1001}));
  EXPECT_EQ(parse_rate("24000/1001"), (Rate{24000, 1001}));
  EXPECT_FALSE(parse_rate("0"));
}

TEST(Time, FrameGridsRoundTrip) {
  for (const Rate rate : {Rate{30, 1}, Rate{24000, 1001}, Rate{60, 1}, Rate{30000, 1001}})
    for (int64_t n : {0, 1, 7, 1000, 123456}) {
      EXPECT_EQ(nearest(time_of(n, rate), rate), n);
      EXPECT_EQ(first_at_or_after(time_of(n, rate), rate), n);
      EXPECT_EQ(first_at_or_after(time_of(n, rate) + Time{1000}, rate), n + 1);
    }
}

TEST(Text, FindsTheNearestWord) {
  const std::string_view known[] = {"theme", "transition", "voice", "size"};
  EXPECT_EQ(nearest_of("tehme", known), "theme");
  EXPECT_EQ(nearest_of("transitoin", known), "transition");
  EXPECT_EQ(nearest_of("zebra", known), "");
}

TEST(Text, PlacesCountCharacters) {
  EXPECT_EQ(place_of("äö\nüx", 7, "f"), (Place{"f", 2, 2}));
  EXPECT_EQ(find_invalid_utf8("ab\xff"), 2u);
}

}  // namespace
}  // namespace talkie
