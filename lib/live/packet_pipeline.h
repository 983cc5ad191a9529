// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection of an output: appsrc -> parser -> muxer -> sink, for each of the two streams.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "live/packet.h"

namespace talkie {

class PacketPipeline {
 public:
  // Called from any thread when it wants packets, has ended or has failed.
  using Wake = std::function<void()>;
  struct Parts {
    std::string video;  // what each stream goes through, in gst-launch's language
    std::string sound;
    Owned<GstElement> mux;  // none: `video` and `sound` end in sinks
    Owned<GstElement> sink;
  };
  static Result<std::unique_ptr<PacketPipeline>> make(const LiveStreams& streams,
                                                      const Parts& parts, Wake wake);
  ~PacketPipeline();
  PacketPipeline(const PacketPipeline&) = delete;
  PacketPipeline& operator=(const PacketPipeline&) = delete;

  [[nodiscard]] GstElement* get() const { return pipeline_.get(); }
  [[nodiscard]] GstElement* sink() const { return sink_; }
  // An Error where that fails at once. Otherwise it goes on by itself, and see error().
  Result<void> play();

  // One thread calls these. The times of what goes in begin at `origin`; what is earlier is left
  // out.
  void begin_at(GstClockTime origin) { origin_ = origin; }
  void push(const LivePacket& packet, bool after_hole);
  // Tells what comes behind that the next key unit begins something new.
  void mark_key_unit(GstClockTime time, unsigned number);
  void end();

  // Packets wait in front of it: the rest of it is slow.
  [[nodiscard]] bool is_full() const;
  // The sink has taken more than the headers, so somebody is there.
  [[nodiscard]] bool is_flowing() const { return media_buffers_ > 1; }
  [[nodiscard]] bool has_ended() const { return ended_; }
  [[nodiscard]] std::optional<Error> error() const;
  [[nodiscard]] uint64_t taken_bytes() const { return bytes_; }

 private:
  PacketPipeline(Owned<GstElement> pipeline, Wake wake);
  Result<void> add_stream(LivePacket::Stream stream, GstCaps* caps, const std::string& launch,
                          GstElement* mux);
  void watch();
  void on_buffer(GstBuffer* buffer);
  static GstBusSyncReply on_message(GstBus* bus, GstMessage* message, gpointer self);
  static GstPadProbeReturn on_sink(GstPad* pad, GstPadProbeInfo* info, gpointer self);

  const Owned<GstElement> pipeline_;
  const Wake wake_;
  GstElement* video_ = nullptr;  // these are the pipeline's
  GstElement* sound_ = nullptr;
  GstElement* sink_ = nullptr;
  GstClockTime origin_ = 0;

  std::atomic<int> media_buffers_ = 0;
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<bool> ended_ = false;
  mutable std::mutex mutex_;  // guards error_
  std::optional<Error> error_;
};

}  // namespace talkie
