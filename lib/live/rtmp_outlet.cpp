// SPDX-License-Identifier: LGPL-2.1-or-later
// To an RTMP server: FLV, without its file's header. Each connection is a stream of its own, so its
// times begin at 0 (FLV has 32 bits for milliseconds).
#include <utility>

#include "gst/element.h"
#include "live/outlet.h"

namespace talkie {

namespace {

constexpr guint kTimeout = 5;        // seconds that a server may not answer or take anything
constexpr guint kChunkSize = 65536;  // bytes; RTMP's own 128 cost a header each

class RtmpOutlet final : public Outlet {
 public:
  explicit RtmpOutlet(std::string url) : url_(std::move(url)) {}

  Result<PacketPipeline::Parts> parts() override {
    auto mux = make_live_mux("rtmp");
    if (!mux) return mux.error();
    auto sink = make_element("rtmp2sink");
    if (!sink) return sink.error();
    g_object_set(sink->get(), "location", url_.c_str(), "timeout", kTimeout, "chunk-size",
                 kChunkSize, "sync", FALSE, "async", FALSE, nullptr);
    return PacketPipeline::Parts{"h264parse", "aacparse", std::move(*mux), std::move(*sink)};
  }
  [[nodiscard]] Nature nature() const override { return {.comes_back = true, .from_zero = true}; }

 private:
  const std::string url_;
};

}  // namespace

Result<std::unique_ptr<Outlet>> make_rtmp_outlet(const LiveTarget& target) {
  std::unique_ptr<Outlet> outlet = std::make_unique<RtmpOutlet>(target.where);
  if (auto parts = outlet->parts(); !parts) return parts.error();
  return outlet;
}

}  // namespace talkie
