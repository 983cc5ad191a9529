// SPDX-License-Identifier: LGPL-2.1-or-later
#include "soak.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gst/element.h"
#include "gst/owned.h"
#include "live/outlet.h"
#include "live/player.h"
#include "live/scene_supply.h"
#include "live/script_feed.h"

// A clock on which nobody waits: whoever does is told at once that the time has come, and it has.
struct TalkieEagerClock {
  GstClock parent;
  std::atomic<GstClockTime>* time;
};
struct TalkieEagerClockClass {
  GstClockClass parent_class;
};
G_DEFINE_TYPE(TalkieEagerClock, talkie_eager_clock, GST_TYPE_CLOCK)

static void talkie_eager_clock_init(TalkieEagerClock* self) {
  self->time = new std::atomic<GstClockTime>(0);
}

static void talkie_eager_clock_finalize(GObject* object) {
  delete reinterpret_cast<TalkieEagerClock*>(object)->time;
  G_OBJECT_CLASS(talkie_eager_clock_parent_class)->finalize(object);
}

static void talkie_eager_clock_class_init(TalkieEagerClockClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = talkie_eager_clock_finalize;
  GstClockClass* clock = GST_CLOCK_CLASS(klass);
  clock->get_internal_time = [](GstClock* self) -> GstClockTime {
    return *reinterpret_cast<TalkieEagerClock*>(self)->time;
  };
  clock->wait = [](GstClock* self, GstClockEntry* entry, GstClockTimeDiff*) {
    auto& time = *reinterpret_cast<TalkieEagerClock*>(self)->time;
    time = std::max(time.load(), GST_CLOCK_ENTRY_TIME(entry));
    return GST_CLOCK_OK;
  };
}

namespace talkie::bench {

namespace {

using std::chrono::milliseconds;

// Two streams of packets with their times, and what of it drifts.
class Drift {
 public:
  Drift(Rate rate, int packet) : rate_(rate), packet_(packet) {}

  void picture(Time time, std::string_view bytes) {
    note(picture_drift_, time - time_of(pictures_, rate_));
    last_picture_ = time;
    if (pictures_++ == 0) first_picture_ = bytes;
    if (bytes == first_picture_) round_began_ = time;
  }
  // The muxer may have left out what is before the beginning.
  void sound(Time time, std::string_view bytes) {
    if (sounds_ == 0) sound_began_ = time;
    note(sound_drift_, time - sound_began_ - time_of(sounds_ * packet_, Rate{kSampleRate, 1}));
    last_sound_ = time;
    if (sounds_++ == kLandmark) landmark_ = bytes;
    if (landmark_.empty() || bytes != landmark_ || !round_began_) return;
    const Time offset = time - *std::exchange(round_began_, {});
    if (landmarks_++ == 0) first_offset_ = offset;
    note(landmark_drift_, offset - first_offset_);
  }
  void tell(SoakReport& report) const {
    report.pictures = pictures_;
    report.sounds = sounds_;
    report.picture_drift = picture_drift_;
    report.sound_drift = sound_drift_;
    report.landmarks = landmarks_;
    report.landmark_drift = landmark_drift_;
    report.gap_at_end =
        last_picture_ + time_of(1, rate_) - last_sound_ - time_of(packet_, Rate{kSampleRate, 1});
  }

 private:
  static constexpr int64_t kLandmark = 100;  // 2 s into the first scene: somebody speaks
  static void note(Time& most, Time drift) { most = std::max(most, Time(std::abs(drift.count()))); }

  const Rate rate_;
  const int packet_;
  int64_t pictures_ = 0, sounds_ = 0;
  Time last_picture_{}, last_sound_{}, sound_began_{};
  Time picture_drift_{}, sound_drift_{};
  std::string first_picture_, landmark_;
  std::optional<Time> round_began_;
  int landmarks_ = 0;
  Time first_offset_{}, landmark_drift_{};
};

// An FLV tag (Adobe's specification, annex E): its type, its time in ms, and what it carries behind
// the codec's own header. Headers of a file and of a codec are none.
void read_tag(std::string_view bytes, Drift& drift) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 20 || (byte(0) != 8 && byte(0) != 9) || byte(12) != 1) return;
  const milliseconds time(byte(4) << 16 | byte(5) << 8 | byte(6) | byte(7) << 24);
  if (byte(0) == 9)
    drift.picture(time, bytes.substr(16));
  else
    drift.sound(time, bytes.substr(13));
}

class FlvOutlet final : public Outlet {
 public:
  Result<PacketPipeline::Parts> parts() override {
    auto mux = make_element("flvmux");
    if (!mux) return mux.error();
    auto sink = make_element("fakesink");
    if (!sink) return sink.error();
    g_object_set(mux->get(), "streamable", TRUE, nullptr);
    g_object_set(sink->get(), "sync", FALSE, "async", FALSE, nullptr);
    return PacketPipeline::Parts{"h264parse", "aacparse", std::move(*mux), std::move(*sink)};
  }
  [[nodiscard]] Nature nature() const override { return {.from_zero = true}; }
};

// An output that takes everything: whoever offers waits until it is taken.
class PatientOutput final : public LiveOutput {
 public:
  PatientOutput(std::unique_ptr<Outlet> outlet, Drift& drift, bool looks_at_tags)
      : outlet_(std::move(outlet)), drift_(drift), looks_at_tags_(looks_at_tags) {}

  Result<void> start(const LiveStreams& streams) override {
    if (auto prepared = outlet_->prepare(); !prepared) return prepared;
    auto parts = outlet_->parts();
    if (!parts) return parts.error();
    auto made = PacketPipeline::make(streams, *parts, [this] {
      const std::scoped_lock lock(mutex_);
      changed_.notify_all();
    });
    if (!made) return made.error();
    pipeline_ = std::move(*made);
    if (looks_at_tags_) look_at_tags();
    if (auto playing = pipeline_->play(); !playing) return playing;
    outlet_->opened(*pipeline_);
    return {};
  }
  void offer(const LivePacket& packet) override {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !pipeline_->is_full() || pipeline_->error(); });
    }
    if (!looks_at_tags_) look_at(packet);
    outlet_->before(*pipeline_, {packet});
    pipeline_->push(packet, false);
  }
  // However long it takes.
  void finish(milliseconds) override {
    if (!pipeline_) return;
    pipeline_->end();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return pipeline_->has_ended() || pipeline_->error(); });
    }
    bytes_ = pipeline_->taken_bytes();
    error_ = pipeline_->error();
    pipeline_.reset();
    if (auto closed = outlet_->close(); !closed && !error_) error_ = closed.error();
  }
  [[nodiscard]] OutputReport report() const override {
    OutputReport report;
    report.name = "soak";
    report.bytes = bytes_;
    report.error = pipeline_ ? pipeline_->error() : error_;
    report.failed = report.error.has_value();
    return report;
  }

 private:
  void look_at_tags() {
    const auto pad = Owned<GstPad>::adopt(gst_element_get_static_pad(pipeline_->sink(), "sink"));
    gst_pad_add_probe(
        pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
          with_bytes(gst_pad_probe_info_get_buffer(info), [self](std::string_view bytes) {
            read_tag(bytes, static_cast<PatientOutput*>(self)->drift_);
          });
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
  }
  void look_at(const LivePacket& packet) {
    GstBuffer* buffer = packet.buffer.get();
    const Time time(static_cast<int64_t>(GST_BUFFER_PTS(buffer)));
    with_bytes(buffer, [&](std::string_view bytes) {
      if (packet.stream == LivePacket::Stream::video)
        drift_.picture(time, bytes);
      else
        drift_.sound(time, bytes);
    });
  }
  template <typename Use>
  static void with_bytes(GstBuffer* buffer, Use use) {
    GstMapInfo map;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
    use(std::string_view(reinterpret_cast<const char*>(map.data), map.size));
    gst_buffer_unmap(buffer, &map);
  }

  const std::unique_ptr<Outlet> outlet_;
  Drift& drift_;
  const bool looks_at_tags_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<PacketPipeline> pipeline_;
  uint64_t bytes_ = 0;
  std::optional<Error> error_;
};

int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

Owned<GstClock> eager_clock() {
  return Owned<GstClock>::sink(GST_CLOCK(g_object_new(talkie_eager_clock_get_type(), nullptr)));
}

// A show as run_show() puts it together, with an output and a clock of its own.
class Soak {
 public:
  explicit Soak(const SoakOptions& options) : options_(options), cache_(options.folder) {}

  Result<SoakReport> run() {
    if (auto read = read_script(); !read) return read.error();
    if (auto opened = open_output(); !opened) return opened.error();
    const auto began = std::chrono::steady_clock::now();
    const ShowReport shown = show();
    output_->finish({});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const OutputReport sent = output_->report();
    if (shown.error) return *shown.error;
    if (sent.error) return *sent.error;
    report_.length = shown.length;
    report_.seconds = took.count();
    report_.rounds = shown.rounds;
    report_.late = shown.late;
    report_.bytes = static_cast<int64_t>(sent.bytes);
    drift_->tell(report_);
    return report_;
  }

 private:
  Result<void> read_script() {
    auto preset = find_preset("rtmp");
    if (!preset) return preset.error();
    preset_ = *std::move(preset);
    FeedOptions wanted;
    wanted.source.path = options_.script.string();
    wanted.source.options.defaults = preset_.settings;
    wanted.problem = [](const Problem&) {};
    feed_ = make_feed(std::move(wanted));
    auto batch = feed_->next(milliseconds(0), {});
    if (!batch) return batch.error();
    if (!*batch) return Error{ErrorKind::bad_value, "there is no scene to show"};
    batch_ = *std::move(*batch);
    const Film& film = batch_.script->film;
    set_channels(preset_, film.stereo ? 2 : 1);
    drift_.emplace(film.frame_rate, choose_chain(preset_.audio).packet);
    return {};
  }

  Result<void> open_output() {
    const bool is_flv = options_.hls.empty();
    LiveTarget target;
    if (!is_flv) target = {LiveTarget::Kind::hls, options_.hls.string()};
    log_ = std::make_unique<OutputLog>(target, OutputListener());
    auto outlet = is_flv ? Result(std::unique_ptr<Outlet>(std::make_unique<FlvOutlet>()))
                         : make_hls_outlet(target, *log_);
    if (!outlet) return outlet.error();
    output_ = std::make_unique<PatientOutput>(std::move(*outlet), *drift_, is_flv);
    return {};
  }

  ShowReport show() {
    SupplyOptions supply;
    supply.feed = feed_.get();
    supply.preset = preset_;
    supply.cache = supply.speech_cache = &cache_;
    supply.loop = true;
    supply.problem = [](const Problem&) {};
    PlayerOptions player;
    player.preset = preset_;
    player.script = batch_.script;
    player.clock = eager_clock();
    player.started = std::chrono::steady_clock::now();
    ShowHooks hooks;
    hooks.status = [this](const ShowStatus& status) { look(status); };
    ShowControl control;
    SceneSupply scenes(std::move(supply), batch_, 0);
    return Player(player, hooks, control, scenes, {&output_, 1}, stop_.get_token()).run();
  }

  void look(const ShowStatus& status) {
    for (; marks_ < options_.marks.size() && status.on_air >= options_.marks[marks_]; ++marks_)
      report_.memory.push_back({options_.marks[marks_], resident_bytes()});
    if (status.on_air >= options_.length) stop_.request_stop();
  }

  const SoakOptions& options_;
  const Cache cache_;
  Preset preset_;
  std::unique_ptr<ScriptFeed> feed_;
  SceneBatch batch_;
  std::optional<Drift> drift_;
  std::unique_ptr<OutputLog> log_;
  std::unique_ptr<LiveOutput> output_;  // goes before what it uses
  size_t marks_ = 0;                    // that are behind
  std::stop_source stop_;
  SoakReport report_;
};

}  // namespace

Result<SoakReport> soak(const SoakOptions& options) {
  return Soak(options).run();
}

}  // namespace talkie::bench
