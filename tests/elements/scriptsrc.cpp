// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/check/gstharness.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gst/element.h"
#include "gst/owned.h"
#include "gst/wire.h"

namespace talkie {
namespace {

constexpr const char* kThreeScenes =
    "---\ntitle: Tides\nauthor: Ada\nlanguage: de-AT\n---\n"
    "# One\n\nThe first.\n\n# Two\n\nThe second.\n\n# Three\n\nThe third.\n";

class ScriptSrc : public testing::Test {
 protected:
  void SetUp() override {
    harness_ = gst_harness_new("scriptsrc");
    ASSERT_NE(harness_, nullptr);
    bus_ = Owned<GstBus>::adopt(gst_bus_new());
    gst_element_set_bus(harness_->element, bus_.get());
  }
  void TearDown() override {
    gst_element_set_bus(harness_->element, nullptr);
    gst_harness_teardown(harness_);
  }

  void set(const char* property, const char* value) {
    g_object_set(harness_->element, property, value, nullptr);
  }

  // Everything up to the end of the stream.
  std::vector<Scene> pull_all() {
    gst_harness_play(harness_);
    std::vector<Scene> scenes;
    while (GstBuffer* raw = gst_harness_pull(harness_)) {
      const auto buffer = Owned<GstBuffer>::adopt(raw);
      Problems problems;
      Result<Scene> scene = scene_from_buffer(buffer.get(), problems);
      EXPECT_TRUE(scene) << scene.error().to_string();
      EXPECT_TRUE(problems.empty());
      EXPECT_EQ(GST_BUFFER_OFFSET(buffer.get()), scenes.size());
      EXPECT_FALSE(GST_BUFFER_PTS_IS_VALID(buffer.get()));
      if (!scene) break;
      scenes.push_back(*std::move(scene));
      if (scenes.back().index + 1 == scenes.back().count) break;
    }
    return scenes;
  }

  Owned<GstEvent> pull_event(GstEventType type) {
    while (GstEvent* raw = gst_harness_pull_event(harness_)) {
      auto event = Owned<GstEvent>::adopt(raw);
      if (GST_EVENT_TYPE(raw) == type) return event;
    }
    return {};
  }

  std::vector<Error> start_and_fail() {
    EXPECT_EQ(gst_element_set_state(harness_->element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
    std::vector<Error> errors;
    while (GstMessage* raw = gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR)) {
      const auto message = Owned<GstMessage>::adopt(raw);
      errors.push_back(error_from_message(raw));
    }
    gst_element_set_state(harness_->element, GST_STATE_NULL);
    return errors;
  }

  GstHarness* harness_ = nullptr;
  Owned<GstBus> bus_;
};

TEST_F(ScriptSrc, PushesOneBufferForEachScene) {
  set("script", kThreeScenes);
  const std::vector<Scene> scenes = pull_all();
  ASSERT_EQ(scenes.size(), 3u);
  EXPECT_EQ(scenes[0].id, "one");
  EXPECT_EQ(scenes[2].id, "three");
  EXPECT_EQ(scenes[1].film.title, "Tides");
  EXPECT_EQ(std::get<Utterance>(scenes[1].narration.at(0)).text, "The second.");
  EXPECT_TRUE(scenes[2].fade_out);

  const auto caps = Owned<GstCaps>::adopt(gst_pad_get_current_caps(harness_->sinkpad));
  const auto expected = Owned<GstCaps>::adopt(gst_caps_from_string(kSceneCaps));
  ASSERT_TRUE(caps);
  EXPECT_TRUE(gst_caps_is_equal(caps.get(), expected.get()));
  EXPECT_TRUE(pull_event(GST_EVENT_EOS));
}

TEST_F(ScriptSrc, SendsTagsBeforeTheFirstScene) {
  set("script", kThreeScenes);
  ASSERT_EQ(pull_all().size(), 3u);
  const Owned<GstEvent> event = pull_event(GST_EVENT_TAG);
  ASSERT_TRUE(event);
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event.get(), &tags);
  const auto text = [tags](const char* tag) {
    char* value = nullptr;
    gst_tag_list_get_string(tags, tag, &value);
    const std::string copy = value ? value : "";
    g_free(value);
    return copy;
  };
  EXPECT_EQ(text(GST_TAG_TITLE), "Tides");
  EXPECT_EQ(text(GST_TAG_ARTIST), "Ada");
  EXPECT_EQ(text(GST_TAG_LANGUAGE_CODE), "de");
  EXPECT_EQ(text(GST_TAG_APPLICATION_NAME), "Talkie");
}

TEST_F(ScriptSrc, TakesARangeOfScenes) {
  set("script", kThreeScenes);
  set("scenes", "2-");
  const std::vector<Scene> scenes = pull_all();
  ASSERT_EQ(scenes.size(), 2u);
  EXPECT_EQ(scenes[0].id, "two");
  EXPECT_EQ(scenes[0].lead, Time{500'000'000});
}

TEST_F(ScriptSrc, SettingsWinOverTheHeader) {
  set("script", "---\ntheme: ink\nvoice-speed: 2\n---\n# Hi\n\nWords.\n");
  const std::unique_ptr<GstStructure, decltype(&gst_structure_free)> settings(
      gst_structure_new("settings", "theme", G_TYPE_STRING, "paper", "voice_speed", G_TYPE_DOUBLE,
                        1.5, "size", G_TYPE_STRING, "square", nullptr),
      gst_structure_free);
  g_object_set(harness_->element, "settings", settings.get(), nullptr);
  const std::vector<Scene> scenes = pull_all();
  ASSERT_EQ(scenes.size(), 1u);
  EXPECT_EQ(scenes[0].theme, "paper");
  EXPECT_EQ(std::get<Utterance>(scenes[0].narration.at(0)).speed, 1.5);
  EXPECT_EQ(scenes[0].film.size, (Size{1080, 1080}));
}

TEST_F(ScriptSrc, ReadsAFileInItsDialect) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "scriptsrc-test.json";
  std::ofstream(path) << R"({"scenes": [{"id": "a", "narration": ["Hello."]}]})";
  set("location", path.c_str());
  const std::vector<Scene> scenes = pull_all();
  std::filesystem::remove(path);
  ASSERT_EQ(scenes.size(), 1u);
  EXPECT_EQ(scenes[0].id, "a");
}

TEST_F(ScriptSrc, PostsOneErrorWithItsPlace) {
  set("script", "# Hi\n\n(pause: soon)\n\n(duration: long)\n");
  const std::vector<Error> errors = start_and_fail();
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].kind, ErrorKind::bad_value);
  EXPECT_EQ(errors[0].where, (Place{"", 3, 9}));
  EXPECT_NE(errors[0].message.find("'pause'"), std::string::npos);
}

TEST_F(ScriptSrc, PostsWarningsWithTheirPlaces) {
  set("script", "# Hi\n\n(puase: 1)\n\nWords.\n");
  ASSERT_EQ(pull_all().size(), 1u);
  const auto message =
      Owned<GstMessage>::adopt(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_WARNING));
  ASSERT_TRUE(message);
  const Problem problem = problem_from_message(message.get());
  EXPECT_EQ(problem.where, (Place{"", 3, 2}));
  EXPECT_NE(problem.message.find("'pause'"), std::string::npos);
}

TEST_F(ScriptSrc, SaysWhatItsPropertiesLack) {
  EXPECT_EQ(start_and_fail().size(), 1u);
  set("script", "# Hi");
  set("location", "also.md");
  EXPECT_EQ(start_and_fail().at(0).kind, ErrorKind::bad_value);
  set("location", nullptr);
  set("dialect", "klingon");
  EXPECT_NE(start_and_fail().at(0).message.find("klingon"), std::string::npos);
  set("dialect", "auto");
  set("scenes", "9");
  EXPECT_NE(start_and_fail().at(0).message.find("'9'"), std::string::npos);
  set("scenes", nullptr);
  set("script", nullptr);
  set("location", "/there/is/no/such/script.md");
  EXPECT_EQ(start_and_fail().at(0).kind, ErrorKind::not_found);
}

// The same element may be started again and again, with another script too, after an error too.
TEST_F(ScriptSrc, CyclesThroughItsStates) {
  GstElement* element = harness_->element;
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(gst_element_set_state(element, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    set("script", "(pause: bad)");
    EXPECT_EQ(start_and_fail().size(), 1u);
    set("script", round % 2 ? "# Odd" : "# Even");
    ASSERT_NE(gst_element_set_state(element, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
    const auto buffer = Owned<GstBuffer>::adopt(gst_harness_pull(harness_));
    ASSERT_TRUE(buffer);
    Problems problems;
    const Result<Scene> scene = scene_from_buffer(buffer.get(), problems);
    ASSERT_TRUE(scene);
    EXPECT_EQ(scene->id, round % 2 ? "odd" : "even");
  }
}

}  // namespace
}  // namespace talkie
