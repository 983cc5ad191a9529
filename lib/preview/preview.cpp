// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/preview.h"

#include <condition_variable>
#include <mutex>

#include "preview/maker.h"
#include "preview/page_server.h"
#include "preview/piece_store.h"

namespace talkie {

Result<void> preview(const PreviewOptions& options, const PreviewHooks& hooks,
                     const std::stop_token& stop) {
  if (options.source.text || options.source.path.empty())
    return Error{ErrorKind::bad_value,
                 "a preview follows a file, so it cannot take the script from somewhere else"};
  auto store = PieceStore::make();
  if (!store) return store.error();
  std::unique_ptr<Maker> maker;  // ends before the server that it tells
  std::mutex mutex;              // guards the maker while pages come before it is there
  auto server = PageServer::begin(options.port, *store, [&](int scene) {
    const std::scoped_lock lock(mutex);
    if (maker) maker->look_at(scene);
  });
  if (!server) return server.error();
  auto begun =
      Maker::begin({options.source, options.engine, options.cache, options.workers}, *store,
                   {[&](const std::string& text) { (*server)->show(text); }, hooks.read});
  if (!begun) return begun.error();
  {
    const std::scoped_lock lock(mutex);
    maker = *std::move(begun);
  }
  if (hooks.ready) hooks.ready((*server)->address());
  std::mutex waiting;
  std::unique_lock lock(waiting);
  std::condition_variable_any stopped;
  stopped.wait(lock, stop, [] { return false; });
  const std::scoped_lock last(mutex);
  maker.reset();
  return {};
}

}  // namespace talkie
