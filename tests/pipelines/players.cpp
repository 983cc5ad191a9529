// SPDX-License-Identifier: LGPL-2.1-or-later
// Scripts in programs that play anything, and know nothing of them.
#include <gtest/gtest.h>

#include "seeking_film.h"

namespace {

using namespace seeking;
using talkie::Owned;

std::string uri_of(const std::filesystem::path& file) {
  gchar* uri = gst_filename_to_uri(file.c_str(), nullptr);
  std::string result = uri;
  g_free(uri);
  return result;
}

// Programs of others leak in their own ways (playsink its volume): they are run without the tracer.
outside::Outcome others(std::vector<std::string> arguments, int seconds = 90) {
  arguments.insert(arguments.begin(), {"env", "-u", "GST_TRACERS", "G_DEBUG=fatal-criticals"});
  return outside::run(arguments, seconds);
}

// The ways to say it: by its name, by its header, by its own kind of address.
class EachUri : public testing::TestWithParam<const char*> {
 protected:
  std::string uri() {
    const std::string way = GetParam();
    if (way == "name") return uri_of(folder_.write("talk.talkie.md", "# Tides" + text()));
    const auto file = folder_.write(
        way == "json" ? "any.json" : "any.md",
        way == "json"
            ? R"({"version": 1, "title": "Tides", "size": "320x180",)"
              R"( "scenes": [{"blocks": [{"kind": "heading", "text": "Tides"}], "narration": ["Twice a day the sea comes up."]}]})"
            : "---\ntalkie: 1\nsize: 320x180\n---\n# Tides" + text());
    return way == "talkie" ? "talkie://" + file.string() + "?theme=paper" : uri_of(file);
  }

 private:
  static std::string text() {
    return "\n\nTwice a day the sea comes up.\n\n## Two\n\nThat is all.\n";
  }
  outside::Folder folder_;
};

TEST_P(EachUri, IsPlayedByAPlayer) {
  const Watchdog watchdog(100);
  const auto outcome = others(
      {"gst-play-1.0", "--no-interactive", "--videosink=fakesink", "--audiosink=fakesink", uri()});
  EXPECT_EQ(outcome.status, 0) << outcome.errors;
  EXPECT_NE(outcome.output.find("Reached end of play list"), std::string::npos) << outcome.output;
  EXPECT_EQ((outcome.output + outcome.errors).find("ERROR"), std::string::npos) << outcome.errors;
}

TEST_P(EachUri, IsDecodedByUridecodebin3) {
  const Watchdog watchdog(100);
  const auto outcome =
      others({"gst-launch-1.0", "uridecodebin3", "uri=" + uri(), "name=d", "d.", "!", "video/x-raw",
              "!", "fakesink", "d.", "!", "audio/x-raw", "!", "fakesink"});
  EXPECT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
}

INSTANTIATE_TEST_SUITE_P(Uris, EachUri, testing::Values("name", "header", "json", "talkie"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Discoverer, SaysWhatIsInAScript) {
  const Watchdog watchdog(60);
  const Talk talk;
  GstClockTime end = 0;
  {
    Player player(talk.file());
    const Frame last = player.play_out().frames.rbegin()->second;
    end = last.time + last.duration;
  }
  const auto outcome = others({"gst-discoverer-1.0", "-v", uri_of(talk.file())});
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  char duration[64];
  g_snprintf(duration, sizeof(duration), "Duration: %" GST_TIME_FORMAT, GST_TIME_ARGS(end));
  for (const std::string& fact :
       {std::string(duration), std::string("Seekable: yes"), std::string("title: Tides"),
        std::string("language code: en"), std::string("Width: 320"), std::string("Height: 180"),
        std::string("Frame rate: 30/1"), std::string("Sample rate: 48000")})
    EXPECT_NE(outcome.output.find(fact), std::string::npos) << fact << "\n" << outcome.output;
}

TEST(Demuxer, MakesWhatTheSourceMakes) {
  const Watchdog watchdog(60);
  const Talk talk("music: music.wav\n");
  const auto run = [](const std::string& front) {
    return others({"sh", "-c",
                   "gst-launch-1.0 -q " + front +
                       " name=t t.video ! checksumsink hash=md5 t.audio ! fakesink"});
  };
  const auto source = run("talkiesrc frames=constant location=" + talk.file().string());
  const auto demuxer =
      run("filesrc location=" + talk.file().string() + " ! talkiedemux frames=constant");
  EXPECT_EQ(source.status, 0) << source.errors;
  EXPECT_GT(source.output.size(), 5'000u);
  EXPECT_EQ(source.output, demuxer.output) << demuxer.errors;
}

TEST(Demuxer, SaysWhereAScriptIsWrong) {
  const Watchdog watchdog(60);
  outside::Folder folder;
  const auto file = folder.write("bad.talkie.md", "# One\n\n![](nothing-there.png)\n\nWords.\n");
  for (const char* text : {"", "---\ntalkie: 1\nfps: never\n---\n# One\n\nWords.\n"}) {
    folder.write("bad.talkie.md", text);
    const auto outcome = others({"gst-launch-1.0", "playbin3", "uri=" + uri_of(file),
                                 "video-sink=fakesink", "audio-sink=fakesink"});
    EXPECT_NE(outcome.status, 0);
    EXPECT_NE((outcome.errors + outcome.output).find("bad.talkie.md"), std::string::npos)
        << outcome.errors;
  }
}

TEST(Uri, CanOnlySayHowAScriptLooksAndSounds) {
  const auto source = Owned<GstElement>::sink(gst_element_factory_make("talkiesrc", nullptr));
  auto* handler = GST_URI_HANDLER(source.get());
  EXPECT_TRUE(gst_uri_handler_set_uri(
      handler, "talkie:///tmp/a%20b.md?theme=paper&voice=en-gb&captions=none", nullptr));
  gchar* location = nullptr;
  gchar* captions = nullptr;
  GstStructure* settings = nullptr;
  g_object_get(source.get(), "location", &location, "captions", &captions, "settings", &settings,
               nullptr);
  EXPECT_STREQ(location, "/tmp/a b.md");
  EXPECT_STREQ(captions, "none");
  EXPECT_STREQ(gst_structure_get_string(settings, "theme"), "paper");
  gchar* uri = gst_uri_handler_get_uri(handler);
  EXPECT_STREQ(uri, "talkie:///tmp/a%20b.md");
  for (gchar* text : {location, captions, uri})
    g_free(text);
  gst_structure_free(settings);
  for (const char* bad :
       {"talkie:///a.md?cache-dir=/tmp/x", "talkie:///a.md?location=/etc/passwd",
        "talkie:///a.md?engine=openai", "talkie://example.org/a.md", "talkie:a.md", "talkie://",
        "talkie:///a.md?engine=/bin/sh", "talkie:///a.md?voice"}) {
    GError* error = nullptr;
    EXPECT_FALSE(gst_uri_handler_set_uri(handler, bad, &error)) << bad;
    ASSERT_TRUE(error) << bad;
    EXPECT_TRUE(g_error_matches(error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI));
    g_error_free(error);
  }
}

TEST(Streams, AreToldInOneCollection) {
  const Watchdog watchdog(60);
  const Talk talk;
  for (const bool with_text : {false, true}) {
    Player player(talk.file(), "", with_text);
    gst_element_set_state(player.pipeline(), GST_STATE_PAUSED);
    const auto message = player.wait_for(GST_MESSAGE_STREAM_COLLECTION);
    GstStreamCollection* told = nullptr;
    gst_message_parse_stream_collection(message.get(), &told);
    const auto collection = Owned<GstStreamCollection>::adopt(told);
    ASSERT_EQ(gst_stream_collection_get_size(told), with_text ? 3u : 2u);
    const auto sink =
        Owned<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(player.pipeline()), "video"));
    player.set_state(GST_STATE_PAUSED);
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(sink.get(), "sink"));
    const auto start =
        Owned<GstEvent>::adopt(gst_pad_get_sticky_event(pad.get(), GST_EVENT_STREAM_START, 0));
    ASSERT_TRUE(start);
    GstStream* parsed = nullptr;
    gst_event_parse_stream(start.get(), &parsed);
    const auto stream = Owned<GstStream>::adopt(parsed);
    EXPECT_EQ(stream.get(), gst_stream_collection_get_stream(told, 0));
    EXPECT_EQ(gst_stream_get_stream_type(parsed), GST_STREAM_TYPE_VIDEO);
  }
}

// Nested, cut, moved: GES seeks all the time, to the frame and with a stop.
TEST(Timeline, TakesAScriptAsAClip) {
  const Watchdog watchdog(120);
  const Talk talk;
  outside::Folder folder;
  const auto film = folder.path() / "film.mkv";
  const auto outcome =
      others({"ges-launch-1.0", "+clip", uri_of(talk.file()), "inpoint=2.0", "duration=2.0",
              "+clip", uri_of(talk.file()), "inpoint=1.0", "duration=1.5", "-o", uri_of(film), "-f",
              "video/x-matroska:video/x-h264:audio/x-vorbis"},
             110);
  ASSERT_EQ(outcome.status, 0) << outcome.output << outcome.errors;
  const auto info = outside::probe(film);
  EXPECT_NEAR(std::stod(info["format"]["duration"].get<std::string>()), 3.5, 0.1);
  EXPECT_EQ(info["streams"].size(), 2u);
}

}  // namespace
