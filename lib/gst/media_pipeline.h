// SPDX-License-Identifier: LGPL-2.1-or-later
// What reading packets and decoding share: a pipeline behind a file, and its messages. For this
// folder.
#pragma once

#include <gst/gst.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "gst/owned.h"

namespace talkie {

// How long nothing may come from a file that is being read.
inline constexpr std::chrono::seconds kMediaPatience{10};

class MediaPipeline {
 public:
  // `reader`: "parsebin" or "decodebin". Its signals are the caller's to connect before play().
  static Result<std::unique_ptr<MediaPipeline>> make(const std::string& path, const char* reader);
  ~MediaPipeline();
  MediaPipeline(const MediaPipeline&) = delete;
  MediaPipeline& operator=(const MediaPipeline&) = delete;

  [[nodiscard]] GstElement* reader() const { return reader_; }  // borrowed
  [[nodiscard]] GstElement* get() const { return pipeline_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  void set_state(GstState state);
  // To where a decoder can begin, at or before `time`. False where the file cannot do that.
  bool seek(Time time);
  [[nodiscard]] std::optional<Time> duration() const;

  // What was told from the pipeline's threads.
  struct News {
    std::optional<Error> error;
    bool all_pads = false;  // no other stream will be found
    bool over = false;      // all of the file has been read
    int64_t packets = 0;
  };
  // Waits until `enough` says so of the news or there is an error; an Error, too, when nothing is
  // new for kMediaPatience.
  template <typename Enough>
  Result<void> wait(Enough enough) {
    std::unique_lock lock(mutex_);
    while (!news_.error && !enough(news_)) {
      const int64_t before = news_.packets;
      if (changed_.wait_for(lock, kMediaPatience) == std::cv_status::timeout &&
          before == news_.packets)
        return silent();
    }
    if (news_.error) return *news_.error;
    return {};
  }
  template <typename Change>
  void tell(Change change) {
    const std::lock_guard lock(mutex_);
    change(news_);
    changed_.notify_all();
  }
  [[nodiscard]] News news() const {
    const std::lock_guard lock(mutex_);
    return news_;
  }
  [[nodiscard]] Error silent() const;

 private:
  MediaPipeline(std::string path, Owned<GstElement> pipeline, GstElement* reader);
  static GstBusSyncReply on_message(GstBus* bus, GstMessage* message, gpointer self);

  std::string path_;
  Owned<GstElement> pipeline_;
  GstElement* reader_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  News news_;
};

// Where a buffer is in the file's time; nothing where it is outside of what is played.
std::optional<Time> stream_time(const GstSegment& segment, GstClockTime time);
bool has_class(GstElementFactory* factory, std::string_view name);
Owned<GstCaps> caps_of(GstPad* pad);
std::string_view name_of(const GstCaps* caps);  // "video/x-h264"

// What autoplug-select of parsebin and decodebin answers; GStreamer does not install it.
enum AutoplugAnswer { kTry, kExpose, kSkip };
// Of readers that reach out, or whose bytes depend on the machine.
bool is_refused(GstElementFactory* factory);

}  // namespace talkie
