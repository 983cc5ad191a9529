// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/page_server.h"

#include <libsoup/soup.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>

extern "C" {  // glib-compile-resources does not say so itself
#include "preview/page_files.h"
}

namespace talkie {

namespace {

constexpr std::string_view kPieces = "/pieces/";
constexpr const char* kEvents = "/events";
constexpr guint64 kLongestMessage = 1024;  // of a page

// Nothing from anywhere else, and no other site may show it in a frame.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'";

struct Drop {
  void operator()(GMainContext* context) const { g_main_context_unref(context); }
  void operator()(GMainLoop* loop) const { g_main_loop_unref(loop); }
  void operator()(GResource* resource) const { g_resource_unref(resource); }
  void operator()(GError* error) const { g_error_free(error); }
};
template <typename T>
using Held = std::unique_ptr<T, Drop>;

struct PageFile {
  std::string_view path;
  const char* kind;
  std::string_view resource;
};
constexpr PageFile kFiles[] = {
    {"/", "text/html; charset=utf-8", "/page/index.html"},
    {"/page.css", "text/css; charset=utf-8", "/page/page.css"},
    {"/page.js", "text/javascript; charset=utf-8", "/page/page.js"},
    {"/film.js", "text/javascript; charset=utf-8", "/page/film.js"},
    {"/icon.svg", "image/svg+xml", "/page/icon.svg"},
};

// A name that no other site can have: one of them may well answer with this machine's address.
bool is_loopback(std::string_view host) {
  if (const size_t colon = host.rfind(':'); colon != std::string_view::npos)
    host = host.substr(0, colon);
  return host == "127.0.0.1" || host == "localhost";
}

std::string_view header(SoupServerMessage* message, const char* name) {
  const char* value =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), name);
  return value ? value : "";
}

bool is_ours(SoupServerMessage* message) {
  const std::string_view host = header(message, "Host");
  const std::string_view origin = header(message, "Origin");
  return is_loopback(host) && (origin.empty() || origin == "http://" + std::string(host));
}

void refuse(SoupServerMessage* message, guint status, std::string_view why) {
  soup_server_message_set_status(message, status, nullptr);
  soup_server_message_set_response(message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY,
                                   why.data(), why.size());
}

void answer(SoupServerMessage* message, const char* kind, std::string_view bytes, bool for_ever) {
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  soup_message_headers_append(headers, "Cache-Control",
                              for_ever ? "private, max-age=31536000, immutable" : "no-store");
  soup_message_headers_append(headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_append(headers, "Cross-Origin-Resource-Policy", "same-origin");
  soup_message_headers_append(headers, "Content-Security-Policy", kPolicy);
  soup_message_headers_append(headers, "Referrer-Policy", "no-referrer");
  soup_server_message_set_status(message, SOUP_STATUS_OK, nullptr);
  soup_server_message_set_response(message, kind, SOUP_MEMORY_COPY, bytes.data(), bytes.size());
}

}  // namespace

struct PageServer::State {
  const PieceStore& store;
  std::function<void(int)> looked;
  std::string address = {};

  // The thread's own.
  Held<GMainContext> context = {};
  Held<GMainLoop> loop = {};
  SoupServer* server = nullptr;
  std::set<SoupWebsocketConnection*> pages = {};

  std::mutex mutex = {};  // guards what follows
  std::string shown = {};
  std::thread thread = {};

  Result<void> listen(int port);
  void run();
  void stop();
  void serve(SoupServerMessage* message, std::string_view path) const;
  void welcome(SoupWebsocketConnection* page);
  void tell(SoupWebsocketConnection* page);
  void tell_all();
  void hear(std::string_view text) const;
};

Result<void> PageServer::State::listen(int port) {
  context.reset(g_main_context_new());
  loop.reset(g_main_loop_new(context.get(), FALSE));
  g_main_context_push_thread_default(context.get());
  server = soup_server_new("server-header", "talkie", nullptr);
  soup_server_add_handler(
      server, nullptr,
      [](SoupServer*, SoupServerMessage* message, const char* path, GHashTable*, gpointer self) {
        static_cast<State*>(self)->serve(message, path);
      },
      this, nullptr);
  // Both are of one path: what the first one refuses the second one does not see.
  soup_server_add_handler(
      server, kEvents,
      [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer) {
        const bool is_page = is_ours(message) && !header(message, "Origin").empty();
        if (!is_page)
          refuse(message, SOUP_STATUS_FORBIDDEN, "this is for the preview's own page\n");
      },
      nullptr, nullptr);
  soup_server_add_websocket_handler(
      server, kEvents, nullptr, nullptr,
      [](SoupServer*, SoupServerMessage*, const char*, SoupWebsocketConnection* page,
         gpointer self) { static_cast<State*>(self)->welcome(page); },
      this, nullptr);
  GError* raw = nullptr;
  const bool listens = soup_server_listen_local(server, static_cast<guint>(port),
                                                SOUP_SERVER_LISTEN_IPV4_ONLY, &raw);
  const Held<GError> error(raw);
  g_main_context_pop_thread_default(context.get());
  if (!listens) {
    const bool in_use = g_error_matches(raw, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    return Error{ErrorKind::failed,
                 in_use ? "port " + std::to_string(port) +
                              " is in use; choose another one with --port, or leave that out"
                        : "cannot listen on port " + std::to_string(port),
                 raw->message};
  }
  GSList* uris = soup_server_get_uris(server);
  address =
      "http://127.0.0.1:" + std::to_string(g_uri_get_port(static_cast<GUri*>(uris->data))) + "/";
  g_slist_free_full(uris, [](gpointer uri) { g_uri_unref(static_cast<GUri*>(uri)); });
  return {};
}

void PageServer::State::run() {
  g_main_context_push_thread_default(context.get());
  g_main_loop_run(loop.get());
  for (SoupWebsocketConnection* page : pages) {
    g_signal_handlers_disconnect_by_data(page, this);
    g_object_unref(page);
  }
  pages.clear();
  soup_server_disconnect(server);
  g_main_context_pop_thread_default(context.get());
}

void PageServer::State::stop() {
  if (thread.joinable()) {
    g_main_context_invoke(
        context.get(),
        [](gpointer self) -> gboolean {
          g_main_loop_quit(static_cast<State*>(self)->loop.get());
          return G_SOURCE_REMOVE;
        },
        this);
    thread.join();
  }
  g_clear_object(&server);
}

void PageServer::State::serve(SoupServerMessage* message, std::string_view path) const {
  if (!is_ours(message))
    return refuse(message, SOUP_STATUS_FORBIDDEN,
                  "the preview is at http://127.0.0.1 and nowhere else\n");
  const std::string_view method = soup_server_message_get_method(message);
  if (method != "GET" && method != "HEAD")
    return refuse(message, SOUP_STATUS_METHOD_NOT_ALLOWED, "only GET\n");
  if (path.starts_with(kPieces)) {
    const auto piece = store.get(std::string(path.substr(kPieces.size())));
    if (piece) return answer(message, piece->kind.c_str(), piece->bytes, true);
  }
  const auto* const file = std::ranges::find(kFiles, path, &PageFile::path);
  if (file == std::end(kFiles))
    return refuse(message, SOUP_STATUS_NOT_FOUND, "there is nothing here\n");
  GBytes* bytes = g_resource_lookup_data(talkie_preview_page_get_resource(),
                                         std::string(file->resource).c_str(),
                                         G_RESOURCE_LOOKUP_FLAGS_NONE, nullptr);
  gsize size = 0;
  const auto* data = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  answer(message, file->kind, {data, size}, false);
  g_bytes_unref(bytes);
}

void PageServer::State::welcome(SoupWebsocketConnection* page) {
  soup_websocket_connection_set_max_incoming_payload_size(page, kLongestMessage);
  pages.insert(SOUP_WEBSOCKET_CONNECTION(g_object_ref(page)));
  g_signal_connect(page, "message",
                   G_CALLBACK(+[](SoupWebsocketConnection*, int, GBytes* text, gpointer self) {
                     gsize size = 0;
                     const auto* data = static_cast<const char*>(g_bytes_get_data(text, &size));
                     static_cast<State*>(self)->hear({data, size});
                   }),
                   this);
  g_signal_connect(page, "closed", G_CALLBACK(+[](SoupWebsocketConnection* closed, gpointer self) {
                     static_cast<State*>(self)->pages.erase(closed);
                     g_object_unref(closed);
                   }),
                   this);
  tell(page);
}

void PageServer::State::tell(SoupWebsocketConnection* page) {
  const std::scoped_lock lock(mutex);
  if (shown.empty() || soup_websocket_connection_get_state(page) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  soup_websocket_connection_send_text(page, shown.c_str());
}

void PageServer::State::tell_all() {
  for (SoupWebsocketConnection* page : pages)
    tell(page);
}

// A page says which scene it looks at: its number, from 0.
void PageServer::State::hear(std::string_view text) const {
  int scene = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), scene);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) looked(scene);
}

PageServer::PageServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<PageServer>> PageServer::begin(int port, const PieceStore& store,
                                                      std::function<void(int)> looked) {
  std::unique_ptr<State> state(new State{store, std::move(looked)});
  State* const raw = state.get();
  std::unique_ptr<PageServer> server(new PageServer(std::move(state)));
  if (auto listens = raw->listen(port); !listens) return listens.error();
  raw->thread = std::thread([raw] { raw->run(); });
  return server;
}

PageServer::~PageServer() {
  state_->stop();
}

const std::string& PageServer::address() const {
  return state_->address;
}

void PageServer::show(const std::string& text) {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->shown = text;
  }
  g_main_context_invoke(
      state_->context.get(),
      [](gpointer state) -> gboolean {
        static_cast<State*>(state)->tell_all();
        return G_SOURCE_REMOVE;
      },
      state_.get());
}

}  // namespace talkie
