// SPDX-License-Identifier: LGPL-2.1-or-later
// Certificates are verified: a server that anybody could have set up gets no key.
#include <gtest/gtest.h>
#include <libsoup/soup.h>

#include "net_calls.h"

namespace talkie {
namespace {

// Made for this test, by itself: nobody vouches for it.
constexpr char kCertificate[] = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAwsoBMatssNceJm0
HBeLR42GNilz+bPp23ToFqjaDPahRANCAASWoOJUdXoXCOzC+e0Wf+kc4UnBkmOL
oeqy3R4rw3c8yu3pemU3r60mOTJuva3Mqb0NaPdr0j6Cmqa9SU/mI9Fd
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUboJu4ljbQShJOXVw0RWkXVnqmgMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIyNDE0NVoYDzIxMjYxMDI4
MjI0MTQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASWoOJUdXoXCOzC+e0Wf+kc4UnBkmOLoeqy3R4rw3c8yu3pemU3r60m
OTJuva3Mqb0NaPdr0j6Cmqa9SU/mI9Fdo28wbTAdBgNVHQ4EFgQUlp9JTdN6bj62
djY2dCuK6Pi+C4EwHwYDVR0jBBgwFoAUlp9JTdN6bj62djY2dCuK6Pi+C4EwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgPUThUn/ZHOrvvTCt/cnoem7ERAz/sPj68639rOXSASMCIQCb
Y6mhgUf1+GTK+5A4wTgaS36BRq5vMgsckkpD3PPIcg==
-----END CERTIFICATE-----
)";

// An HTTPS server on its own thread.
class TlsServer {
 public:
  TlsServer() : thread_([this] { serve(); }) { ready_.wait(false); }
  ~TlsServer() {
    g_main_loop_quit(loop_);
    thread_.join();
    g_main_loop_unref(loop_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int count() const { return asked_; }

 private:
  void serve() {
    GMainContext* context = g_main_context_new();
    g_main_context_push_thread_default(context);
    loop_ = g_main_loop_new(context, FALSE);
    GTlsCertificate* certificate = g_tls_certificate_new_from_pem(kCertificate, -1, nullptr);
    SoupServer* server = soup_server_new("tls-certificate", certificate, nullptr);
    soup_server_add_handler(
        server, nullptr,
        [](SoupServer*, SoupServerMessage* message, const char*, GHashTable*, gpointer self) {
          ++static_cast<TlsServer*>(self)->asked_;
          soup_server_message_set_status(message, 200, nullptr);
          soup_server_message_set_response(message, "text/plain", SOUP_MEMORY_STATIC, "fine", 4);
        },
        this, nullptr);
    EXPECT_TRUE(
        soup_server_listen_local(server, 0,
                                 static_cast<SoupServerListenOptions>(SOUP_SERVER_LISTEN_HTTPS |
                                                                      SOUP_SERVER_LISTEN_IPV4_ONLY),
                                 nullptr));
    GSList* uris = soup_server_get_uris(server);
    port_ = g_uri_get_port(static_cast<GUri*>(uris->data));
    g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
    ready_ = true;
    ready_.notify_all();
    g_main_loop_run(loop_);
    soup_server_disconnect(server);
    g_object_unref(server);
    g_object_unref(certificate);
    g_main_context_pop_thread_default(context);
    g_main_context_unref(context);
  }

  GMainLoop* loop_ = nullptr;
  int port_ = 0;
  std::atomic<int> asked_ = 0;
  std::atomic<bool> ready_ = false;
  std::thread thread_;  // the last: it uses the others
};

using NetTls = NetService;

TEST_F(NetTls, ACertificateThatNobodyVouchesForIsRefused) {
  TlsServer server;
  const auto answer = call(server.url());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::refused) << answer.error().message;
  EXPECT_TRUE(answer.error().message.starts_with("echo: the certificate of 127.0.0.1:"));
  EXPECT_EQ(server.count(), 0);
  EXPECT_EQ(service->counts().retries, 0) << "that will not change";
}

TEST_F(NetTls, AServerThatDoesNotSpeakItIsNotAsked) {
  TestServer server([](const Connection&, const Asked&, int) {});
  // No TLS at all where there should be: the server sees no request.
  settings.limits.connect = 300ms;
  settings.tries = 1;
  const auto answer = call("https://127.0.0.1:" + std::to_string(server.port()));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("cannot be reached"), std::string::npos);
  EXPECT_EQ(server.count(), 0);
}

}  // namespace
}  // namespace talkie
