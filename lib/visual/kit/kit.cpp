// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/kit/kit.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "config.h"
#include "visual/kit/kit_child.h"

namespace talkie {

namespace {

namespace fs = std::filesystem;

constexpr size_t kBundleLimit = size_t{64} << 20;

struct BundleInfo {
  std::string name;  // of its file and of the build's option
  std::string draws;
};

const BundleInfo& info_of(KitBundle bundle) {
  static const std::array<BundleInfo, 4> infos{{{"mermaid", "mermaid diagrams"},
                                                {"math", "formulas"},
                                                {"charts", "charts"},
                                                {"code", "colours of code"}}};
  return infos[static_cast<size_t>(bundle)];
}

// Where the bundle is; empty where there is none.
fs::path find_bundle(const KitOptions& options, const std::string& name) {
  std::error_code failure;
  for (const fs::path& folder : options.folders)
    if (fs::path path = folder / (name + ".js"); fs::is_regular_file(path, failure)) return path;
  return {};
}

// The answers that were used last.
class AnswerCache {
 public:
  explicit AnswerCache(size_t limit) : limit_(limit) {}

  const std::string* find(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->answer;
  }

  void keep(const std::string& key, const std::string& answer) {
    if (answer.size() > limit_ || by_key_.contains(key)) return;
    entries_.push_front({key, answer});
    by_key_[key] = entries_.begin();
    for (held_ += answer.size(); held_ > limit_; entries_.pop_back()) {
      held_ -= entries_.back().answer.size();
      by_key_.erase(entries_.back().key);
    }
  }

 private:
  struct Entry {
    std::string key, answer;
  };
  size_t limit_;
  size_t held_ = 0;
  std::list<Entry> entries_;  // used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace

KitOptions KitOptions::of_this_place() {
  KitOptions options;
  const char* program = std::getenv("TALKIE_DRAW");
  options.program = program && *program ? program : TALKIE_LIBEXEC_DIR "/talkie-draw";
  if (const char* path = std::getenv("TALKIE_KIT_PATH"))
    for (const std::string_view folder : split(path, ':'))
      if (!folder.empty()) options.folders.emplace_back(folder);
  options.folders.emplace_back(TALKIE_DATA_DIR "/kit");
  options.children = std::clamp(std::thread::hardware_concurrency() / 2, 1U, 4U);
  return options;
}

struct Kit::State {
  explicit State(KitOptions given) : options(std::move(given)), cache(options.cache_limit) {}

  // A child for one question: one that is idle, best with the bundle loaded, or a new one.
  Result<std::unique_ptr<KitChild>> borrow(const std::string& bundle);
  void give_back(std::unique_ptr<KitChild> child);

  const KitOptions options;
  TextWidth widths;
  std::mutex mutex;  // guards what follows
  std::condition_variable returned;
  std::vector<std::unique_ptr<KitChild>> idle;
  size_t busy = 0;
  AnswerCache cache;
};

Result<std::unique_ptr<KitChild>> Kit::State::borrow(const std::string& bundle) {
  std::unique_lock lock(mutex);
  // Each one at work comes back: it has a time limit.
  returned.wait(lock, [&] { return busy < std::max<size_t>(options.children, 1); });
  ++busy;
  std::erase_if(idle, [](const auto& child) { return !child->usable(); });  // died in its sleep
  if (idle.empty()) {
    lock.unlock();
    auto started = KitChild::start(options, widths);
    if (!started) give_back(nullptr);
    return started;
  }
  const auto loaded =
      std::ranges::find_if(idle, [&](const auto& child) { return child->has(bundle); });
  const auto chosen = loaded == idle.end() ? idle.begin() : loaded;
  auto child = std::move(*chosen);
  idle.erase(chosen);
  return child;
}

void Kit::State::give_back(std::unique_ptr<KitChild> child) {
  if (child && !child->usable()) child.reset();
  const std::lock_guard lock(mutex);
  if (child) idle.push_back(std::move(child));
  --busy;
  returned.notify_one();
}

Kit::Kit(KitOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Kit::~Kit() = default;

Kit& Kit::shared() {
  static Kit kit(KitOptions::of_this_place());
  return kit;
}

Result<std::string> Kit::ask(KitBundle bundle, std::string_view request) {
  const BundleInfo& info = info_of(bundle);
  if (request.size() > state_->options.request_limit)
    return Error{ErrorKind::too_large, "the text is longer than " +
                                           std::to_string(state_->options.request_limit >> 20) +
                                           " MiB; draw less at once"};
  const std::string key = KeyMaker("kit").add(info.name).add(request).key();
  {
    const std::lock_guard lock(state_->mutex);
    if (const std::string* answer = state_->cache.find(key)) return *answer;
  }
  const fs::path path = find_bundle(state_->options, info.name);
  if (path.empty())
    return Error{ErrorKind::unsupported, info.draws +
                                             " were left out when this Talkie was built (meson "
                                             "option '" +
                                             info.name + "')"};
  auto child = state_->borrow(info.name);
  if (!child) return child.error();
  auto answer = (*child)->ask(info.name, request, [&] { return read_file(path, kBundleLimit); });
  state_->give_back(std::move(*child));
  if (answer) {
    const std::lock_guard lock(state_->mutex);
    state_->cache.keep(key, *answer);
  }
  return answer;
}

std::string Kit::identity() const {
  KeyMaker key("kit identity");
  std::vector<fs::path> files{state_->options.program};
  for (const KitBundle bundle :
       {KitBundle::mermaid, KitBundle::math, KitBundle::charts, KitBundle::code})
    files.push_back(find_bundle(state_->options, info_of(bundle).name));
  for (const fs::path& file : files) {
    std::error_code failure;
    key.add(file.filename().string());
    key.add(static_cast<int64_t>(fs::file_size(file, failure)));
    key.add(int64_t{fs::last_write_time(file, failure).time_since_epoch().count()});
  }
  return key.key();
}

std::vector<int> Kit::children() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<int> pids;
  for (const auto& child : state_->idle)
    pids.push_back(child->pid());
  return pids;
}

}  // namespace talkie
