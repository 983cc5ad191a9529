// SPDX-License-Identifier: LGPL-2.1-or-later
// A small XML document, element by element, with the places of its tags. No DTD, no entities but
// XML's five, no network, no files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace talkie {

// An element's tag: names are without their prefixes.
struct XmlTag {
  std::string name;
  struct Attribute {
    std::string name;  // "xml:lang" has its prefix
    std::string value;
  };
  std::vector<Attribute> attributes;
  Place where;

  // The attribute's value; null where it is not there.
  [[nodiscard]] const std::string* find(std::string_view attribute) const;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void begin(const XmlTag& tag) = 0;
  virtual void end() = 0;
  virtual void text(std::string_view text) = 0;
};

// `origin` is the place of the text's first character. The error of what is not well-formed has its
// place; the handler was called for all that is before it.
Result<void> read_xml(std::string_view text, const Place& origin, XmlHandler& handler);

inline constexpr size_t kMaxXmlDepth = 50;

}  // namespace talkie
