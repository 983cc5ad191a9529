// SPDX-License-Identifier: LGPL-2.1-or-later
#include "live/pipeline_output.h"

#include <utility>

#include "net/patience.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;

constexpr auto kPatience = std::chrono::seconds(10);  // with a peer that takes nothing
constexpr auto kNoteEvery = std::chrono::seconds(1);
constexpr Backoff kBackoff;

// "Could not connect: Connection refused": GStreamer's sentence, and the last line of what it tells
// developers, which is where it puts the reason.
Error with_reason(Error error) {
  const std::string reason = error.detail.substr(error.detail.rfind('\n') + 1);
  if (error.detail.find('\n') != std::string::npos && !reason.empty())
    error.message += ": " + reason;
  return error;
}

}  // namespace

PipelineOutput::PipelineOutput(std::unique_ptr<OutputLog> log, std::unique_ptr<Outlet> outlet)
    : log_(std::move(log)), outlet_(std::move(outlet)) {}

PipelineOutput::~PipelineOutput() = default;

Result<void> PipelineOutput::start(const LiveStreams& streams) {
  streams_ = streams;
  if (auto prepared = outlet_->prepare(); !prepared) return log_->about(prepared.error());
  if (auto built = build(); !built) return log_->about(built.error());
  if (outlet_->nature().opens_at_start)
    if (auto playing = pipeline_->play(); !playing)
      return log_->about(with_reason(outlet_->explain(playing.error())));
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

void PipelineOutput::offer(const LivePacket& packet) {
  int64_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    dropped = queue_.add(packet);
  }
  changed_.notify_all();
  log_->dropped(dropped);
}

void PipelineOutput::finish(milliseconds patience) {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    over_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, patience, [this] { return closed_; });
  }
  thread_.request_stop();
  thread_.join();
}

Result<void> PipelineOutput::build() {
  auto parts = outlet_->parts();
  if (!parts) return parts.error();
  auto made = PacketPipeline::make(streams_, *parts, [this] {
    // With the lock, so that nobody is just about to wait for this.
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  if (!made) return made.error();
  pipeline_ = std::move(*made);
  return {};
}

void PipelineOutput::run(const std::stop_token& stop) {
  for (int tries = 1;; ++tries) {
    auto sent = connect(stop);
    if (is_connected_) tries = 1;
    disconnect();
    if (sent) break;
    const Error why = with_reason(outlet_->explain(sent.error()));
    if (!outlet_->nature().comes_back) {
      log_->failed(why);
      break;
    }
    log_->lost(why);
    if (!wait_before_try(tries, stop)) break;
  }
  if (is_over())
    if (auto closed = outlet_->close(); !closed) log_->failed(closed.error());
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

bool PipelineOutput::is_over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

// Until the show is over, or else the connection is lost.
Result<void> PipelineOutput::connect(const std::stop_token& stop) {
  if (!pipeline_)
    if (auto built = build(); !built) return built.error();
  if (std::exchange(has_tried_, true)) catch_up();
  if (auto playing = pipeline_->play(); !playing) return playing.error();
  outlet_->opened(*pipeline_);
  return send(stop);
}

void PipelineOutput::catch_up() {
  int64_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    dropped = queue_.skip_to_newest_key_unit();
  }
  log_->dropped(dropped);
}

Result<void> PipelineOutput::send(const std::stop_token& stop) {
  bool has_begun = false;
  while (true) {
    auto item = next(stop);
    if (!item) return item.error();
    note_progress(false);
    if (!*item) return stop.stop_requested() ? Result<void>() : drain(stop);
    const PacketQueue::Item& packet = **item;
    if (!std::exchange(has_begun, true) && outlet_->nature().from_zero)
      pipeline_->begin_at(GST_BUFFER_PTS(packet.packet.buffer.get()));
    outlet_->before(*pipeline_, packet);
    pipeline_->push(packet.packet, packet.after_hole);
  }
}

// Nothing: the show is over, or it is stopped.
Result<std::optional<PacketQueue::Item>> PipelineOutput::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool news = changed_.wait_for(lock, stop, kPatience, [this] {
      if (pipeline_->error() || (pipeline_->is_flowing() && !is_connected_)) return true;
      return queue_.empty() ? over_ : !pipeline_->is_full();
    });
    if (stop.stop_requested()) return std::optional<PacketQueue::Item>();
    if (auto error = pipeline_->error()) return *error;
    if (news && !queue_.empty() && !pipeline_->is_full()) {
      auto item = queue_.take();
      if (queue_.empty()) log_->caught_up();
      return item;
    }
    if (news && queue_.empty() && over_) return std::optional<PacketQueue::Item>();
    if (!news && !queue_.empty() && outlet_->nature().comes_back)
      return Error{ErrorKind::failed, "nothing was taken for 10 seconds"};
    if (news) {
      lock.unlock();
      note_progress(true);
      lock.lock();
    }
  }
}

Result<void> PipelineOutput::drain(const std::stop_token& stop) {
  pipeline_->end();
  std::unique_lock lock(mutex_);
  while (!pipeline_->has_ended() && !pipeline_->error() && !stop.stop_requested())
    changed_.wait(lock, stop,
                  [this] { return pipeline_->has_ended() || pipeline_->error().has_value(); });
  if (auto error = pipeline_->error()) return *error;
  changed_.wait_for(lock, stop, outlet_->nature().linger, [] { return false; });
  return {};
}

bool PipelineOutput::wait_before_try(int tries, const std::stop_token& stop) {
  const milliseconds time = kBackoff.wait(tries, real_surroundings().dice());
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, stop, time, [this] { return over_; }) && !stop.stop_requested();
}

void PipelineOutput::disconnect() {
  if (!pipeline_) return;
  note_progress(true);
  sent_before_ += outlet_->sent(*pipeline_);
  pipeline_.reset();
  is_connected_ = false;
}

void PipelineOutput::note_progress(bool now) {
  if (pipeline_->is_flowing() && !std::exchange(is_connected_, true) &&
      !outlet_->nature().logs_itself)
    log_->connected("it is connected");
  const auto time = std::chrono::steady_clock::now();
  if (!now && time - noted_ < kNoteEvery) return;
  noted_ = time;
  log_->set_sent(sent_before_ + outlet_->sent(*pipeline_));
}

}  // namespace talkie
