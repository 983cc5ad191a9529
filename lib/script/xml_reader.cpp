// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/xml_reader.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"

namespace talkie {

namespace {

std::string_view view_of(const xmlChar* text) {
  return text ? std::string_view{reinterpret_cast<const char*>(text)} : std::string_view{};
}

// The parser with the text it reads: libxml2 calls the functions below with one of these.
struct Reading {
  std::string_view text;
  const Place& origin;
  XmlHandler& handler;
  xmlParserCtxt* parser = nullptr;
  size_t depth = 0;
  std::optional<Error> error;
  size_t counted = 0;  // bytes up to the place that was asked for last
  Place counted_to;

  size_t position() const {
    const long at = parser ? xmlByteConsumed(parser) : 0;
    return std::min(static_cast<size_t>(std::max(at, 0L)), text.size());
  }

  // Tags come in order: only what is new is counted.
  Place place_at(size_t offset) {
    if (offset < counted) counted = 0;
    if (counted == 0) counted_to = {origin.file, origin.line, origin.column};
    Place more = place_of(text.substr(counted, offset - counted), offset - counted, origin.file);
    if (more.line == 1)
      counted_to.column += more.column - 1;
    else
      counted_to.column = more.column;
    counted_to.line += more.line - 1;
    counted = offset;
    return counted_to;
  }

  // The tag that is read just now: a well-formed one has no '<' inside.
  Place place_of_tag() {
    const size_t sign = text.rfind('<', position());
    return place_at(sign == std::string_view::npos ? 0 : sign);
  }

  void fail(ErrorKind kind, std::string message, const Place& where) {
    if (!error) error = Error{kind, std::move(message), {}, where};
    if (parser) xmlStopParser(parser);
  }
};

Reading& reading_of(void* data) {
  return *static_cast<Reading*>(data);
}

// libxml2 gives the attributes as five pointers each: name, prefix, address, value, its end.
std::vector<XmlTag::Attribute> attributes_of(int count, const xmlChar** attributes) {
  std::vector<XmlTag::Attribute> result;
  for (int i = 0; i < count; ++i) {
    const xmlChar** one = attributes + static_cast<ptrdiff_t>(i) * 5;
    const std::string prefix = view_of(one[1]) == "xml" ? "xml:" : "";
    result.push_back(
        {prefix + std::string(view_of(one[0])),
         std::string(reinterpret_cast<const char*>(one[3]), static_cast<size_t>(one[4] - one[3]))});
  }
  return result;
}

void on_begin(void* data, const xmlChar* name, const xmlChar*, const xmlChar*, int, const xmlChar**,
              int count, int, const xmlChar** attributes) {
  Reading& reading = reading_of(data);
  if (reading.error) return;
  const Place where = reading.place_of_tag();
  if (++reading.depth > kMaxXmlDepth)
    return reading.fail(
        ErrorKind::too_large,
        "elements are nested deeper than " + std::to_string(kMaxXmlDepth) + " levels here", where);
  reading.handler.begin({std::string(view_of(name)), attributes_of(count, attributes), where});
}

void on_end(void* data, const xmlChar*, const xmlChar*, const xmlChar*) {
  Reading& reading = reading_of(data);
  if (reading.error) return;
  --reading.depth;
  reading.handler.end();
}

void on_text(void* data, const xmlChar* text, int length) {
  Reading& reading = reading_of(data);
  if (!reading.error)
    reading.handler.text({reinterpret_cast<const char*>(text), static_cast<size_t>(length)});
}

void on_doctype(void* data, const xmlChar*, const xmlChar*, const xmlChar*) {
  Reading& reading = reading_of(data);
  reading.fail(ErrorKind::refused, "a document type is not allowed here; leave <!DOCTYPE …> out",
               reading.place_at(reading.position()));
}

void on_error(void* data, xmlError* problem) {
  Reading& reading = reading_of(data);
  if (reading.error || !problem || problem->level < XML_ERR_ERROR) return;
  std::string what(trim(problem->message ? problem->message : ""));
  std::replace(what.begin(), what.end(), '\n', ' ');
  std::string advice;
  if (problem->code == XML_ERR_TAG_NAME_MISMATCH || problem->code == XML_ERR_TAG_NOT_FINISHED)
    advice = "; close every element, as in <p>…</p> or <break/>";
  else if (what.find("Entity") != std::string::npos || what.find("xmlParseEntity") == 0)
    advice = "; write &amp; for & and &lt; for <";
  reading.fail(ErrorKind::syntax, "this XML is not well-formed: " + what + advice,
               reading.place_at(reading.position()));
}

struct ParserDeleter {
  void operator()(xmlParserCtxt* parser) const {
    if (parser->myDoc) xmlFreeDoc(parser->myDoc);
    parser->myDoc = nullptr;
    xmlFreeParserCtxt(parser);
  }
};

}  // namespace

const std::string* XmlTag::find(std::string_view attribute) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const Attribute& one) { return one.name == attribute; });
  return found == attributes.end() ? nullptr : &found->value;
}

Result<void> read_xml(std::string_view text, const Place& origin, XmlHandler& handler) {
  Reading reading{text, origin, handler};
  if (const size_t bad = find_invalid_utf8(text); bad != std::string_view::npos)
    return Error{
        ErrorKind::syntax, "this is not UTF-8; save the file as UTF-8", {}, reading.place_at(bad)};
  const std::unique_ptr<xmlParserCtxt, ParserDeleter> parser(
      xmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
  if (!parser) return Error{ErrorKind::syntax, "there is no XML here", {}, origin};
  xmlSAXHandler calls = {};
  calls.initialized = XML_SAX2_MAGIC;
  calls.startElementNs = on_begin;
  calls.endElementNs = on_end;
  calls.characters = on_text;
  calls.ignorableWhitespace = on_text;
  calls.cdataBlock = on_text;
  calls.internalSubset = on_doctype;
  calls.serror = on_error;
  *parser->sax = calls;
  parser->userData = &reading;
  reading.parser = parser.get();
  // NOENT: &amp; in attributes is read as &. Other entities cannot be, without a document type.
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
  xmlParseDocument(parser.get());
  reading.parser = nullptr;
  if (reading.error) return *reading.error;
  return {};
}

}  // namespace talkie
