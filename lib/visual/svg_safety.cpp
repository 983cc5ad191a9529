// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a foreign SVG with libxml2, the parser librsvg itself uses, so that both see the same
// document, and refuses what would make librsvg reach outside of it. librsvg has borders of its own
// (no base URI: no files); this one says where and why instead of leaving a hole in the picture.
#include "visual/svg_safety.h"

#include <glib.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "visual/image_info.h"

namespace talkie {
namespace {

constexpr std::string_view kSvgNamespace = "http://www.w3.org/2000/svg";
constexpr std::string_view kXlinkNamespace = "http://www.w3.org/1999/xlink";
constexpr std::string_view kIncludeNamespace = "http://www.w3.org/2001/XInclude";
constexpr size_t kMaxShown = 80;  // bytes of a reference that an error repeats
constexpr int kMaxOctaves = 16;   // of noise; finer ones are smaller than a pixel
constexpr int kMaxOrder = 10;     // of a convolution; beyond 20 librsvg 2.54 ends the program

std::string_view view(const xmlChar* text) {
  return text ? std::string_view{reinterpret_cast<const char*>(text)} : std::string_view{};
}

// A reference as an error shows it: one line, shortened at a character's border.
std::string shown(std::string_view reference) {
  std::string text(trim(reference.substr(0, kMaxShown)));
  text.resize(std::min(text.size(), find_invalid_utf8(text)));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return "'" + text + (reference.size() > kMaxShown ? "…'" : "'");
}

// CSS text without comments and with its escapes resolved (CSS Syntax 3, sections 4.3.2 and 4.3.7),
// so that `u\72l(` and `@im/**/port` cannot hide.
std::string plain_css(std::string_view css) {
  std::string out;
  for (size_t i = 0; i < css.size(); ++i) {
    if (css.substr(i, 2) == "/*") {
      i = std::min(css.find("*/", i + 2), css.size()) + 1;
    } else if (css[i] != '\\' || i + 1 == css.size()) {
      out += css[i];
    } else if (!g_ascii_isxdigit(css[i + 1])) {
      out += css[++i];
    } else {
      uint32_t code = 0;
      for (int digits = 0; digits < 6 && i + 1 < css.size() && g_ascii_isxdigit(css[i + 1]);
           ++digits)
        code = code * 16 + static_cast<uint32_t>(g_ascii_xdigit_value(css[++i]));
      if (i + 1 < css.size() && g_ascii_isspace(css[i + 1])) ++i;
      if (code < 0x80) out += static_cast<char>(code);  // others are in no name we look for
    }
  }
  return out;
}

// The URL at the beginning of what follows "url(" or "@import", which `end` ends unless it is
// quoted.
std::string_view css_url(std::string_view css, char end) {
  css = trim(css);
  const char quote = css.empty() ? '\0' : css.front();
  if (quote == '"' || quote == '\'') return css.substr(1, css.find(quote, 1) - 1);
  return trim(css.substr(0, css.find(end)));
}

// The picture in a data: URI (RFC 2397): its number of pixels, or what keeps it from being used.
Result<int64_t> data_pixels(std::string_view uri) {
  constexpr std::string_view kTypes[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
  const size_t comma = uri.find(',');
  const std::string head = to_lower(uri.substr(0, comma));
  const std::string type = head.substr(5, head.find(';') - 5);
  const bool picture = std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
  if (comma == std::string_view::npos || !picture || !head.ends_with(";base64"))
    return Error{ErrorKind::refused,
                 "only PNG, JPEG, GIF and WebP pictures in base64 may be embedded, not " +
                     shown(uri.substr(0, comma))};
  const std::string text(uri.substr(comma + 1));
  gsize length = 0;
  const std::unique_ptr<guchar, decltype(&g_free)> bytes(g_base64_decode(text.c_str(), &length),
                                                         g_free);
  const auto size = raster_size({reinterpret_cast<const char*>(bytes.get()), length},
                                "the embedded picture", type);
  if (!size) return size.error();
  return int64_t{size->width} * size->height;
}

// The largest of the numbers in "3" or "3 5"; 0 where there are none.
double largest_number(std::string_view text) {
  double largest = 0;
  const std::string list(text);
  for (const char* at = list.c_str(); *at != '\0';) {
    char* end = nullptr;
    const double value = g_ascii_strtod(at, &end);
    if (end != at) largest = std::max(largest, value);
    at = end == at ? at + 1 : end;
  }
  return largest;
}

// One pass over a document; keeps the first error.
class Scan {
 public:
  Scan(std::string_view svg, const std::string& file) : svg_(svg), file_(file) {}
  Result<void> run();

 private:
  static Scan& self(void* context) {
    return *static_cast<Scan*>(static_cast<xmlParserCtxtPtr>(context)->_private);
  }
  static xmlSAXHandler handler();

  void start_element(std::string_view name, std::string_view space);
  void attribute(const xmlChar** attribute);
  void check_effort(std::string_view name, std::string_view value, const xmlChar* place);
  void reference(std::string_view uri, const xmlChar* place);
  void style(std::string_view css, const xmlChar* place);
  void end_element();
  void document_type(std::string_view name, std::string_view system);

  void stop(Error error, const xmlChar* place = nullptr);
  void refuse(const std::string& message, const xmlChar* place = nullptr) {
    stop(Error{ErrorKind::refused, message}, place);
  }
  void too_much(const std::string& message, const xmlChar* place = nullptr) {
    stop(Error{ErrorKind::too_large, message}, place);
  }
  [[nodiscard]] Place here(const xmlChar* place) const;
  void broken(const xmlError& error);
  static Error explained(std::string_view message, const Place& place);
  [[nodiscard]] Result<void> verdict() const;

  std::string_view svg_;
  const std::string& file_;
  xmlParserCtxtPtr parser_ = nullptr;
  std::vector<std::string> open_;  // local names of the elements around
  int elements_ = 0;
  int64_t pixels_ = 0;  // of all embedded pictures
  std::string css_;     // text of the <style> that is open
  std::optional<Error> error_;
};

Place Scan::here(const xmlChar* place) const {
  // Attribute values point into the parser's input, unless it had to be decoded.
  const xmlParserInputPtr input = parser_->input;
  if (place && input && input->base && place >= input->base && place < input->end) {
    const auto offset = static_cast<size_t>(place - input->base);
    if (offset < svg_.size() && static_cast<char>(*place) == svg_[offset])
      return place_of(svg_, offset, file_);
  }
  return Place{file_, std::max(xmlSAX2GetLineNumber(parser_), 1),
               std::max(xmlSAX2GetColumnNumber(parser_), 1)};
}

void Scan::stop(Error error, const xmlChar* place) {
  if (error_) return;
  error.where = here(place);
  error_ = std::move(error);
  xmlStopParser(parser_);
}

void Scan::start_element(std::string_view name, std::string_view space) {
  const std::string parent = open_.empty() ? "" : open_.back();
  open_.emplace_back(name);
  css_.clear();
  if (++elements_ > kMaxSvgElements)
    return too_much("has more than " + std::to_string(kMaxSvgElements) +
                    " elements: simplify it, or save it as a PNG");
  if (open_.size() == 1 && (name != "svg" || space != kSvgNamespace))
    return stop(Error{ErrorKind::syntax, "this is no SVG: its root element is <" +
                                             std::string(name) + ">, not <svg> in the namespace " +
                                             std::string(kSvgNamespace)});
  if (space == kIncludeNamespace) return refuse("<xi:include> reads other files: paste them in");
  if (space != kSvgNamespace) return;
  if (name == "script") return refuse("<script> is not allowed in a picture: remove it");
  if (name == "foreignObject" && parent != "switch")
    return refuse("<foreignObject> cannot be drawn: turn its text into <text> or paths");
}

// `attribute` is libxml2's five pointers: local name, prefix, namespace, value, end of value.
void Scan::attribute(const xmlChar** attribute) {
  const std::string_view name = view(attribute[0]);
  const std::string_view space = view(attribute[2]);
  const std::string_view value{reinterpret_cast<const char*>(attribute[3]),
                               static_cast<size_t>(attribute[4] - attribute[3])};
  const bool link = open_.back() == "a";  // shown in browsers, followed by nobody here
  const bool program = to_lower(trim(value).substr(0, 11)) == "javascript:";
  if (name == "href" && (space.empty() || space == kXlinkNamespace)) {
    if (!link || program) reference(value, attribute[3]);
  } else if (space.empty()) {
    check_effort(name, value, attribute[3]);
    style(value, attribute[3]);  // style="…" and every property that may hold url(…)
  }
}

// Single numbers that make a filter take for ever.
void Scan::check_effort(std::string_view name, std::string_view value, const xmlChar* place) {
  const auto limit = [&](std::string_view element, std::string_view what, int most) {
    if (open_.back() == element && name == what && largest_number(value) > most)
      too_much("<" + std::string(element) + "> may have at most " + std::string(what) + "=\"" +
                   std::to_string(most) + "\", not " + shown(value),
               place);
  };
  limit("feTurbulence", "numOctaves", kMaxOctaves);
  limit("feConvolveMatrix", "order", kMaxOrder);
}

void Scan::reference(std::string_view uri, const xmlChar* place) {
  uri = trim(uri);
  if (uri.empty() || uri.front() == '#') return;
  if (!to_lower(uri.substr(0, 5)).starts_with("data:"))
    return refuse("refers to " + shown(uri) + ": a picture may not reach for other files or " +
                      "addresses; embed it or remove it",
                  place);
  const auto pixels = data_pixels(uri);
  if (!pixels) return stop(pixels.error(), place);
  pixels_ += *pixels;
  if (pixels_ > kMaxImagePixels)
    too_much("its embedded pictures have more than " + std::to_string(kMaxImagePixels / 1'000'000) +
                 " million pixels together: scale them down",
             place);
}

void Scan::style(std::string_view css, const xmlChar* place) {
  if (css.find_first_of("(@\\") == std::string_view::npos) return;
  const std::string plain = plain_css(css);
  const std::string lower = to_lower(plain);
  for (const std::string_view word : {"@import", "url("}) {
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      std::string_view url =
          css_url(std::string_view(plain).substr(at + word.size()), word == "url(" ? ')' : ';');
      if (word == "@import")
        return refuse("@import of " + shown(url) + ": paste the style sheet in", place);
      reference(url, place);
    }
  }
}

void Scan::end_element() {
  if (open_.back() == "style") style(css_, nullptr);
  css_.clear();
  open_.pop_back();
}

void Scan::document_type(std::string_view name, std::string_view system) {
  // The W3C's own types are in the heads of many drawings; they are never fetched.
  const bool harmless = system.empty() || system.starts_with("http://www.w3.org/") ||
                        system.starts_with("https://www.w3.org/");
  if (name != "svg" || !harmless)
    refuse("the document type " + shown(system.empty() ? name : system) +
           " is not SVG's: remove <!DOCTYPE …>");
}

xmlSAXHandler Scan::handler() {
  xmlSAXHandler sax = {};
  sax.initialized = XML_SAX2_MAGIC;
  sax.internalSubset = [](void* context, const xmlChar* name, const xmlChar*,
                          const xmlChar* system) {
    self(context).document_type(view(name), view(system));
  };
  sax.entityDecl = [](void* context, const xmlChar* name, int, const xmlChar*, const xmlChar*,
                      xmlChar*) {
    self(context).refuse("declares the entity " + shown(view(name)) +
                         ": save it as plain SVG, without entities");
  };
  sax.processingInstruction = [](void* context, const xmlChar* target, const xmlChar* data) {
    if (view(target) == "xml-stylesheet")
      self(context).refuse("refers to a style sheet, " + shown(view(data)) + ": paste it in");
  };
  sax.startElementNs = [](void* context, const xmlChar* name, const xmlChar*, const xmlChar* space,
                          int, const xmlChar**, int count, int, const xmlChar** attributes) {
    Scan& scan = self(context);
    scan.start_element(view(name), view(space));
    if (view(space) != kSvgNamespace) return;  // editors' own notes: librsvg does not read them
    for (int i = 0; i < count && !scan.error_; ++i)
      scan.attribute(attributes + ptrdiff_t{5} * i);
  };
  sax.endElementNs = [](void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
    self(context).end_element();
  };
  sax.characters = [](void* context, const xmlChar* text, int length) {
    Scan& scan = self(context);
    if (!scan.open_.empty() && scan.open_.back() == "style")
      scan.css_.append(reinterpret_cast<const char*>(text), static_cast<size_t>(length));
  };
  sax.cdataBlock = sax.characters;
  sax.serror = [](void* context, auto* error) {
    if (error->level == XML_ERR_FATAL) self(context).broken(*error);
  };
  return sax;
}

Result<void> Scan::verdict() const {
  if (error_) return *error_;
  if (parser_->wellFormed) return {};
  return Error{ErrorKind::syntax, "this is no SVG", "", {file_}};
}

// The first error that is none of ours; what follows comes of it.
void Scan::broken(const xmlError& error) {
  if (error_) return;
  const Place place{file_, std::max(error.line, 1), std::max(error.int2, 1)};
  error_ = explained(trim(error.message ? error.message : ""), place);
}

Error Scan::explained(std::string_view message, const Place& place) {
  if (message.starts_with("Excessive depth"))
    return Error{ErrorKind::too_large, "more than 256 elements lie in each other: ungroup them", "",
                 place};
  if (message.find("too long") != std::string_view::npos)
    return Error{ErrorKind::too_large,
                 "a text or an embedded picture is longer than 10 MB: scale the picture down",
                 std::string(message), place};
  return Error{ErrorKind::syntax, "this is no well-formed SVG: " + std::string(message), "", place};
}

Result<void> Scan::run() {
  static const bool ready = (xmlInitParser(), true);
  (void)ready;
  xmlSAXHandler sax = handler();
  const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> parser(
      xmlCreateMemoryParserCtxt(svg_.data(), static_cast<int>(svg_.size())), xmlFreeParserCtxt);
  if (!parser) return Error{ErrorKind::syntax, "an empty file is no SVG", "", {file_}};
  parser_ = parser.get();
  *parser_->sax = sax;
  parser_->sax2 = 1;
  parser_->_private = this;
  xmlCtxtUseOptions(parser_, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
  xmlParseDocument(parser_);
  Result<void> result = verdict();
  parser_ = nullptr;
  return result;
}

}  // namespace

Result<void> check_svg(std::string_view svg, const std::string& file) {
  if (svg.size() > kMaxSvgBytes)
    return Error{ErrorKind::too_large,
                 "an SVG may have at most " + std::to_string(kMaxSvgBytes >> 20) + " MiB",
                 "",
                 {file}};
  return Scan(svg, file).run();
}

}  // namespace talkie
