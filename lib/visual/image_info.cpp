// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/image_info.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "visual/painter.h"
#include "visual/svg_safety.h"

namespace talkie {
namespace {

using std::string_view_literals::operator""sv;

struct GObjectFree {
  void operator()(gpointer object) const { g_object_unref(object); }
};

// The formats that every version of librsvg draws.
struct Format {
  const char* name;    // as people write it
  const char* loader;  // gdk-pixbuf's name for it
  const char* type;    // its media type
  const char* suffix;
};
constexpr Format kPng{"PNG", "png", "image/png", ".png"};
constexpr Format kJpeg{"JPEG", "jpeg", "image/jpeg", ".jpg"};
constexpr Format kGif{"GIF", "gif", "image/gif", ".gif"};
constexpr Format kWebp{"WebP", "webp", "image/webp", ".webp"};
constexpr Format kSvg{"SVG", nullptr, "image/svg+xml", ".svg"};

std::optional<Format> format_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return kPng;
  if (bytes.starts_with("\xff\xd8\xff"sv)) return kJpeg;
  if (bytes.starts_with("GIF8"sv)) return kGif;
  if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv)
    return kWebp;
  return std::nullopt;
}

bool looks_like_xml(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf"sv)) bytes.remove_prefix(3);
  return trim(bytes.substr(0, 4096)).starts_with('<');
}

uint32_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Where a JPEG's header segments (ITU-T T.81, annex B.1.1.4) end and its pixels begin. Thumbnails,
// which have end marks of their own, are in the header.
size_t end_of_jpeg_header(std::string_view bytes) {
  constexpr uint32_t kStartOfScan = 0xda;
  size_t at = 2;
  while (at + 4 <= bytes.size() && byte_at(bytes, at) == 0xff) {
    if (byte_at(bytes, at + 1) == kStartOfScan) return at;
    at += 2 + (byte_at(bytes, at + 2) << 8 | byte_at(bytes, at + 3));
  }
  return bytes.size();
}

// Loaders forgive a picture that stops early; its end mark, or the length it states, does not.
bool is_whole(std::string_view bytes, const Format& format) {
  if (format.loader == "png"sv) return bytes.rfind("IEND") != std::string_view::npos;
  if (format.loader == "jpeg"sv)
    return bytes.find("\xff\xd9"sv, end_of_jpeg_header(bytes)) != std::string_view::npos;
  if (format.loader == "webp"sv) {
    const uint32_t stated = byte_at(bytes, 4) | byte_at(bytes, 5) << 8 | byte_at(bytes, 6) << 16 |
                            byte_at(bytes, 7) << 24;
    return bytes.size() >= size_t{stated} + 8;
  }
  return true;
}

Error cut_off(const std::string& name) {
  return Error{ErrorKind::unreadable, name + " is cut off: its end is missing"};
}

std::string side_text(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

Result<void> check_side(int width, int height, const std::string& name) {
  if (width <= 0 || height <= 0)
    return Error{ErrorKind::unreadable, name + " has no size: " + side_text(width, height)};
  if (std::max(width, height) > kMaxImageSide || int64_t{width} * height > kMaxImagePixels)
    return Error{ErrorKind::too_large, name + " is " + side_text(width, height) +
                                           " pixels; at most " + std::to_string(kMaxImageSide) +
                                           " on a side and " +
                                           std::to_string(kMaxImagePixels / 1'000'000) +
                                           " million in all can be drawn: scale it down"};
  return {};
}

// Decodes a picture piece by piece, so that its size is known before its pixels need memory.
class Decoder {
 public:
  Decoder(const Format& format, std::string name)
      : name_(std::move(name)),
        loader_(gdk_pixbuf_loader_new_with_type(format.loader, nullptr)),
        may_be_smaller_(format.loader == "gif"sv) {
    if (!loader_) return;
    g_signal_connect(loader_.get(), "size-prepared", G_CALLBACK(&Decoder::prepared), this);
    g_signal_connect(loader_.get(), "area-updated", G_CALLBACK(&Decoder::updated), this);
  }
  ~Decoder() {
    if (loader_ && !closed_) gdk_pixbuf_loader_close(loader_.get(), nullptr);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] bool installed() const { return loader_ != nullptr; }
  Result<Size> run(std::string_view bytes);

 private:
  static void prepared(GdkPixbufLoader* loader, int width, int height, gpointer self) {
    auto* decoder = static_cast<Decoder*>(self);
    decoder->size_ = {width, height};
    if (auto fits = check_side(width, height, decoder->name_); !fits) {
      decoder->refused_ = fits.error();
      gdk_pixbuf_loader_set_size(loader, 0, 0);  // documented: stop, no pixels wanted
    }
  }
  static void updated(GdkPixbufLoader*, int, int y, int, int height, gpointer self) {
    auto* decoder = static_cast<Decoder*>(self);
    decoder->bottom_ = std::max(decoder->bottom_, y + height);
  }
  bool feed(std::string_view bytes, GError** error);

  std::string name_;
  std::unique_ptr<GdkPixbufLoader, GObjectFree> loader_;
  bool may_be_smaller_;  // a GIF's first frame need not fill it
  bool closed_ = false;
  Size size_{0, 0};
  int bottom_ = 0;  // one past the lowest row that was decoded
  std::optional<Error> refused_;
};

bool Decoder::feed(std::string_view bytes, GError** error) {
  while (!bytes.empty()) {
    const size_t count = std::min<size_t>(bytes.size(), 65536);
    if (!gdk_pixbuf_loader_write(loader_.get(), reinterpret_cast<const guchar*>(bytes.data()),
                                 count, error))
      return false;
    if (refused_) return false;
    bytes.remove_prefix(count);
  }
  closed_ = true;
  return gdk_pixbuf_loader_close(loader_.get(), error);
}

Result<Size> Decoder::run(std::string_view bytes) {
  GError* error = nullptr;
  const bool fed = feed(bytes, &error);
  const std::string detail = error ? error->message : "";
  g_clear_error(&error);
  if (refused_) return *refused_;
  if (!fed || !gdk_pixbuf_loader_get_pixbuf(loader_.get()))
    return Error{ErrorKind::unreadable,
                 name_ + " is broken and cannot be drawn" + (detail.empty() ? "" : ": " + detail)};
  if (bottom_ < size_.height && !may_be_smaller_) return cut_off(name_);
  return size_;
}

// librsvg chooses its decoder by what gio makes of a file's name and its first bytes, and leaves a
// hole where the two disagree.
Result<void> check_name(const std::filesystem::path& path, std::string_view bytes,
                        const Format& format) {
  gchar* guess = g_content_type_guess(path.c_str(), reinterpret_cast<const guchar*>(bytes.data()),
                                      bytes.size(), nullptr);
  gchar* type = guess ? g_content_type_get_mime_type(guess) : nullptr;
  const bool same = type && type == std::string_view(format.type);
  g_free(type);
  g_free(guess);
  if (same) return {};
  std::filesystem::path better = path.filename();
  better.replace_extension(format.suffix);
  return Error{ErrorKind::bad_value, "'" + path.string() + "' is a " + format.name +
                                         " picture under another name: call it '" +
                                         better.string() + "'"};
}

// Draws it small, to know that it can be drawn. Where in the drawing an error is becomes part of
// its message: its place is free for the script's line.
Result<Size> drawable_svg_size(const std::string& svg, const std::string& file) {
  constexpr Size kTrial{320, 320};
  const auto named = [](const Error& error) {
    return Error{error.kind, error.to_string(), error.detail};
  };
  const auto size = svg_size(svg, file);
  if (!size) return named(size.error());
  if (auto drawn = paint_svg(svg, kTrial, file); !drawn) return named(drawn.error());
  return size;
}

}  // namespace

Result<Size> raster_size(std::string_view bytes, const std::string& name, std::string_view type) {
  if (bytes.empty()) return Error{ErrorKind::unreadable, name + " is empty"};
  const auto format = format_of(bytes);
  if (!format)
    return Error{ErrorKind::unsupported,
                 name + " is no PNG, JPEG, GIF or WebP picture: convert it to one of these"};
  if (!type.empty() && type != format->type)
    return Error{ErrorKind::bad_value,
                 name + " is a " + format->name + " picture: call it " + format->type};
  Decoder decoder(*format, name);
  if (!decoder.installed())
    return Error{ErrorKind::missing_part,
                 name + " is a " + format->name + " picture, and no decoder for it is installed" +
                     (format->loader == "webp"sv ? ": install webp-pixbuf-loader" : "")};
  auto size = decoder.run(bytes);
  if (size && !is_whole(bytes, *format)) return cut_off(name);
  return size;
}

Result<Size> image_size(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxImageBytes);
  if (!bytes) return bytes.error();
  const std::string name = "'" + path.string() + "'";
  if (bytes->starts_with("\x1f\x8b"sv))
    return Error{ErrorKind::unsupported, name + " is compressed: unpack it with gunzip"};
  const bool svg = looks_like_xml(*bytes);
  auto size = svg ? drawable_svg_size(*bytes, path.string()) : raster_size(*bytes, name);
  if (!size) return size;
  const auto named = check_name(path, *bytes, svg ? kSvg : *format_of(*bytes));
  return named ? size : named.error();
}

}  // namespace talkie
