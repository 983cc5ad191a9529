// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphs by Graphviz: parts, the author's own attributes, errors, foul play.
#include <thread>

#include "visual_drawings.h"

namespace talkie {
namespace {

Result<Drawn> dot(std::string text) {
  return draw(drawing_of(Drawing::Kind::dot, std::move(text)), ink(), {"talk.md", 10, 1});
}

TEST(Graphs, ComeInAsTheyAreWritten) {
  const auto drawn = draw(drawing_in("build.dot"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const char* nodes[] = {"script", "scenes", "narrator", "muxer", "painter", "encoder", "film"};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(order_of(*drawn, nodes[i]), i) << nodes[i];
  EXPECT_EQ(order_of(*drawn, "scenes->painter"), 4);
  EXPECT_EQ(order_of(*drawn, "encoder->muxer"), 5);
  EXPECT_EQ(order_of(*drawn, "cluster_picture"), 4);
  for (const DrawnPart& part : drawn->parts)
    if (part.id == "muxer") {
      EXPECT_EQ(part.words, "Muxer");
    }
}

TEST(Graphs, KeepWhatTheAuthorChose) {
  const auto drawn = dot("digraph { a [color=red, shape=ellipse]; b; a -> b [color=blue] }");
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const std::string svg = all_of(*drawn);
  EXPECT_NE(svg.find("stroke=\"red\""), std::string::npos);
  EXPECT_NE(svg.find("stroke=\"blue\""), std::string::npos);
  EXPECT_NE(svg.find("<ellipse"), std::string::npos);
  EXPECT_NE(svg.find(hex_of(ink().accent)), std::string::npos);  // b
  EXPECT_NE(svg.find("font-family=\"Inter\""), std::string::npos);
}

// Boxes are made for the widths that letters have when they are drawn.
TEST(Graphs, MeasureTextAsItIsDrawn) {
  const auto drawn =
      dot("graph { a [label=\"A label that is rather long\", shape=plain, style=\"\", margin=0, "
          "width=0] }");
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const Size size{1600, 400};
  const Bitmap letters =
      painted(document_of(element_of(*drawn, all_of(*drawn), size), size, ""), size);
  int left = size.width, right = 0;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      if (pixel(letters, x, y) >> 24 > 100) {
        left = std::min(left, x);
        right = std::max(right, x);
      }
  const double scale = std::min({1600 / drawn->width, 400 / drawn->height, 40 / drawn->text_size});
  const double pad = 2 * 0.06 * 72;
  EXPECT_NEAR((right - left) / scale, drawn->width - pad, 0.06 * drawn->width);
}

TEST(GraphErrors, NameTheirLine) {
  const auto drawn = dot("digraph {\n  a -> b\n  c -> [\n}\n");
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().kind, ErrorKind::syntax);
  EXPECT_GE(drawn.error().where.line, 12) << drawn.error().to_string();
  EXPECT_LE(drawn.error().where.line, 13);
  EXPECT_FALSE(dot(""));
  EXPECT_FALSE(dot("hello"));
  const auto engine = dot("digraph { layout=neatoo; a }");
  ASSERT_FALSE(engine);
  EXPECT_NE(engine.error().message.find("'neato'"), std::string::npos);
}

TEST(GraphFoulPlay, ReachesNoFiles) {
  const char* const texts[] = {
      "digraph { a [image=\"/etc/passwd\"] }",
      "digraph { a [shapefile=\"/etc/passwd\"] }",
      "digraph { fontpath=\"/tmp\"; a }",
      "digraph { stylesheet=\"http://evil/x.css\"; a }",
      "digraph { a [label=<<table><tr><td><img src=\"/etc/passwd\"/></td></tr></table>>] }",
      "digraph { _background=\"c 7 -#ff0000 I 0 0 9 9 3 -x.p\"; a }",
  };
  for (const char* text : texts) {
    const auto drawn = dot(text);
    ASSERT_FALSE(drawn) << text;
    EXPECT_EQ(drawn.error().kind, ErrorKind::refused) << drawn.error().to_string();
  }
  const auto link = dot("digraph { a [URL=\"http://evil\", tooltip=\"<script>\"] }");
  ASSERT_TRUE(link) << link.error().to_string();
  EXPECT_EQ(all_of(*link).find("evil"), std::string::npos);
  EXPECT_EQ(all_of(*link).find("script"), std::string::npos);
}

TEST(GraphFoulPlay, IsBounded) {
  std::string large = "digraph {";
  for (int i = 0; i < 501; ++i)
    large += "n" + std::to_string(i) + ";";
  const auto drawn = dot(large + "}");
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().kind, ErrorKind::too_large);
  EXPECT_FALSE(dot("digraph {" + std::string(size_t{1} << 20, ' ') + "}"));
}

TEST(Graphs, ComeFromSeveralThreads) {
  std::vector<std::thread> threads;
  std::array<bool, 8> drawn{};
  for (size_t i = 0; i < drawn.size(); ++i)
    threads.emplace_back([&drawn, i] {
      drawn[i] = static_cast<bool>(dot("digraph { a -> b" + std::to_string(i) + " }"));
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const bool one : drawn)
    EXPECT_TRUE(one);
}

}  // namespace
}  // namespace talkie
