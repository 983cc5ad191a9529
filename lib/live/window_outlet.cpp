// SPDX-License-Identifier: LGPL-2.1-or-later
// To the screen and the loudspeaker.
#include "live/outlet.h"

namespace talkie {

namespace {

// Pictures are shown by the clock, a moment after they came: that much may decoding take.
constexpr GstClockTime kDelay = 200 * GST_MSECOND;

class WindowOutlet final : public Outlet {
 public:
  explicit WindowOutlet(OutputLog& log) : log_(log) {}

  Result<PacketPipeline::Parts> parts() override {
    return PacketPipeline::Parts{"avdec_h264 ! videoconvert ! autovideosink",
                                 "avdec_aac ! audioconvert ! audioresample ! autoaudiosink",
                                 {},
                                 {}};
  }
  void opened(PacketPipeline& pipeline) override {
    // The show's clock counts, not the sound card's, or else they drift apart.
    const auto clock = Owned<GstClock>::adopt(gst_system_clock_obtain());
    gst_pipeline_use_clock(GST_PIPELINE(pipeline.get()), clock.get());
    gst_pipeline_set_latency(GST_PIPELINE(pipeline.get()), kDelay);
    log_.connected("it is open");
  }
  [[nodiscard]] Error explain(const Error& error) const override {
    // Video sinks that show windows say so; how they call the error differs.
    if (error.message.find("indow was closed") == std::string::npos) return error;
    return Error{ErrorKind::cancelled, "the window was closed"};
  }
  [[nodiscard]] Nature nature() const override {
    return {.opens_at_start = true, .logs_itself = true, .from_zero = true};
  }

 private:
  OutputLog& log_;
};

}  // namespace

Result<std::unique_ptr<Outlet>> make_window_outlet(OutputLog& log) {
  return std::unique_ptr<Outlet>(std::make_unique<WindowOutlet>(log));
}

}  // namespace talkie
