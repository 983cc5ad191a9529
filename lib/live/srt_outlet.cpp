// SPDX-License-Identifier: LGPL-2.1-or-later
// MPEG-TS over SRT: to somebody who listens, or to whoever calls.
#include <gio/gio.h>

#include <cstdlib>
#include <utility>

#include "gst/element.h"
#include "live/outlet.h"
#include "live/url.h"

namespace talkie {

namespace {

// SRT delivers what it was given this much later, by default; what is closed before is lost.
constexpr std::chrono::milliseconds kLatency{125};

std::string text_of(GSocketAddress* address) {
  char* text = g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(address));
  std::string result(text ? text : "");
  g_free(text);
  return result;
}

class SrtOutlet final : public Outlet {
 public:
  SrtOutlet(std::string uri, const LiveUrl& url, OutputLog& log)
      : uri_(std::move(uri)),
        listens_(url.is_srt_listener()),
        port_(url.port_text.value_or("")),
        log_(log) {
    const auto latency = url.values.find("latency");
    if (latency != url.values.end())
      latency_ = std::chrono::milliseconds(std::atoi(latency->second.c_str()));
  }

  Result<PacketPipeline::Parts> parts() override {
    auto mux = make_live_mux("srt");
    if (!mux) return mux.error();
    auto sink = make_element("srtsink");
    if (!sink) return sink.error();
    // A caller's packets wait until somebody answers; a listener's go by where nobody looks.
    g_object_set(sink->get(), "uri", uri_.c_str(), "wait-for-connection", !listens_,
                 "auto-reconnect", FALSE, "sync", FALSE, "async", FALSE, nullptr);
    if (listens_) {
      g_signal_connect(sink->get(), "caller-added", G_CALLBACK(on_added), &log_);
      g_signal_connect(sink->get(), "caller-removed", G_CALLBACK(on_removed), &log_);
    }
    return PacketPipeline::Parts{"h264parse config-interval=-1", "aacparse", std::move(*mux),
                                 std::move(*sink)};
  }

  [[nodiscard]] uint64_t sent(const PacketPipeline& pipeline) const override {
    GstStructure* stats = nullptr;
    guint64 bytes = 0;
    g_object_get(pipeline.sink(), "stats", &stats, nullptr);
    if (!stats) return 0;
    gst_structure_get_uint64(stats, "bytes-sent-total", &bytes);
    gst_structure_free(stats);
    return bytes;
  }

  // What fails before anybody has called is the port.
  [[nodiscard]] Error explain(const Error& error) const override {
    if (!listens_) return error;
    return Error{
        ErrorKind::unwritable,
        "port " + port_ + " cannot be listened on, perhaps another program does; name another",
        error.message + "\n" + error.detail};
  }

  [[nodiscard]] Nature nature() const override {
    return {.comes_back = true,
            .opens_at_start = listens_,
            .logs_itself = listens_,
            .linger = 2 * latency_};
  }

 private:
  static void on_added(GstElement*, gint, GSocketAddress* address, gpointer log) {
    static_cast<OutputLog*>(log)->viewer_came(text_of(address));
  }
  static void on_removed(GstElement*, gint, GSocketAddress* address, gpointer log) {
    static_cast<OutputLog*>(log)->viewer_left(text_of(address));
  }

  const std::string uri_;
  const bool listens_;
  const std::string port_;
  OutputLog& log_;
  std::chrono::milliseconds latency_ = kLatency;
};

}  // namespace

Result<std::unique_ptr<Outlet>> make_srt_outlet(const LiveTarget& target, OutputLog& log) {
  const auto url = parse_live_url(target.where);
  if (!url) return Error{ErrorKind::bad_value, "'" + shown(target) + "' is no address"};
  std::unique_ptr<Outlet> outlet = std::make_unique<SrtOutlet>(target.where, *url, log);
  if (auto parts = outlet->parts(); !parts) return parts.error();
  return outlet;
}

}  // namespace talkie
