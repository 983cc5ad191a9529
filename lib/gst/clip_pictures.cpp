// SPDX-License-Identifier: LGPL-2.1-or-later
// A clip's pictures by the film's frames: cut, scaled and in the film's colours.
#include <gst/video/video.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "gst/clips.h"
#include "gst/frames.h"
#include "gst/media_file.h"
#include "timeline/yuv.h"

namespace talkie {

namespace {

// Files round the times of their pictures: to milliseconds, or to ticks of a clock of their own.
constexpr Time kRounding = std::chrono::milliseconds(1);
// What is farther ahead than this is looked for from the next place where a decoder can begin.
constexpr Time kFarAhead = std::chrono::seconds(4);

struct ConverterDeleter {
  void operator()(GstVideoConverter* converter) const { gst_video_converter_free(converter); }
};

// From full range to limited (ITU-R BT.2100-2, table 9): luma has 219 steps, chroma 224.
void narrow(const Planes& picture) {
  std::array<std::array<uint8_t, 256>, 2> levels;
  for (int i = 0; i < 256; ++i) {
    levels[0][i] = static_cast<uint8_t>(std::lround(16 + i * 219 / 255.0));
    levels[1][i] = static_cast<uint8_t>(std::lround(128 + (i - 128) * 224 / 255.0));
  }
  for (int plane = 0; plane < 3; ++plane) {
    const auto& level = levels[plane == 0 ? 0 : 1];
    const PlaneRect part = in_plane(whole(picture.size), plane);
    for (int y = 0; y < part.height; ++y) {
      uint8_t* const row = row_of(picture, plane, y);
      std::transform(row, row + part.width, row, [&](uint8_t sample) { return level[sample]; });
    }
  }
}

// From decoded pictures to those of the box.
class ClipConverter {
 public:
  ClipConverter(const ClipLayer& layer, Size box, Rate rate)
      : natural_(layer.natural), seen_(layer.seen), caps_(frame_caps(box, rate)) {
    gst_video_info_from_caps(&info_, caps_.get());
    buffer_ = Owned<GstBuffer>::adopt(
        gst_buffer_new_allocate(nullptr, GST_VIDEO_INFO_SIZE(&info_), nullptr));
    target_.emplace(info_, buffer_.get(), GST_MAP_READWRITE);
  }

  Result<void> convert(const MediaFile::Piece& piece) {
    if (auto made = prepare(piece.caps.get()); !made) return made;
    GstVideoFrame source;
    if (!*target_ || !gst_video_frame_map(&source, &source_, piece.buffer.get(), GST_MAP_READ))
      return failed();
    gst_video_converter_frame(converter_.get(), &source, target_->get());
    gst_video_frame_unmap(&source);
    if (is_full_range()) narrow(target_->planes());
    return {};
  }

  // Valid until the next convert().
  Planes planes() { return target_->planes(); }

 private:
  static Error failed() { return Error{ErrorKind::failed, "a picture cannot be converted"}; }

  [[nodiscard]] bool is_full_range() const {
    return source_.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
  }

  Result<void> prepare(GstCaps* caps) {
    if (converter_ && gst_caps_is_equal(caps, known_.get())) return {};
    if (!gst_video_info_from_caps(&source_, caps)) return failed();
    known_ = Owned<GstCaps>::share(caps);
    // The converter knows one pace only, and does nothing with it.
    source_.fps_n = info_.fps_n;
    source_.fps_d = info_.fps_d;
    const int width = GST_VIDEO_INFO_WIDTH(&source_);
    const int height = GST_VIDEO_INFO_HEIGHT(&source_);
    const auto span = [](double from, double length, int shown, int whole) {
      const double scale = static_cast<double>(whole) / shown;
      // On a sample of the chroma planes.
      const int first =
          std::clamp(2 * static_cast<int>(std::lround(from * scale / 2)), 0, whole - 1);
      const int count = static_cast<int>(std::lround(length * scale));
      return std::pair(first, std::clamp(count, 1, whole - first));
    };
    const auto [x, across] = span(seen_.x, seen_.width, natural_.width, width);
    const auto [y, down] = span(seen_.y, seen_.height, natural_.height, height);
    GstStructure* const options = gst_structure_new(
        "clip", GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, x, GST_VIDEO_CONVERTER_OPT_SRC_Y,
        G_TYPE_INT, y, GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, across,
        GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, down,
        GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
        GST_VIDEO_RESAMPLER_METHOD_CUBIC, GST_VIDEO_CONVERTER_OPT_DITHER_METHOD,
        GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE, GST_VIDEO_CONVERTER_OPT_THREADS,
        G_TYPE_UINT, 1u, nullptr);
    // Its quick ways leave the range as it is, so it is never asked to change it.
    GstVideoInfo made = info_;
    if (is_full_range()) made.colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
    converter_.reset(gst_video_converter_new(&source_, &made, options));
    if (!converter_) return failed();
    return {};
  }

  Size natural_;
  View seen_;
  Owned<GstCaps> caps_;
  GstVideoInfo info_ = {};
  Owned<GstBuffer> buffer_;
  std::optional<MappedFrame> target_;
  Owned<GstCaps> known_;
  GstVideoInfo source_ = {};
  std::unique_ptr<GstVideoConverter, ConverterDeleter> converter_;
};

// Decodes forward from picture to picture, and one ahead: until when a picture stays is known only
// from the next one.
class ClipReader : public ClipSource {
 public:
  ClipReader(const ClipLayer& layer, const ClipPart& part, Size box, Rate rate,
             std::unique_ptr<MediaFile> file)
      : clip_(layer.clip),
        rate_(rate),
        frames_(frames_of(part, rate)),
        file_(std::move(file)),
        converter_(layer, box, rate),
        changes_(static_cast<size_t>(frames_)) {}

  // At the clip's first picture.
  Result<void> begin() { return restart(clip_.start); }

  int64_t frames() override { return frames_; }

  Result<Planes> frame(int64_t n) override {
    if (auto moved = move_to(n); !moved) return moved.error();
    if (!is_converted_)
      if (auto converted = converter_.convert(current_); !converted)
        return at_time(converted.error());
    is_converted_ = true;
    return converter_.planes();
  }

  int64_t next_frame_change(int64_t n) override {
    n = std::clamp<int64_t>(n, 0, frames_ - 1);
    int64_t& known = changes_[static_cast<size_t>(n)];
    if (known > 0) return known;
    if (!move_to(n)) return n + 1;  // frame() will say why
    known = next_.buffer ? std::clamp(first_frame_of(next_.start), n + 1, frames_) : frames_;
    return known;
  }

 private:
  [[nodiscard]] Time time_of_frame(int64_t n) const { return clip_.start + time_of(n, rate_); }
  [[nodiscard]] int64_t first_frame_of(Time time) const {
    return first_at_or_after(std::max(time - kRounding - clip_.start, Time{}), rate_);
  }
  [[nodiscard]] bool is_after(const MediaFile::Piece& piece, Time time) const {
    return piece.start > time + kRounding;
  }
  Error at_time(Error error) const {
    error.message += " (at " + clock_text(current_.start) + " of '" + clip_.picture.path + "')";
    return error;
  }

  Result<void> move_to(int64_t n) {
    const Time time = time_of_frame(std::clamp<int64_t>(n, 0, frames_ - 1));
    const bool is_behind = is_after(current_, time) && !is_first_;
    const bool is_far_ahead = next_.buffer && time > next_.start + kFarAhead;
    if (is_behind || is_far_ahead)
      if (auto sought = restart(time); !sought) return sought;
    while (next_.buffer && !is_after(next_, time))
      if (auto gone = advance(); !gone) return gone;
    return {};
  }

  Result<void> advance() {
    current_ = std::move(next_);
    is_first_ = is_converted_ = false;
    return look_ahead();
  }

  Result<void> look_ahead() {
    auto piece = file_->next();
    if (!piece) return at_time(piece.error());
    next_ = *std::move(piece);
    return {};
  }

  // To the place before `time` where a decoder can begin; from there it is decoded on.
  Result<void> restart(Time time) {
    is_first_ = std::exchange(is_fresh_, false) && time <= kFarAhead;
    const bool is_there = is_first_ || file_->seek(time);
    if (is_there)
      if (auto taken = take(); !taken) return taken;
    // Files without an index cannot be sought in, or lead too far.
    if (!is_there || !current_.buffer || (!is_first_ && is_after(current_, time))) {
      auto file = MediaFile::open(clip_.picture.path, MediaFile::Stream::pictures);
      if (!file) return file.error();
      file_ = *std::move(file);
      is_first_ = true;
      if (auto taken = take(); !taken) return taken;
    }
    if (!current_.buffer)
      return Error{ErrorKind::unreadable, "'" + clip_.picture.path + "' has no pictures"};
    return look_ahead();
  }

  Result<void> take() {
    auto piece = file_->next();
    if (!piece) return at_time(piece.error());
    current_ = *std::move(piece);
    is_converted_ = false;
    return {};
  }

  const Clip clip_;
  const Rate rate_;
  const int64_t frames_;
  std::unique_ptr<MediaFile> file_;
  ClipConverter converter_;
  MediaFile::Piece current_;
  MediaFile::Piece next_;
  bool is_fresh_ = true;          // nothing has been taken out of the file
  bool is_first_ = false;         // no picture of the file is before the current one
  bool is_converted_ = false;     // the current one is
  std::vector<int64_t> changes_;  // next_frame_change() by frame, where it is known; else 0
};

}  // namespace

Result<std::unique_ptr<ClipSource>> open_clip(const ClipLayer& layer, Size box, Rate frame_rate) {
  const auto part = part_of(layer.clip);
  if (!part) return part.error();
  auto file = MediaFile::open(layer.clip.picture.path, MediaFile::Stream::pictures);
  if (!file) return file.error();
  auto reader = std::make_unique<ClipReader>(layer, *part, box, frame_rate, *std::move(file));
  if (auto begun = reader->begin(); !begun) return begun.error();
  return std::unique_ptr<ClipSource>(std::move(reader));
}

}  // namespace talkie
