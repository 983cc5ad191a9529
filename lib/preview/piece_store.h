// SPDX-License-Identifier: LGPL-2.1-or-later
// What browsers fetch, named by its content: the same bytes have the same name for ever, and a
// browser that has them need not ask again.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace talkie {

// In a folder of its own, which goes with it. Thread-safe.
class PieceStore {
 public:
  static Result<PieceStore> make();

  // The piece's name. `kind` is what it is served as: "video/mp4".
  Result<std::string> put(const std::string& kind, std::string_view bytes);

  struct Piece {
    std::string kind;
    std::string bytes;
  };
  [[nodiscard]] std::optional<Piece> get(const std::string& name) const;
  // Lets go of all others.
  void keep_only(const std::set<std::string>& names);

 private:
  explicit PieceStore(TemporaryFolder folder) : folder_(std::move(folder)) {}

  TemporaryFolder folder_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  // guards what follows
  std::map<std::string, std::string> kinds_;                            // by name
};

}  // namespace talkie
