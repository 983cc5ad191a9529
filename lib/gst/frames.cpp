// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gst/frames.h"

namespace talkie {

Owned<GstCaps> frame_caps(Size size, Rate rate) {
  return Owned<GstCaps>::adopt(gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, size.width, "height",
      G_TYPE_INT, size.height, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, "interlace-mode",
      G_TYPE_STRING, "progressive", "colorimetry", G_TYPE_STRING, GST_VIDEO_COLORIMETRY_BT709,
      "chroma-site", G_TYPE_STRING, "mpeg2", "framerate", GST_TYPE_FRACTION, rate.numerator,
      rate.denominator, nullptr));
}

Planes MappedFrame::planes() {
  Planes planes;
  planes.size = size();
  for (guint i = 0; i < 3; ++i) {
    planes.data[i] = static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame_, i));
    planes.stride[i] = GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, i);
  }
  return planes;
}

BitmapView MappedFrame::bitmap() const {
  return {size(), static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame_, 0)),
          GST_VIDEO_FRAME_PLANE_STRIDE(&frame_, 0)};
}

Owned<GstBuffer> share_frame(GstBuffer* picture, Time start, Time end) {
  GstBuffer* buffer = gst_buffer_copy(picture);
  // Back to the pool only when nobody reads the memory any more.
  gst_buffer_add_parent_buffer_meta(buffer, picture);
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(start.count());
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>((end - start).count());
  return Owned<GstBuffer>::adopt(buffer);
}

Result<std::unique_ptr<FramePool>> FramePool::make(GstCaps* caps) {
  std::unique_ptr<FramePool> frames(new FramePool);
  frames->pool_ = Owned<GstBufferPool>::adopt(gst_video_buffer_pool_new());
  GstStructure* config = gst_buffer_pool_get_config(frames->pool_.get());
  const bool is_video = gst_video_info_from_caps(&frames->info_, caps);
  gst_buffer_pool_config_set_params(config, caps,
                                    static_cast<guint>(GST_VIDEO_INFO_SIZE(&frames->info_)), 0, 0);
  if (!is_video || !gst_buffer_pool_set_config(frames->pool_.get(), config) ||
      !gst_buffer_pool_set_active(frames->pool_.get(), TRUE))
    return Error{ErrorKind::failed, "cannot get memory for video frames"};
  return frames;
}

FramePool::~FramePool() {
  if (pool_) gst_buffer_pool_set_active(pool_.get(), FALSE);
}

Result<Owned<GstBuffer>> FramePool::acquire() {
  GstBuffer* buffer = nullptr;
  if (gst_buffer_pool_acquire_buffer(pool_.get(), &buffer, nullptr) != GST_FLOW_OK)
    return Error{ErrorKind::failed, "cannot get memory for video frames"};
  return Owned<GstBuffer>::adopt(buffer);
}

}  // namespace talkie
