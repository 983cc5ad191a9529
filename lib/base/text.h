// SPDX-License-Identifier: LGPL-2.1-or-later
// Small things about UTF-8 text and files that every folder needs.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

// The byte offset of the first byte that is not part of valid UTF-8; npos if all is valid.
size_t find_invalid_utf8(std::string_view text);
// The number of characters (code points) in valid UTF-8.
size_t count_characters(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string to_lower(std::string_view text);  // ASCII letters only
// & < > " and ' as entities; characters that XML 1.0 does not allow become U+FFFD.
std::string escape_xml(std::string_view text);

// The one of `known` that is closest to `word` by edit distance, where it is close enough to be
// what the writer meant; empty where none is.
std::string_view nearest_of(std::string_view word, std::span<const std::string_view> known);
// " Did you mean 'theme'?" or "".
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

// The whole file, up to `limit_bytes`. Errors: not_found, unreadable, too_large; all name the path.
Result<std::string> read_file(const std::filesystem::path& path, size_t limit_bytes);
// Writes the file whole or not at all (temporary file beside it, then rename).
Result<void> write_file(const std::filesystem::path& path, std::string_view bytes);

// Where a byte offset of `text` is.
Place place_of(std::string_view text, size_t offset, const std::string& file);

}  // namespace talkie
