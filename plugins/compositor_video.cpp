// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames: what scenecompositor pushes on video_src.
#include <algorithm>
#include <utility>

#include "compositor_outputs.h"
#include "gst/frames.h"
#include "gst/wire.h"

namespace talkie {

namespace {

constexpr Rate kDefaultRate{30, 1};
// What a plain picture shows on black: GStreamer's pixels are not premultiplied, the stage's are.
Bitmap on_black(const BitmapView& picture) {
  Bitmap bitmap;
  bitmap.width = picture.size.width;
  bitmap.height = picture.size.height;
  bitmap.bgra.reserve(size_t{4} * static_cast<size_t>(bitmap.width) *
                      static_cast<size_t>(bitmap.height));
  for (int y = 0; y < bitmap.height; ++y) {
    const uint8_t* pixel = picture.bgra + picture.stride * y;
    for (int x = 0; x < bitmap.width; ++x, pixel += 4)
      for (const int channel : {0, 1, 2, 3})
        bitmap.bgra.push_back(
            channel == 3 ? 255 : static_cast<uint8_t>((pixel[channel] * pixel[3] + 127) / 255));
  }
  return bitmap;
}

// A picture that is no scene: it is cut to and from, and nothing moves in it.
Visual plain_visual(const GstVideoInfo& info) {
  Visual visual;
  visual.size = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
  visual.frame_rate = kDefaultRate;
  if (GST_VIDEO_INFO_FPS_N(&info) > 0)
    visual.frame_rate = {GST_VIDEO_INFO_FPS_N(&info), GST_VIDEO_INFO_FPS_D(&info)};
  visual.transition = {Transition::Kind::cut, {}, {}};
  const double scale = std::min(visual.size.width, visual.size.height) / 1080.0;
  CaptionStyle& style = visual.caption_style;
  style.size_px *= scale;
  style.radius_px *= scale;
  style.bottom_px *= scale;
  style.max_width_px = 0.75 * visual.size.width;
  return visual;
}

// What downstream can take of I420 of that size, at the rate nearest to `rate`. Empty: nothing.
Owned<GstCaps> choose_caps(GstPad* pad, Size size, Rate rate) {
  GstCaps* wanted = gst_caps_new_simple(
      "video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, size.width, "height",
      G_TYPE_INT, size.height, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, "interlace-mode",
      G_TYPE_STRING, "progressive", "colorimetry", G_TYPE_STRING, GST_VIDEO_COLORIMETRY_BT709,
      "chroma-site", G_TYPE_STRING, "mpeg2", "framerate", GST_TYPE_FRACTION_RANGE, 1, G_MAXINT,
      G_MAXINT, 1, nullptr);
  const auto filter = Owned<GstCaps>::adopt(wanted);
  GstCaps* possible = gst_pad_peer_query_caps(pad, filter.get());
  possible = gst_caps_truncate(gst_caps_intersect_full(
      filter.get(), Owned<GstCaps>::adopt(possible).get(), GST_CAPS_INTERSECT_FIRST));
  if (!gst_caps_is_empty(possible)) {
    possible = gst_caps_make_writable(possible);
    gst_structure_fixate_field_nearest_fraction(gst_caps_get_structure(possible, 0), "framerate",
                                                rate.numerator, rate.denominator);
    possible = gst_caps_fixate(possible);
  }
  return Owned<GstCaps>::adopt(possible);
}

// The frame that is on at `time`.
int64_t frame_at(Time time, Rate rate) {
  const int64_t frame = nearest(time, rate);
  return time_of(frame, rate) > time ? frame - 1 : frame;
}

}  // namespace

void VideoOutput::reset() {
  restart({});
  head_.reset();
}

void VideoOutput::restart(const CompositorRun& run) {
  head_.restart(run);
  discontinuous_ = true;
  stop_frame_ = std::numeric_limits<int64_t>::max();
  stage_.reset();
  picture_.reset();
  if (pool_) gst_buffer_pool_set_active(pool_.get(), FALSE);
  pool_.reset();
  position_ = picture_frame_ = run_end_ = 0;
  runs_.reset();
  shares_ = 0;
  key_units_ = 0;
}

Result<void> VideoOutput::negotiate(const PictureInput& picture, const VideoSettings& settings) {
  const Size size{GST_VIDEO_INFO_WIDTH(&picture.info), GST_VIDEO_INFO_HEIGHT(&picture.info)};
  const Rate film_rate =
      picture.visual ? picture.visual->frame_rate : plain_visual(picture.info).frame_rate;
  const Owned<GstCaps> caps = choose_caps(pad_, size, film_rate);
  if (gst_caps_is_empty(caps.get()) || !gst_video_info_from_caps(&info_, caps.get()))
    return Error{ErrorKind::unsupported,
                 "the element after video_src does not take I420 video (BT.709) of " +
                     std::to_string(size.width) + "x" + std::to_string(size.height) +
                     " pixels; put videoconvert ! videoscale between"};
  rate_ = {GST_VIDEO_INFO_FPS_N(&info_), GST_VIDEO_INFO_FPS_D(&info_)};
  const GstSegment& segment = head_.segment();
  position_ = frame_at(Time(segment.start), rate_);
  if (GST_CLOCK_TIME_IS_VALID(segment.stop))
    stop_frame_ = first_at_or_after(Time(segment.stop), rate_);
  head_.push(caps.get());
  if (!choose_pool(caps.get()))
    return Error{ErrorKind::failed, "cannot get memory for video frames"};
  stage_ = std::make_unique<Stage>(size, rate_);
  holds_ = settings.frames == FrameMode::on_change ||
           (settings.frames == FrameMode::automatic && lets_pictures_hold(pad_));
  runs_ = PictureRuns(nearest(settings.key_unit_interval, rate_));
  return {};
}

// Downstream's pool, where it has one without a limit (a held picture would starve a small one).
bool VideoOutput::choose_pool(GstCaps* caps) {
  const auto query = Owned<GstQuery>::adopt(gst_query_new_allocation(caps, TRUE));
  GstBufferPool* offered = nullptr;
  guint size = static_cast<guint>(GST_VIDEO_INFO_SIZE(&info_));
  guint minimum = 0;
  guint maximum = 0;
  if (gst_pad_peer_query(pad_, query.get()) && gst_query_get_n_allocation_pools(query.get()) > 0)
    gst_query_parse_nth_allocation_pool(query.get(), 0, &offered, &size, &minimum, &maximum);
  auto pool = Owned<GstBufferPool>::adopt(offered);
  if (!pool || maximum != 0) {
    pool = Owned<GstBufferPool>::adopt(gst_video_buffer_pool_new());
    size = static_cast<guint>(GST_VIDEO_INFO_SIZE(&info_));
    minimum = 0;
  }
  GstStructure* config = gst_buffer_pool_get_config(pool.get());
  gst_buffer_pool_config_set_params(config, caps, size, minimum, 0);
  if (gst_query_find_allocation_meta(query.get(), GST_VIDEO_META_API_TYPE, nullptr))
    gst_buffer_pool_config_add_option(config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (!gst_buffer_pool_set_config(pool.get(), config)) return false;
  pool_ = std::move(pool);
  return gst_buffer_pool_set_active(pool_.get(), TRUE);
}

Result<void> VideoOutput::add(SceneWork work, const VideoSettings& settings) {
  const PictureInput& picture = work.picture;
  if (!stage_) {
    if (Result<void> done = negotiate(picture, settings); !done) return done;
  } else if (GST_VIDEO_INFO_WIDTH(&picture.info) != GST_VIDEO_INFO_WIDTH(&info_) ||
             GST_VIDEO_INFO_HEIGHT(&picture.info) != GST_VIDEO_INFO_HEIGHT(&info_)) {
    return Error{ErrorKind::unsupported,
                 "a picture of another size than the film's: all of them have to be " +
                     std::to_string(GST_VIDEO_INFO_WIDTH(&info_)) + "x" +
                     std::to_string(GST_VIDEO_INFO_HEIGHT(&info_)) + " pixels"};
  }
  const MappedFrame frame(picture.info, picture.buffer.get(), GST_MAP_READ);
  if (!frame) return Error{ErrorKind::failed, "cannot read a picture's memory"};
  // A scene is opaque, and its visual is used as it is where its end is known.
  Visual own;
  const Visual* visual = picture.visual.get();
  if (!visual || work.may_grow) {
    own = visual ? *visual : plain_visual(picture.info);
    if (work.may_grow) own.fade_out = false;  // nobody knows when to begin
    visual = &own;
  }
  if (picture.visual || !GST_VIDEO_INFO_HAS_ALPHA(&picture.info)) {
    stage_->add_scene(frame.bitmap(), *visual, work.timing, settings.overrides);
  } else {
    const Bitmap bitmap = on_black(frame.bitmap());
    stage_->add_scene(
        BitmapView{{bitmap.width, bitmap.height}, bitmap.bgra.data(), ptrdiff_t{4} * bitmap.width},
        *visual, work.timing, settings.overrides);
  }
  stage_->forget_before(position_);
  // What follows can tell from it which scene is on.
  if (!work.timing.scene.empty()) gst_pad_push_event(pad_, timing_event(work.timing).release());
  return {};
}

void VideoOutput::add_event(Owned<GstEvent> event) {
  head_.add(std::move(event));
  if (head_.is_open()) head_.push_waiting();
}

// Paints frame position_ into new memory, since downstream may still read the held picture.
GstFlowReturn VideoOutput::paint_next() {
  GstBuffer* acquired = nullptr;
  const GstFlowReturn flow = gst_buffer_pool_acquire_buffer(pool_.get(), &acquired, nullptr);
  if (flow != GST_FLOW_OK) return flow;
  auto buffer = Owned<GstBuffer>::adopt(acquired);
  {
    MappedFrame target(info_, buffer.get(), GST_MAP_WRITE);
    if (!target) return GST_FLOW_ERROR;
    if (picture_) {
      MappedFrame held(info_, picture_.get(), GST_MAP_READ);
      if (!held) return GST_FLOW_ERROR;
      stage_->paint_from(picture_frame_, held.planes(), position_, target.planes());
    } else {
      stage_->paint(position_, target.planes());
    }
  }
  picture_ = std::move(buffer);
  picture_frame_ = position_;
  shares_ = 0;
  run_end_ = stage_->next_change(position_);
  stage_->forget_before(position_);
  return GST_FLOW_OK;
}

// The held picture's memory in a buffer of its own, for frames `frame` to `end`.
Owned<GstBuffer> VideoOutput::stamped(int64_t frame, int64_t end) {
  // As decoders do, nothing is told to be outside of the segment.
  const GstSegment& segment = head_.segment();
  const Time from = std::max(time_of(frame, rate_), Time(segment.start));
  Time to = time_of(end, rate_);
  if (GST_CLOCK_TIME_IS_VALID(segment.stop)) to = std::min(to, Time(segment.stop));
  auto buffer = share_frame(picture_.get(), from, to);
  GST_BUFFER_OFFSET(buffer.get()) = static_cast<guint64>(frame);
  GST_BUFFER_OFFSET_END(buffer.get()) = static_cast<guint64>(end);
  if (std::exchange(discontinuous_, false))
    GST_BUFFER_FLAG_SET(buffer.get(), GST_BUFFER_FLAG_DISCONT);
  return buffer;
}

GstFlowReturn VideoOutput::push_frame() {
  PictureRun run{position_, position_ + 1, position_ >= run_end_, false};
  if (holds_) run = runs_.next(*stage_, position_);
  run.end = std::min(run.end, stop_frame_);
  if (run.changed || shares_ >= kMostShares) {
    const GstFlowReturn flow = paint_next();
    if (flow != GST_FLOW_OK) return flow;
  }
  if (run.key_unit && position_ > 0)
    gst_pad_push_event(pad_, gst_video_event_new_downstream_force_key_unit(
                                 GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE,
                                 TRUE, key_units_++));
  Owned<GstBuffer> buffer = stamped(position_, run.end);
  position_ = run.end;
  ++shares_;
  return gst_pad_push(pad_, buffer.release());
}

void VideoOutput::push_end() {
  head_.push_end(position());
}

Time VideoOutput::position() const {
  const Time start(head_.segment().start);
  return stage_ ? std::max(start, time_of(position_, rate_)) : start;
}

}  // namespace talkie
