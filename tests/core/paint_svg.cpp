// SPDX-License-Identifier: LGPL-2.1-or-later
// SVG documents that somebody else wrote: what is drawn, and what is refused.
#include <chrono>

#include "paint_testing.h"
#include "visual/painter.h"
#include "visual/svg_safety.h"

namespace talkie {
namespace {

// A document with `content` on its second line.
std::string svg(const std::string& content, const std::string& head = "") {
  return head +
         "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20' "
         "xmlns:xlink='http://www.w3.org/1999/xlink' "
         "xmlns:xi='http://www.w3.org/2001/XInclude'>\n" +
         content + "</svg>";
}

std::string base64(const std::string& bytes) {
  gchar* text = g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size());
  std::string encoded = text;
  g_free(text);
  return encoded;
}

// A white picture of one bit a pixel.
std::string wide_png(int width, int height) {
  const Folder folder;
  const std::string path = folder.path("wide.png");
  EXPECT_EQ(
      std::system(("ffmpeg -v error -f lavfi -i color=white:s=" + std::to_string(width) + "x" +
                   std::to_string(height) + ":d=0.04,format=monob -frames:v 1 '" + path + "'")
                      .c_str()),
      0);
  return *read_file(path, 16u << 20);
}

struct Hostile {
  std::string document;
  ErrorKind kind;
  int line;
  const char* names;  // what the error has to name
};

TEST(CheckSvg, RefusesWhatReachesOutside) {
  constexpr ErrorKind refused = ErrorKind::refused;
  const Hostile documents[] = {
      {svg("<image href='/etc/passwd'/>"), refused, 2, "/etc/passwd"},
      {svg("<image\n  xlink:href='file:///etc/passwd'/>"), refused, 3, "file:///etc/passwd"},
      {svg("<image href='https://example.org/a.png'/>"), refused, 2, "https://example.org/a.png"},
      {svg("<image href=' \n//example.org/a.png'/>"), refused, 3, "//example.org"},
      {svg("<use href='other.svg#a'/>"), refused, 2, "other.svg#a"},
      {svg("<filter id='f'><feImage href='a.png'/></filter>"), refused, 2, "a.png"},
      {svg("<linearGradient href='a.svg#g'/>"), refused, 2, "a.svg#g"},
      {svg("<rect fill='url(http://example.org/#a)'/>"), refused, 2, "http://example.org/#a"},
      {svg("<rect style='fill: URL( \"a.svg#b\" )'/>"), refused, 2, "a.svg#b"},
      {svg("<rect style='fill: u\\72l(a.svg)'/>"), refused, 2, "a.svg"},
      {svg("<rect style='fill:u/**/rl(#a); mask:url(b.svg)'/>"), refused, 2, "b.svg"},
      {svg("<style>@import 'a.css';</style>"), refused, 2, "a.css"},
      {svg("<style><![CDATA[\n@\\69mport url(file:///a.css);]]></style>"), refused, 3, "a.css"},
      {svg("<style>@font-face { src: url(https://example.org/f.woff) }</style>"), refused, 2,
       "f.woff"},
      {svg("<script>alert(1)</script>"), refused, 2, "<script>"},
      {svg("<foreignObject><p/></foreignObject>"), refused, 2, "<foreignObject>"},
      {svg("<xi:include href='/etc/passwd' parse='text'/>"), refused, 2, "xi:include"},
      {svg("", "<?xml-stylesheet href='file:///etc/a.css'?>\n"), refused, 1, "file:///etc/a.css"},
      {svg("", "<!DOCTYPE svg [<!ENTITY a 'b'>]>\n"), refused, 1, "entity 'a'"},
      {svg("", "<!DOCTYPE svg [\n<!ENTITY a SYSTEM 'file:///etc/passwd'>]>\n"), refused, 2, "'a'"},
      {svg("", "<!DOCTYPE svg [<!ENTITY % a SYSTEM 'http://example.org/'> %a;]>\n"), refused, 1,
       "'a'"},
      {svg("", "<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>\n"), refused, 1, "/etc/passwd"},
      {svg("", "<!DOCTYPE html>\n"), refused, 1, "html"},
      {svg("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>"), refused, 2, "data:image/svg+xml"},
      {svg("<image href='data:text/html,x'/>"), refused, 2, "data:text/html"},
      {svg("<image href='data:image/png;base64,aGVsbG8='/>"), ErrorKind::unsupported, 2,
       "embedded"},
  };
  for (const Hostile& hostile : documents) {
    SCOPED_TRACE(hostile.document);
    const auto checked = check_svg(hostile.document, "evil.svg");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, hostile.kind) << checked.error().message;
    EXPECT_EQ(checked.error().where.file, "evil.svg");
    EXPECT_EQ(checked.error().where.line, hostile.line);
    EXPECT_GE(checked.error().where.column, 1);
    EXPECT_NE(checked.error().message.find(hostile.names), std::string::npos)
        << checked.error().message;
    EXPECT_FALSE(paint_svg(hostile.document, {40, 20}, "evil.svg"));
    EXPECT_FALSE(svg_size(hostile.document, "evil.svg"));
  }
}

TEST(CheckSvg, SaysTheColumnOfTheReference) {
  const auto checked = check_svg(svg("<g><image id='ö' href='/etc/passwd'/></g>"), "evil.svg");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().where, (Place{"evil.svg", 2, 24}));
}

TEST(CheckSvg, AllowsWhatDrawingsHave) {
  gchar* jpeg =
      g_base64_encode(reinterpret_cast<const guchar*>(red_jpeg().data()), red_jpeg().size());
  const std::string documents[] = {
      svg("<defs><linearGradient id='a'/></defs><rect fill='url(#a)'/>"),
      svg("<rect style=\"fill:url('#a')\"/><use xlink:href='#b'/>"),
      svg("<a href='https://example.org/'><rect width='9' height='9'/></a>"),
      svg("<style>.a { fill: red } /* url(x.png) */</style>"),
      svg("<switch><foreignObject requiredFeatures='x'/><text>as text</text></switch>"),
      svg("<image href='data:image/jpeg;base64," + std::string(jpeg) + "'/>"),
      svg("<rect style='mask: url(data:image/jpeg;base64," + std::string(jpeg) + ")'/>"),
      svg("",
          "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' "
          "'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n"),
      svg("<metadata xmlns:e='urn:editor'><e:note href='x.html'/></metadata>"),
      "\xef\xbb\xbf" + svg("<text>ö</text>"),
  };
  g_free(jpeg);
  for (const std::string& document : documents) {
    SCOPED_TRACE(document);
    const auto checked = check_svg(document, "good.svg");
    EXPECT_TRUE(checked) << checked.error().to_string();
    EXPECT_EQ(*svg_size(document, "good.svg"), (Size{40, 20}));
  }
}

TEST(CheckSvg, SaysWhereItIsBroken) {
  const auto broken = check_svg(svg("<g>\n<rect></g>"), "broken.svg");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::syntax);
  EXPECT_EQ(broken.error().where.line, 3);
  for (const char* text : {"", "   ", "hello", "<html/>", "<svg/>", "<svg", "\x89PNG"}) {
    SCOPED_TRACE(text);
    const auto checked = check_svg(text, "broken.svg");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, ErrorKind::syntax);
  }
  std::string deep = svg("");
  deep.replace(deep.find("</svg>"), 6, "");
  for (int i = 0; i < 100'000; ++i)
    deep += "<g>";
  EXPECT_FALSE(check_svg(deep, "deep.svg"));
  EXPECT_EQ(check_svg(std::string(kMaxSvgBytes + 1, ' '), "long.svg").error().kind,
            ErrorKind::too_large);
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += text;
  return all;
}

// What would keep the painter busy, or end it, is refused before it is tried.
TEST(CheckSvg, RefusesWhatIsTooMuchToDraw) {
  const std::string pixels =  // an embedded picture of 60 million
      "<image href='data:image/png;base64," + base64(wide_png(10'000, 6'000)) + "'/>";
  const Hostile documents[] = {
      {svg(times(1'000'000, "<path/>\n")), ErrorKind::too_large, 200'001, "200000 elements"},
      {svg(times(10'000, "<g>\n") + times(10'000, "</g>")), ErrorKind::too_large, 258, "256"},
      {svg("<filter id='f'>\n<feTurbulence numOctaves='100000000'/></filter>"),
       ErrorKind::too_large, 3, "numOctaves=\"16\""},
      // librsvg 2.54 ends the program at this.
      {svg("<filter id='f'>\n<feConvolveMatrix order='1 40' kernelMatrix='1'/></filter>"),
       ErrorKind::too_large, 3, "order=\"10\""},
      {svg("<rect style='fill:url(data:text/plain,x)'/>"), ErrorKind::refused, 2,
       "data:text/plain"},
      {svg("<a href='JavaScript:alert(1)'/>"), ErrorKind::refused, 2, "JavaScript"},
      {svg("<image href='data:image/png;base64," + std::string(11'000'000, 'A') + "'/>"),
       ErrorKind::too_large, 2, "10 MB"},
      {svg(pixels + "\n" + pixels), ErrorKind::too_large, 3, "100 million pixels"},
  };
  for (const Hostile& hostile : documents) {
    SCOPED_TRACE(hostile.names);
    const auto before = std::chrono::steady_clock::now();
    const auto checked = check_svg(hostile.document, "evil.svg");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().kind, hostile.kind) << checked.error().message;
    EXPECT_EQ(checked.error().where.line, hostile.line) << checked.error().message;
    EXPECT_NE(checked.error().message.find(hostile.names), std::string::npos)
        << checked.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  }
}

// Ten uses of ten uses of …: the painter itself counts, and stops at half a million.
TEST(PaintSvg, GivesUpOnUsesOfUses) {
  std::string bomb = "<defs><rect id='u0' width='1' height='1'/>";
  for (int i = 1; i < 12; ++i)
    bomb += "<g id='u" + std::to_string(i) + "'>" +
            times(10, "<use href='#u" + std::to_string(i - 1) + "'/>") + "</g>";
  const auto painted = paint_svg(svg(bomb + "</defs><use href='#u11'/>"), {40, 20}, "a.svg");
  ASSERT_FALSE(painted);
}

TEST(SvgSize, IsWhatTheDocumentSays) {
  const auto size_of = [](const std::string& attributes) {
    return svg_size("<svg xmlns='http://www.w3.org/2000/svg' " + attributes +
                        "><rect x='5' width='25' height='10'/></svg>",
                    "a.svg");
  };
  EXPECT_EQ(*size_of("width='300' height='200'"), (Size{300, 200}));
  EXPECT_EQ(*size_of("width='25.4mm' height='72pt'"), (Size{96, 96}));
  EXPECT_EQ(*size_of("viewBox='10 10 64 48'"), (Size{64, 48}));
  EXPECT_EQ(*size_of("width='100%' height='100%' viewBox='0 0 64 48'"), (Size{64, 48}));
  EXPECT_EQ(*size_of(""), (Size{30, 10}));
  EXPECT_EQ(*size_of("width='0.2' height='0.2'"), (Size{1, 1}));
  EXPECT_EQ(size_of("width='20000' height='20'").error().kind, ErrorKind::too_large);
  EXPECT_EQ(size_of("width='1e30' height='1e30'").error().kind, ErrorKind::too_large);
  EXPECT_FALSE(size_of("width='0' height='0'"));
}

TEST(PaintSvg, FitsTheSizeAndKeepsItsProportions) {
  // Drawn as wide as it goes and centred: 80 x 40 of 80 x 80.
  const auto bitmap = paint_svg(svg("<rect width='40' height='20' fill='#0af'/>"), {80, 80}, "a");
  ASSERT_TRUE(bitmap);
  EXPECT_EQ(pixel(*bitmap, 40, 19), 0U);
  EXPECT_EQ(pixel(*bitmap, 0, 20), 0xff00aaffU);
  EXPECT_EQ(pixel(*bitmap, 79, 59), 0xff00aaffU);
  EXPECT_EQ(pixel(*bitmap, 40, 60), 0U);
  // Without any size of its own it is scaled all the same.
  const auto bare = paint_svg(
      "<svg xmlns='http://www.w3.org/2000/svg'><rect width='40' height='20' fill='#0af'/></svg>",
      {400, 200}, "a");
  ASSERT_TRUE(bare);
  EXPECT_EQ(pixel(*bare, 399, 199), 0xff00aaffU);
}

TEST(PaintSvg, IsWhatAnotherProgramPaints) {
  const std::string document = svg(
      "<defs><radialGradient id='g'><stop stop-color='red'/><stop offset='1' stop-color='blue' "
      "stop-opacity='.3'/></radialGradient></defs><circle cx='12' cy='10' r='9' fill='url(#g)'/>"
      "<text x='20' y='14' font-size='9' font-family='Inter'>Ag</text>");
  const Folder folder;
  const auto bitmap = paint_svg(document, {40, 20}, "a.svg");
  ASSERT_TRUE(bitmap);
  EXPECT_LE(difference(*bitmap, painted_elsewhere(document, folder)).largest, 2);
}

TEST(PaintSvg, CirclesDoNotHang) {
  const std::string documents[] = {
      svg("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>"),
      svg("<use id='a' href='#a'/>"),
      svg("<pattern id='p' width='1' height='1'><rect width='9' height='9' fill='url(#p)'/>"
          "</pattern><rect width='9' height='9' fill='url(#p)'/>"),
      svg("<mask id='m'><rect width='9' height='9' mask='url(#m)'/></mask>"
          "<rect width='9' height='9' mask='url(#m)'/>"),
  };
  for (const std::string& document : documents) {
    const auto before = std::chrono::steady_clock::now();
    // librsvg leaves such elements out, as the standard says; what matters is that it ends.
    (void)paint_svg(document, {40, 20}, "a.svg").operator bool();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
  }
}

TEST(PaintSvg, GivesUpOnADrawingWithoutEnd) {
  const std::string clouds =
      "<filter id='f'><feTurbulence baseFrequency='.1' numOctaves='16'/></filter>" +
      times(20'000, "<rect width='40' height='20' filter='url(#f)'/>");
  const auto before = std::chrono::steady_clock::now();
  const auto bitmap = paint_svg(svg(clouds), {400, 200}, "a.svg");
  ASSERT_FALSE(bitmap);
  EXPECT_EQ(bitmap.error().kind, ErrorKind::too_large);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(15));
}

}  // namespace
}  // namespace talkie
