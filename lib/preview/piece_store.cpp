// SPDX-License-Identifier: LGPL-2.1-or-later
#include "preview/piece_store.h"

#include <system_error>

#include "base/hash.h"
#include "base/text.h"

namespace talkie {

namespace {

constexpr size_t kNameLength = 32;             // of the hash's digits
constexpr size_t kLargestPiece = 1024u << 20;  // an hour of video at most, see kLongestScene

}  // namespace

Result<PieceStore> PieceStore::make() {
  auto folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  return PieceStore(*std::move(folder));
}

Result<std::string> PieceStore::put(const std::string& kind, std::string_view bytes) {
  std::string name = KeyMaker("piece").add(kind).add(bytes).key().substr(0, kNameLength);
  {
    const std::scoped_lock lock(*mutex_);
    if (kinds_.contains(name)) return name;
  }
  if (auto written = write_file(folder_.path() / name, bytes); !written) return written.error();
  const std::scoped_lock lock(*mutex_);
  kinds_[name] = kind;
  return name;
}

std::optional<PieceStore::Piece> PieceStore::get(const std::string& name) const {
  const std::scoped_lock lock(*mutex_);
  const auto kind = kinds_.find(name);
  if (kind == kinds_.end()) return std::nullopt;
  auto bytes = read_file(folder_.path() / name, kLargestPiece);
  if (!bytes) return std::nullopt;
  return Piece{kind->second, *std::move(bytes)};
}

void PieceStore::keep_only(const std::set<std::string>& names) {
  const std::scoped_lock lock(*mutex_);
  std::erase_if(kinds_, [&](const auto& piece) {
    if (names.contains(piece.first)) return false;
    std::error_code failure;
    std::filesystem::remove(folder_.path() / piece.first, failure);
    return true;
  });
}

}  // namespace talkie
