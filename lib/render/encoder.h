// SPDX-License-Identifier: LGPL-2.1-or-later
// A preset's chain at work: raw buffers in, packets for its muxer out, on the calling thread.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "gst/owned.h"
#include "render/preset.h"
#include "render/segment.h"

namespace talkie {

// Buffers `first` to `last` of a stream, counted from 0.
struct BufferRange {
  int64_t first = 0;
  int64_t last = 0;
};
// The chain with its {zones} filled in: where pictures move.
PresetChain with_zones(PresetChain chain, const std::vector<BufferRange>& moving);

class Encoder {
 public:
  // Is told of every packet as it comes, on a thread of the chain's.
  using Listener =
      std::function<void(const std::string& caps, const Packet& packet, std::string_view bytes)>;

  // Errors: missing_part, bad_value (see make_chain).
  static Result<std::unique_ptr<Encoder>> make(const Preset& preset,
                                               const std::vector<PresetChain>& alternatives,
                                               GstCaps* input);
  ~Encoder();
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Buffers have a PTS and a DURATION, from 0 on.
  Result<void> push(Owned<GstBuffer> buffer);
  // Before the first push. `rate`: as finish()'s.
  void listen(Rate rate, Listener listener);
  // The next buffer becomes a key unit.
  void ask_for_key_unit();

  // Ends the stream. `rate`: the steps in which packets count.
  Result<Segment> finish(Rate rate);

 private:
  Encoder() = default;
  Result<void> start(GstCaps* input, GstCaps* output);  // `output`: what may come out
  static GstFlowReturn take_buffer(GstPad* pad, GstObject* parent, GstBuffer* buffer);
  static gboolean take_event(GstPad* pad, GstObject* parent, GstEvent* event);
  [[nodiscard]] Error error(const char* what) const;

  struct Output;  // what the chain's end hands over, maybe on a thread of the chain's
  std::unique_ptr<Output> output_;
  Owned<GstElement> chain_;
  Owned<GstBus> bus_;
  Owned<GstPad> feed_;
  Owned<GstPad> end_;
};

}  // namespace talkie
