// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/engines/module.h"

#include "speech/engines.h"
#include "speech/narrator.h"

namespace talkie {

namespace {

// What an engine delivers for one request.
struct Delivery {
  Take take;
  std::stop_token stop;
  bool bad_rate = false;
  bool too_long = false;
};

// The callbacks of a Delivery, for the engine.
TalkieSpeechSink sink_of(Delivery& delivery) {
  TalkieSpeechSink sink{};
  sink.data = &delivery;
  sink.samples = [](void* data, const int16_t* samples, size_t count, int rate) {
    auto& to = *static_cast<Delivery*>(data);
    Take& take = to.take;
    to.bad_rate = to.bad_rate || rate < 1 || (take.rate != 0 && rate != take.rate);
    take.rate = rate;
    take.samples.insert(take.samples.end(), samples, samples + count);
    to.too_long = to_seconds(kLongestScene) * rate < static_cast<double>(take.samples.size());
    return to.stop.stop_requested() || to.bad_rate || to.too_long ? 1 : 0;
  };
  sink.word = [](void* data, size_t offset, size_t, int64_t sample) {
    static_cast<Delivery*>(data)->take.events.push_back({offset, sample});
  };
  sink.warning = [](void* data, const char* message) {
    static_cast<Delivery*>(data)->take.warnings.emplace_back(message);
  };
  sink.cancelled = [](void* data) {
    return static_cast<Delivery*>(data)->stop.stop_requested() ? 1 : 0;
  };
  return sink;
}

class ModuleProvider final : public Provider {
 public:
  explicit ModuleProvider(const TalkieEngine& engine) : Provider(engine.name), engine_(engine) {}

  [[nodiscard]] double min_rate() const override { return engine_.min_rate; }
  [[nodiscard]] double max_rate() const override { return engine_.max_rate; }
  [[nodiscard]] bool takes_ssml() const override { return talkie::takes_ssml(engine_); }
  [[nodiscard]] std::string fingerprint() const override { return fingerprint_of(engine_); }

  Result<VoiceChoice> choose_voice(std::string_view wanted, std::string_view language) override {
    return talkie::choose_voice(engine_, wanted, language);
  }

  Result<Take> speak(const SpeechRequest& request, const std::stop_token& stop) override {
    TalkieSpeechRequest plain{};
    plain.text = request.text.c_str();
    plain.voice = request.voice.c_str();
    plain.language = request.language.c_str();
    plain.rate = request.rate;
    plain.pitch = request.pitch;
    plain.ssml = request.ssml ? 1 : 0;
    Delivery delivery;
    delivery.stop = stop;
    const TalkieSpeechSink sink = sink_of(delivery);
    char message[512] = "";
    const int failed = engine_.synthesise(&plain, &sink, message, sizeof message);
    if (stop.stop_requested()) return Error{ErrorKind::cancelled, "the narration was cancelled"};
    if (delivery.too_long) return Error{ErrorKind::too_large, kSceneTooLong};
    if (failed || delivery.bad_rate)
      return Error{ErrorKind::failed,
                   delivery.bad_rate ? "the speech engine changed its sample rate" : message,
                   "engine " + name()};
    delivery.take.has_times = !delivery.take.events.empty();
    return std::move(delivery.take);
  }

 private:
  const TalkieEngine& engine_;
};

}  // namespace

std::unique_ptr<Provider> make_module_provider(const TalkieEngine& engine) {
  return std::make_unique<ModuleProvider>(engine);
}

}  // namespace talkie
