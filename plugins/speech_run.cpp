// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech_run.h"

#include <filesystem>
#include <utility>

#include "gst/element.h"
#include "script/findings.h"
#include "timeline/sound_bed.h"

namespace talkie {

namespace {

// Music and effects under the voices of a film that has them.
Speaker::Finisher with_bed(const LinePlace& beginning, std::shared_ptr<FilmLine> line) {
  return [bed = std::make_shared<SoundBed>(beginning.bed), line = std::move(line)](
             const Scene& scene, const SceneTiming& timing, int64_t first_sample,
             std::vector<int16_t>& samples, const std::stop_token& stop) -> Result<void> {
    const auto count = static_cast<int64_t>(samples.size());
    const auto part = scene.film.stereo ? bed->add(scene, timing, first_sample, count, stop)
                                        : Result<BedScene>(BedScene{});
    if (!part) return part.error();
    if (line) line->record(scene, timing, *bed);
    if (!scene.film.stereo) return {};
    auto mixed = mix_scene(samples, *part, 1, {}, stop);
    if (!mixed) return mixed.error();
    samples = *std::move(mixed);
    return {};
  };
}

Result<Lexicon> read_lexicon(GstElement* element, const std::string& file) {
  Lexicon lexicon;
  if (file.empty()) return lexicon;
  std::error_code failure;
  const auto path = std::filesystem::absolute(file, failure);
  Value value;
  value.type = Value::Type::string;
  value.text = path.string();
  Findings findings;
  lexicon.read(value, path.parent_path().string(), findings);
  if (auto verdict = findings.verdict(); !verdict) return verdict.error();
  Problems problems;
  findings.deliver(problems);
  for (const Problem& problem : problems.all())
    post_warning(element, problem);
  return lexicon;
}

}  // namespace

Result<std::shared_ptr<SpeechRun>> SpeechRun::begin(GstElement* element,
                                                    const SpeechSettings& settings) {
  auto lexicon = read_lexicon(element, settings.lexicon);
  if (!lexicon) return lexicon.error();
  auto run = std::make_shared<SpeechRun>();
  run->lexicon_ = *std::move(lexicon);
  if (!settings.cache_folder.empty()) run->cache_.emplace(settings.cache_folder);
  NarratorOptions options = settings.narrator;
  options.cache = run->cache_ ? &*run->cache_ : nullptr;
  const LinePlace beginning = settings.line ? settings.line->beginning() : LinePlace{};
  run->speaker_ = std::make_unique<Speaker>(options, settings.lookahead,
                                            with_bed(beginning, settings.line), beginning.frame);
  return run;
}

bool SpeechRun::add(Scene scene) {
  if (!lexicon_.empty())
    for (NarrationStep& step : scene.narration)
      if (auto* utterance = std::get_if<Utterance>(&step))
        lexicon_.apply(*utterance, scene.film.language);
  return speaker_->add(std::move(scene));
}

void SpeechRun::post_fallbacks(GstElement* element, const SceneTiming& timing) {
  for (const SpokenUtterance& spoken : timing.utterances) {
    if (spoken.fallback.empty()) continue;
    GstStructure* facts = gst_structure_new(
        "talkie-speech-fallback", "scene", G_TYPE_STRING, timing.scene.c_str(), "index", G_TYPE_INT,
        timing.index, "step", G_TYPE_INT, spoken.step, "voice", G_TYPE_STRING, spoken.voice.c_str(),
        "reason", G_TYPE_STRING, spoken.fallback.c_str(), nullptr);
    gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), facts));
  }
}

void SpeechRun::post_counts(GstElement* element) const {
  for (const auto& [name, counts] : counts_since(counted_)) {
    GstStructure* facts =
        gst_structure_new("talkie-speech", "engine", G_TYPE_STRING, name.c_str(), "calls",
                          G_TYPE_INT64, counts.calls, "failures", G_TYPE_INT64, counts.failures,
                          "retries", G_TYPE_INT64, counts.retries, "characters", G_TYPE_INT64,
                          counts.characters, "seconds", G_TYPE_DOUBLE, counts.seconds, nullptr);
    gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), facts));
  }
}

}  // namespace talkie
