// SPDX-License-Identifier: LGPL-2.1-or-later
#include "film_seeks.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gst/element.h"
#include "script/transition_text.h"
#include "scriptsrc.h"

namespace talkie {

namespace {

// More than rounding can make of a transition's last frame.
constexpr Time kTransitionMargin = std::chrono::milliseconds(100);

// How long a seek may keep its asker; it goes on without them.
constexpr auto kPatience = std::chrono::seconds(2);
constexpr auto kLengthPatience = std::chrono::seconds(1);

struct SeekWish {
  explicit SeekWish(GstEvent* event) {
    gst_event_parse_seek(event, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
  }
  double rate = 1;
  GstFormat format = GST_FORMAT_UNDEFINED;
  GstSeekFlags flags = GST_SEEK_FLAG_NONE;
  // The film ends at `end`, and so does what is asked for.
  void count_from_end(gint64 end) {
    if (start_type == GST_SEEK_TYPE_END) start += end;
    if (start_type == GST_SEEK_TYPE_END) start_type = GST_SEEK_TYPE_SET;
    start = std::clamp<gint64>(start, 0, end);
    if (stop_type == GST_SEEK_TYPE_NONE || (stop_type == GST_SEEK_TYPE_SET && stop < 0)) return;
    if (std::exchange(stop_type, GST_SEEK_TYPE_SET) == GST_SEEK_TYPE_END) stop += end;
    stop = std::clamp<gint64>(stop, 0, end);
  }
  // A place after the stop, which may be one of an earlier seek, is the stop.
  void stay_before_stop(const GstSegment& segment) {
    const gint64 last = stop_type == GST_SEEK_TYPE_NONE ? static_cast<gint64>(segment.stop) : stop;
    if (start_type == GST_SEEK_TYPE_SET && last >= 0) start = std::min(start, last);
  }

  GstSeekType start_type = GST_SEEK_TYPE_NONE;
  gint64 start = 0;
  GstSeekType stop_type = GST_SEEK_TYPE_NONE;
  gint64 stop = 0;
};

bool has(GstSeekFlags flags, GstSeekFlags flag) {
  return (flags & flag) != 0;
}

GstEvent* with_seqnum(GstEvent* event, guint32 seqnum) {
  gst_event_set_seqnum(event, seqnum);
  return event;
}

}  // namespace

void FilmSeeks::start(std::shared_ptr<FilmLine> line, bool may_measure) {
  stop();
  line_ = std::move(line);
  const std::scoped_lock lock(mutex_);
  runs_ = true;
  may_measure_ = may_measure;
  is_length_told_ = is_length_wanted_ = false;
  seqnum_ = GST_SEQNUM_INVALID;
  wanted_.reset();
  cancel_ = {};
  run_ = {};
  thread_ = std::thread([this] { run(); });
}

void FilmSeeks::stop() {
  {
    const std::scoped_lock lock(mutex_);
    runs_ = false;
    cancel_.request_stop();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void FilmSeeks::wake() {
  const std::scoped_lock lock(mutex_);
  changed_.notify_all();
}

GstSegment FilmSeeks::segment() const {
  const std::scoped_lock lock(mutex_);
  return run_.segment;
}

// A seek without a flush goes on where a segment has ended: nothing else is there to be played out.
bool FilmSeeks::can_do(GstEvent* event) const {
  const SeekWish wish(event);
  if (wish.rate <= 0 || wish.format != GST_FORMAT_TIME ||
      has(wish.flags, GST_SEEK_FLAG_INSTANT_RATE_CHANGE) || !line_ || !line_->script())
    return false;
  const bool is_segment = (segment().flags & GST_SEGMENT_FLAG_SEGMENT) != 0;
  return has(wish.flags, GST_SEEK_FLAG_FLUSH) || (is_segment && compositor_is_done(compositor_));
}

bool FilmSeeks::seek(GstEvent* event) {
  const guint32 seqnum = gst_event_get_seqnum(event);
  uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (!runs_) return false;
    if (seqnum == seqnum_) return true;  // each of a pipeline's sinks sends it
  }
  if (!can_do(event)) return false;
  {
    const std::scoped_lock lock(mutex_);
    if (!runs_) return false;
    if (seqnum == seqnum_) return true;
    seqnum_ = seqnum;
    number = ++newest_;
    wanted_ = Seek{Owned<GstEvent>::share(event), number, false};
    cancel_.request_stop();
    cancel_ = {};
  }
  begin_flush(event, number);
  // A pipeline asks each of its sinks in turn, and those that are still flushing refuse.
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kPatience,
                    [&] { return done_ >= number || number != newest_ || !runs_; });
  return runs_;
}

void FilmSeeks::begin_flush(GstEvent* event, uint64_t number) {
  const std::scoped_lock flow(flow_mutex_);
  {
    const std::scoped_lock lock(mutex_);
    if (number != newest_ || !runs_) return;  // the newer one flushes
  }
  set_flush_seamless(compositor_, !has(SeekWish(event).flags, GST_SEEK_FLAG_FLUSH));
  gst_element_send_event(script_,
                         with_seqnum(gst_event_new_flush_start(), gst_event_get_seqnum(event)));
  const std::scoped_lock lock(mutex_);
  if (wanted_ && wanted_->number == number) wanted_->is_flushed = true;
  changed_.notify_all();
}

void FilmSeeks::wait_for_length() {
  std::unique_lock lock(mutex_);
  if (!runs_ || !may_measure_ || line_->is_complete()) return;
  if (!std::exchange(is_length_wanted_, true))
    deadline_ = std::chrono::steady_clock::now() + kLengthPatience;
  changed_.notify_all();
  changed_.wait_until(lock, deadline_,
                      [this] { return !runs_ || !may_measure_ || line_->is_complete(); });
}

// --- the thread ---

void FilmSeeks::run() {
  std::unique_lock lock(mutex_);
  while (runs_) {
    if (wanted_ && wanted_->is_flushed) {
      const Seek seek = *std::exchange(wanted_, {});
      const std::stop_token stop = cancel_.get_token();
      lock.unlock();
      perform(seek, stop);
      lock.lock();
      done_ = std::max(done_, seek.number);
      changed_.notify_all();
    } else if (!is_length_told_ && line_->is_complete()) {
      is_length_told_ = true;
      lock.unlock();
      tell_length();
      lock.lock();
    } else if (may_measure_ && !line_->is_complete() &&
               (is_length_wanted_ || line_->scenes_known() > 0)) {
      measure(lock);
    } else {
      changed_.wait(lock);
    }
  }
}

void FilmSeeks::measure(std::unique_lock<std::mutex>& lock) {
  const std::stop_token stop = cancel_.get_token();
  lock.unlock();
  const Result<bool> spoken = line_->speak_next(stop);
  lock.lock();
  // Who plays the film to that place will hear why.
  if (!spoken && !stop.stop_requested()) may_measure_ = false;
  changed_.notify_all();
}

void FilmSeeks::tell_length() {
  GstStructure* facts = gst_structure_new("talkie-duration", "duration", G_TYPE_UINT64,
                                          static_cast<guint64>(line_->known_end().count()),
                                          "estimated", G_TYPE_BOOLEAN, FALSE, nullptr);
  gst_element_post_message(bin_, gst_message_new_element(GST_OBJECT(bin_), facts));
  gst_element_post_message(bin_, gst_message_new_duration_changed(GST_OBJECT(bin_)));
}

void FilmSeeks::perform(const Seek& seek, const std::stop_token& stop) {
  Result<Target> target = find(seek.event.get(), stop);
  if (stop.stop_requested()) return;  // the newer seek goes on with it
  if (!target) return post_error(bin_, target.error());

  CompositorRun run;
  run.segment = target->segment;
  run.seqnum = gst_event_get_seqnum(seek.event.get());
  run.origin = target->place.time;
  run.first_sample = target->place.sample;
  run.is_seamless = !has(SeekWish(seek.event.get()).flags, GST_SEEK_FLAG_FLUSH);
  const std::scoped_lock flow(flow_mutex_);
  {
    const std::scoped_lock lock(mutex_);
    if (seek.number != newest_ || !runs_) return;
    run_ = run;
  }
  line_->begin_at(target->place);
  begin_at_scene(script_, target->place.scene);
  set_compositor_run(compositor_, run);
  gst_element_send_event(script_, with_seqnum(gst_event_new_flush_stop(TRUE), run.seqnum));
}

Result<FilmSeeks::Target> FilmSeeks::find(GstEvent* event, const std::stop_token& stop) {
  SeekWish wish(event);
  Target target{segment(), {}};
  GstSegment& segment = target.segment;
  gint64 position = 0;
  if (gst_element_query_position(compositor_, GST_FORMAT_TIME, &position))
    segment.position = static_cast<guint64>(position);
  const auto speak_until = [&](Time time) { return line_->speak_until(time, stop); };
  if (wish.start_type == GST_SEEK_TYPE_END || wish.stop_type == GST_SEEK_TYPE_END)
    if (auto spoken = speak_until(Time::max()); !spoken) return spoken.error();
  const Time asked{wish.start_type == GST_SEEK_TYPE_SET ? std::max<gint64>(wish.start, 0)
                                                        : static_cast<gint64>(segment.position)};
  if (auto spoken = speak_until(asked); !spoken) return spoken.error();
  segment.duration = GST_CLOCK_TIME_NONE;
  if (line_->is_complete()) {
    const gint64 end = line_->known_end().count();
    segment.duration = static_cast<guint64>(end);
    wish.count_from_end(end);
  }
  wish.stay_before_stop(segment);
  if (!gst_segment_do_seek(&segment, wish.rate, wish.format, wish.flags, wish.start_type,
                           static_cast<guint64>(wish.start), wish.stop_type,
                           static_cast<guint64>(wish.stop), nullptr))
    return Error{ErrorKind::bad_value, "a seek to a place that ends before it begins"};
  const auto start = static_cast<guint64>(snapped(Time(segment.start), wish.flags).count());
  segment.start = segment.time = segment.position = std::min(start, segment.stop);
  target.place = first_needed(Time(segment.start));
  return target;
}

// Key units are the scenes' beginnings.
Time FilmSeeks::snapped(Time time, GstSeekFlags flags) const {
  const std::optional<int> scene = line_->scene_at(time);
  if (!scene || !has(flags, GST_SEEK_FLAG_KEY_UNIT) || has(flags, GST_SEEK_FLAG_ACCURATE))
    return time;
  const Time before = line_->place_of(*scene).time;
  const bool is_last = *scene + 1 == static_cast<int>(line_->script()->scenes.size());
  if (time == before || is_last || !has(flags, GST_SEEK_FLAG_SNAP_AFTER)) return before;
  const Time after = line_->place_of(*scene + 1).time;
  if (!has(flags, GST_SEEK_FLAG_SNAP_BEFORE)) return after;
  return time - before <= after - time ? before : after;  // the nearest
}

// A transition shows how the scene before ends.
LinePlace FilmSeeks::first_needed(Time start) const {
  const std::shared_ptr<const Script> script = line_->script();
  const std::optional<int> scene = line_->scene_at(start);
  if (!scene) return line_->place_of(static_cast<int>(script->scenes.size()));
  const LinePlace place = line_->place_of(*scene);
  Transition transition = script->scenes[static_cast<size_t>(*scene)].transition;
  gchar* text = nullptr;
  g_object_get(compositor_, "transition", &text, nullptr);
  if (text && *text)
    if (const auto parsed = parse_transition(text)) transition = *parsed;
  g_free(text);
  const bool is_over = transition.kind == Transition::Kind::cut ||
                       start >= place.time + transition.length + kTransitionMargin;
  return *scene == 0 || is_over ? place : line_->place_of(*scene - 1);
}

}  // namespace talkie
