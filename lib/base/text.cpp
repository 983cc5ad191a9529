// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/text.h"

#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>

namespace talkie {

size_t find_invalid_utf8(std::string_view text) {
  const gchar* end = nullptr;
  if (g_utf8_validate_len(text.data(), text.size(), &end)) return std::string_view::npos;
  return static_cast<size_t>(end - text.data());
}

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return g_ascii_tolower(c); });
  return lower;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r')
          out += "\uFFFD";
        else
          out += c;
    }
  }
  return out;
}

namespace {

// Damerau-Levenshtein distance (optimal string alignment): a swap of neighbours counts once.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

Error file_error(ErrorKind fallback, const std::string& verb, const std::filesystem::path& path) {
  const int number = errno;
  ErrorKind kind = fallback;
  if (number == ENOENT || number == ENOTDIR) kind = ErrorKind::not_found;
  if (number == ENOSPC || number == EDQUOT) kind = ErrorKind::no_space;
  return Error{kind, "cannot " + verb + " '" + path.string() + "': " + std::strerror(number)};
}

}  // namespace

std::string_view nearest_of(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > 64) return {};
  const std::string lower = to_lower(word);
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const size_t distance = edit_distance(lower, to_lower(candidate));
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string_view best = nearest_of(word, known);
  return best.empty() ? "" : " Did you mean '" + std::string(best) + "'?";
}

Result<std::string> read_file(const std::filesystem::path& path, size_t limit_bytes) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file_error(ErrorKind::unreadable, "read", path);
  std::string bytes;
  char chunk[65536];
  ssize_t count = 0;
  while ((count = read(file, chunk, sizeof chunk)) > 0 && bytes.size() <= limit_bytes)
    bytes.append(chunk, static_cast<size_t>(count));
  if (count < 0) {
    Error error = file_error(ErrorKind::unreadable, "read", path);
    close(file);
    return error;
  }
  close(file);
  if (bytes.size() > limit_bytes)
    return Error{ErrorKind::too_large, "'" + path.string() + "' is larger than the limit of " +
                                           std::to_string(limit_bytes / 1024) + " KiB"};
  return bytes;
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  const int file = mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return file_error(ErrorKind::unwritable, "write", path);
  const auto give_up = [&] {
    Error error = file_error(ErrorKind::unwritable, "write", path);
    close(file);
    unlink(temporary.c_str());
    return error;
  };
  const mode_t mask = umask(0);
  umask(mask);
  if (fchmod(file, 0666 & ~mask) != 0) return give_up();
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0) return give_up();
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return give_up();
  close(file);
  return {};
}

Place place_of(std::string_view text, size_t offset, const std::string& file) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return Place{file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
               static_cast<int>(count_characters(before.substr(line_start))) + 1};
}

}  // namespace talkie
