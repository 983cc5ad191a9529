// SPDX-License-Identifier: LGPL-2.1-or-later
#include "speech/engines/services.h"

#include <glib.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/text.h"
#include "base/time.h"
#include "speech/audio_bytes.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kSettings[] = {"kind",   "key",      "base-url", "model",   "voice",
                                          "voices", "language", "calls",    "timeout", "insecure"};
constexpr double kTimeout = 120;  // seconds, of a call with all its tries

std::string place_in_settings(std::string_view name) {
  return "'engines: " + std::string(name) + ":' in talkie.conf";
}

Error wrong_setting(const Value& value, std::string_view key, const std::string& what) {
  return {ErrorKind::bad_value, "'" + std::string(key) + "' must be " + what, {}, value.where};
}

Result<void> know_all_settings(const ServiceKind& kind, const Value& settings) {
  std::vector<std::string_view> known(std::begin(kSettings), std::end(kSettings));
  known.insert(known.end(), kind.own_settings.begin(), kind.own_settings.end());
  for (const Member& member : settings.map)
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      return Error{ErrorKind::bad_value,
                   "an engine of the kind '" + std::string(kind.kind) + "' has no '" + member.key +
                       "'." + suggestion(member.key, known),
                   {},
                   member.where};
  return {};
}

Result<std::map<std::string, std::string>> read_voices(const Value* settings) {
  std::map<std::string, std::string> voices;
  const Value* value = settings ? settings->find("voices") : nullptr;
  if (!value) return voices;
  if (!value->is(Value::Type::map))
    return wrong_setting(*value, "voices", "a map from a name to the service's voice");
  for (const Member& member : value->map) {
    if (!member.value.is_scalar() || member.value.text.empty())
      return wrong_setting(member.value, "voices", "a map from a name to the service's voice");
    voices[member.key] = member.value.text;
  }
  return voices;
}

Result<std::string> read_base_url(const ServiceKind& kind, const Value* settings) {
  auto url = read_setting(settings, "base-url", kind.official);
  if (!url) return url;
  const auto address = parse_http_address(*url);
  if (!address) {
    const Value* value = settings->find("base-url");
    return Error{address.error().kind, "'base-url': " + address.error().message, {}, value->where};
  }
  while (url->ends_with('/'))
    url->pop_back();
  if (url->ends_with("/v1")) url->resize(url->size() - 3);
  return url;
}

// A header ends at a line break: what is in a key could become one.
bool fits_a_header(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// The variable's key is for the official service, and never sent to another one.
Result<std::string> read_key(const ServiceKind& kind, const std::string& name,
                             const std::string& base_url, const Value* settings) {
  auto key = read_setting(settings, "key", "");
  if (!key) return key;
  const bool is_official = base_url == kind.official;
  const std::string variable(kind.key_variable);
  if (key->empty() && is_official)
    if (const char* set = std::getenv(variable.c_str())) *key = trim(set);
  if (key->empty() && is_official)
    return Error{
        ErrorKind::missing_part,
        name + " needs a key: set " + variable + ", or 'key' under " + place_in_settings(name),
        {},
        settings ? settings->where : Place{}};
  if (!fits_a_header(*key))
    return Error{ErrorKind::bad_value, "the key of " + name +
                                           " has characters that no key has; check " + variable +
                                           " or 'key' under " + place_in_settings(name)};
  return key;
}

// A key goes over a network in the clear only where the user says so.
Result<void> keep_key_safe(const ServiceOptions& options, const Value* settings) {
  const auto address = parse_http_address(options.base_url);
  const Value* insecure = settings ? settings->find("insecure") : nullptr;
  if (insecure && !insecure->is(Value::Type::boolean))
    return wrong_setting(*insecure, "insecure", "true or false");
  if (options.key.empty() || !address || address->scheme == "https" || address->is_local() ||
      (insecure && insecure->boolean))
    return {};
  return Error{ErrorKind::refused,
               "'base-url' would send the key over the network without encryption; use https://, "
               "or set 'insecure: true' where you trust the network",
               {},
               settings->find("base-url")->where};
}

Result<ServiceSettings> read_manners(const ServiceKind& kind, const std::string& name,
                                     const Value* settings) {
  ServiceSettings manners;
  manners.name = name;
  manners.key_hint = "check " + std::string(kind.key_variable) + " or 'key' in talkie.conf";
  const auto calls = read_setting(settings, "calls", 1, 64, manners.calls);
  if (!calls) return calls.error();
  manners.calls = static_cast<int>(*calls);
  const auto timeout = read_setting(settings, "timeout", 0.1, 3600, kTimeout);
  if (!timeout) return timeout.error();
  HttpLimits& limits = manners.limits;
  limits.total = std::chrono::ceil<milliseconds>(from_seconds(*timeout));
  limits.connect = std::min(limits.connect, limits.total);
  limits.first_byte = std::min(limits.first_byte, limits.total);
  return manners;
}

bool is_sentence_end(std::string_view text, size_t at) {
  for (const std::string_view sign : {"。", "！", "？"})
    if (text.substr(0, at).ends_with(sign)) return true;
  const char before = text[at - 1];
  if (before == '\n') return true;
  return g_ascii_isspace(before) && at >= 2 &&
         std::string_view(".!?").find(text[at - 2]) != std::string_view::npos;
}

// Where the piece that begins `text` ends, which has more than `most` characters.
size_t piece_end(std::string_view text, size_t most) {
  size_t sentence = 0;
  size_t word = 0;
  size_t at = 0;
  for (size_t characters = 0; characters < most; ++characters) {
    do
      ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
    if (is_sentence_end(text, at)) sentence = at;
    if (g_ascii_isspace(text[at - 1])) word = at;
  }
  return sentence ? sentence : word ? word : at;
}

// "de", "pt-BR": no name of a voice.
bool is_language(std::string_view wanted, std::string_view language) {
  const std::string tag = to_lower(wanted);
  const std::string ours = to_lower(language);
  if (tag.empty() || tag == ours || ours.starts_with(tag + "-")) return true;
  const std::string_view primary = std::string_view(tag).substr(0, tag.find('-'));
  return primary.size() == 2 &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return g_ascii_isalnum(c) || c == '-'; });
}

}  // namespace

Result<double> read_setting(const Value* settings, std::string_view key, double low, double high,
                            double otherwise) {
  const Value* value = settings ? settings->find(key) : nullptr;
  if (!value) return otherwise;
  if (!value->is(Value::Type::number) || !(value->number >= low && value->number <= high)) {
    char limits[64];
    g_snprintf(limits, sizeof limits, "a number from %g to %g", low, high);
    return wrong_setting(*value, key, limits);
  }
  return value->number;
}

Result<std::string> read_setting(const Value* settings, std::string_view key,
                                 std::string_view otherwise) {
  const Value* value = settings ? settings->find(key) : nullptr;
  if (!value) return std::string(otherwise);
  if (!value->is_scalar() || value->text.empty()) return wrong_setting(*value, key, "a text");
  return value->text;
}

Result<ServiceOptions> read_service_options(const ServiceKind& kind, const std::string& name,
                                            const Value* settings) {
  if (settings)
    if (auto known = know_all_settings(kind, *settings); !known) return known.error();
  ServiceOptions options;
  for (const auto& [key, otherwise, field] :
       {std::tuple{"model", kind.model, &options.model},
        std::tuple{"voice", kind.voice, &options.voice},
        std::tuple{"language", std::string_view(), &options.language}}) {
    auto text = read_setting(settings, key, otherwise);
    if (!text) return text.error();
    *field = *std::move(text);
  }
  auto voices = read_voices(settings);
  if (!voices) return voices.error();
  options.voices = *std::move(voices);
  auto url = read_base_url(kind, settings);
  if (!url) return url.error();
  options.base_url = *std::move(url);
  auto key = read_key(kind, name, options.base_url, settings);
  if (!key) return key.error();
  options.key = *std::move(key);
  if (auto safe = keep_key_safe(options, settings); !safe) return safe.error();
  auto manners = read_manners(kind, name, settings);
  if (!manners) return manners.error();
  options.service = *std::move(manners);
  options.service.secret = options.key;
  return options;
}

std::vector<std::string_view> split_for_service(std::string_view text, size_t most) {
  std::vector<std::string_view> pieces;
  while (count_characters(text) > most) {
    const size_t end = piece_end(text, most);
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!text.empty() || pieces.empty()) pieces.push_back(text);
  return pieces;
}

Take take_from_pcm(std::string_view bytes, int rate) {
  Take take;
  take.rate = rate;
  take.samples.reserve(bytes.size() / 2);
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[i]);
    const auto high = static_cast<unsigned char>(bytes[i + 1]);
    take.samples.push_back(static_cast<int16_t>(low | high << 8));
  }
  return take;
}

ServiceProvider::ServiceProvider(const ServiceKind& kind, std::string name, ServiceOptions options)
    : Provider(std::move(name)), kind_(kind), options_(std::move(options)), service_([this] {
        ServiceSettings settings = options_.service;
        settings.on_retry = [this] { count({.retries = 1}); };
        return settings;
      }()) {}

std::string ServiceProvider::fingerprint() const {
  std::string print = std::string(kind_.kind) + " 1 " + options_.base_url + ' ' + options_.model;
  print += ' ' + options_.voice + ' ' + options_.language;
  for (const auto& [name, voice] : options_.voices)
    print += "\n" + name + "=" + voice;
  return print;
}

Result<VoiceChoice> ServiceProvider::choose_voice(std::string_view wanted,
                                                  std::string_view language) {
  if (const auto named = options_.voices.find(std::string(wanted)); named != options_.voices.end())
    return VoiceChoice{named->second, {}};
  if (!is_language(wanted, language)) return VoiceChoice{std::string(wanted), {}};
  VoiceChoice choice{options_.voice, {}};
  if (const auto named = options_.voices.find(choice.name); named != options_.voices.end())
    choice.name = named->second;
  const auto primary = [](std::string_view tag) { return to_lower(tag.substr(0, tag.find('-'))); };
  if (!options_.language.empty() && !language.empty() &&
      primary(options_.language) != primary(language))
    choice.warning = "the voice '" + options_.voice + "' of " + name() + " speaks " +
                     options_.language + ", the text is " + std::string(language) +
                     "; choose another 'voice'";
  return choice;
}

Result<Take> ServiceProvider::speak(const SpeechRequest& request, const std::stop_token& stop) {
  Take whole;
  whole.has_times = true;
  size_t offset = 0;
  SpeechRequest piece = request;
  for (const std::string_view text : split_for_service(request.text, kind_.longest_text)) {
    const size_t begin = offset;
    offset += text.size();
    if (trim(text).empty() && text.size() < request.text.size()) continue;
    piece.text = text;
    auto take = say(piece, stop);
    if (!take) return take;
    if (is_silent(take->samples))
      return Error{ErrorKind::failed, name() + " sent a sound with nothing in it; try again later"};
    if (whole.rate != 0 && whole.rate != take->rate)
      return Error{ErrorKind::failed, name() + " changed the rate of its sound within a text"};
    whole.rate = take->rate;
    const auto samples = static_cast<int64_t>(whole.samples.size());
    for (const WordEvent& event : take->events)
      whole.events.push_back({begin + event.offset, samples + event.sample});
    whole.samples.insert(whole.samples.end(), take->samples.begin(), take->samples.end());
    whole.has_times = whole.has_times && take->has_times;
    if (whole.warnings.empty()) whole.warnings = take->warnings;
  }
  if (!whole.has_times) whole.events.clear();
  if (request.pitch != 1)
    whole.warnings.push_back(name() + " cannot change the pitch; it stays as it is");
  return whole;
}

Result<HttpAnswer> ServiceProvider::post(std::string_view path, std::vector<HttpHeader> headers,
                                         std::string json, const std::stop_token& stop) {
  HttpRequest request;
  request.url = options_.base_url + std::string(path);
  request.headers = std::move(headers);
  request.body = std::move(json);
  return service_.call(request, stop);
}

Error ServiceProvider::strange(std::string_view what, const HttpAnswer& answer) const {
  return service_.strange_answer(what, answer);
}

}  // namespace talkie
