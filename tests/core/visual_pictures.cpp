// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures as they come: turned cameras, every format, drawings whose groups come in one by one.
#include "paint_testing.h"
#include "script/folders.h"
#include "script/script.h"
#include "visual/image_info.h"
#include "visual/painter.h"
#include "visual/picture_file.h"
#include "visual/svg_document.h"
#include "visual/svg_steps.h"

namespace talkie {
namespace {

using std::string_view_literals::operator""sv;

constexpr uint32_t kRed = 0xd02020, kGreen = 0x20a020, kBlue = 0x2020d0, kWhite = 0xf0f0f0;

// 64 x 32 pixels: red and green over blue and white.
std::string four_colours() {
  GdkPixbuf* pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, 64, 32);
  for (const auto& [x, y, colour] :
       {std::tuple{0, 0, kRed}, {32, 0, kGreen}, {0, 16, kBlue}, {32, 16, kWhite}}) {
    GdkPixbuf* quarter = gdk_pixbuf_new_subpixbuf(pixbuf, x, y, 32, 16);
    gdk_pixbuf_fill(quarter, colour << 8 | 0xff);
    g_object_unref(quarter);
  }
  gchar* bytes = nullptr;
  gsize size = 0;
  EXPECT_TRUE(
      gdk_pixbuf_save_to_buffer(pixbuf, &bytes, &size, "jpeg", nullptr, "quality", "98", nullptr));
  std::string jpeg(bytes, size);
  g_free(bytes);
  g_object_unref(pixbuf);
  return jpeg;
}

// With the tag that says how the camera was held (EXIF 2.3, sections 4.5.2 and 4.6.4).
std::string turned(const std::string& jpeg, int orientation) {
  std::string exif("\xff\xe1\x00\x22"sv);
  exif += "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"sv;
  exif += static_cast<char>(orientation);
  exif += "\0\0\0\0\0\0"sv;
  return jpeg.substr(0, 2) + exif + jpeg.substr(2);
}

struct Corners {
  uint32_t top_left, top_right, bottom_left, bottom_right;
};
// By EXIF's words: where the file's first row and first column are seen.
constexpr Corners kUpright[] = {
    {kRed, kGreen, kBlue, kWhite},  // 1: first row on top, first column on the left
    {kGreen, kRed, kWhite, kBlue},  // 2: on top, right
    {kWhite, kBlue, kGreen, kRed},  // 3: at the bottom, right
    {kBlue, kWhite, kRed, kGreen},  // 4: at the bottom, left
    {kRed, kBlue, kGreen, kWhite},  // 5: on the left, top
    {kBlue, kRed, kWhite, kGreen},  // 6: on the right, top
    {kWhite, kGreen, kBlue, kRed},  // 7: on the right, bottom
    {kGreen, kWhite, kRed, kBlue},  // 8: on the left, bottom
};

bool near(uint32_t seen, uint32_t wanted) {
  for (const int shift : {16, 8, 0})
    if (std::abs(static_cast<int>(seen >> shift & 0xff) -
                 static_cast<int>(wanted >> shift & 0xff)) > 12)
      return false;
  return true;
}

// The middles of the four quarters of a box.
void expect_corners(const Bitmap& bitmap, const Box& box, const Corners& corners) {
  const auto at = [&](double x, double y) {
    return pixel(bitmap, static_cast<int>(box.x + x * box.width),
                 static_cast<int>(box.y + y * box.height));
  };
  EXPECT_TRUE(near(at(0.25, 0.25), corners.top_left)) << std::hex << at(0.25, 0.25);
  EXPECT_TRUE(near(at(0.75, 0.25), corners.top_right)) << std::hex << at(0.75, 0.25);
  EXPECT_TRUE(near(at(0.25, 0.75), corners.bottom_left)) << std::hex << at(0.25, 0.75);
  EXPECT_TRUE(near(at(0.75, 0.75), corners.bottom_right)) << std::hex << at(0.75, 0.75);
}

Scene scene_in(const Folder& folder, const std::string& text) {
  Problems problems;
  auto script = parse_script(text, folder.path("talk.md"), {}, problems);
  EXPECT_TRUE(script) << script.error().to_string();
  return script ? script->scenes.front() : Scene{};
}

Painted painted(const Scene& scene, Size size) {
  Problems problems;
  auto result = paint_scene(scene, size, problems);
  EXPECT_TRUE(result) << result.error().to_string();
  for (const Problem& problem : problems.all())
    ADD_FAILURE() << problem.message;
  return result ? *std::move(result) : Painted{};
}

// The one picture of a page.
Picture picture_of(const Scene& scene, Size size) {
  Problems problems;
  const auto slide = lay_out(scene, size, problems);
  EXPECT_TRUE(slide) << slide.error().to_string();
  for (const Item& item : slide->plan->page.items)
    if (const auto* picture = std::get_if<Picture>(&item.what)) return *picture;
  ADD_FAILURE() << "no picture on the page";
  return {};
}

TEST(Orientation, IsObeyedOnPages) {
  const Folder folder;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const std::string path = folder.write("a.jpg", turned(four_colours(), orientation));
    const auto facts = look_into_picture(path);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->orientation, orientation);
    EXPECT_EQ(facts->size, orientation < 5 ? (Size{64, 32}) : (Size{32, 64}));
    const Scene scene = scene_in(folder, "![contain](a.jpg)\n");
    const Picture picture = picture_of(scene, {640, 360});
    expect_corners(painted(scene, {640, 360}).frame, picture.box, kUpright[orientation - 1]);
  }
}

// Cut to the frame around its lower right corner, of which that leaves one colour.
TEST(Orientation, IsObeyedWhereThePictureIsCut) {
  const Folder folder;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    folder.write("a.jpg", turned(four_colours(), orientation));
    const bool on_its_side = orientation >= 5;
    const Size size = on_its_side ? Size{640, 360} : Size{360, 640};
    const Scene scene = scene_in(folder, "![cover focus=100%,100%](a.jpg)\n");
    const Bitmap frame = painted(scene, size).frame;
    const Corners& upright = kUpright[orientation - 1];
    EXPECT_TRUE(near(pixel(frame, size.width - 20, size.height - 20), upright.bottom_right));
    const uint32_t other = on_its_side ? upright.bottom_left : upright.top_right;
    const bool other_is_seen = on_its_side ? near(pixel(frame, 20, size.height - 20), other)
                                           : near(pixel(frame, size.width - 20, 20), other);
    EXPECT_TRUE(other_is_seen);
  }
}

TEST(Orientation, IsObeyedWhereACameraMoves) {
  const Folder folder;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    folder.write("a.jpg", turned(four_colours(), orientation));
    const Painted page = painted(scene_in(folder, "![contain zoom](a.jpg)\n"), {640, 360});
    ASSERT_EQ(page.visual->layers.size(), 1U);
    const Bitmap& bitmap = page.visual->layers[0].bitmap;
    EXPECT_EQ(bitmap.width > bitmap.height, orientation < 5);
    expect_corners(bitmap,
                   {0, 0, static_cast<double>(bitmap.width), static_cast<double>(bitmap.height)},
                   kUpright[orientation - 1]);
  }
}

// What other programs write, by ffmpeg and ImageMagick: all is the same red.
TEST(PictureFormats, AreDrawnAsTheyAre) {
  const Folder folder;
  const std::string own_palette = "-vf 'split[a][b];[a]palettegen[p];[b][p]paletteuse'";
  const std::string encodings[] = {
      "deep.png -pix_fmt rgb48be",    "grey.png -vf format=gray",
      "alpha.png -vf format=ya8",     "palette.png -pix_fmt pal8 " + own_palette,
      "interlaced.png -flags +ildct", "moving.apng -plays 0 -f apng",
      "a.webp -lossless 1",           "a.avif -c:v libaom-av1 -still-picture 1",
      "many.gif " + own_palette,
  };
  for (const std::string& encoding : encodings) {
    const std::string name = encoding.substr(0, encoding.find(' '));
    SCOPED_TRACE(name);
    const bool many = name == "many.gif" || name == "moving.apng";
    const std::string options = encoding.substr(std::min(encoding.size(), name.size() + 1));
    std::string path = folder.path(name);
    ASSERT_EQ(std::system(("ffmpeg -v error -f lavfi -i color=0xd02020:s=16x8:d=0.2:r=25 " +
                           std::string(many ? "" : "-frames:v 1 ") + options + " -y '" + path + "'")
                              .c_str()),
              0);
    if (name.ends_with(".apng")) {
      std::filesystem::rename(path, folder.path("moving.png"));
      path = folder.path("moving.png");
    }
    const auto size = image_size(path);
    ASSERT_TRUE(size) << size.error().message;
    EXPECT_EQ(*size, (Size{16, 8}));
    const auto loaded = load_picture(path, {16, 8});
    ASSERT_TRUE(loaded);
    const std::string file = std::filesystem::path(path).filename().string();
    const Scene scene = scene_in(folder, "![cover](" + file + ")\n");
    const Bitmap frame = painted(scene, {320, 180}).frame;
    // Grey of BT.601 is the red's lightness.
    const bool grey = name == "grey.png" || name == "alpha.png";
    const uint32_t wanted = grey ? 0x545454 : kRed;
    EXPECT_TRUE(near(pixel(*loaded, 8, 4), wanted)) << std::hex << pixel(*loaded, 8, 4);
    EXPECT_TRUE(near(pixel(frame, 160, 90), wanted)) << std::hex << pixel(frame, 160, 90);
  }
}

// In the inks of a printer, as ImageMagick wrote it.
TEST(PictureFormats, CmykJpegsAreDrawnInTheirColours) {
  const Folder folder;
  const std::string jpeg = from_base64(
      "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwAGBAUGBQQGBgUGBwcGCAoQCgoJCQoUDg8MEBcUGBgXFBYWGh0lHxobIxwWFiAs"
      "ICMmJykqKRkfLTAtKDAlKCko/9sAQwEHBwcKCAoTCgoTKBoWGigoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo"
      "KCgoKCgoKCgoKCgoKCgoKCgo/8AAFAgACAAQBAERAAIRAQMRAQQRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAFB//EABQQ"
      "AQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAAAAAAAAAAAAAAAAAABgf/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQB"
      "AAIRAxEEAAA/AL6pYI2sAf/Z");
  folder.write("a.jpg", jpeg);
  const Bitmap frame = painted(scene_in(folder, "![cover](a.jpg)\n"), {320, 180}).frame;
  EXPECT_TRUE(near(pixel(frame, 160, 90), kRed)) << std::hex << pixel(frame, 160, 90);
}

constexpr const char* kLayered =
    "<svg xmlns='http://www.w3.org/2000/svg' width='200' height='100' viewBox='0 0 200 100' "
    "xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape'>"
    "<style>.box { fill: #246 } g > rect { stroke: #fff }</style>"
    "<rect width='200' height='100' fill='#eee'/>"
    "<g id='mux' data-step='2'><rect class='box' x='10' y='10' width='50' height='40'/>"
    "<text x='15' y='35' font-size='12' fill='#fff'>Muxer</text></g>"
    "<g data-step='1' aria-label='the encoder'><title>x264</title>"
    "<rect id='enc' class='box' x='80' y='10' width='50' height='40'/></g>"
    "<path id='line' d='M0 70 H200' stroke='#c33'/>"
    "<g data-step='2' style='display:inline'><circle cx='170' cy='30' r='15'/></g>"
    "<g inkscape:groupmode='layer' inkscape:label='Notes' id='layer7'>"
    "<rect x='20' y='20' width='30' height='20' fill='#fc0'/></g></svg>";

TEST(SvgSteps, ComeInTheOrderOfTheirNumbers) {
  const auto picture = take_apart(kLayered, "a.svg", {}, {"Notes", "enc"});
  ASSERT_TRUE(picture) << picture.error().to_string();
  ASSERT_EQ(picture->steps.size(), 2U);
  EXPECT_EQ(picture->steps[0], "x264 the encoder");
  EXPECT_EQ(picture->steps[1], "Muxer");
  // The notes lie over the muxer, so they cannot be part of what is below it; the line can.
  std::vector<int> steps;
  for (const SvgPart& part : picture->parts)
    steps.push_back(part.step);
  EXPECT_EQ(steps, (std::vector{-1, 1, 0, -1}));
  EXPECT_EQ(picture->parts[0].elements.size(), 2U);
  EXPECT_EQ(picture->parts[1].elements.size(), 2U);
  EXPECT_NEAR(picture->parts[2].place.x, 79.5 / 200, 1e-3);
  EXPECT_NEAR(picture->parts[2].place.width, 51.0 / 200, 1e-3);
  const auto notes = std::ranges::find(picture->names, "Notes", &SvgPicture::Name::name);
  ASSERT_NE(notes, picture->names.end());
  EXPECT_NEAR(notes->place.x, 19.5 / 200, 1e-6);  // with its stroke
  EXPECT_NEAR(notes->place.height, 21.0 / 100, 1e-6);
  EXPECT_TRUE(picture->warnings.empty());
}

// All parts over each other are the drawing as another program paints it.
TEST(SvgSteps, TogetherAreTheWholeDrawing) {
  const Folder folder;
  const std::string elsewhere = std::string(kLayered).replace(
      std::string(kLayered).find("width='200' height='100'"), 24, "width='600' height='300'");
  const Bitmap whole = painted_elsewhere(elsewhere, folder);
  const auto picture = take_apart(kLayered, "a.svg", {}, {"Notes"});
  ASSERT_TRUE(picture);
  Bitmap all = make_bitmap({600, 300});
  for (const SvgPart& part : picture->parts) {
    Picture piece;
    piece.box = piece.whole = {0, 0, 300, 150};
    piece.part = std::make_shared<const SvgPart>(part);
    EXPECT_GT(difference(all, whole).largest, 8) << "a part that adds nothing";
    ASSERT_TRUE(paint_part(piece, 2, all));
  }
  EXPECT_LE(difference(all, whole).largest, 2);
}

TEST(SvgSteps, ComeInByTheNamesThatAreShown) {
  const auto picture = take_apart(kLayered, "a.svg", {"notes", "line", "none"}, {"notes", "line"});
  ASSERT_TRUE(picture);
  ASSERT_EQ(picture->steps.size(), 4U);
  EXPECT_EQ(picture->steps[2], "Notes");
  EXPECT_EQ(picture->steps[3], "line");
  const auto notes = std::ranges::find(picture->parts, 2, &SvgPart::step);
  ASSERT_NE(notes, picture->parts.end());
  EXPECT_EQ(notes->names, (std::vector<std::string>{"layer7", "Notes"}));
}

TEST(SvgSteps, WhatIsWrongWithThemIsSaid) {
  const auto picture = take_apart(
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\n<g "
      "data-step='two'><path/></g>\n"
      "<text>a<tspan data-step='1'>b</tspan></text><g data-step='10000'/></svg>",
      "a.svg", {}, {});
  ASSERT_TRUE(picture);
  ASSERT_EQ(picture->warnings.size(), 3U);
  EXPECT_NE(picture->warnings[0].find("a.svg:2"), std::string::npos);
  EXPECT_NE(picture->warnings[0].find("data-step=\"two\""), std::string::npos);
  EXPECT_NE(picture->warnings[1].find("<tspan>"), std::string::npos);
  EXPECT_TRUE(picture->steps.empty());
}

TEST(SvgSteps, WithinEachOtherComeInAfterWhatIsAround) {
  const auto picture = take_apart(
      "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='10'><g id='a'/><g id='a' "
      "data-step='3'><rect id='a' width='9' height='9'/><g data-step='1'><rect x='10' width='9' "
      "height='9'/></g><g data-step='7'><rect x='20' width='9' height='9'/></g></g></svg>",
      "a.svg", {}, {});
  ASSERT_TRUE(picture);
  std::vector<int> steps;
  for (const SvgPart& part : picture->parts)
    steps.push_back(part.step);
  EXPECT_EQ(steps, (std::vector{-1, 1, 2}));
}

TEST(SvgSteps, AreLayersOfAPage) {
  const Folder folder;
  folder.write("a.svg", kLayered);
  const Scene scene = scene_in(folder, "# Live\n\n![](a.svg)\n\nThe encoder feeds the muxer.\n");
  const Painted page = painted(scene, {1280, 720});
  ASSERT_EQ(page.visual->steps.size(), 2U);
  EXPECT_EQ(page.visual->steps[1].words, "Muxer");
  ASSERT_EQ(page.visual->layers.size(), 3U);
  EXPECT_EQ(page.visual->layers[0].step, 1);
  EXPECT_EQ(page.visual->layers[1].step, 0);
  EXPECT_EQ(page.visual->layers[2].step, -1);
  // In full size, although the file is a small drawing.
  const Picture picture = picture_of(scene, {1280, 720});
  EXPECT_NEAR(page.visual->layers[1].bitmap.width, 51.0 / 200 * picture.whole.width, 3);
  EXPECT_TRUE(near(pixel(page.frame, static_cast<int>(picture.box.x + picture.box.width / 2),
                         static_cast<int>(picture.box.y + picture.box.height * 0.9)),
                   0xeeeeee));
}

TEST(SvgSteps, ComeInAtTheCueThatShowsThem) {
  const Folder folder;
  folder.write("a.svg", kLayered);
  const Scene scene = scene_in(
      folder,
      "# Live\n\n![](a.svg)\n\nThen the [muxer](cue:show=mux) and [notes](cue:show=Notes).\n");
  const Painted page = painted(scene, {1280, 720});
  ASSERT_EQ(page.visual->steps.size(), 3U);
  EXPECT_EQ(page.visual->steps[0].cue, -1);
  EXPECT_EQ(page.visual->steps[1].cue, 0);  // by its number in the drawing
  EXPECT_EQ(page.visual->steps[2].cue, 1);  // by the cue alone
  Problems problems;
  const Scene wrong = scene_in(folder, "![](a.svg)\n\nThen the [muxer](cue:show=muxer).\n");
  const auto slide = lay_out(wrong, {1280, 720}, problems);
  ASSERT_FALSE(slide);
  EXPECT_NE(slide.error().message.find("Did you mean 'mux'"), std::string::npos)
      << slide.error().message;
}

TEST(SvgPictures, KeepTheirShapeWhereACameraMoves) {
  const Folder folder;
  folder.write("a.svg",
               "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'><rect width='20' "
               "height='10' fill='#135'/></svg>");
  const Painted page = painted(scene_in(folder, "![cover zoom](a.svg)\n"), {640, 640});
  ASSERT_EQ(page.visual->layers.size(), 1U);
  const Bitmap& bitmap = page.visual->layers[0].bitmap;
  EXPECT_NEAR(static_cast<double>(bitmap.width) / bitmap.height, 2, 0.02);
  EXPECT_EQ(pixel(bitmap, 3, 3), 0xff113355U);
}

// A link that leads out of the folder is what it leads to.
TEST(Folders, OthersAreUsedWhereTheUserAllowsThem) {
  const Folder folder;
  const Folder other;
  other.write("a.jpg", four_colours());
  std::filesystem::create_symlink(other.path("a.jpg"), folder.path("link.jpg"));
  std::filesystem::create_directory_symlink(other.path(), folder.path("pictures"));
  const std::string texts[] = {"![cover](link.jpg)\n", "![cover](pictures/a.jpg)\n",
                               "![cover](" + other.path("a.jpg") + ")\n"};
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    Problems problems;
    const auto script = parse_script(text, folder.path("talk.md"), {}, problems);
    ASSERT_FALSE(script);
    EXPECT_EQ(script.error().kind, ErrorKind::refused);
    EXPECT_NE(script.error().message.find("--allow-dir"), std::string::npos);
    EXPECT_EQ(script.error().where.line, 1);
  }
  EXPECT_FALSE(allow_folder(other.path("none")));
  ASSERT_TRUE(allow_folder(other.path()));
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const Bitmap frame = painted(scene_in(folder, text), {640, 360}).frame;
    expect_corners(frame, {0, 0, 640, 360}, kUpright[0]);
  }
  const Folder third;
  third.write("a.jpg", four_colours());
  Problems problems;
  EXPECT_FALSE(
      parse_script("![](" + third.path("a.jpg") + ")\n", folder.path("talk.md"), {}, problems));
}

// What is there from the start stands over a picture that moves, too.
TEST(SvgPictures, LieUnderTheTitleWhereACameraMoves) {
  const Folder folder;
  folder.write("a.svg",
               "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 9'><rect width='16' "
               "height='9' fill='#135'/></svg>");
  const Painted page =
      painted(scene_in(folder, "# A title on it\n\n![cover zoom](a.svg)\n"), {1280, 720});
  const std::vector<Layer>& layers = page.visual->layers;
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_FALSE(layers[0].views.empty());
  EXPECT_EQ(layers[1].step, -1);
  EXPECT_EQ(layers[1].enter.kind, Enter::Kind::none);
  int letters = 0;
  for (int y = 0; y < layers[1].bitmap.height; ++y)
    for (int x = 0; x < layers[1].bitmap.width; ++x)
      letters += near(pixel(layers[1].bitmap, x, y), 0xffffff) ? 1 : 0;
  EXPECT_GT(letters, 500);
}

// Type stands over a drawing that fills the page.
TEST(SvgPictures, LieUnderTheTitle) {
  const Folder folder;
  folder.write("a.svg",
               "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 9'><rect width='16' "
               "height='9' fill='#135'/></svg>");
  const Scene scene = scene_in(folder, "# A title on it\n\n![cover](a.svg)\n");
  const Bitmap frame = painted(scene, {1280, 720}).frame;
  EXPECT_TRUE(near(pixel(frame, 640, 100), 0x113355));
  int letters = 0;
  for (int y = 400; y < 720; ++y)
    for (int x = 0; x < 1280; ++x)
      letters += near(pixel(frame, x, y), 0xffffff) ? 1 : 0;
  EXPECT_GT(letters, 500);
}

}  // namespace
}  // namespace talkie
