// SPDX-License-Identifier: LGPL-2.1-or-later
// Every preset that comes with Talkie makes what it says; and how presets are put together.
#include "render/preset.h"

#include <gst/gst.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "outside.h"
#include "render/chains.h"
#include "render/gstreamer.h"
#include "render/hardware.h"
#include "render/keys.h"
#include "render/render.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using outside::Folder;

constexpr const char* kTalk =
    "---\ntitle: Talk\nsize: 320x180\nfps: 25\nmusic: none\n---\n# Hello\n\nHello there.\n\n"
    "## More\n\n- One\n- Two\n\nOne thing, and then two.\n";

RenderOptions options_for(const std::string& preset, const fs::path& output) {
  RenderOptions options;
  options.source.text = kTalk;
  options.output = output.string();
  options.preset = preset;
  options.cache.clear();
  options.workers = 2;
  return options;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// "h264 320x180 25/1 aac 48000", as ffprobe sees it.
std::string facts_of(const fs::path& film) {
  std::string video, audio;
  const auto probed = outside::probe(film);
  for (const auto& stream : probed["streams"]) {
    const std::string codec = stream["codec_name"].get<std::string>();
    if (stream["codec_type"] == "video")
      video = codec + " " + std::to_string(stream["width"].get<int>()) + "x" +
              std::to_string(stream["height"].get<int>());
    else
      audio = codec + " " + stream["sample_rate"].get<std::string>();
  }
  return video + (video.empty() || audio.empty() ? "" : " + ") + audio;
}

struct Expected {
  const char* preset;
  const char* file;
  const char* facts;
};

class ShippedPresets : public testing::TestWithParam<Expected> {};

// The script says 320x180 at 25 pictures a second.
TEST_P(ShippedPresets, MakeWhatTheySay) {
  const Folder folder;
  const fs::path film = folder.path() / GetParam().file;
  const auto options = options_for(GetParam().preset, film);
  const auto report = render(options);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(facts_of(film), GetParam().facts);
  const double length = std::stod(outside::probe(film)["format"]["duration"].get<std::string>());
  EXPECT_NEAR(length, to_seconds(report->length), 0.15);
  const std::string bytes = bytes_of(film);
  ASSERT_TRUE(render(options));
  EXPECT_TRUE(bytes == bytes_of(film)) << "the same again";
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPresets,
                         testing::Values(Expected{"youtube", "a.mp4", "h264 320x180 + aac 48000"},
                                         Expected{"gif", "a.gif", "gif 480x270"},
                                         Expected{"podcast", "a.mp3",
                                                  "mjpeg 1400x1400 + mp3 48000"},
                                         Expected{"archive", "a.mkv", "ffv1 320x180 + flac 48000"},
                                         Expected{"hls", "a.ts", "h264 320x180 + aac 48000"},
                                         Expected{"srt", "a.ts", "h264 320x180 + aac 48000"},
                                         Expected{"rtmp", "a.flv", "h264 320x180 + aac 48000"}),
                         [](const auto& info) { return std::string(info.param.preset); });

// Their films are large; one scene of each is enough to see the size.
TEST(Presets, DemandTheShapeOfTheirFilms) {
  const Folder folder;
  for (const auto& [preset, facts] :
       {std::pair("shorts", "h264 1080x1920"), std::pair("square", "h264 1080x1080")}) {
    const fs::path film = folder.path() / (std::string(preset) + ".mp4");
    auto options = options_for(preset, film);
    options.source.scenes = "1";
    const auto report = render(options);
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_TRUE(facts_of(film).starts_with(facts)) << facts_of(film);
  }
  auto options = options_for("shorts", folder.path() / "small.mp4");
  options.source.scenes = "1";
  options.source.options.settings = {{"size", "180x320"}};
  ASSERT_TRUE(render(options));
  EXPECT_TRUE(facts_of(options.output).starts_with("h264 180x320")) << "the command line wins";
}

// What one encode has made goes out three ways.
TEST(Presets, ForLiveStreamsEncodeTheSame) {
  const auto rtmp = find_preset("rtmp");
  ASSERT_TRUE(rtmp) << rtmp.error().to_string();
  EXPECT_EQ(rtmp->key_interval, std::chrono::seconds(2));
  for (const char* name : {"srt", "hls"}) {
    const auto other = find_preset(name);
    ASSERT_TRUE(other) << other.error().to_string();
    EXPECT_EQ(identity_of(other->video), identity_of(rtmp->video));
    EXPECT_EQ(identity_of(other->audio), identity_of(rtmp->audio));
    EXPECT_EQ(other->audio.front().packet, 1024);
    EXPECT_EQ(other->key_interval, rtmp->key_interval);
    EXPECT_NE(other->mux, rtmp->mux);
  }
}

class OwnPresets : public testing::Test {
 protected:
  void SetUp() override {
    shipped_ = std::getenv("TALKIE_PRESET_PATH");
    setenv("TALKIE_PRESET_PATH", (folder_.path().string() + ":" + shipped_).c_str(), 1);
  }
  void TearDown() override { setenv("TALKIE_PRESET_PATH", shipped_.c_str(), 1); }
  std::string error_of(const std::string& name) const {
    const auto preset = find_preset(name);
    return preset ? "" : preset.error().to_string();
  }

  Folder folder_;
  std::string shipped_;
};

TEST_F(OwnPresets, CanBeLikeAnother) {
  folder_.write("mine.preset",
                "description: mine\nlike: shorts\nkey-interval: 0.5s\n"
                "settings: {theme: midnight}\noverrides: {loudness: -20}\n");
  const auto mine = find_preset("mine");
  const auto shorts = find_preset("shorts");
  ASSERT_TRUE(mine) << mine.error().to_string();
  ASSERT_TRUE(shorts) << shorts.error().to_string();
  EXPECT_EQ(mine->name, "mine");
  EXPECT_EQ(identity_of(mine->video), identity_of(shorts->video));
  EXPECT_EQ(mine->extensions, shorts->extensions);
  EXPECT_EQ(mine->key_interval, std::chrono::milliseconds(500));
  EXPECT_EQ(mine->setting("size"), "1080x1920");
  EXPECT_EQ(mine->setting("captions"), "words");
  EXPECT_EQ(mine->setting("theme"), "midnight");
  EXPECT_EQ(mine->setting("loudness"), "-20");
}

// In the film and in the cache, which must not give what another preset has made.
TEST_F(OwnPresets, SayHowFarKeyPicturesAreApart) {
  folder_.write("dense.preset", "like: mp4\nkey-interval: 0.5s\n");
  const auto keys_in = [&](const std::string& preset) {
    const fs::path film = folder_.path() / (preset + ".mp4");
    auto options = options_for(preset, film);
    options.cache = (folder_.path() / "cache").string();
    options.source.scenes = "2";
    const auto report = render(options);
    EXPECT_TRUE(report) << report.error().to_string();
    return outside::run({"ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey",
                         "-show_entries", "frame=pts_time", "-of", "csv=p=0", film.string()})
        .output;
  };
  // One decimal point in each time.
  const auto count = [](const std::string& times) { return std::ranges::count(times, '.'); };
  const std::string few = keys_in("mp4");
  EXPECT_EQ(count(few), 1) << few;
  EXPECT_GE(count(keys_in("dense")), 4);
}

TEST_F(OwnPresets, CanBeLikeTheOneWhoseNameTheyTake) {
  folder_.write("mp4.preset", "description: mine\nlike: mp4\nsettings: {size: 720p}\n");
  const auto mine = find_preset("mp4");
  ASSERT_TRUE(mine) << mine.error().to_string();
  EXPECT_EQ(mine->description, "mine");
  EXPECT_FALSE(mine->video.empty());
  folder_.write("one.preset", "like: two\n");
  folder_.write("two.preset", "like: one\n");
  EXPECT_NE(error_of("one").find("two.preset:1:7: there is no other preset 'one'"),
            std::string::npos)
      << error_of("one");
}

// What comes out of the archive is what comes out of other encoders that lose nothing.
TEST_F(OwnPresets, ForTheArchiveLoseNothing) {
  folder_.write("exact.preset",
                "extensions: [mkv]\nvideo: x264enc pass=quant quantizer=0 bframes=0 threads=1\n"
                "audio: audioconvert ! capsfilter caps=audio/x-raw,format=S16LE\n"
                "mux: matroskamux\n");
  const fs::path archive = folder_.path() / "archive.mkv";
  const fs::path exact = folder_.path() / "exact.mkv";
  ASSERT_TRUE(render(options_for("archive", archive)));
  const auto made = render(options_for("exact", exact));
  ASSERT_TRUE(made) << made.error().to_string();
  for (const int frame : {0, 20})
    EXPECT_EQ(outside::difference(outside::decode_frame(archive, frame),
                                  outside::decode_frame(exact, frame)),
              0)
        << frame;
  EXPECT_TRUE(outside::decode_sound(archive) == outside::decode_sound(exact));
}

TEST_F(OwnPresets, SayWhereTheyAreWrong) {
  folder_.write("a.preset", "like: mp4\nkey-interval: 0\n");
  EXPECT_NE(error_of("a").find("a.preset:2:15: key-interval is a time"), std::string::npos)
      << error_of("a");
  folder_.write("b.preset", "like: mp4\nhardware: x264enc\n");
  EXPECT_NE(error_of("b").find("b.preset:2:11: a chain of 'hardware' has the key 'api'"),
            std::string::npos)
      << error_of("b");
  folder_.write("c.preset", "like: mp4\noverrides: 720p\n");
  EXPECT_NE(error_of("c").find("c.preset:2:12: overrides is a map"), std::string::npos)
      << error_of("c");
  folder_.write("d.preset", "extensions: [gif]\naudio: none\nmux: gif\n");
  EXPECT_NE(error_of("d").find("has no 'audio'"), std::string::npos) << error_of("d");
}

TEST_F(OwnPresets, NameThePackageThatIsMissing) {
  ASSERT_TRUE(start_gstreamer());
  folder_.write("a.preset", "like: mp4\nvideo: openh264enc2\n");
  const auto unknown = find_preset("a");
  ASSERT_TRUE(unknown);
  ASSERT_TRUE(missing_part_of(*unknown));
  EXPECT_EQ(missing_part_of(*unknown)->kind, ErrorKind::missing_part);
  folder_.write("b.preset", "like: mp4\nvideo: vaapih264enc\n");
  const auto hardware = find_preset("b");
  ASSERT_TRUE(hardware);
  if (const auto missing = missing_part_of(*hardware)) {
    EXPECT_NE(missing->message.find("gstreamer1.0-vaapi"), std::string::npos) << missing->message;
  }
  EXPECT_FALSE(missing_part_of(*find_preset("mp4")));
  EXPECT_FALSE(missing_part_of(*find_preset("gif")));
}

// Takes x264 for a device's encoder: a bin with its name.
class Device : public testing::Test {
 protected:
  struct Type {
    GstBinClass parent;
  };
  static void SetUpTestSuite() {
    ASSERT_TRUE(start_gstreamer());
    static const GTypeInfo info = {
        sizeof(GstBinClass), nullptr, nullptr, class_init, nullptr, nullptr,
        sizeof(GstBin),      0,       init,    nullptr};
    const GType type = g_type_register_static(GST_TYPE_BIN, "TalkieTestDevice", &info, {});
    ASSERT_TRUE(gst_element_register(nullptr, "talkietestenc", GST_RANK_NONE, type));
  }
  static void class_init(gpointer type, gpointer) {
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(type), "Device",
                                          "Encoder/Video/Hardware", "Stands for one", "Talkie");
  }
  static void init(GTypeInstance* instance, gpointer) {
    GstElement* encoder = gst_parse_bin_from_description(
        "x264enc pass=qual quantizer=24 bframes=0 ref=1 threads=1 speed-preset=ultrafast "
        "option-string=scenecut=0",
        TRUE, nullptr);
    gst_bin_add(GST_BIN(instance), encoder);
    for (const char* name : {"sink", "src"}) {
      GstPad* pad = gst_element_get_static_pad(encoder, name);
      gst_element_add_pad(GST_ELEMENT(instance), gst_ghost_pad_new(name, pad));
      gst_object_unref(pad);
    }
  }

  // The mp4 preset for a machine with such a device.
  static Preset preset() {
    auto preset = find_preset("mp4");
    EXPECT_TRUE(preset);
    const std::string tail =
        " ! h264parse ! video/x-h264,stream-format=avc,alignment=au ! h264holdfill";
    preset->hardware.clear();
    for (const char* api : {"vaapi", "nvenc"}) {
      PresetChain chain;
      chain.api = api;
      chain.launch = chain.pattern =
          (std::string(api) == "nvenc" ? "talkietestenc" : "no-such-enc") + tail;
      preset->hardware.push_back(chain);
    }
    return *preset;
  }
};

TEST_F(Device, IsUsedWhenItIsAskedForAndWorks) {
  const auto works = probe_for({320, 180}, {30, 1});
  for (const EncoderChoice choice : {EncoderChoice::hardware, EncoderChoice::nvenc}) {
    Preset mp4 = preset();
    EXPECT_EQ(encoder_of(mp4), "x264enc");
    EXPECT_EQ(use_encoder(mp4, choice, works).value_or(""), "");
    EXPECT_EQ(encoder_of(mp4), "talkietestenc");
    EXPECT_NE(identity_of(mp4.video), identity_of(preset().video)) << "the cache tells them apart";
  }
  Preset mp4 = preset();
  EXPECT_FALSE(use_encoder(mp4, EncoderChoice::software, works));
  EXPECT_EQ(encoder_of(mp4), "x264enc");
}

TEST_F(Device, IsDoneWithoutWhereItDoesNotWork) {
  const auto broken = [](const Preset&, const PresetChain&) { return false; };
  Preset mp4 = preset();
  EXPECT_EQ(use_encoder(mp4, EncoderChoice::hardware, broken),
            "no hardware encoder (vaapi, nvenc, v4l2) works here; x264enc encodes instead");
  EXPECT_EQ(use_encoder(mp4, EncoderChoice::vaapi, probe_for({320, 180}, {30, 1})),
            "the hardware encoder 'vaapi' does not work here; x264enc encodes instead");
  EXPECT_EQ(encoder_of(mp4), "x264enc");
  auto webm = find_preset("webm");
  ASSERT_TRUE(webm);
  EXPECT_EQ(use_encoder(*webm, EncoderChoice::hardware, broken),
            "the preset 'webm' has no encoder for hardware; vp9enc encodes instead");
}

// The whole way: a film whose pictures the device has encoded.
TEST_F(Device, MakesAFilm) {
  const Folder folder;
  const std::string shipped = std::getenv("TALKIE_PRESET_PATH");
  setenv("TALKIE_PRESET_PATH", (folder.path().string() + ":" + shipped).c_str(), 1);
  folder.write("device.preset",
               "like: mp4\nhardware:\n  - api: v4l2\n    launch: talkietestenc ! h264parse ! "
               "video/x-h264,stream-format=avc,alignment=au ! h264holdfill\n");
  auto options = options_for("device", folder.path() / "a.mp4");
  options.encoder = EncoderChoice::v4l2;
  std::vector<std::string> problems;
  RenderHooks hooks;
  hooks.problem = [&](const Problem& problem) { problems.push_back(problem.message); };
  const auto report = render(options, hooks);
  setenv("TALKIE_PRESET_PATH", shipped.c_str(), 1);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(report->encoder, "talkietestenc");
  EXPECT_EQ(report->warnings, 0) << (problems.empty() ? "" : problems.front());
  EXPECT_EQ(facts_of(options.output), "h264 320x180 + aac 48000");
}

TEST(Encoders, AreChosenByWords) {
  EXPECT_EQ(*encoder_choice_from_text("VAAPI"), EncoderChoice::vaapi);
  const auto wrong = encoder_choice_from_text("vapi");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("'vaapi'"), std::string::npos) << wrong.error().message;
}

}  // namespace
}  // namespace talkie
