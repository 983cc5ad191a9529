// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/modules.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "base/file_key.h"
#include "base/hash.h"
#include "base/modules.h"
#include "base/text.h"
#include "config.h"
#include "visual/patience.h"

namespace talkie {

namespace {

constexpr std::string_view kPrefix = "talkie-visual-";
constexpr size_t kMostWarnings = 20;
static_assert(kPatience == std::chrono::seconds(TALKIE_VISUAL_MAX_SECONDS));

std::string name_of_file(const std::string& path) {
  return std::filesystem::path(path).stem().string().substr(kPrefix.size());
}

VisualModule load_visual(const std::string& path) {
  VisualModule module{name_of_file(path), path, nullptr, {}};
  const auto function = load_function(path, TALKIE_VISUAL_SYMBOL);
  if (!function) {
    module.problem = function.error().message;
    return module;
  }
  const TalkieVisual* visual = reinterpret_cast<TalkieVisualV1>(*function)();
  if (!visual)
    module.problem = "it refuses to work here";
  else if (!TALKIE_VISUAL_HAS(visual, draw) || !visual->draw)
    module.problem = "it was built for another version of Talkie; build it again";
  else
    module.visual = visual;
  return module;
}

// Loads each path once.
const VisualModule& visual_at(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, VisualModule> modules;
  const std::lock_guard lock(mutex);
  const auto found = modules.find(path);
  return found != modules.end() ? found->second
                                : modules.emplace(path, load_visual(path)).first->second;
}

std::vector<std::string> visual_files() {
  return module_files(visual_folders(), kPrefix);
}

// Names are compared and never made into paths: a script can only choose among what is there.
Result<const VisualModule*> find_visual(const std::string& name) {
  const std::vector<std::string> files = visual_files();
  std::vector<std::string> names;
  for (const std::string& file : files) {
    names.push_back(name_of_file(file));
    if (names.back() != name) continue;
    const VisualModule& module = visual_at(file);
    if (module.visual) return &module;
    return Error{ErrorKind::missing_part,
                 "the visual '" + name + "' cannot be used: " + module.problem, file};
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::string detail;
  for (const std::string& folder : visual_folders())
    detail += "looked in " + folder + "\n";
  const std::string near = suggestion(name, known);
  return Error{ErrorKind::not_found,
               "there is no visual '" + name + "': put talkie-visual-" + name +
                   ".so into a folder of TALKIE_VISUAL_PATH" + (near.empty() ? "" : ".") + near,
               detail};
}

// A request that owns what it points to, and its answer. A visual that takes for ever keeps it.
struct Commission {
  Commission(const VisualModule& its_module, const Drawing& its_drawing, const DrawnLook& its_look)
      : module(its_module), drawing(its_drawing), look(its_look) {}

  struct Remark {
    int line = 0;
    std::string message;
  };

  const VisualModule& module;
  const Drawing drawing;
  const DrawnLook look;
  std::string svg;
  std::vector<Remark> warnings;
  std::vector<Remark> errors;
  bool done = false;
  std::atomic<bool> given_up = false;
};

TalkieVisualRequest request_of(const Commission& commission) {
  const DrawnLook& look = commission.look;
  TalkieVisualRequest request{};
  request.text = commission.drawing.text.c_str();
  request.info = commission.drawing.info.c_str();
  request.language = look.language.c_str();
  request.right_to_left = look.rtl ? 1 : 0;
  request.width = look.width;
  request.height = look.height;
  request.text_size = look.text_px;
  request.family = look.family.c_str();
  request.mono_family = look.mono.c_str();
  request.ground = look.ground;
  request.surface = look.surface;
  request.text_colour = look.text;
  request.muted = look.muted;
  request.accent = look.accent;
  request.accent_2 = look.accent_2;
  request.positive = look.positive;
  request.negative = look.negative;
  std::ranges::copy(look.series, request.series);
  return request;
}

TalkieVisualSink sink_of(Commission& commission) {
  TalkieVisualSink sink{};
  sink.data = &commission;
  sink.svg = [](void* data, const char* bytes, size_t length) {
    auto& to = *static_cast<Commission*>(data);
    if (to.given_up) return 1;
    // One byte more than is allowed says that it was too much.
    to.svg.append(bytes, std::min(length, TALKIE_VISUAL_MAX_SVG + 1 - to.svg.size()));
    return to.svg.size() > TALKIE_VISUAL_MAX_SVG ? 1 : 0;
  };
  sink.warning = [](void* data, int line, const char* message) {
    auto& warnings = static_cast<Commission*>(data)->warnings;
    if (warnings.size() < kMostWarnings) warnings.push_back({line, message});
  };
  sink.error = [](void* data, int line, const char* message) {
    auto& errors = static_cast<Commission*>(data)->errors;
    if (errors.empty()) errors.push_back({line, message});
  };
  return sink;
}

// Of a line of the drawing's text, which begins at `where`.
Place place_in(const Place& where, const Commission::Remark& remark) {
  if (where.line == 0 || remark.line < 1) return where;
  return {where.file, where.line + remark.line - 1, 0};
}

}  // namespace

std::vector<std::string> visual_folders() {
  return module_folders("TALKIE_VISUAL_PATH", TALKIE_VISUAL_DIR);
}

std::vector<VisualModule> list_visuals() {
  std::vector<VisualModule> modules;
  for (const std::string& file : visual_files())
    modules.push_back(visual_at(file));
  return modules;
}

std::string visual_key(const std::string& name) {
  KeyMaker key("visual");
  const auto found = find_visual(name);
  if (!found) return key.add(found.error().message).key();
  const TalkieVisual& visual = *(*found)->visual;
  key.add(file_key((*found)->path)).add(visual.version ? visual.version : "");
  if (TALKIE_VISUAL_HAS(&visual, fingerprint) && visual.fingerprint) key.add(visual.fingerprint());
  return key.key();
}

Result<std::string> draw_visual(const Drawing& drawing, const DrawnLook& look, const Place& where,
                                Problems& problems) {
  const auto found = find_visual(drawing.name);
  if (!found) return found.error();
  const auto commission = std::make_shared<Commission>(**found, drawing, look);
  const bool ended = ends_in_time([commission] {
    const TalkieVisualRequest request = request_of(*commission);
    const TalkieVisualSink sink = sink_of(*commission);
    commission->done = commission->module.visual->draw(&request, &sink) == 0;
  });
  const std::string who = "the visual '" + drawing.name + "'";
  if (!ended) {
    commission->given_up = true;
    return Error{ErrorKind::too_large, who + " takes longer than " +
                                           std::to_string(TALKIE_VISUAL_MAX_SECONDS) +
                                           " seconds: show less in one picture"};
  }
  for (const auto& warning : commission->warnings)
    problems.warn(place_in(where, warning), who + ": " + warning.message);
  if (commission->svg.size() > TALKIE_VISUAL_MAX_SVG)
    return Error{ErrorKind::too_large, who + " draws more than " +
                                           std::to_string(TALKIE_VISUAL_MAX_SVG >> 20) +
                                           " MB of SVG: show less in one picture"};
  if (!commission->errors.empty())
    return Error{ErrorKind::failed, who + ": " + commission->errors.front().message, "",
                 place_in(where, commission->errors.front())};
  if (!commission->done) return Error{ErrorKind::failed, who + " failed and does not say why"};
  return std::move(commission->svg);
}

}  // namespace talkie
