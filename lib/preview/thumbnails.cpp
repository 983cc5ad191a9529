// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/thumbnails.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "render/page_pixbuf.h"
#include "timeline/stage.h"
#include "visual/painter.h"

namespace talkie {

namespace {

constexpr int kLongerSide = 384;  // pixels; twice what a page shows, for fine screens
constexpr const char* kQuality = "82";
constexpr int kNice = 15;

std::string to_small_jpeg(const Bitmap& page) {
  const Pixbuf whole = to_pixbuf(page);
  const int longer = std::max(page.width, page.height);
  const auto scaled = [&](int side) { return std::max(1, side * kLongerSide / longer); };
  const Pixbuf small(whole ? gdk_pixbuf_scale_simple(whole.get(), scaled(page.width),
                                                     scaled(page.height), GDK_INTERP_BILINEAR)
                           : nullptr);
  char* bytes = nullptr;
  gsize size = 0;
  if (!small || !gdk_pixbuf_save_to_buffer(small.get(), &bytes, &size, "jpeg", nullptr, "quality",
                                           kQuality, nullptr))
    return {};
  std::string jpeg(bytes, size);
  g_free(bytes);
  return jpeg;
}

// When everything on it has come in. Empty where it cannot be painted: who makes the scene says
// why.
std::string paint(Scene scene, SceneTiming timing) {
  scene.fade_out = false;
  timing.start = Time{0};
  timing.last = false;
  Problems known;
  const auto painted = paint_scene(scene, scene.film.size, known);
  if (!painted) return {};
  Stage stage(scene.film.size, scene.film.frame_rate);
  const Bitmap& frame = painted->frame;
  stage.add_scene({scene.film.size, frame.bgra.data(), ptrdiff_t{4} * frame.width},
                  *painted->visual, timing, {.captions = CaptionMode::none});
  Canvas canvas(scene.film.size);
  stage.paint(stage.end_frame() - 1, canvas.planes());
  return to_small_jpeg(to_bitmap(canvas.planes()));
}

}  // namespace

Thumbnails::Thumbnails(const Cache& cache, Painted painted)
    : cache_(cache),
      painted_(std::move(painted)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Thumbnails::~Thumbnails() = default;  // the thread is stopped and joined first

void Thumbnails::ask(Job job, bool first) {
  const std::scoped_lock lock(mutex_);
  jobs_.insert(first ? jobs_.begin() : jobs_.end(), std::move(job));
  changed_.notify_one();
}

void Thumbnails::run(const std::stop_token& stop) {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    const std::string key = KeyMaker("thumbnail").add(kLongerSide).add(kQuality).add(job.key).key();
    std::string jpeg;
    if (auto kept = cache_.find(key)) {
      jpeg = std::move(kept->body);
    } else {
      jpeg = paint(job.script->scenes[static_cast<size_t>(job.scene)], std::move(job.timing));
      // A cache that cannot be written costs time, and nothing else.
      if (!jpeg.empty()) static_cast<void>(cache_.keep(key, "", jpeg));
    }
    if (!jpeg.empty()) painted_(job.key, jpeg);
  }
}

}  // namespace talkie
