// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/json_script.h"

#include "script/drawings.h"
#include "script/files.h"
#include "script/finish.h"
#include "script/media.h"
#include "script/scene_json.h"
#include "script/values.h"

namespace talkie {

namespace {

const Image* picture_of(const Block& block) {
  if (const auto* clip = std::get_if<Clip>(&block.content)) return &clip->picture;
  return std::get_if<Image>(&block.content);
}

// `playing` is the music of the scene before, which was looked for there.
void look_for_sounds(const Scene& scene, const std::optional<Music>& playing, Findings& findings) {
  if (!scene.recording.empty()) fail_if_missing(scene.recording, scene.recording_where, findings);
  const bool begins = scene.music && (!playing || playing->where != scene.music->where);
  if (begins && !scene.music->path.empty())
    fail_if_missing(scene.music->path, scene.music->where, findings);
  for (const Effect& effect : scene.effects)
    if (!effect.path.empty()) fail_if_missing(effect.path, effect.where, findings);
}

// What the wire leaves to who draws: files that are not there, and those that drawings name.
void look_for_files(Scene& scene, Findings& findings) {
  for (Block& block : scene.blocks) {
    if (const Image* image = picture_of(block); image && !image->path.empty()) {
      warn_if_missing(image->path, block.where, findings);
      warn_of_not_drawn(*image, block.where, findings);
    }
    if (const auto* terminal = std::get_if<Terminal>(&block.content);
        terminal && !terminal->cast.empty())
      warn_if_missing(terminal->cast, block.where, findings);
    if (auto* drawing = std::get_if<Drawing>(&block.content))
      read_files(*drawing, scene.film.folder, block.where, findings);
  }
  if (!scene.background.empty() && !scene.background.starts_with('#'))
    warn_if_missing(scene.background, scene.where, findings, kThemesGround);
}

}  // namespace

std::vector<Scene> read_json_script(const std::string& text, const std::string& file,
                                    const ScriptOptions& options, Header& header,
                                    Findings& findings) {
  const Result<Value> root = parse_json(text, file);
  if (!root) {
    findings.fail(root.error());
    return {};
  }
  if (!root->is(Value::Type::map)) {
    findings.fail(ErrorKind::syntax, root->where,
                  "a script in JSON is a group of keys: {\"version\": 1, \"scenes\": [ … ]}");
    return {};
  }
  Fields fields(*root, "a script", findings);
  int version = kSceneVersion;
  fields.whole("version", {0, 1e9}, version);
  if (version != kSceneVersion)
    findings.fail(ErrorKind::unsupported, root->find("version")->where,
                  "this script is of version " + std::to_string(version) +
                      ", and this program knows version 1");
  read_header(*root, header, findings, {"version", "scenes"});
  apply_settings(options, header, findings);
  const std::vector<Value>& values = fields.list("scenes");
  if (values.size() > kMaxScenes)
    findings.fail(ErrorKind::too_large, root->find("scenes")->where,
                  "this script has more than " + std::to_string(kMaxScenes) +
                      " scenes; split it into several films");
  if (findings.has_errors()) return {};
  std::vector<Scene> scenes;
  for (const Value& value : values) {
    Scene& scene = scenes.emplace_back(header.scene);
    read_scene(value, &header, scene, findings);
    look_for_files(scene, findings);
    look_for_sounds(scene, header.scene.music, findings);
    header.scene.music = scene.music;  // plays on
  }
  return scenes;
}

}  // namespace talkie
