// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole pages in every theme and shape: nothing outside the margins, nothing over anything else,
// nothing too small to be read, nothing left out.
#include <map>

#include "layout_testing.h"

namespace talkie {
namespace {

using namespace testing;
using Role = Label::Role;

struct Named {
  std::string name;
  Scene scene;
};

Scene in_language(Scene scene, const char* language) {
  scene.film.language = language;
  return scene;
}

Scene in_layout(const char* layout, Scene scene) {
  scene.layout = layout;
  return scene;
}

std::vector<Named> gallery() {
  std::vector<Named> all;
  Scene title = scene_of({heading(1, "The quiet mathematics of water that never stops moving"),
                          label(Role::kicker, "A short course"),
                          label(Role::subtitle, "Why the sea comes up the beach twice a day"),
                          label(Role::footer, "Lesson 3"), label(Role::footer, "Ada Marsh")});
  title.index = 0;
  all.push_back({"title", title});
  all.push_back({"section", scene_of({heading(1, "Where the water goes")})});
  Scene closing =
      scene_of({heading(1, "Go and look at the sea"), label(Role::subtitle, "talkie.example.org"),
                label(Role::footer, "Made with Talkie")});
  closing.index = 11;
  all.push_back({"closing", closing});
  all.push_back({"statement", scene_of({heading(2, "Rule of twelfths"),
                                        label(Role::statement,
                                              "In the third and fourth hours *half of the water* "
                                              "comes in, and more than anybody expects.")})});
  all.push_back({"number", scene_of({label(Role::kicker, "Bay of Fundy"), heading(2, "16 m"),
                                     label(Role::subtitle, "between high and low water")})});
  all.push_back(
      {"bullets", scene_of({label(Role::kicker, "How it flows"),
                            heading(2, "What a harbour master checks before departure"),
                            bullets({"The height of the water at the quay",
                                     "They meet at the *compositor*, and only there",
                                     "Wind against tide in the narrows, which makes short "
                                     "and very steep seas"})})});
  all.push_back({"small print", scene_of({heading(2, "With a footer"), bullets({"One", "Two"}),
                                          label(Role::footer, "Source: the Admiralty")})});
  all.push_back({"quote", scene_of({quote("The tide waits for no one, but it does keep an "
                                          "appointment.",
                                          "An old harbour master")})});
  all.push_back({"table", scene_of({heading(2, "Figures in their columns"),
                                    table({{"Harbour", "High water", "Range"},
                                           {"Saint-Malo", "06:42", "12.2 m"},
                                           {"Bristol", "07:15", "14.1 m"},
                                           {"Bay of Fundy", "11:58", "*16.3 m*"}})})});
  all.push_back(
      {"code", scene_of({heading(2, "Code"), code("def height(t):\n    return cos(t)")})});
  all.push_back({"comparison",
                 scene_of({heading(2, "Two lists"), heading(3, "Before"),
                           bullets({"A timeline to drag", "A film to make again"}),
                           heading(3, "With Talkie"), bullets({"A text to edit", "A script"})})});
  all.push_back({"stack", scene_of({label(Role::kicker, "All"), heading(2, "Many blocks"),
                                    bullets({"A list", "of two"}), heading(3, "Within"),
                                    table({{"A", "B"}, {"1", "2"}}), quote("Said.", "Someone")})});
  all.push_back(
      {"definition",
       in_layout("definition", scene_of({label(Role::kicker, "A word"), heading(2, "tide"),
                                         label(Role::subtitle, "noun"),
                                         label(Role::statement,
                                               "The rise and fall of the sea, twice in a day and "
                                               "a little later each time.")}))});
  all.push_back({"timeline", scene_of({heading(2, "How it was found out"),
                                       bullets({"1687: Newton explains the tides by gravity",
                                                "1775: Laplace writes down how water answers",
                                                "1867: Kelvin draws them apart into waves",
                                                "1966: The first mill makes power"})})});
  all.push_back({"agenda", in_layout("agenda", scene_of({heading(2, "This afternoon"),
                                                         bullets({"14:00: What pulls the water",
                                                                  "14:30: Why two bulges",
                                                                  "A walk to the harbour"})}))});
  all.push_back({"missing picture", scene_of({heading(2, "Something is not there"),
                                              image("/nowhere/harbour.png"), bullets({"One"})})});
  all.push_back(
      {"arabic",
       in_language(
           scene_of({label(Role::kicker, "درس قصير"), heading(2, "كيف يعمل المد والجزر"),
                     bullets({"القمر يجذب الماء نحوه", "يرتفع البحر *مرتين* كل يوم (HTML)"})}),
           "ar")});
  all.push_back({"japanese", in_language(scene_of({heading(2, "潮の満ち引きのしくみ"),
                                                   bullets({"潮は一日に二回満ちて、二回引きます。",
                                                            "月の引力が海の水を引き寄せます"})}),
                                         "ja")});
  return all;
}

const std::vector<Size> kSizes = {
    {1920, 1080}, {1080, 1920}, {1080, 1080}, {640, 360}, {3840, 2160}};

bool meet(const Ink& a, const Ink& b) {
  return std::min(a.right, b.right) - std::max(a.left, b.left) > 0.5 &&
         std::min(a.bottom, b.bottom) - std::max(a.top, b.top) > 0.5;
}

class EveryTheme : public ::testing::TestWithParam<std::string> {
 protected:
  // Calls `check` for each page of the gallery in each size.
  template <typename Check>
  void for_each_page(const Check& check) {
    for (const Size size : kSizes) {
      for (Named& named : gallery()) {
        SCOPED_TRACE(named.name + " " + std::to_string(size.width) + "x" +
                     std::to_string(size.height));
        named.scene.theme = GetParam();
        const Slide slide = laid_out(named.scene, size);
        check(named.scene, size, slide);
      }
    }
  }
};

TEST_P(EveryTheme, SetsTypeWhereItCanBeRead) {
  const Theme& theme = **find_theme(GetParam());
  for_each_page([&](const Scene& scene, Size size, const Slide& slide) {
    const double u = unit_of(size);
    const double captions = caption_zone_px(caption_style_of(theme, scene, size));
    const std::vector<Drawn> texts = texts_of(slide.svg, size);
    for (size_t i = 0; i < texts.size(); ++i) {
      const Drawn& text = texts[i];
      EXPECT_GE(text.size, 1.2 * u - 0.01) << text.text;
      // Nothing stands over anything else, but in one line, where letters may reach over others.
      for (size_t j = i + 1; j < texts.size(); ++j) {
        if (text.baseline == texts[j].baseline) continue;
        EXPECT_FALSE(meet(text.ink, texts[j].ink)) << text.text << " / " << texts[j].text;
      }
      // The page's number stands beside the captions.
      if (text.text == "4" && theme.decorations.page_numbers) continue;
      EXPECT_GE(text.ink.left, 4 * u) << text.text;
      EXPECT_LE(text.ink.right, size.width - 4 * u) << text.text;
      EXPECT_GE(text.ink.top, 4 * u) << text.text;
      EXPECT_LE(text.ink.bottom, size.height - captions) << text.text;
    }
  });
}

// Characters are counted, as bidirectional text and broken lines put them in another order.
std::map<gunichar, int> characters_of(std::string_view text) {
  std::map<gunichar, int> count;
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p))
    if (g_unichar_isalnum(g_utf8_get_char(p))) ++count[g_utf8_get_char(p)];
  return count;
}

TEST_P(EveryTheme, LeavesNothingOut) {
  for_each_page([&](const Scene& scene, Size, const Slide& slide) {
    std::string written;
    for (const Block& block : scene.blocks) {
      if (const auto* heading = std::get_if<Heading>(&block.content))
        written += plain_text(heading->text);
      if (const auto* list = std::get_if<List>(&block.content))
        for (const ListItem& item : list->items)
          written += plain_text(item.text);
      if (const auto* quote = std::get_if<Quote>(&block.content))
        written += plain_text(quote->paragraphs[0]) + plain_text(quote->author);
      if (const auto* code = std::get_if<Code>(&block.content)) written += code->text;
      if (const auto* table = std::get_if<Table>(&block.content))
        for (const auto& row : table->rows)
          for (const RichText& cell : row)
            written += plain_text(cell);
    }
    std::map<gunichar, int> shown = characters_of(words_of(slide.svg));
    for (const auto& [character, count] : characters_of(written))
      EXPECT_GE(shown[character], count) << "U+" << std::hex << character;
  });
}

TEST_P(EveryTheme, MakesTheSameBytesAgain) {
  for_each_page([&](const Scene& scene, Size size, const Slide& slide) {
    EXPECT_EQ(laid_out(scene, size).svg, slide.svg);
  });
}

INSTANTIATE_TEST_SUITE_P(Themes, EveryTheme,
                         ::testing::Values("ink", "midnight", "paper", "slate", "garden", "ember",
                                           "mono", "signal"),
                         [](const auto& test) { return test.param; });

// By pixels, so that shapes count too: a page without a bar, a frame or a number has nothing but
// its ground in the outer 4 u.
TEST(Pages, TheMarginsShowNothingButTheGround) {
  const Size size{1280, 720};
  for (const Named& named : gallery()) {
    if (named.name == "title" || named.name == "section") continue;
    SCOPED_TRACE(named.name);
    const Raster page = painted(laid_out(named.scene, size).svg, size);
    const int margin = static_cast<int>(4 * unit_of(size)) - 1;
    int painted_pixels = 0;
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x)
        if (x < margin || y < margin || x >= size.width - margin || y >= size.height - margin)
          painted_pixels += page.at(x, y) != 0xfaf9f6;
    EXPECT_EQ(painted_pixels, 0);
    const int some = static_cast<int>(std::count_if(page.pixels.begin(), page.pixels.end(),
                                                    [](uint32_t p) { return p != 0xfaf9f6; }));
    EXPECT_GT(some, 1000) << "and something inside of them";
  }
}

TEST(Pages, LargeAndSmallTypeBeginOnOneLine) {
  const Slide slide = laid_out(scene_of(
      {label(Role::kicker, "He flows"), heading(2, "High water"), table({{"Harbour"}, {"Hull"}})}));
  for (const Drawn& text : texts_of(slide.svg, {1920, 1080}))
    EXPECT_NEAR(text.ink.left, 144, 1.5) << text.text;
}

TEST(Pages, RightToLeftPagesAreMirrored) {
  Scene scene =
      in_language(scene_of({heading(1, "كيف يعمل المد"), bullets({"القمر", "البحر"})}), "ar");
  const Slide slide = laid_out(scene);
  // Bullets, round and in the accent, stand to the right of all text.
  double first_bullet = 1e9;
  for (size_t at = slide.svg.find("<rect"); at != std::string::npos;
       at = slide.svg.find("<rect", at + 1)) {
    const std::string element = slide.svg.substr(at, slide.svg.find('>', at) - at);
    if (attribute_of(element, "fill") == "#e4572e" && !attribute_of(element, "rx").empty())
      first_bullet = std::min(first_bullet, std::stod(attribute_of(element, "x")));
  }
  ASSERT_LT(first_bullet, 1920);
  EXPECT_GT(first_bullet, 1700);
  for (const Drawn& text : texts_of(slide.svg, {1920, 1080})) {
    EXPECT_GT(text.ink.right, 1650) << text.text;
    if (text.text == "كيف يعمل المد") continue;
    EXPECT_LT(text.ink.right, first_bullet) << text.text;
  }
  // An Arabic scene in an English film reads from the right as well; code never does.
  Scene guest = scene_of({heading(2, "كيف يعمل المد"), code("first\nsecond")});
  const std::vector<Drawn> drawn = texts_of(laid_out(guest).svg, {1920, 1080});
  EXPECT_GT(drawn[0].ink.right, 1700);
  for (const Drawn& text : drawn) {
    if (text.text != "first" && text.text != "second") continue;
    EXPECT_LT(text.ink.left, 400);
  }
}

TEST(Pages, WithoutCaptionsThePageIsUsedToItsFoot) {
  Scene scene =
      scene_of({heading(2, "A"), bullets({"one", "two", "three", "four", "five", "six"})});
  const double with = texts_of(laid_out(scene).svg, {1920, 1080}).back().size;
  scene.film.captions = CaptionMode::none;
  const double without = texts_of(laid_out(scene).svg, {1920, 1080}).back().size;
  EXPECT_GT(without, with);
}

TEST(Pages, TypeAdaptsToAnyGround) {
  for (const std::string colour :
       {"#1d4d3a", "#ffe08a", "#000000", "#ffffff", "#3344cc", "#e6ebfb"}) {
    for (const char* theme : {"ink", "midnight", "paper"}) {
      Scene scene = scene_of({label(Role::kicker, "Kicker"), heading(2, "Title"), bullets({"Item"}),
                              label(Role::footer, "Footer")});
      scene.background = colour;
      scene.theme = theme;
      for (const Drawn& text : texts_of(laid_out(scene).svg, {1920, 1080})) {
        const bool body = text.text == "Title" || text.text == "Item";
        EXPECT_GE(contrast(*parse_colour(text.fill), *parse_colour(colour)), body ? 7 : 4.5)
            << theme << " " << colour << " " << text.text;
      }
    }
  }
}

TEST(Pages, APictureIsCroppedToCoverAndNamedForThoseWhoCannotSeeIt) {
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "a b&c.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"400\"/>");
  const std::string svg =
      laid_out(scene_of({heading(2, "On top"), image(file, Image::Fit::cover)})).svg;
  const std::string element = svg.substr(svg.find("<image"), 400);
  EXPECT_EQ(attribute_of(element, "width"), "1920");
  EXPECT_EQ(attribute_of(element, "height"), "1920");
  EXPECT_EQ(attribute_of(element, "y"), "-420");
  EXPECT_TRUE(attribute_of(element, "href").starts_with("file:///"));
  EXPECT_TRUE(attribute_of(element, "href").ends_with("/a%20b&amp;c.svg"));
  EXPECT_NE(svg.find("<title>What it shows</title>"), std::string::npos);
}

TEST(Pages, ATitleOnAPictureStandsAboveTheLowerThird) {
  const TemporaryFolder folder;
  const std::string sea = folder.write(
      "sea.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"16\" height=\"9\"/>");
  const Slide slide = laid_out(scene_of({heading(2, "The harbour"), image(sea, Image::Fit::cover),
                                         label(Label::Role::lower_third, "Ada Marsh, pilot")}));
  std::map<std::string, Ink> ink;
  for (const auto& text : texts_of(slide.svg, {1920, 1080}))
    ink[text.text] = text.ink;
  ASSERT_TRUE(ink.contains("The harbour") && ink.contains("Ada Marsh"));
  EXPECT_LT(ink["The harbour"].bottom, ink["Ada Marsh"].top);
}

TEST(Pages, StrangeSizesMakeAPictureOrAnErrorThatSaysWhy) {
  for (const Size size : {Size{64, 64}, Size{64, 7680}, Size{7680, 64}, Size{2, 2}, Size{1, 1}}) {
    for (const Named& named : gallery()) {
      Problems problems;
      const Result<Slide> slide = lay_out(named.scene, size, problems);
      if (slide)
        EXPECT_TRUE(parse_svg(slide->svg));
      else
        EXPECT_EQ(slide.error().kind, ErrorKind::too_large);
    }
  }
  Problems problems;
  EXPECT_EQ(lay_out(scene_of({}), {0, 10}, problems).error().kind, ErrorKind::bad_value);
}

TEST(Pages, EmptyBlocksAreNoTrouble) {
  for (const Block& block : {heading(1, ""), bullets({}), bullets({"", " "}), quote("", ""),
                             code(""), table({{""}}), label(Role::statement, "")}) {
    Problems problems;
    EXPECT_TRUE(lay_out(scene_of({block}), {1920, 1080}, problems));
  }
}

TEST(Pages, ASceneThatOnlySpeaksShowsItsFirstSentence) {
  Scene scene = scene_of({});
  scene.narration = {Utterance{.text = "The sea rises. Then it falls."}};
  const std::string words = words_of(laid_out(scene).svg);
  EXPECT_NE(words.find("The sea rises."), std::string::npos);
  EXPECT_EQ(words.find("falls"), std::string::npos);
  scene.narration.clear();
  EXPECT_NE(words_of(laid_out(scene).svg).find("How tides work"), std::string::npos);
}

}  // namespace
}  // namespace talkie
