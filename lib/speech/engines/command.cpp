// SPDX-License-Identifier: LGPL-2.1-or-later
// Any program that writes a sound file is a voice: talkie.conf says how it is called. No shell is
// between: the command is split into words once, and what a request brings goes into these.
#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>

#include "base/process.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "net/circuit.h"
#include "net/patience.h"
#include "speech/audio_bytes.h"
#include "speech/engines/command_settings.h"
#include "speech/engines/makers.h"

namespace talkie {

namespace {

constexpr size_t kMostSoundBytes = 512u << 20;
constexpr size_t kMostVoiceBytes = 200;

// "1.25", whatever the language of the desktop.
std::string plain_number(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4);
  return {text.data(), end.ptr};
}

// One line for people, out of what a program wrote for its own user.
std::string sensible_line(const std::string& errors) {
  std::string_view chosen;
  const bool last_says_it = errors.find("Traceback (most recent call last)") != std::string::npos;
  bool is_error = false;
  for (const std::string_view raw : split(errors, '\n')) {
    const std::string_view line = trim(raw);
    if (line.empty()) continue;
    const bool names_error = to_lower(line).find("error") != std::string::npos;
    if (chosen.empty() || last_says_it || (names_error && !is_error)) chosen = line;
    is_error = is_error || names_error;
  }
  std::string text(chosen.substr(0, 200));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  text.resize(std::min(text.size(), find_invalid_utf8(text)));
  return text;
}

// Numbers that belong to what a file holds, as far as one sees from outside.
std::string state_of(const std::string& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) return "-";
  const auto time = std::filesystem::last_write_time(file, failure).time_since_epoch().count();
  return std::to_string(size) + " " + std::to_string(time);
}

// Why a script cannot call a voice so: a program must not take it for an option or a file.
std::string_view problem_with_voice(std::string_view voice) {
  if (voice.starts_with('-')) return "begins with '-'";
  if (voice.find('/') != std::string_view::npos) return "names a file";
  if (voice.size() > kMostVoiceBytes) return "is too long";
  const bool has_controls = std::ranges::any_of(
      voice, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return has_controls ? "holds control characters" : "";
}

// "de", "de-AT", "deu-AT": what cannot well be anything but a language.
bool is_language_tag(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('-'));
  const bool is_code = std::ranges::all_of(first, [](char c) { return g_ascii_isalpha(c); });
  return is_code && (first.size() == 2 || (first.size() == 3 && first.size() < text.size()));
}

bool is_same_language(std::string_view one, std::string_view other) {
  return to_lower(one.substr(0, one.find('-'))) == to_lower(other.substr(0, other.find('-')));
}

class CommandProvider : public Provider {
 public:
  CommandProvider(std::string name, CommandSettings settings, std::string program)
      : Provider(std::move(name)),
        settings_(std::move(settings)),
        program_(std::move(program)),
        turns_(settings_.calls),
        circuit_("'" + this->name() + "'") {}

  [[nodiscard]] double min_rate() const override { return settings_.min_rate; }
  [[nodiscard]] double max_rate() const override { return settings_.max_rate; }

  [[nodiscard]] std::string fingerprint() const override {
    std::string print = "command " + program_ + " " + state_of(program_);
    for (const std::string& word : settings_.command)
      print += "\n" + word;
    print += "\n" + settings_.default_voice;
    for (const CommandVoice& voice : settings_.voices)
      print += "\n" + voice.name + "=" + voice.value + " " + state_of(voice.value);
    for (const std::string& language : settings_.languages)
      print += "\n" + language;
    return print + "\n" + std::to_string(min_rate()) + " " + std::to_string(max_rate());
  }

  Result<VoiceChoice> choose_voice(std::string_view wanted, std::string_view language) override {
    VoiceChoice choice;
    choice.warning = language_warning(language);
    const bool names_voice =
        !wanted.empty() && !is_language_tag(wanted) && !is_one_of_its_languages(wanted);
    if (const CommandVoice* voice = settings_.find_voice(wanted)) {
      choice.name = voice->name;
    } else if (!settings_.has("voice")) {
      if (names_voice)
        choice.warning =
            "'" + name() + "' has one voice: its command in talkie.conf has no {voice}";
    } else if (names_voice) {
      if (const std::string_view problem = problem_with_voice(wanted); !problem.empty())
        return Error{ErrorKind::refused, "the voice '" + std::string(wanted) + "' of '" + name() +
                                             "' " + std::string(problem) +
                                             "; give it a name under 'voices' in talkie.conf"};
      choice.name = wanted;
    } else if (!settings_.default_voice.empty()) {
      choice.name = settings_.default_voice;
    } else {
      return Error{ErrorKind::bad_value,
                   "'" + name() + "' needs a voice; set 'voice' for it in talkie.conf",
                   {},
                   settings_.where};
    }
    return choice;
  }

  Result<Take> speak(const SpeechRequest& request, const std::stop_token& stop) override {
    if (!is_plain_tag(request.language))
      return Error{ErrorKind::bad_value, "'" + request.language + "' is no language"};
    auto take = speak_in_turn(request, stop);
    if (!take) return take;
    const auto is_other = [](double factor) { return factor < 0.995 || factor > 1.005; };
    if (is_other(request.rate) && !settings_.has("rate") && !settings_.has("length"))
      take->warnings.push_back("'" + name() + "' speaks at its own pace: its command in " +
                               "talkie.conf has neither {rate} nor {length}");
    if (is_other(request.pitch) && !settings_.has("pitch"))
      take->warnings.push_back("'" + name() + "' speaks at its own pitch: its command in " +
                               "talkie.conf has no {pitch}");
    return take;
  }

 private:
  static bool is_plain_tag(std::string_view tag) {
    return !tag.starts_with('-') && std::ranges::all_of(tag, [](char c) {
      return g_ascii_isalnum(c) || c == '-' || c == '_';
    });
  }

  [[nodiscard]] bool is_one_of_its_languages(std::string_view tag) const {
    return std::ranges::any_of(settings_.languages, [tag](const std::string& language) {
      return to_lower(language) == to_lower(tag);
    });
  }

  [[nodiscard]] std::string language_warning(std::string_view language) const {
    const auto& languages = settings_.languages;
    if (language.empty() || languages.empty() || settings_.has("language")) return {};
    for (const std::string& own : languages)
      if (is_same_language(own, language)) return {};
    return "'" + name() + "' speaks " + languages.front() + ", and this text is in '" +
           std::string(language) + "'; choose another engine or voice for it";
  }

  Result<Take> speak_in_turn(const SpeechRequest& request, const std::stop_token& stop) {
    const auto turn = turns_.take(stop);
    if (!turn) return Error{ErrorKind::cancelled, "the narration was cancelled"};
    auto pass = circuit_.enter();
    if (!pass) return pass.error();
    auto take = speak_now(request, stop);
    if (take && is_silent(take->samples))
      take = Error{ErrorKind::failed, "'" + name() + "' delivered nothing but silence"};
    if (take)
      pass->succeeded();
    else if (take.error().kind != ErrorKind::cancelled)
      pass->failed(take.error());
    return take;
  }

  Result<Take> speak_now(const SpeechRequest& request, const std::stop_token& stop) {
    const auto folder = TemporaryFolder::make();
    if (!folder) return folder.error();
    const std::filesystem::path out = folder->path() / "speech.wav";
    const auto end = run_program(program_for(request, out), stop);
    if (!end) return end.error();
    if (end->status != 0 || end->signal != 0) return failure_of(*end);
    if (!settings_.has("out")) return take_from_audio(end->output, "'" + name() + "'");
    std::error_code failure;
    if (!std::filesystem::is_regular_file(out, failure))
      return Error{ErrorKind::failed, "'" + name() + "' wrote no sound to {out}", end->errors};
    const auto bytes = read_file(out, kMostSoundBytes);
    if (!bytes) return Error{ErrorKind::failed, bytes.error().message};
    return take_from_audio(*bytes, "'" + name() + "'");
  }

  [[nodiscard]] Program program_for(const SpeechRequest& request, const std::string& out) const {
    const CommandVoice* voice = settings_.find_voice(request.voice);
    std::string text = request.text;
    std::ranges::replace(text, '\0', ' ');
    const std::map<std::string_view, std::string> values = {
        {"voice", voice ? voice->value : request.voice},
        {"out", out},
        {"language", request.language},
        {"rate", plain_number(request.rate)},
        {"length", plain_number(1 / request.rate)},
        {"pitch", plain_number(request.pitch)},
        // An argument that begins with '-' would be an option.
        {"text", text.starts_with('-') ? " " + text : text}};
    Program program;
    for (const std::string& word : settings_.command)
      program.words.push_back(
          fill_placeholders(word, [&](std::string_view key) { return values.at(key); }));
    program.words.front() = program_;
    if (!settings_.has("text")) program.input = request.text;
    program.limit = settings_.timeout;
    program.most_output = kMostSoundBytes;
    return program;
  }

  [[nodiscard]] Error failure_of(const ProgramEnd& end) const {
    const std::string line = sensible_line(end.errors);
    std::string message = "'" + name() + "' failed";
    message += end.signal != 0 ? " (signal " + std::to_string(end.signal) + ")"
                               : " (exit status " + std::to_string(end.status) + ")";
    return Error{ErrorKind::failed, line.empty() ? message : message + ": " + line, end.errors};
  }

  const CommandSettings settings_;
  const std::string program_;  // its path
  Turns turns_;
  Circuit circuit_;
};

}  // namespace

MadeProvider make_command_provider(std::string name, const Value* settings) {
  auto read = read_command_settings(name, settings);
  if (!read) return read.error();
  const std::string& program = read->command.front();
  char* found = g_find_program_in_path(program.c_str());
  if (!found)
    return Error{ErrorKind::missing_part,
                 "the program '" + program + "' of the engine '" + name +
                     "' is not there; install it, or correct 'command' in talkie.conf",
                 {},
                 read->where};
  const std::string path = found;
  g_free(found);
  return std::unique_ptr<Provider>(
      std::make_unique<CommandProvider>(std::move(name), *std::move(read), path));
}

}  // namespace talkie
