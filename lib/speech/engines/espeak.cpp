// SPDX-License-Identifier: LGPL-2.1-or-later
// The embedded voice: espeak-ng behind the door of speech/engine.h.
//
// This file is LGPL; the library that it loads into the process is GPL-3.0-or-later, and so is the
// two of them together. That is why it is a module of its own, which libtalkie does not link.
#include <dlfcn.h>
#include <espeak-ng/speak_lib.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "speech/engine.h"
#include "speech/engines/espeak_ssml.h"

// Provided by the leak sanitizer where the process has it.
extern "C" __attribute__((weak)) void __lsan_disable();
extern "C" __attribute__((weak)) void __lsan_enable();

namespace {

using namespace std::chrono_literals;

constexpr int kWordsPerMinute = 165;  // at rate 1
// espeak-ng goes no slower; the fastest is where its own speed-up (libsonic) still is clear.
constexpr int kSlowest = 80;
constexpr int kFastest = 700;
// Short, since above 450 words a minute a word's place is only known to a buffer.
constexpr int kBufferMs = 20;

// espeak-ng has one voice, one text and one set of callbacks in a process.
std::timed_mutex espeak_mutex;

// A fresh copy of espeak-ng. Its oscillators run on from one text to the next and it has no call
// to reset them (espeak_Terminate() followed by espeak_Initialize() can even hang in 1.51), so that
// a sentence would sound different each time. Loaded anew it starts as a new process does: the same
// text gives the same samples. This takes 2 ms; espeak-ng forgets to free some 1 kB each time.
class Library {
 public:
  Library() {
    if (__lsan_disable) __lsan_disable();
    // What libespeak-ng needs stays loaded, so that only itself is loaded anew.
    static const std::vector<void*> needed = {dlopen("libpcaudio.so.0", RTLD_NOW | RTLD_LOCAL),
                                              dlopen("libsonic.so.0", RTLD_NOW | RTLD_LOCAL)};
    load();
    if (__lsan_enable) __lsan_enable();
  }

  ~Library() {
    if (rate_ > 0) terminate();
    if (handle_) dlclose(handle_);
    if (old_random_) setstate(old_random_);
  }

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] int rate() const { return rate_; }

  decltype(&espeak_SetSynthCallback) set_callback = nullptr;
  decltype(&espeak_SetVoiceByName) set_voice = nullptr;
  decltype(&espeak_SetParameter) set_parameter = nullptr;
  decltype(&espeak_Synth) synth = nullptr;
  decltype(&espeak_ListVoices) list_voices = nullptr;
  decltype(&espeak_Info) info = nullptr;

 private:
  static constexpr const char* kFile = "libespeak-ng.so.1";

  void load() {
    if (dlopen(kFile, RTLD_NOW | RTLD_NOLOAD | RTLD_LOCAL)) {
      error_ = "espeak-ng is already in use by another part of this program; it has one voice";
      return;
    }
    handle_ = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
    if (!handle_) {
      error_ = "espeak-ng is not installed; install the package libespeak-ng1";
      return;
    }
    decltype(&espeak_Initialize) initialise = nullptr;
    if (!find("espeak_Initialize", initialise) || !find("espeak_Terminate", terminate) ||
        !find("espeak_SetSynthCallback", set_callback) ||
        !find("espeak_SetVoiceByName", set_voice) || !find("espeak_SetParameter", set_parameter) ||
        !find("espeak_Synth", synth) || !find("espeak_ListVoices", list_voices) ||
        !find("espeak_Info", info))
      return;
    // Breath and whisper are made with rand(), whose state is the process's: ours for now.
    old_random_ = initstate(1, random_state_, sizeof random_state_);
    rate_ = initialise(AUDIO_OUTPUT_SYNCHRONOUS, kBufferMs, nullptr, espeakINITIALIZE_DONT_EXIT);
    if (rate_ <= 0)
      error_ = "espeak-ng does not find its voices; install the package espeak-ng-data";
  }

  template <typename Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    if (!function) error_ = std::string("this espeak-ng has no ") + name + "; version 1.51 has";
    return function != nullptr;
  }

  void* handle_ = nullptr;
  decltype(&espeak_Terminate) terminate = nullptr;
  int rate_ = 0;
  std::string error_;
  char random_state_[128] = {};
  char* old_random_ = nullptr;
};

// ---- voices

struct Voices {
  std::string error;
  std::string version;
  std::deque<std::string> strings;  // what the pointers below point to
  std::deque<TalkieVoice> voices;
  std::vector<const TalkieVoice*> list;  // ended by null, as `variants` is
  std::vector<std::string> identifiers;  // espeak's own, in the order of `list`
  std::vector<const char*> variants;

  const char* keep(std::string text) { return strings.emplace_back(std::move(text)).c_str(); }
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string file_name(std::string_view identifier) {
  const size_t slash = identifier.rfind('/');
  return std::string(slash == std::string_view::npos ? identifier : identifier.substr(slash + 1));
}

struct Language {
  int priority;  // the lower the better
  std::string tag;
};

// A priority byte and a tag with its zero byte, again and again; an empty one ends them.
std::vector<Language> languages_of(const espeak_VOICE& voice) {
  std::vector<Language> languages;
  for (const char* at = voice.languages; *at != 0;) {
    const int priority = static_cast<unsigned char>(*at++);
    languages.push_back({priority, at});
    at += languages.back().tag.size() + 1;
  }
  // What the tag of a place means for the one that reads its script's language.
  if (file_name(voice.identifier) == "yue")
    for (const char* tag : {"zh-hk", "zh-mo"})
      languages.push_back({8, tag});
  if (file_name(voice.identifier) == "he") languages.push_back({9, "iw"});
  return languages;
}

// "EN-us" -> "en-US", "zh-latn" -> "zh-Latn", as BCP 47 writes them.
std::string written_tag(const std::string& tag) {
  std::string result = lower(tag);
  size_t start = 0;
  while ((start = result.find('-', start)) != std::string::npos) {
    const size_t end = std::min(result.find('-', ++start), result.size());
    const auto upper = [&](size_t i) {
      result[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(result[i])));
    };
    if (end - start == 2 || end - start == 4) upper(start);
    if (end - start == 2) upper(start + 1);
    if (end - start == 1) break;  // private use: stays as it is
  }
  return result;
}

// How espeak-ng prefers its voices for the widest language each one speaks, but American before
// British English, as most people expect of "en".
int preference(const espeak_VOICE& voice) {
  const auto languages = languages_of(voice);
  if (languages.empty()) return 1000;
  return languages.front().tag == "en-us" ? 0 : languages.back().priority;
}

void add_voice(Voices& voices, const espeak_VOICE& voice) {
  const auto languages = languages_of(voice);
  if (languages.empty()) return;
  std::string name = lower(languages.front().tag);
  const auto is_taken = [&](const TalkieVoice& other) { return name == other.name; };
  if (std::any_of(voices.voices.begin(), voices.voices.end(), is_taken))
    name = lower(file_name(voice.identifier));
  std::string tags;
  for (const Language& language : languages)
    tags += (tags.empty() ? "" : " ") + written_tag(language.tag);
  const char* gender = voice.gender == 1 ? "male" : voice.gender == 2 ? "female" : "";
  voices.voices.push_back({voices.keep(name), voices.keep(tags), gender, voices.keep(voice.name)});
  voices.list.push_back(&voices.voices.back());
  voices.identifiers.emplace_back(voice.identifier);
}

Voices read_voices() {
  Voices voices;
  const std::lock_guard lock(espeak_mutex);
  const Library espeak;
  voices.error = espeak.error();
  if (!voices.error.empty()) return voices;
  voices.version = espeak.info(nullptr);
  std::vector<const espeak_VOICE*> found;
  for (const espeak_VOICE** at = espeak.list_voices(nullptr); *at; ++at)
    found.push_back(*at);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto* a, const auto* b) { return preference(*a) < preference(*b); });
  for (const espeak_VOICE* voice : found)
    add_voice(voices, *voice);
  espeak_VOICE variants = {};
  variants.languages = "variant";
  for (const espeak_VOICE** at = espeak.list_voices(&variants); *at; ++at)
    voices.variants.push_back(voices.keep(file_name((*at)->identifier)));
  if (voices.list.empty())
    voices.error = "espeak-ng has no voices; install the package espeak-ng-data";
  voices.list.push_back(nullptr);
  voices.variants.push_back(nullptr);
  return voices;
}

const Voices& all_voices() {
  static const Voices voices = read_voices();
  return voices;
}

const TalkieVoice* const* voices(const char** error) {
  const Voices& all = all_voices();
  if (all.error.empty()) return all.list.data();
  *error = all.error.c_str();
  return nullptr;
}

const char* const* variants() {
  static const char* const none[] = {nullptr};
  return all_voices().error.empty() ? all_voices().variants.data() : none;
}

// ---- speaking

// One request while espeak-ng works on it; its callback has no pointer of ours.
struct Work {
  const TalkieSpeechSink* sink;
  std::string_view text;
  const std::vector<size_t>*
      origins;  // of the text's bytes in the request; null: they are the same
  int rate;
  size_t offset = 0;  // of the character that was looked up last, …
  int character = 1;  // … and its number; espeak-ng counts from 1
  bool stopped = false;
};
Work* work = nullptr;  // guarded by espeak_mutex

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The byte at which character `character` begins. Events come nearly in order.
size_t offset_of(Work& at, int character) {
  if (character < at.character) {
    at.offset = 0;
    at.character = 1;
  }
  while (at.character < character && at.offset < at.text.size()) {
    do
      ++at.offset;
    while (at.offset < at.text.size() && is_continuation(at.text[at.offset]));
    ++at.character;
  }
  return at.offset;
}

int on_samples(short* samples, int count, espeak_EVENT* events) {
  for (; events->type != espeakEVENT_LIST_TERMINATED; ++events)
    if (events->type == espeakEVENT_WORD && events->length > 0) {
      const size_t offset = offset_of(*work, events->text_position);
      if (offset < work->text.size())
        work->sink->word(work->sink->data, work->origins ? (*work->origins)[offset] : offset, 0,
                         events->sample);
    }
  if (!work->stopped && samples && count > 0)
    work->stopped =
        work->sink->samples(work->sink->data, samples, static_cast<size_t>(count), work->rate) != 0;
  if (!work->stopped) work->stopped = work->sink->cancelled(work->sink->data) != 0;
  return work->stopped ? 1 : 0;
}

bool has_han(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    if ((byte(i) & 0xF0) != 0xE0) continue;
    const int c = (byte(i) & 0x0F) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F);
    if (c >= 0x4E00 && c <= 0x9FFF) return true;
  }
  return false;
}

void warn_of_han(const std::string& identifier, const TalkieSpeechRequest& request,
                 const TalkieSpeechSink& sink) {
  if (identifier.starts_with("sit/") || !has_han(request.text)) return;
  if (identifier == "jpx/ja")
    sink.warning(sink.data, "espeak-ng cannot read kanji; write what is said in kana");
  else
    sink.warning(sink.data, "this voice cannot read Chinese characters; choose the voice 'cmn'");
}

// The identifier of a voice and, after "+", a variant; empty where there is none.
std::string identifier_of(std::string_view voice) {
  const size_t plus = voice.find('+');
  const std::string name = lower(voice.substr(0, plus));
  const Voices& all = all_voices();
  for (size_t i = 0; i < all.identifiers.size(); ++i)
    if (name == all.list[i]->name) return all.identifiers[i];
  return {};
}

talkie::espeak::Ssml ssml_of(const TalkieSpeechRequest& request, const std::string& identifier,
                             const TalkieSpeechSink& sink) {
  const std::string name = lower(file_name(identifier));
  auto ssml = talkie::espeak::ssml_for(request.text, name.substr(0, name.find('-')), request.pitch);
  for (const std::string& warning : ssml.warnings)
    sink.warning(sink.data, warning.c_str());
  return ssml;
}

std::string speak(const TalkieSpeechRequest& request, const TalkieSpeechSink& sink) {
  const Library espeak;
  if (!espeak.error().empty()) return espeak.error();
  const std::string_view voice = request.voice;
  const std::string identifier = identifier_of(voice);
  const size_t plus = voice.find('+');
  const std::string full =
      identifier + std::string(plus == std::string_view::npos ? "" : voice.substr(plus));
  if (identifier.empty() || espeak.set_voice(full.c_str()) != EE_OK)
    return "espeak-ng has no voice '" + std::string(voice) + "'";
  warn_of_han(identifier, request, sink);

  const int words = static_cast<int>(std::lround(request.rate * kWordsPerMinute));
  espeak.set_parameter(espeakRATE, std::clamp(words, kSlowest, kFastest), 0);
  espeak.set_parameter(espeakPITCH, talkie::espeak::pitch_number(request.pitch), 0);
  espeak.set_callback(on_samples);

  talkie::espeak::Ssml ssml;
  if (request.ssml) ssml = ssml_of(request, identifier, sink);
  const std::string_view text = request.ssml ? std::string_view(ssml.text) : request.text;
  Work current{&sink, text, request.ssml ? &ssml.origins : nullptr, espeak.rate()};
  work = &current;
  // In plain text '<' and '[[' are characters like others.
  const int markup = (request.ssml ? espeakSSML : 0) | (ssml.phonemes ? espeakPHONEMES : 0);
  const espeak_ERROR result = espeak.synth(
      text.data(), text.size() + 1, 0, POS_CHARACTER, 0,
      static_cast<unsigned>(espeakCHARS_UTF8 | espeakENDPAUSE | markup), nullptr, nullptr);
  work = nullptr;
  if (result != EE_OK && !current.stopped) return "espeak-ng failed to speak";
  return {};
}

int synthesise(const TalkieSpeechRequest* request, const TalkieSpeechSink* sink, char* error,
               size_t error_size) {
  std::string message = all_voices().error;
  if (message.empty()) {
    std::unique_lock lock(espeak_mutex, std::defer_lock);
    while (!lock.try_lock_for(10ms))
      if (sink->cancelled(sink->data)) return 0;
    message = speak(*request, *sink);
  }
  if (message.empty()) return 0;
  std::snprintf(error, error_size, "%s", message.c_str());
  return 1;
}

// The library's version, and the compiled phonemes, which every voice speaks with.
const char* fingerprint() {
  static const std::string text = [] {
    const std::lock_guard lock(espeak_mutex);
    const Library espeak;
    if (!espeak.error().empty()) return espeak.error();
    const char* folder = nullptr;
    std::string facts = espeak.info(&folder);
    for (const char* name : {"phondata", "phontab", "phonindex", "intonations"}) {
      struct stat data = {};
      const std::string path = std::string(folder ? folder : "") + "/" + name;
      if (stat(path.c_str(), &data) == 0)
        facts += " " + std::to_string(data.st_size) + "/" + std::to_string(data.st_mtime);
    }
    return facts;
  }();
  return text.c_str();
}

const TalkieEngine espeak_engine = {
    .size = sizeof(TalkieEngine),
    .name = "espeak",
    .version = TALKIE_ESPEAK_VERSION,
    .licence = "LGPL-2.1-or-later AND GPL-3.0-or-later",
    .min_rate = static_cast<double>(kSlowest) / kWordsPerMinute,
    .max_rate = static_cast<double>(kFastest) / kWordsPerMinute,
    .voices = voices,
    .variants = variants,
    .synthesise = synthesise,
    .fingerprint = fingerprint,
    .takes_ssml = 1,
};

}  // namespace

const TalkieEngine* talkie_engine_v1() {
  return &espeak_engine;
}
