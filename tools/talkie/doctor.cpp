// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie doctor: what is installed, and what it means where something is not.
#include <fontconfig/fontconfig.h>
#include <gst/gst.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>

#include "base/settings_file.h"
#include "command_line.h"
#include "config.h"
#include "gst/element.h"
#include "render/chains.h"
#include "render/gstreamer.h"
#include "render/preset.h"
#include "script_arguments.h"
#include "speech/narrator.h"
#include "speech/provider.h"
#include "terminal.h"
#include "verbs.h"
#include "visual/kit/kit.h"
#include "visual/modules.h"
#include "visual/painter.h"

namespace talkie::tool {

namespace {

constexpr std::string_view kHelp = R"(talkie doctor

Looks for everything that talkie works with: GStreamer's elements, encoders, voices, themes, fonts.
Where something is missing it says what will not work, and which Debian package has it.

Ends with 0 when films can be made, 1 when something essential is missing.
)";

enum class Need { essential, useful };

class Report {
 public:
  void section(const char* title) {
    std::cout << (first_ ? "" : "\n") << styled(title, "1", false) << "\n";
    first_ = false;
  }
  void found(const std::string& what, const std::string& remark = {}) {
    std::cout << "  " << styled("✓", "32", false) << " " << what
              << (remark.empty() ? "" : "  " + remark) << "\n";
  }
  void missing(const std::string& what, Need need, const std::string& meaning) {
    const bool essential = need == Need::essential;
    std::cout << "  " << styled(essential ? "✗" : "–", essential ? "1;31" : "33", false) << " "
              << what << "  " << meaning << "\n";
    essential_missing_ += essential;
    useful_missing_ += !essential;
  }
  int finish() const {
    std::cout << "\n";
    if (essential_missing_ > 0)
      std::cout << "Something essential is missing (✗): films cannot be made like this.\n";
    else if (useful_missing_ > 0)
      std::cout << "Films can be made; what is marked – would add to it.\n";
    else
      std::cout << "Everything is there.\n";
    return essential_missing_ > 0 ? kFailed : kDone;
  }

 private:
  bool first_ = true;
  int essential_missing_ = 0;
  int useful_missing_ = 0;
};

struct ElementNeed {
  const char* name;
  Need need;
  const char* meaning;
};

constexpr ElementNeed kOwn[] = {
    {"scriptsrc", Need::essential, "reads scripts"},
    {"ttssrc", Need::essential, "speaks"},
    {"svgrender", Need::essential, "paints pages"},
    {"scenecompositor", Need::essential, "puts both on one timeline"},
    {"progresssink", Need::essential, "writes films"},
    {"talkiesrc", Need::useful, "scripts as a source, for pipelines of your own"},
};

constexpr ElementNeed kOthers[] = {
    {"appsrc", Need::essential, "feeds pipelines"},
    {"taginject", Need::essential, "marks languages"},
    {"audioconvert", Need::essential, "prepares sound for encoders"},
    {"x264enc", Need::useful, "H.264; openh264enc takes its place"},
    {"openh264enc", Need::useful, "H.264 where x264enc is missing"},
    {"avenc_aac", Need::useful, "AAC; voaacenc takes its place"},
    {"voaacenc", Need::useful, "AAC where avenc_aac is missing"},
    {"mp4mux", Need::useful, ".mp4 and .m4a files"},
    {"vp9enc", Need::useful, ".webm films"},
    {"opusenc", Need::useful, ".webm, .mkv and .opus files"},
    {"matroskamux", Need::useful, ".mkv and .webm films"},
    {"oggmux", Need::useful, ".opus files"},
    {"wavenc", Need::useful, ".wav files"},
    {"decodebin", Need::useful, "video clips"},
    {"qtdemux", Need::useful, "video clips in .mp4 and .mov"},
    {"avdec_h264", Need::useful, "video clips in H.264"},
};

void look_for_elements(Report& report, std::span<const ElementNeed> needs) {
  for (const ElementNeed& need : needs) {
    if (const auto element = make_element(need.name))
      report.found(need.name, need.meaning);
    else
      report.missing(need.name, need.need,
                     std::string(need.meaning) + ": " + element.error().message);
  }
}

void look_for_presets(Report& report) {
  Problems problems;
  const auto presets = list_presets(problems);
  for (const Problem& problem : problems.all())
    report.missing(problem.where.to_string(), Need::useful, problem.message);
  for (const Preset& preset : presets) {
    std::optional<Error> error;
    for (const auto* chains : {&preset.audio, &preset.video})
      if (!chains->empty())
        if (const auto chain = make_chain(preset, *chains); !chain) error = chain.error();
    if (!preset.is_gif())
      if (const auto mux = make_mux(preset); !mux) error = mux.error();
    if (error)
      report.missing(preset.name, preset.name == "mp4" ? Need::essential : Need::useful,
                     error->message);
    else
      report.found(preset.name, preset.description);
  }
  if (!presets.empty()) return;
  std::string folders;
  for (const std::string& folder : preset_folders())
    folders += (folders.empty() ? "" : ", ") + folder;
  report.missing("presets", Need::essential, "none in " + folders);
}

void look_for_voices(Report& report) {
  const auto engines = list_engines();
  for (const EngineInfo& engine : engines)
    report.found(engine.name + " " + engine.version, engine.path);
  if (engines.empty()) {
    std::string folders;
    for (const std::string& folder : engine_folders())
      folders += (folders.empty() ? "" : ", ") + folder;
    report.missing("speech engines", Need::essential,
                   "none in " + folders + ": nothing can be spoken");
    return;
  }
  for (const std::string& name : configured_providers()) {
    const auto provider = find_provider(name);
    if (provider)
      report.found(name, "from talkie.conf");
    else
      report.missing(name, Need::useful, provider.error().to_string());
  }
  const auto voices = list_voices();
  if (!voices || voices->empty())
    report.missing(
        "voices", Need::essential,
        voices ? "the engines have none; install espeak-ng-data" : voices.error().message);
  else
    report.found(std::to_string(voices->size()) + " voices", "'talkie voices' lists them");
}

void look_for_themes(Report& report) {
  const auto themes = list_themes();
  for (const ThemeInfo& theme : themes)
    report.found(theme.name, theme.description);
  if (themes.empty())
    report.missing("themes", Need::essential, "none found; is talkie installed completely?");
}

struct LibraryNeed {
  const char* bundle;
  const char* meaning;
};

constexpr LibraryNeed kLibraries[] = {
    {"mermaid", "diagrams; placeholders take their place"},
    {"math", "formulas; their source takes their place"},
    {"charts", "charts; placeholders take their place"},
    {"code", "code in colours; plain code takes its place"},
};

void look_for_libraries(Report& report) {
  const KitOptions kit = KitOptions::of_this_place();
  std::error_code failure;
  if (!std::filesystem::exists(kit.program, failure)) {
    report.missing("talkie-draw", Need::useful, "diagrams, formulas, charts and coloured code");
    return;
  }
  report.found("talkie-draw", kit.program.string());
  for (const LibraryNeed& need : kLibraries) {
    const std::string file = std::string(need.bundle) + ".js";
    const bool is_there = std::ranges::any_of(kit.folders, [&](const auto& folder) {
      return std::filesystem::exists(folder / file, failure);
    });
    if (is_there)
      report.found(need.bundle, need.meaning);
    else
      report.missing(need.bundle, Need::useful,
                     std::string(need.meaning) + "; left out when this Talkie was built");
  }
}

void look_for_visuals(Report& report) {
  for (const VisualModule& module : list_visuals()) {
    if (module.visual)
      report.found("visual " + module.name, module.path);
    else
      report.missing(module.path, Need::useful, module.problem);
  }
}

struct FontNeed {
  const char* family;
  const char* meaning;
  const char* package;
};

constexpr FontNeed kFonts[] = {
    {"Inter", "text in the themes ink, midnight, slate, mono and signal", "fonts-inter"},
    {"Inter Display", "large text in the same", "fonts-inter"},
    {"EB Garamond", "the theme paper", "fonts-ebgaramond"},
    {"JetBrains Mono", "code", "fonts-jetbrains-mono"},
    {"Manrope", "the themes ember and garden", "fonts-manrope"},
    {"Vollkorn", "large text in the theme garden", "fonts-vollkorn"},
    {"Noto Sans", "most other scripts", "fonts-noto-core"},
    {"Noto Sans Arabic", "Arabic", "fonts-noto-core"},
    {"Noto Sans Hebrew", "Hebrew", "fonts-noto-core"},
    {"Noto Sans Devanagari", "Hindi and others", "fonts-noto-core"},
    {"Noto Sans CJK JP", "Chinese, Japanese and Korean", "fonts-noto-cjk"},
    {"Noto Color Emoji", "emoji", "fonts-noto-color-emoji"},
};

bool has_font(const char* family) {
  const std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)> pattern(
      FcPatternBuild(nullptr, FC_FAMILY, FcTypeString, family, nullptr), FcPatternDestroy);
  const std::unique_ptr<FcObjectSet, decltype(&FcObjectSetDestroy)> objects(
      FcObjectSetBuild(FC_FAMILY, nullptr), FcObjectSetDestroy);
  const std::unique_ptr<FcFontSet, decltype(&FcFontSetDestroy)> fonts(
      FcFontList(nullptr, pattern.get(), objects.get()), FcFontSetDestroy);
  return fonts && fonts->nfont > 0;
}

void look_for_fonts(Report& report) {
  for (const FontNeed& font : kFonts) {
    if (has_font(font.family))
      report.found(font.family, font.meaning);
    else
      report.missing(font.family, Need::useful,
                     std::string(font.meaning) + " will use another font; it is in the package " +
                         font.package);
  }
}

int run(const Verb& verb, std::vector<std::string> words) {
  CommandLine line(std::string(verb.name), std::move(words));
  const auto parsed = line.parse_none();
  if (line.wants_help()) return std::cout << verb.help, kDone;
  if (!parsed) {
    std::cerr << "talkie doctor: " << parsed.error().message << std::endl;
    return kUsage;
  }
  Report report;
  report.section("talkie " TALKIE_VERSION);
  report.found("settings",
               settings_file() + (g_file_test(settings_file().c_str(), G_FILE_TEST_EXISTS)
                                      ? ""
                                      : " (there is none; that is fine)"));
  if (const auto started = start_gstreamer(); !started)
    report.missing("GStreamer", Need::essential, started.error().message);
  if (!gst_is_initialized()) return report.finish();
  report.section("Talkie's elements");
  look_for_elements(report, kOwn);
  report.section("GStreamer's elements");
  look_for_elements(report, kOthers);
  report.section("Kinds of films");
  look_for_presets(report);
  report.section("Voices");
  look_for_voices(report);
  report.section("Themes");
  look_for_themes(report);
  report.section("Drawings");
  look_for_libraries(report);
  look_for_visuals(report);
  report.section("Fonts");
  look_for_fonts(report);
  return report.finish();
}

}  // namespace

const Verb kDoctor = {"doctor", "what is installed, and what it means where something is not",
                      kHelp, run};

}  // namespace talkie::tool
