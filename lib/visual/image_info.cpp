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
constexpr Format kAvif{"AVIF", "avif", "image/avif", ".avif"};
constexpr Format kSvg{"SVG", nullptr, "image/svg+xml", ".svg"};

uint32_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::optional<Format> format_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return kPng;
  if (bytes.starts_with("\xff\xd8\xff"sv)) return kJpeg;
  if (bytes.starts_with("GIF8"sv)) return kGif;
  if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv)
    return kWebp;
  // ISO/IEC 14496-12 and the AV1 image format: a file type box with the brand "avif" or "avis".
  if (bytes.size() > 16 && bytes.substr(4, 4) == "ftyp"sv) {
    const std::string_view brands = bytes.substr(8, std::min<size_t>(byte_at(bytes, 3), 64) - 8);
    if (brands.find("avif"sv) != brands.npos || brands.find("avis"sv) != brands.npos) return kAvif;
  }
  return std::nullopt;
}

// Pictures that others draw, by how their files begin; empty for what is none that we know.
std::string_view other_format(std::string_view bytes) {
  struct Other {
    std::string_view name;
    size_t at;
    std::string_view bytes;
  };
  static constexpr Other kOthers[] = {
      {"BMP", 0, "BM"},          {"TIFF", 0, "II*\0"sv},   {"TIFF", 0, "MM\0*"sv},
      {"HEIC", 4, "ftyphe"},     {"HEIF", 4, "ftypmif1"},  {"JPEG XL", 0, "\xff\x0a"},
      {"JPEG XL", 4, "JXL "},    {"JPEG 2000", 4, "jP  "}, {"icon", 0, "\0\0\1\0"sv},
      {"Photoshop", 0, "8BPS"},  {"GIMP", 0, "gimp xcf"},  {"PDF", 0, "%PDF"},
      {"PostScript", 0, "%!PS"},
  };
  for (const Other& other : kOthers)
    if (bytes.size() > other.at && bytes.substr(other.at).starts_with(other.bytes))
      return other.name;
  return {};
}

bool looks_like_xml(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf"sv)) bytes.remove_prefix(3);
  return trim(bytes.substr(0, 4096)).starts_with('<');
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

// AVIF's decoder takes memory for all pixels before it says how many there are: their number is in
// the boxes "ispe" (ISO/IEC 23008-12, section 6.5.3).
Result<void> check_avif(std::string_view bytes, const std::string& name) {
  const auto number = [&](size_t at) {
    return static_cast<int>(
        std::min<uint32_t>(byte_at(bytes, at) << 24 | byte_at(bytes, at + 1) << 16 |
                               byte_at(bytes, at + 2) << 8 | byte_at(bytes, at + 3),
                           1u << 30));
  };
  constexpr size_t kLength = 16;  // with its version and flags
  for (size_t at = bytes.find("ispe"); at != bytes.npos && at + kLength <= bytes.size();
       at = bytes.find("ispe", at + 1))
    if (auto fits = check_side(number(at + 8), number(at + 12), name); !fits) return fits;
  return {};
}

// Decodes a picture piece by piece, so that its size is known before its pixels need memory.
class Decoder {
 public:
  Decoder(const Format& format, std::string name)
      : name_(std::move(name)),
        loader_(gdk_pixbuf_loader_new_with_type(format.loader, nullptr)),
        tells_rows_(format.loader != "gif"sv && format.loader != "avif"sv) {
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
  [[nodiscard]] int orientation() const { return orientation_; }

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
  bool tells_rows_;  // a GIF's first frame need not fill it; AVIF comes whole or not at all
  bool closed_ = false;
  Size size_{0, 0};
  int orientation_ = 1;
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
  if (bottom_ < size_.height && tells_rows_) return cut_off(name_);
  GdkPixbuf* pixbuf = gdk_pixbuf_loader_get_pixbuf(loader_.get());
  if (const char* turned = gdk_pixbuf_get_option(pixbuf, "orientation"))
    orientation_ = std::clamp(std::atoi(turned), 1, 8);
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

namespace {

constexpr size_t kAvifHeader = 65'536;  // bytes; the pixels come later

std::string package_of(const Format& format) {
  if (format.loader == "webp"sv) return ": install webp-pixbuf-loader";
  if (format.loader == "avif"sv) return ": install libavif-gdk-pixbuf";
  return {};
}

Result<PictureFacts> raster_facts(std::string_view bytes, const std::string& name,
                                  std::string_view type) {
  if (bytes.empty()) return Error{ErrorKind::unreadable, name + " is empty"};
  const auto format = format_of(bytes);
  if (!format) {
    const std::string_view other = other_format(bytes);
    const std::string is = other.empty() ? "" : " is a " + std::string(other) + " file and";
    return Error{
        ErrorKind::unsupported,
        name + is + " is no PNG, JPEG, GIF, WebP or AVIF picture: convert it to one of these"};
  }
  if (!type.empty() && type != format->type)
    return Error{ErrorKind::bad_value,
                 name + " is a " + format->name + " picture: call it " + format->type};
  if (format->loader == "avif"sv)
    if (auto fits = check_avif(bytes.substr(0, kAvifHeader), name); !fits) return fits.error();
  Decoder decoder(*format, name);
  if (!decoder.installed())
    return Error{ErrorKind::missing_part, name + " is a " + format->name +
                                              " picture, and no decoder for it is installed" +
                                              package_of(*format)};
  auto size = decoder.run(bytes);
  if (!size) return size.error();
  if (!is_whole(bytes, *format)) return cut_off(name);
  constexpr int kFirstOnItsSide = 5;
  if (decoder.orientation() >= kFirstOnItsSide) std::swap(size->width, size->height);
  return PictureFacts{*size, decoder.orientation()};
}

}  // namespace

Result<Size> raster_size(std::string_view bytes, const std::string& name, std::string_view type) {
  const auto facts = raster_facts(bytes, name, type);
  return facts ? Result<Size>(facts->size) : facts.error();
}

bool is_drawing_file(std::string_view path) {
  return to_lower(path).ends_with(".svg");
}

Result<PictureFacts> look_into_picture(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxImageBytes);
  if (!bytes) return bytes.error();
  const std::string name = "'" + path.string() + "'";
  if (bytes->starts_with("\x1f\x8b"sv))
    return Error{ErrorKind::unsupported, name + " is compressed: unpack it with gunzip"};
  if (looks_like_xml(*bytes)) {
    const auto size = drawable_svg_size(*bytes, path.string());
    if (!size) return size.error();
    if (auto named = check_name(path, *bytes, kSvg); !named) return named.error();
    return PictureFacts{*size, 1};
  }
  const auto facts = raster_facts(*bytes, name, {});
  if (!facts) return facts;
  if (auto named = check_name(path, *bytes, *format_of(*bytes)); !named) return named.error();
  return facts;
}

Result<Size> image_size(const std::filesystem::path& path) {
  const auto facts = look_into_picture(path);
  return facts ? Result<Size>(facts->size) : facts.error();
}

}  // namespace talkie
