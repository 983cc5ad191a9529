// SPDX-License-Identifier: LGPL-2.1-or-later
// A session of libsoup belongs to the thread that made it, and its asynchronous calls to that
// thread's main context (https://libsoup.gnome.org/libsoup-3.0/client-thread-safety.html). So every
// question has both for itself, and nothing is shared between callers. Other threads only ever wake
// the context.
#include "net/http.h"

#include <libsoup/soup.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.h"
#include "config.h"

namespace talkie {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kUriFlags = static_cast<GUriFlags>(SOUP_HTTP_URI_FLAGS);
constexpr int kMostRedirects = 3;
constexpr gsize kReadBytes = 64 << 10;

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
  void operator()(GBytes* bytes) const { g_bytes_unref(bytes); }
  void operator()(GUri* uri) const { g_uri_unref(uri); }
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(GMainContext* context) const { g_main_context_unref(context); }
  void operator()(GSource* source) const {
    g_source_destroy(source);
    g_source_unref(source);
  }
};
template <typename T>
using Held = std::unique_ptr<T, Unref>;

// The context of one exchange; the calling thread's default for as long as this lives.
class OwnContext {
 public:
  OwnContext() : context_(g_main_context_new()) { g_main_context_push_thread_default(get()); }
  ~OwnContext() {
    while (g_main_context_iteration(get(), FALSE))
      continue;  // what closing connections left
    g_main_context_pop_thread_default(get());
  }
  OwnContext(const OwnContext&) = delete;
  OwnContext& operator=(const OwnContext&) = delete;

  [[nodiscard]] GMainContext* get() const { return context_.get(); }
  // Calls `then` in this context after `delay`, before everything else. From any thread.
  [[nodiscard]] Held<GSource> call(milliseconds delay, GSourceFunc then, gpointer data) const {
    GSource* source = g_timeout_source_new(static_cast<guint>(std::max<int64_t>(delay.count(), 0)));
    g_source_set_priority(source, G_PRIORITY_HIGH);
    g_source_set_callback(source, then, data, nullptr);
    g_source_attach(source, get());
    return Held<GSource>(source);
  }

 private:
  Held<GMainContext> context_;
};

struct Address {
  HttpAddress parts;
  Held<GUri> uri;
};

Result<Address> read_address(const std::string& url) {
  Held<GUri> uri(g_uri_parse(url.c_str(), kUriFlags, nullptr));
  const std::string_view scheme = uri ? g_uri_get_scheme(uri.get()) : "";
  const char* host = uri ? g_uri_get_host(uri.get()) : nullptr;
  if ((scheme != "http" && scheme != "https") || !host || !*host)
    return Error{ErrorKind::bad_value,
                 "this is no address of a service; it begins with https:// or http://"};
  if (g_uri_get_userinfo(uri.get()))
    return Error{ErrorKind::bad_value, "the address of a service holds no user and no password"};
  const int port = g_uri_get_port(uri.get());
  const int usual = scheme == "https" ? 443 : 80;
  return Address{{std::string(scheme), host, port > 0 ? port : usual}, std::move(uri)};
}

// Whether headers meant for `from` may be sent to `to`.
bool may_follow(const HttpAddress& from, const HttpAddress& to) {
  if (to_lower(from.host) != to_lower(to.host)) return false;
  if (from.scheme == to.scheme) return from.port == to.port;
  return from.scheme == "http" && from.port == 80 && to.scheme == "https" && to.port == 443;
}

// One message and its answer; all of it happens inside of run().
class Exchange {
 public:
  Exchange(std::string_view who, const HttpLimits& limits, std::string server)
      : who_(who), limits_(limits), server_(std::move(server)) {}

  Result<HttpAnswer> run(const HttpRequest& request, GUri* uri, milliseconds total,
                         const std::stop_token& stop);
  // Where the server sends us; empty unless the answer is a redirect.
  [[nodiscard]] const std::string& location() const { return location_; }

 private:
  enum class Stage { connect, first_byte, body };
  enum class Stop { none, too_slow, cancelled, too_large };

  void enter(Stage stage, milliseconds limit);
  void give_up(Stop why);
  void read_on();
  void finish(GError* error);
  void take_head();
  [[nodiscard]] Error failure() const;
  [[nodiscard]] Error unreachable() const;
  static void on_sent(GObject* session, GAsyncResult* result, gpointer self);
  static void on_bytes(GObject* stream, GAsyncResult* result, gpointer self);
  static gboolean on_late(gpointer self);
  static gboolean on_stopped(gpointer self);

  const std::string who_;
  const HttpLimits& limits_;
  const std::string server_;  // "host:port"
  // In this order: the context is the last to go.
  OwnContext context_;
  const Held<GCancellable> cancellable_{g_cancellable_new()};
  Held<SoupMessage> message_;
  Held<GInputStream> stream_;
  Held<GSource> stage_end_;
  Stage stage_ = Stage::connect;
  Stop stop_ = Stop::none;
  bool done_ = false;
  Held<GError> error_;
  HttpAnswer answer_;
  int64_t expected_bytes_ = 0;  // of the body, where the head says it
  std::string location_;
};

Held<SoupMessage> message_of(const HttpRequest& request, GUri* uri) {
  Held<SoupMessage> message(soup_message_new_from_uri(request.method.c_str(), uri));
  soup_message_add_flags(message.get(), SOUP_MESSAGE_NO_REDIRECT);
  SoupMessageHeaders* headers = soup_message_get_request_headers(message.get());
  for (const HttpHeader& header : request.headers)
    soup_message_headers_append(headers, header.name.c_str(), header.value.c_str());
  if (!request.body.empty()) {
    const Held<GBytes> body(g_bytes_new(request.body.data(), request.body.size()));
    soup_message_set_request_body_from_bytes(message.get(), request.content_type.c_str(),
                                             body.get());
  }
  return message;
}

Result<HttpAnswer> Exchange::run(const HttpRequest& request, GUri* uri, milliseconds total,
                                 const std::stop_token& stop) {
  message_ = message_of(request, uri);
  // "starting": a connection is there, and its TLS.
  g_signal_connect_swapped(message_.get(), "starting", G_CALLBACK(+[](Exchange* self) {
                             self->enter(Stage::first_byte, self->limits_.first_byte);
                           }),
                           this);
  const Held<SoupSession> session(soup_session_new_with_options(
      "user-agent", "talkie/" TALKIE_VERSION, "timeout", 0, "proxy-resolver", nullptr, nullptr));
  soup_session_remove_feature_by_type(session.get(), SOUP_TYPE_AUTH_MANAGER);
  // Packing gains nothing for sounds, and hides how much should come.
  soup_session_remove_feature_by_type(session.get(), SOUP_TYPE_CONTENT_DECODER);

  enter(Stage::connect, limits_.connect);
  const auto end = context_.call(total, on_late, this);
  Held<GSource> stopped;
  {
    const std::stop_callback on_stop(
        stop, [&] { stopped = context_.call(milliseconds(0), on_stopped, this); });
    soup_session_send_async(session.get(), message_.get(), G_PRIORITY_DEFAULT, cancellable_.get(),
                            on_sent, this);
    while (!done_)
      g_main_context_iteration(context_.get(), TRUE);
  }
  stage_end_.reset();
  stream_.reset();
  soup_session_abort(session.get());
  // libsoup does not mind this where the server had said that it would close the connection.
  const bool cut = location_.empty() && std::cmp_less(answer_.body.size(), expected_bytes_);
  if (cut || error_ || stop_ != Stop::none) return failure();
  return std::move(answer_);
}

void Exchange::enter(Stage stage, milliseconds limit) {
  stage_ = stage;
  stage_end_ = context_.call(limit, on_late, this);
}

// The pending call ends with an error then, which ends run().
void Exchange::give_up(Stop why) {
  if (stop_ == Stop::none) stop_ = why;
  g_cancellable_cancel(cancellable_.get());
}

gboolean Exchange::on_late(gpointer self) {
  static_cast<Exchange*>(self)->give_up(Stop::too_slow);
  return G_SOURCE_REMOVE;
}

gboolean Exchange::on_stopped(gpointer self) {
  static_cast<Exchange*>(self)->give_up(Stop::cancelled);
  return G_SOURCE_REMOVE;
}

void Exchange::finish(GError* error) {
  error_.reset(error);
  done_ = true;
}

void Exchange::on_sent(GObject* session, GAsyncResult* result, gpointer data) {
  Exchange& self = *static_cast<Exchange*>(data);
  GError* error = nullptr;
  self.stream_.reset(soup_session_send_finish(SOUP_SESSION(session), result, &error));
  if (error) return self.finish(error);
  self.take_head();
  if (!self.location_.empty()) return self.finish(nullptr);
  self.stage_ = Stage::body;
  self.stage_end_.reset();  // only the end of it all is left
  self.read_on();
}

void Exchange::take_head() {
  answer_.status = static_cast<int>(soup_message_get_status(message_.get()));
  SoupMessageHeaders* headers = soup_message_get_response_headers(message_.get());
  const auto header = [&](const char* name) {
    const char* value = soup_message_headers_get_one(headers, name);
    return std::string(value ? value : "");
  };
  answer_.content_type = to_lower(header("Content-Type"));
  answer_.retry_after = header("Retry-After");
  if (soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH)
    expected_bytes_ = soup_message_headers_get_content_length(headers);
  const int status = answer_.status;
  if (status == 301 || status == 302 || status == 307 || status == 308)
    location_ = header("Location");
}

void Exchange::read_on() {
  g_input_stream_read_bytes_async(stream_.get(), kReadBytes, G_PRIORITY_DEFAULT, cancellable_.get(),
                                  on_bytes, this);
}

void Exchange::on_bytes(GObject* stream, GAsyncResult* result, gpointer data) {
  Exchange& self = *static_cast<Exchange*>(data);
  GError* error = nullptr;
  const Held<GBytes> bytes(
      g_input_stream_read_bytes_finish(G_INPUT_STREAM(stream), result, &error));
  if (error) return self.finish(error);
  gsize size = 0;
  const auto* from = static_cast<const char*>(g_bytes_get_data(bytes.get(), &size));
  if (size == 0) return self.finish(nullptr);
  if (self.answer_.body.size() + size > self.limits_.answer_bytes) {
    self.stop_ = Stop::too_large;
    return self.finish(nullptr);
  }
  self.answer_.body.append(from, size);
  self.read_on();
}

Error Exchange::unreachable() const {
  if (error_ && g_error_matches(error_.get(), G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return {
        ErrorKind::refused,
        who_ + ": the certificate of " + server_ +
            " is not trusted; check 'base-url', and the clock and certificates of this machine"};
  return {ErrorKind::failed,
          who_ + " cannot be reached at " + server_ + "; check the network and 'base-url'"};
}

Error Exchange::failure() const {
  const std::string detail = error_ ? error_->message : "";
  const auto say = [&](ErrorKind kind, std::string_view what) {
    return Error{kind, who_ + std::string(what), detail};
  };
  if (stop_ == Stop::cancelled) return say(ErrorKind::cancelled, " was stopped");
  if (stop_ == Stop::too_large)
    return say(ErrorKind::too_large, " sent more than a sound can be; check 'base-url'");
  if (stage_ == Stage::connect) {
    Error error = unreachable();
    error.detail = stop_ == Stop::too_slow ? "no connection in time" : detail;
    return error;
  }
  if (stop_ == Stop::too_slow && stage_ == Stage::first_byte)
    return say(ErrorKind::failed, " does not answer in time; try again later, or raise 'timeout'");
  if (stop_ == Stop::too_slow)
    return say(ErrorKind::failed, " sends too slowly; try again later, or raise 'timeout'");
  if (stage_ == Stage::body)
    return say(ErrorKind::failed, " ended its answer in the middle; try again later");
  return say(ErrorKind::failed, " closed the connection without an answer; try again later");
}

}  // namespace

bool HttpAddress::is_local() const {
  const std::string name = to_lower(host);
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  const Held<GInetAddress> address(g_inet_address_new_from_string(name.c_str()));
  return address && g_inet_address_get_is_loopback(address.get());
}

Result<HttpAddress> parse_http_address(const std::string& url) {
  auto address = read_address(url);
  if (!address) return address.error();
  return std::move(address->parts);
}

Result<HttpAnswer> ask_http(std::string_view who, const HttpRequest& request,
                            const HttpLimits& limits, const std::stop_token& stop) {
  const auto end = steady_clock::now() + limits.total;
  auto address = read_address(request.url);
  if (!address) return address.error();
  for (int redirects = 0;; ++redirects) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    const std::string server = address->parts.host + ':' + std::to_string(address->parts.port);
    Exchange exchange(who, limits, server);
    auto answer = exchange.run(request, address->uri.get(), left, stop);
    if (!answer || exchange.location().empty()) return answer;
    const Held<GUri> target(
        g_uri_parse_relative(address->uri.get(), exchange.location().c_str(), kUriFlags, nullptr));
    const std::unique_ptr<char, decltype(&g_free)> text(
        target ? g_uri_to_string(target.get()) : g_strdup(""), g_free);
    auto next = read_address(text.get());
    if (!next || !may_follow(address->parts, next->parts) || redirects == kMostRedirects)
      return Error{ErrorKind::refused,
                   std::string(who) + " sends us from " + server +
                       " to another place, which is not followed; check 'base-url'",
                   "Location: " + exchange.location()};
    address = std::move(next);
  }
}

}  // namespace talkie
