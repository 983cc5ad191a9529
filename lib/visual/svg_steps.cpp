// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/svg_steps.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/text.h"
#include "visual/patience.h"
#include "visual/svg_document.h"

namespace talkie {

namespace {

constexpr const char* kSvgNamespace = "http://www.w3.org/2000/svg";
constexpr const char* kInkscapeNamespace = "http://www.inkscape.org/namespaces/inkscape";
constexpr int kMostSteps = 200;
constexpr size_t kMostParts = 500;    // each is painted by itself
constexpr size_t kMostNames = 2'000;  // whose places are looked up
constexpr size_t kMostWords = 400;    // bytes of a step's words

std::string text_of(xmlChar* owned) {
  std::string text = owned ? reinterpret_cast<const char*>(owned) : "";
  xmlFree(owned);
  return text;
}

std::string attribute_of(xmlNode* node, const char* name) {
  return text_of(xmlGetNoNsProp(node, BAD_CAST name));
}

// Inkscape's name for a layer.
std::string label_of(xmlNode* node) {
  const auto noted = [&](const char* name) {
    return text_of(xmlGetNsProp(node, BAD_CAST name, BAD_CAST kInkscapeNamespace));
  };
  return noted("groupmode") == "layer" ? noted("label") : "";
}

bool is_svg(const xmlNode* node, std::string_view name) {
  return node->type == XML_ELEMENT_NODE && node->ns &&
         reinterpret_cast<const char*>(node->ns->href) == std::string_view(kSvgNamespace) &&
         reinterpret_cast<const char*>(node->name) == name;
}

bool is_one_of(const xmlNode* node, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return is_svg(node, name); });
}

bool is_container(const xmlNode* node) {
  return is_one_of(node, {"g", "a", "svg"});
}

bool is_painted(const xmlNode* node) {
  return is_container(node) ||
         is_one_of(node, {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
                          "text", "image", "use", "switch"});
}

bool same_name(const std::string& a, const std::string& b) {
  return to_lower(a) == to_lower(b);
}

void add_words(std::string& all, std::string_view more) {
  more = trim(more);
  if (more.empty() || all.size() > kMostWords) return;
  more = more.substr(0, kMostWords);
  all += (all.empty() ? "" : " ") + std::string(more.substr(0, find_invalid_utf8(more)));
}

// What is written in an element.
void add_texts(const xmlNode* node, std::string& words) {
  for (xmlNode* child = node->children; child; child = child->next) {
    if (is_svg(child, "text"))
      add_words(words, text_of(xmlNodeGetContent(child)));
    else if (is_container(child))
      add_texts(child, words);
  }
}

std::string words_of(xmlNode* node) {
  std::string words;
  if (is_svg(node, "text")) add_words(words, text_of(xmlNodeGetContent(node)));
  add_texts(node, words);
  for (xmlNode* child = node->children; child; child = child->next)
    if (is_svg(child, "title")) add_words(words, text_of(xmlNodeGetContent(child)));
  add_words(words, attribute_of(node, "aria-label"));
  if (words.empty()) add_words(words, label_of(node));
  if (!words.empty()) return words;
  std::string id = attribute_of(node, "id");
  std::ranges::replace_if(
      id, [](char c) { return c == '-' || c == '_'; }, ' ');
  add_words(words, id);
  return words;
}

// The ink of a part in a small picture of the drawing.
using Ink = std::vector<bool>;
bool overlap(const Ink& a, const Ink& b) {
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] && b[i]) return true;
  return false;
}

Box unite(const std::optional<Box>& a, const View& b) {
  if (!a) return {b.x, b.y, b.width, b.height};
  const double x = std::min(a->x, b.x);
  const double y = std::min(a->y, b.y);
  return {x, y, std::max(a->right(), b.x + b.width) - x, std::max(a->bottom(), b.y + b.height) - y};
}

class Dissection {
 public:
  Dissection(std::string_view svg, std::string file) : file_(std::move(file)) {
    document_.reset(xmlReadMemory(
        svg.data(), static_cast<int>(svg.size()), nullptr, nullptr,
        XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  }

  Result<SvgPicture> run(const std::vector<std::string>& shown,
                         const std::vector<std::string>& named) {
    xmlNode* root = document_ ? xmlDocGetRootElement(document_.get()) : nullptr;
    if (!root) return Error{ErrorKind::syntax, "this is no well-formed SVG", "", {file_}};
    look_at(root, shown);
    if (numbers_.size() > kMostSteps)
      return Error{
          ErrorKind::too_large,
          "this drawing has more than " + std::to_string(kMostSteps) + " steps: join some of them",
          "",
          {file_}};
    number_steps();
    if (steps_.empty()) {
      picture_.parts.emplace_back();
    } else {
      collect(root, -1);
      if (picture_.parts.size() > kMostParts)
        return Error{ErrorKind::too_large,
                     "the steps of this drawing are spread over more than " +
                         std::to_string(kMostParts) + " places: group what belongs together",
                     "",
                     {file_}};
    }
    return measured(named);
  }

 private:
  struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  };

  // First look: which elements begin a step, and what has a name.
  void look_at(xmlNode* node, const std::vector<std::string>& shown) {
    for (xmlNode* child = node->children; child; child = child->next) {
      if (child->type != XML_ELEMENT_NODE) continue;
      if (!is_painted(child)) {
        warn_of_steps(child);
        continue;
      }
      const std::string id = attribute_of(child, "id");
      const std::string label = label_of(child);
      if (!id.empty()) {
        ++ids_[id];
        names_.emplace_back(id, id);
        if (!label.empty()) names_.emplace_back(label, id);
      }
      if (const int number = number_of(child); number > 0) {
        numbers_[number];
        steps_[child] = number;
        hold_step(child);
      }
      for (size_t i = 0; i < shown.size(); ++i)
        if (!steps_.contains(child) && (same_name(shown[i], id) || same_name(shown[i], label))) {
          steps_[child] = kFirstShown + static_cast<int>(i);
          hold_step(child);
        }
      if (is_container(child))
        look_at(child, shown);
      else
        for (xmlNode* inner = child->children; inner; inner = inner->next)
          warn_of_steps(inner);
    }
  }

  // What is painted only as a part of something else cannot come in by itself.
  void warn_of_steps(xmlNode* node) {
    if (node->type != XML_ELEMENT_NODE) return;
    if (xmlHasProp(node, BAD_CAST "data-step"))
      warn(node, "has no effect on <" + std::string(reinterpret_cast<const char*>(node->name)) +
                     ">: give it to a group, a shape or a whole text");
    for (xmlNode* child = node->children; child; child = child->next)
      warn_of_steps(child);
  }

  void warn(xmlNode* node, const std::string& message) {
    constexpr size_t kMost = 20;
    if (picture_.warnings.size() >= kMost) return;
    const std::string number = shortened(attribute_of(node, "data-step"));
    picture_.warnings.push_back(Place{file_, static_cast<int>(xmlGetLineNo(node)), 1}.to_string() +
                                ": data-step=\"" + number + "\" " + message);
  }
  static std::string shortened(const std::string& text) {
    constexpr size_t kMost = 20;
    const std::string start = text.substr(0, kMost);
    return start.substr(0, find_invalid_utf8(start));
  }

  // An element that holds a step is taken apart itself.
  void hold_step(const xmlNode* node) {
    while (node && holders_.insert(node).second)
      node = node->parent;
  }

  int number_of(xmlNode* node) {
    const std::string text = attribute_of(node, "data-step");
    if (!xmlHasProp(node, BAD_CAST "data-step")) return 0;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= 1 &&
        number <= kHighestNumber)
      return number;
    warn(node, "is no number from 1 to " + std::to_string(kHighestNumber) +
                   "; it is there from the start");
    return 0;
  }

  // From the numbers in the drawing, which may have gaps, to steps from 0.
  void number_steps() {
    for (auto& [node, number] : steps_)
      if (number >= kFirstShown) numbers_[number];
    int next = 0;
    for (auto& [number, step] : numbers_)
      step = next++;
    picture_.steps.resize(numbers_.size());
  }

  // Second look: what is painted together, from back to front. A step in another one comes in no
  // earlier than that.
  void collect(xmlNode* node, int around) {
    for (xmlNode *child = node->children, *next = nullptr; child; child = next) {
      next = child->next;  // add() may put the child into another element
      if (child->type != XML_ELEMENT_NODE || !is_painted(child)) continue;
      int step = around;
      if (const auto own = steps_.find(child); own != steps_.end()) {
        step = std::max(around, numbers_.at(own->second));
        std::string& words = picture_.steps[static_cast<size_t>(step)];
        add_words(words, words_of(child));
        for (std::string name : {attribute_of(child, "id"), label_of(child)})
          if (!name.empty()) step_names_[step].push_back(std::move(name));
      }
      if (is_container(child) && holds_others(child))
        collect(child, step);
      else
        add(child, step);
    }
  }

  bool holds_others(const xmlNode* node) const {
    for (const xmlNode* child = node->children; child; child = child->next)
      if (holders_.contains(child)) return true;
    return false;
  }

  void add(xmlNode* node, int step) {
    if (picture_.parts.empty() || picture_.parts.back().step != step) {
      picture_.parts.emplace_back();
      picture_.parts.back().step = step;
    }
    picture_.parts.back().elements.push_back(name_of(node));
  }

  // An element's id, which it gets where it has none of its own.
  std::string name_of(xmlNode* node) {
    std::string id = attribute_of(node, "id");
    const auto found = ids_.find(id);
    if (!id.empty() && found != ids_.end() && found->second == 1) return id;
    id = "talkie-part-" + std::to_string(++given_);
    if (found == ids_.end()) {
      xmlNewProp(node, BAD_CAST "id", BAD_CAST id.c_str());
    } else {  // a name that several have: what refers to it must still find the first of them
      xmlNode* around = xmlNewNode(xmlDocGetRootElement(document_.get())->ns, BAD_CAST "g");
      xmlNewProp(around, BAD_CAST "id", BAD_CAST id.c_str());
      xmlReplaceNode(node, around);
      xmlAddChild(around, node);
    }
    return id;
  }

  Result<SvgPicture> measured(const std::vector<std::string>& named);
  Result<void> join_parts(const SvgDocument& drawing);
  void place_parts(const SvgDocument& drawing);
  void place_names(const SvgDocument& drawing, const std::vector<std::string>& named);
  Result<Ink> ink_of(const SvgDocument& drawing, const SvgPart& part);

  static constexpr int kHighestNumber = 9'999;
  static constexpr int kFirstShown = kHighestNumber + 1;  // after all numbers

  const std::string file_;
  std::unique_ptr<xmlDoc, FreeDocument> document_;
  std::map<const xmlNode*, int> steps_;  // the number that each begins
  std::set<const xmlNode*> holders_;     // of steps, those included
  std::map<int, int> numbers_;           // to steps
  std::map<int, std::vector<std::string>> step_names_;
  std::map<std::string, int> ids_;                          // how often each is used
  std::vector<std::pair<std::string, std::string>> names_;  // and the id of what has it
  int given_ = 0;
  SvgPicture picture_;
};

Result<SvgPicture> Dissection::measured(const std::vector<std::string>& named) {
  xmlChar* text = nullptr;
  int size = 0;
  xmlDocDumpMemory(document_.get(), &text, &size);
  auto document = std::make_shared<const std::string>(reinterpret_cast<const char*>(text),
                                                      static_cast<size_t>(size));
  xmlFree(text);
  const auto drawing = SvgDocument::parse(*document, file_);
  if (!drawing) return drawing.error();
  for (SvgPart& part : picture_.parts) {
    part.document = document;
    part.file = file_;
  }
  if (auto joined = join_parts(*drawing); !joined) return joined.error();
  place_parts(*drawing);
  place_names(*drawing, named);
  return std::move(picture_);
}

Result<Ink> Dissection::ink_of(const SvgDocument& drawing, const SvgPart& part) {
  constexpr int kSide = 240;
  Bitmap bitmap = make_bitmap({kSide, kSide});
  if (auto drawn = drawing.draw_at(bitmap, {0, 0, kSide, kSide}, part.elements); !drawn)
    return drawn.error();
  Ink ink(bitmap.bgra.size() / 4);
  for (size_t i = 0; i < ink.size(); ++i)
    ink[i] = bitmap.bgra[4 * i + 3] != 0;
  return ink;
}

// What comes in together is one part, unless something else of the drawing lies between.
Result<void> Dissection::join_parts(const SvgDocument& drawing) {
  std::vector<SvgPart> joined;
  std::vector<Ink> inks;
  for (SvgPart& part : picture_.parts) {
    auto ink = ink_of(drawing, part);
    if (!ink) return ink.error();
    size_t at = joined.size();
    while (at > 0 && joined[at - 1].step != part.step && !overlap(inks[at - 1], *ink))
      --at;
    if (at == 0 || joined[at - 1].step != part.step) {
      joined.push_back(std::move(part));
      inks.push_back(*std::move(ink));
      continue;
    }
    auto& elements = joined[at - 1].elements;
    elements.insert(elements.end(), part.elements.begin(), part.elements.end());
    for (size_t i = 0; i < ink->size(); ++i)
      if ((*ink)[i]) inks[at - 1][i] = true;
  }
  picture_.parts = std::move(joined);
  return {};
}

void Dissection::place_parts(const SvgDocument& drawing) {
  for (SvgPart& part : picture_.parts) {
    if (part.step < 0) continue;
    part.names = step_names_[part.step];
    std::optional<Box> place;
    for (const std::string& element : part.elements)
      if (const auto ink = drawing.place_of(element)) place = unite(place, *ink);
    if (place) part.place = *place;
  }
}

void Dissection::place_names(const SvgDocument& drawing, const std::vector<std::string>& named) {
  if (named.empty()) return;
  const auto is_named = [&](const auto& name) {
    return std::ranges::any_of(
        named, [&](const std::string& word) { return same_name(word, name.first); });
  };
  std::ranges::stable_partition(names_, is_named);
  names_.resize(std::min(names_.size(), kMostNames));
  for (const auto& [name, id] : names_)
    if (const auto ink = drawing.place_of(id))
      picture_.names.push_back({name, {ink->x, ink->y, ink->width, ink->height}});
}

}  // namespace

Result<SvgPicture> take_apart(std::string_view svg, const std::string& file,
                              const std::vector<std::string>& shown,
                              const std::vector<std::string>& named) {
  if (named.empty() && svg.find("data-step") == std::string_view::npos) {
    SvgPicture picture;
    picture.parts.push_back({std::make_shared<const std::string>(svg), file, {}, -1, {}});
    return picture;
  }
  return within_patience<SvgPicture>(
      file, [svg = std::string(svg), file, shown, named]() -> Result<SvgPicture> {
        return Dissection(svg, file).run(shown, named);
      });
}

}  // namespace talkie
