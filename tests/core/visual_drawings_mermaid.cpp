// SPDX-License-Identifier: LGPL-2.1-or-later
// Mermaid: parts and their order, errors and their lines, scripts of every direction, foul play.
#include "visual_drawings.h"

namespace talkie {
namespace {

Result<Drawn> mermaid(std::string text, const DrawnLook& look = ink()) {
  return draw(drawing_of(Drawing::Kind::mermaid, std::move(text)), look, {"talk.md", 10, 1});
}

TEST(MermaidParts, OfAFlowchartComeInAsItIsRead) {
  const auto drawn = draw(drawing_in("flowchart.mmd"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const char* nodes[] = {"A", "B", "C", "D", "E"};
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(order_of(*drawn, nodes[i]), i);
  EXPECT_EQ(order_of(*drawn, "A-B"), 1);
  EXPECT_EQ(order_of(*drawn, "C-E"), 4);
  EXPECT_EQ(order_of(*drawn, "K-L"), std::max(order_of(*drawn, "K"), order_of(*drawn, "L")));
  EXPECT_EQ(order_of(*drawn, "speech"), order_of(*drawn, "F"));
  EXPECT_EQ(order_of(*drawn, "picture"), order_of(*drawn, "G"));
  for (const DrawnPart& part : drawn->parts)
    if (part.id == "E") {
      EXPECT_EQ(part.words, "Error with a place");
    }
}

TEST(MermaidParts, OfASequenceAreActorsThenMessages) {
  const auto drawn = draw(drawing_in("sequence.mmd"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  EXPECT_EQ(order_of(*drawn, "A"), 0);
  EXPECT_EQ(order_of(*drawn, "B"), 1);
  EXPECT_EQ(order_of(*drawn, "C"), 2);
  const char* in_order[] = {"GET /talk",        "checks the token", "select scenes", "12 rows",
                            "304 Not Modified", "200 OK",           "heartbeat"};
  int before = 2;
  for (const char* words : in_order) {
    int order = -2;
    for (const DrawnPart& part : drawn->parts)
      if (part.words.find(words) != std::string::npos) order = part.order;
    EXPECT_EQ(order, before + 1) << words;
    before = order;
  }
  EXPECT_EQ(last_order(*drawn), before);
}

TEST(MermaidParts, OfAMindmapGoDepthFirst) {
  const auto drawn = draw(drawing_in("mindmap.mmd"), ink(), {});
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  const char* nodes[] = {"Talkie", "Script", "Markdown", "Cues on words", "Voice", "espeak"};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(order_of(*drawn, nodes[i]), i) << nodes[i];
}

TEST(MermaidParts, OfATimelineAndAGanttFollowTime) {
  const auto timeline = draw(drawing_in("timeline.mmd"), ink(), {});
  ASSERT_TRUE(timeline) << timeline.error().to_string();
  EXPECT_EQ(last_order(*timeline), 5);
  EXPECT_EQ(order_of(*timeline, "Sound"), 2);
  const auto gantt = draw(drawing_in("gantt.mmd"), ink(), {});
  ASSERT_TRUE(gantt) << gantt.error().to_string();
  const char* tasks[] = {"a1", "a2", "b1", "b2", "c1", "m1"};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(order_of(*gantt, tasks[i]), i) << tasks[i];
  EXPECT_EQ(order_of(*gantt, "Build"), 2);
}

TEST(MermaidParts, OfOtherKindsHaveTheirAuthorsNames) {
  const std::pair<const char*, const char*> names[] = {
      {"state.mmd", "Paused"}, {"class.mmd", "Circle"}, {"er.mmd", "ORDER"},
      {"kanban.mmd", "t3"},    {"pie.mmd", "Encoding"}, {"journey.mmd", "Meetings"}};
  for (const auto& [file, id] : names) {
    const auto drawn = draw(drawing_in(file), ink(), {});
    ASSERT_TRUE(drawn) << drawn.error().to_string();
    EXPECT_NE(order_of(*drawn, id), -2) << file << " " << id;
  }
}

TEST(MermaidErrors, NameTheirLine) {
  const auto drawn = mermaid("flowchart LR\n  A --> B\n  B -->\n");
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().kind, ErrorKind::syntax);
  EXPECT_EQ(drawn.error().where.file, "talk.md");
  EXPECT_GE(drawn.error().where.line, 12);
  EXPECT_LE(drawn.error().where.line, 13);
  const auto comment =
      mermaid("%% a comment\n\nsequenceDiagram\n%% another\n  A->>B: hi\n  A=>B\n");
  ASSERT_FALSE(comment);
  EXPECT_EQ(comment.error().where.line, 15) << comment.error().to_string();
  const auto pie = mermaid("pie\n  \"a\" : 1\n  \"b\" ! 2\n");
  ASSERT_FALSE(pie);
  EXPECT_EQ(pie.error().where.line, 12) << pie.error().to_string();
}

TEST(MermaidErrors, SayWhatIsNoDiagram) {
  const auto drawn = mermaid("hello world");
  ASSERT_FALSE(drawn);
  EXPECT_NE(drawn.error().message.find("kind of diagram"), std::string::npos)
      << drawn.error().message;
}

TEST(MermaidText, OfRightToLeftAndWideScripts) {
  const char* const labels[] = {"שלום עולם", "مرحبا بالعالم", "こんにちは世界", "안녕 세상"};
  for (const char* label : labels) {
    const std::string text = label;
    const std::string diagrams[] = {
        "flowchart LR\n A[" + text + "] -->|" + text + "| B[" + text + "]",
        "sequenceDiagram\n A->>B: " + text + "\n Note over A: " + text,
        "timeline\n title " + text + "\n 2001 : " + text,
        "mindmap\n root((" + text + "))\n  " + text,
        "pie\n \"" + text + "\" : 3\n \"b\" : 4",
        "gantt\n dateFormat YYYY-MM-DD\n section " + text + "\n " + text + " : a, 2024-01-01, 3d",
        "stateDiagram-v2\n a : " + text + "\n a --> b : " + text,
        "journey\n title " + text + "\n section " + text + "\n " + text + ": 3: Me",
    };
    for (const std::string& diagram : diagrams) {
      DrawnLook look = ink();
      look.rtl = label == labels[0] || label == labels[1];
      const auto drawn = mermaid(diagram, look);
      ASSERT_TRUE(drawn) << diagram << "\n" << drawn.error().to_string();
      std::string words;
      for (const DrawnPart& part : drawn->parts)
        words += part.words + " ";
      EXPECT_NE(words.find(text.substr(0, text.find(' '))), std::string::npos) << diagram;
    }
  }
}

TEST(MermaidFoulPlay, ReachesNothing) {
  const char* const texts[] = {
      "flowchart LR\n A[\"<script>alert(1)</script>\"] --> B[\"<img src='http://evil/x.png'>\"]\n"
      " click A \"javascript:alert(1)\"\n click B href \"https://evil.example\" \"tip\"",
      "%%{init: {\"securityLevel\": \"loose\", \"htmlLabels\": true, \"themeCSS\": "
      "\"@import url(http://evil)\", \"fontFamily\": \"url(http://evil)\"}}%%\n"
      "flowchart LR\n A[\"<foreignObject>x</foreignObject>\"] --> B",
      "flowchart LR\n A@{ img: \"http://evil/x.png\", label: \"x\" } --> B",
      "flowchart LR\n A[x]:::c --> B\n classDef c fill:url(http://evil/#x),stroke:red",
  };
  for (const char* text : texts) {
    const auto drawn = mermaid(text);
    if (!drawn) continue;  // refused: as good
    const std::string svg = drawn->defs + all_of(*drawn);
    for (const char* word :
         {"<script", "http:", "https:", "javascript:", "<a ", "onclick", "foreignObject", "<image"})
      EXPECT_EQ(std::regex_replace(svg, std::regex(">[^<]*<"), "><").find(word), std::string::npos)
          << word << "\n"
          << text;
  }
}

TEST(MermaidFoulPlay, IsBounded) {
  std::string large = "flowchart LR\n";
  while (large.size() < size_t{1} << 20)
    large += " A --> B\n";
  const auto drawn = mermaid(large);
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().kind, ErrorKind::too_large);
  std::string edges = "flowchart LR\n";
  for (int i = 0; i < 2000; ++i)
    edges += "a" + std::to_string(i) + "-->a" + std::to_string(i * 7 % 900) + "\n";
  EXPECT_FALSE(mermaid(edges));
}

TEST(MermaidColours, OfTheAuthorStayReadable) {
  const auto drawn =
      mermaid("flowchart LR\n A[dark] --> B[pale]\n style A fill:#000080\n style B fill:#ffffcc",
              midnight());
  ASSERT_TRUE(drawn) << drawn.error().to_string();
  std::string worst;
  EXPECT_GE(least_contrast(*drawn, midnight(), worst), 4.5) << worst;
  EXPECT_NE(all_of(*drawn).find("#000080"), std::string::npos);
}

}  // namespace
}  // namespace talkie
