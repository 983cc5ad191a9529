// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/chains.h"

#include <memory>
#include <optional>

#include "gst/element.h"
#include "render/keys.h"

namespace talkie {

namespace {

struct Freed {
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(GstParseContext* context) const { gst_parse_context_free(context); }
  void operator()(char** texts) const { g_strfreev(texts); }
};

// What came of one alternative.
struct Attempt {
  Owned<GstElement> element;
  std::optional<Error> missing;  // elements that are not installed
  std::optional<Error> wrong;    // it is not a pipeline
};

Attempt parse(const Preset& preset, const std::string& launch, bool as_bin) {
  const std::unique_ptr<GstParseContext, Freed> context(gst_parse_context_new());
  GError* raw = nullptr;
  GstElement* made =
      as_bin
          ? gst_parse_bin_from_description_full(launch.c_str(), TRUE, context.get(),
                                                GST_PARSE_FLAG_FATAL_ERRORS, &raw)
          : gst_parse_launch_full(
                launch.c_str(), context.get(),
                GstParseFlags(GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_NO_SINGLE_ELEMENT_BINS),
                &raw);
  const std::unique_ptr<GError, Freed> error(raw);
  Attempt attempt{Owned<GstElement>::sink(made)};
  if (!error) return attempt;
  attempt.element.reset();
  if (g_error_matches(error.get(), GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT)) {
    const std::unique_ptr<char*, Freed> names(
        gst_parse_context_get_missing_elements(context.get()));
    const char* name = names && names.get()[0] ? names.get()[0] : launch.c_str();
    if (const auto probe = make_element(name); !probe) {
      attempt.missing = probe.error();
      return attempt;
    }
  }
  attempt.wrong =
      Error{ErrorKind::bad_value,
            "the preset '" + preset.name + "' is wrong: '" + launch + "': " + error->message,
            {},
            {preset.path}};
  return attempt;
}

}  // namespace

Result<Chain> make_chain(const Preset& preset, const std::vector<PresetChain>& alternatives) {
  std::optional<Error> first;
  for (const PresetChain& alternative : alternatives) {
    Attempt attempt = parse(preset, alternative.launch, true);
    if (attempt.wrong) return *attempt.wrong;
    if (attempt.element) return Chain{std::move(attempt.element), alternative.priming};
    if (!first) first = attempt.missing;
  }
  return first.value_or(Error{ErrorKind::bad_value, "the preset '" + preset.name + "' is empty"});
}

Result<Owned<GstElement>> make_mux(const Preset& preset) {
  std::optional<Error> first;
  for (const std::string& launch : preset.mux) {
    Attempt attempt = parse(preset, launch, false);
    if (attempt.wrong) return *attempt.wrong;
    if (attempt.element && GST_IS_BIN(attempt.element.get()))
      return Error{ErrorKind::bad_value,
                   "the preset '" + preset.name + "' is wrong: 'mux' is one element",
                   {},
                   {preset.path}};
    if (attempt.element) return std::move(attempt.element);
    if (!first) first = attempt.missing;
  }
  return first.value_or(Error{ErrorKind::bad_value, "the preset '" + preset.name + "' is empty"});
}

std::optional<Error> missing_part_of(const Preset& preset) {
  for (const auto* chains : {&preset.video, &preset.audio})
    if (!chains->empty() && !is_installed(choose_chain(*chains).launch))
      if (const auto chain = make_chain(preset, *chains); !chain) return chain.error();
  if (preset.is_gif()) return {};
  const auto mux = make_mux(preset);
  return mux ? std::nullopt : std::optional(mux.error());
}

}  // namespace talkie
