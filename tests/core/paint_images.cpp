// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures that a script names: whether they can be drawn, before anybody tries.
#include <chrono>

#include "paint_testing.h"
#include "visual/image_info.h"
#include "visual/png.h"
#include "visual/svg_document.h"

namespace talkie {
namespace {

using std::string_view_literals::operator""sv;

void put(std::string& out, uint32_t value) {
  for (const int shift : {24, 16, 8, 0})
    out += static_cast<char>(value >> shift & 0xff);
}

// PNG 1.2, section 3.2 and annex D.
std::string chunk(std::string_view type_and_data) {
  uint32_t crc = 0xffffffff;
  for (const char c : type_and_data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = crc & 1 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
  }
  std::string out;
  put(out, static_cast<uint32_t>(type_and_data.size() - 4));
  out += type_and_data;
  put(out, ~crc);
  return out;
}

// A PNG of that size, if its header is to be believed; its few pixels are cut short.
std::string png_header(uint32_t width, uint32_t height) {
  std::string header = "IHDR";
  put(header, width);
  put(header, height);
  header += "\x08\x02\0\0\0"sv;
  return std::string("\x89PNG\r\n\x1a\n") + chunk(header) +
         chunk("IDAT\x78\x9c\x63\x00\x00\x00\x01\x00\x01"sv) + chunk("IEND");
}

std::string red_png() {
  Bitmap red = make_bitmap({16, 8});
  for (size_t i = 0; i < red.bgra.size(); i += 4)
    std::copy_n("\x20\x20\xd0\xff", 4, red.bgra.begin() + static_cast<ptrdiff_t>(i));
  auto png = to_png(red);
  EXPECT_TRUE(png);
  return *png;
}

// A picture with detail, so that its file has more than a header.
std::string busy_png() {
  Bitmap busy = make_bitmap({64, 64});
  uint32_t state = 1;
  for (uint8_t& byte : busy.bgra)
    byte = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  for (size_t i = 3; i < busy.bgra.size(); i += 4)
    busy.bgra[i] = 255;
  return *to_png(busy);
}

TEST(ImageSize, KnowsEveryFormat) {
  const Folder folder;
  EXPECT_EQ(*image_size(folder.write("a.png", red_png())), (Size{16, 8}));
  EXPECT_EQ(*image_size(folder.write("a.JPG", red_jpeg())), (Size{16, 8}));
  EXPECT_EQ(*image_size(folder.write("a.jpeg", red_jpeg())), (Size{16, 8}));
  EXPECT_EQ(*image_size(folder.write("photo", red_webp())), (Size{16, 8}));
  EXPECT_EQ(*image_size(folder.write("a.gif", red_gif())), (Size{1, 1}));
  const std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' width='1in' height='48'/>";
  EXPECT_EQ(*image_size(folder.write("drawing.svg", svg)), (Size{96, 48}));
}

// librsvg leaves a hole where it cannot load a picture: every one that passes must be drawn.
TEST(ImageSize, WhatPassesIsDrawn) {
  const Folder folder;
  const std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='16' height='8'>"
      "<rect width='16' height='8' fill='#d02020'/></svg>";
  const std::pair<const char*, std::string> files[] = {
      {"a.png", red_png()},
      {"b.jpg", red_jpeg()},
      {"c.webp", red_webp()},
      {"d.gif", red_gif()},
      {"e.svg", svg},
      {"no extension", red_png()},
      {"a.JPEG", red_jpeg()},
      {"50% off? #1.png", red_png()},
      {"größe 画像.png", red_png()},
      {"it's & <that>.png", red_png()},
  };
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    const std::string path = folder.write(name, bytes);
    ASSERT_TRUE(image_size(path)) << image_size(path).error().message;
    gchar* uri = g_filename_to_uri(path.c_str(), nullptr, nullptr);
    const auto document = SvgDocument::parse(
        "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'><image width='20' "
        "height='10' preserveAspectRatio='none' href='" +
            escape_xml(uri) + "'/></svg>",
        "", folder.path());
    g_free(uri);
    ASSERT_TRUE(document);
    Bitmap page = make_bitmap({20, 10});
    ASSERT_TRUE(document->draw(page));
    const uint32_t colour = pixel(page, 10, 5);
    EXPECT_NEAR(static_cast<int>(colour >> 16 & 0xff), 0xd0, 3);
    EXPECT_NEAR(static_cast<int>(colour & 0xff), 0x20, 3);
    EXPECT_EQ(colour >> 24, 0xff);
  }
}

TEST(ImageSize, FilesOutsideOfTheFolderAreNotDrawn) {
  const Folder folder;
  const Folder other;
  const std::string path = other.write("secret.png", red_png());
  for (const std::string& inside : {folder.path(), std::string{}}) {
    const auto document = SvgDocument::parse(
        "<svg xmlns='http://www.w3.org/2000/svg' width='16' height='8'><image href='file://" +
            path + "'/></svg>",
        "", inside);
    ASSERT_TRUE(document);
    Bitmap page = make_bitmap({16, 8});
    ASSERT_TRUE(document->draw(page));
    EXPECT_EQ(difference(page, make_bitmap({16, 8})).largest, 0);
  }
}

struct Broken {
  const char* name;
  std::string bytes;
  ErrorKind kind;
  const char* says;
};

TEST(ImageSize, SaysWhatIsWrongWithAPicture) {
  const std::string png = busy_png();
  std::string flipped = png;
  flipped[flipped.size() / 2] ^= 0x55;
  const Broken pictures[] = {
      {"empty.png", "", ErrorKind::unreadable, "is empty"},
      {"text.png", "hello", ErrorKind::unsupported, "no PNG, JPEG, GIF, WebP or AVIF"},
      {"bitmap.bmp", "BM and so on", ErrorKind::unsupported, "is a BMP file"},
      {"scan.tif", std::string("II*\0\x08", 5), ErrorKind::unsupported, "is a TIFF file"},
      {"phone.heic",
       std::string("\0\0\0\x18"
                   "ftypheic and so on",
                   22),
       ErrorKind::unsupported, "convert it"},
      {"paper.pdf", "%PDF-1.7", ErrorKind::unsupported, "is a PDF file"},
      {"drawing.svgz", "\x1f\x8b\x08 and so on", ErrorKind::unsupported, "gunzip"},
      {"really.jpg", red_png(), ErrorKind::bad_value, "call it 'really.png'"},
      {"drawing.png", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
       ErrorKind::bad_value, "call it 'drawing.svg'"},
      {"half.png", png.substr(0, png.size() / 2), ErrorKind::unreadable, "cut off"},
      {"start.png", png.substr(0, 20), ErrorKind::unreadable, "broken"},
      {"flipped.png", flipped, ErrorKind::unreadable, "broken"},
      {"short.png", png_header(100, 100), ErrorKind::unreadable, ""},
      {"half.jpg", red_jpeg().substr(0, red_jpeg().size() - 4), ErrorKind::unreadable, "cut off"},
      {"start.jpg", red_jpeg().substr(0, 30), ErrorKind::unreadable, ""},
      {"half.gif", red_gif().substr(0, 30), ErrorKind::unreadable, "broken"},
      {"half.webp", red_webp().substr(0, 30), ErrorKind::unreadable, ""},
      {"vast.png", png_header(60'000, 60'000), ErrorKind::too_large, "60000 x 60000"},
      {"large.png", png_header(16'000, 16'000), ErrorKind::too_large, "million"},
      {"long.png", png_header(20'000, 10), ErrorKind::too_large, "20000 x 10"},
      {"vast.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'/>",
       ErrorKind::too_large, "60000 x 60000"},
      {"self.svg",
       "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\n"
       "<image href='self.svg'/></svg>",
       ErrorKind::refused, "self.svg"},
  };
  const Folder folder;
  for (const Broken& picture : pictures) {
    SCOPED_TRACE(picture.name);
    const auto size = image_size(folder.write(picture.name, picture.bytes));
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, picture.kind);
    EXPECT_NE(size.error().message.find(picture.says), std::string::npos) << size.error().message;
    EXPECT_NE(size.error().to_string().find(picture.name), std::string::npos)
        << size.error().to_string();
  }
  EXPECT_EQ(image_size(folder.path("none.png")).error().kind, ErrorKind::not_found);
}

// Headers that promise gigabytes, of files of a few bytes.
TEST(ImageSize, RefusesAVastPictureAtOnce) {
  std::string gif = red_gif();
  gif.replace(6, 4, "\xff\xff\xff\xff");
  std::string jpeg = red_jpeg();
  const size_t frame = jpeg.find("\xff\xc0"sv);
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\xea\x60\xea\x60");  // 60,000; more is none of a JPEG's
  const std::pair<const char*, std::string> files[] = {
      {"vast.png", png_header(60'000, 60'000)},
      {"ten gigabytes.png", png_header(100'000, 100'000)},
      {"vast.gif", gif},
      {"vast.jpg", jpeg},
      {"vast.avif", std::string("\0\0\0\x14"
                                "ftypavif\0\0\0\0mif1"
                                "\0\0\0\x14ispe\0\0\0\0"
                                "\0\1\0\0\0\1\0\0",
                                40)},
  };
  const Folder folder;
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    const std::string path = folder.write(name, bytes);
    const auto before = std::chrono::steady_clock::now();
    const auto size = image_size(path);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(500));
    ASSERT_FALSE(size);
    EXPECT_EQ(size.error().kind, ErrorKind::too_large) << size.error().message;
    EXPECT_NE(size.error().message.find("scale it down"), std::string::npos);
  }
}

// A camera's JPEG holds a thumbnail, with an end mark, and may be followed by a short film.
TEST(ImageSize, FindsTheRealEndOfAJpeg) {
  const Folder folder;
  const std::string& jpeg = red_jpeg();
  std::string thumbnail = "\xff\xe1";
  put(thumbnail, static_cast<uint32_t>(jpeg.size() + 2));
  thumbnail.erase(2, 2);  // the length has two bytes
  const std::string whole = jpeg.substr(0, 2) + thumbnail + jpeg + jpeg.substr(2);
  EXPECT_TRUE(image_size(folder.write("camera.jpg", whole)));
  EXPECT_TRUE(image_size(folder.write("moving.jpg", whole + std::string(100'000, 'x'))));
  EXPECT_FALSE(image_size(folder.write("cut.jpg", whole.substr(0, whole.size() - 2))));
}

TEST(Png, IsReadBackAsItWas) {
  Bitmap bitmap = make_bitmap({64, 5});
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 4; ++c)
        bitmap.row(y)[4 * x + c] = static_cast<uint8_t>(c == 3 ? 4 * x : x * c * y / 5);
  const Folder folder;
  const auto png = to_png(bitmap);
  ASSERT_TRUE(png);
  EXPECT_NE(png->find("sRGB"), std::string::npos);
  const Bitmap back = read_png(folder.write("a.png", *png));
  EXPECT_LE(difference(bitmap, back).largest, 1);
  EXPECT_EQ(std::system(("ffprobe -v error '" + folder.path("a.png") + "'").c_str()), 0);
}

TEST(Png, OpaquePicturesAreExact) {
  const Folder folder;
  const Bitmap read = read_png(folder.write("a.png", busy_png()));
  const auto again = to_png(read);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, busy_png());
}

}  // namespace
}  // namespace talkie
