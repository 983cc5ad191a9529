// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/value.h"

namespace talkie {

namespace {

using json = nlohmann::json;

// Reads the text for nlohmann's parser and keeps how far it has read: its events carry no places.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// Finds line and column of rising offsets without reading the text from its start each time.
class PlaceFinder {
 public:
  PlaceFinder(std::string_view text, std::string file)
      : text_(text), place_{std::move(file), 1, 1} {}

  Place at(size_t offset) {
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        ++place_.line;
        place_.column = 1;
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
        ++place_.column;
      }
    }
    return place_;
  }

 private:
  std::string_view text_;
  Place place_;
  size_t at_ = 0;
};

// Builds Values from the parser's events; each is placed at its last character's token start as
// near as the events tell: scalars and keys at their end less their written length.
class Builder {
 public:
  Builder(std::string_view text, const std::string& file, const char** furthest)
      : text_(text), places_(text, file), furthest_(furthest) {}

  Result<Value> finish(bool parsed) {
    if (!parsed) return error_;
    return std::move(root_);
  }

  bool null() { return scalar(Value::Type::null, "null"); }
  bool boolean(bool value) {
    return scalar(Value::Type::boolean, value ? "true" : "false",
                  [value](Value& v) { v.boolean = value; });
  }
  bool number_integer(json::number_integer_t value) {
    return number(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(json::number_unsigned_t value) {
    return number(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(json::number_float_t value, const std::string& written) {
    return number(value, written);
  }
  bool string(std::string& value) { return scalar(Value::Type::string, value); }
  bool binary(json::binary_t&) { return false; }
  bool start_object(size_t) { return open(Value::Type::map); }
  bool end_object() { return close(); }
  bool start_array(size_t) { return open(Value::Type::list); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Value& map = *stack_.back();
    const Place where = here();
    if (map.find(name)) return fail("the key '" + name + "' is written twice; remove one");
    map.map.push_back({name, where, {}});
    return true;
  }

  bool parse_error(size_t offset, const std::string&, const json::exception& exception) {
    std::string reason = exception.what();
    const size_t colon = reason.rfind(": ");
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …"
    if (const size_t syntax = reason.find("syntax error"); syntax != std::string::npos)
      reason = reason.substr(syntax);
    else if (colon != std::string::npos)
      reason = reason.substr(colon + 2);
    error_ = Error{ErrorKind::syntax, "this is not valid JSON: " + reason, exception.what(),
                   places_.at(offset > 0 ? offset - 1 : 0)};
    return false;
  }

 private:
  // The place of the token that ends at what was read last: the lexer reads one character beyond
  // numbers and words and none beyond strings and brackets.
  Place here() {
    size_t end = static_cast<size_t>(*furthest_ - text_.data());
    end = end > 0 ? end - 1 : 0;
    return places_.at(token_start(end));
  }

  size_t token_start(size_t end) const {
    const auto is_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.';
    };
    if (end >= text_.size()) end = text_.size() - 1;
    if (text_[end] == '"') {
      size_t start = end;
      while (start > 0) {
        --start;
        if (text_[start] != '"') continue;
        size_t slashes = 0;
        while (slashes < start && text_[start - 1 - slashes] == '\\')
          ++slashes;
        if (slashes % 2 == 0) return start;
      }
      return start;
    }
    if (!is_word(text_[end]) && end > 0 && is_word(text_[end - 1])) --end;
    while (end > 0 && is_word(text_[end]) && is_word(text_[end - 1]))
      --end;
    return end;
  }

  bool number(double value, const std::string& written) {
    if (!std::isfinite(value)) return fail("this number is too large");
    return scalar(Value::Type::number, written, [value](Value& v) { v.number = value; });
  }

  template <typename Fill>
  bool scalar(Value::Type type, const std::string& written, Fill fill) {
    Value value;
    value.type = type;
    value.where = here();
    value.text = written;
    fill(value);
    return add(std::move(value)) != nullptr;
  }
  bool scalar(Value::Type type, const std::string& written) {
    return scalar(type, written, [](Value&) {});
  }

  bool open(Value::Type type) {
    if (stack_.size() >= kMaxDepth)
      return fail("nested deeper than " + std::to_string(kMaxDepth) + " levels");
    Value value;
    value.type = type;
    value.where = here();
    Value* added = add(std::move(value));
    if (!added) return false;
    stack_.push_back(added);
    return true;
  }

  bool close() {
    stack_.pop_back();
    return true;
  }

  // Where the value stays until its container closes: a container's last element only moves
  // when the container grows again, and by then it is closed.
  Value* add(Value value) {
    if (++nodes_ > kMaxNodes) {
      fail("more than " + std::to_string(kMaxNodes) + " values");
      return nullptr;
    }
    if (stack_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Value& parent = *stack_.back();
    if (parent.is(Value::Type::list)) return &parent.list.emplace_back(std::move(value));
    return &(parent.map.back().value = std::move(value));
  }

  bool fail(std::string message) {
    error_ = Error{ErrorKind::syntax, std::move(message), {}, here()};
    return false;
  }

  std::string_view text_;
  PlaceFinder places_;
  const char** furthest_;
  Value root_;
  std::vector<Value*> stack_;
  int nodes_ = 0;
  Error error_;
};

}  // namespace

Result<Value> parse_json(std::string_view text, const std::string& file) {
  if (const size_t bad = find_invalid_utf8(text); bad != std::string_view::npos)
    return Error{ErrorKind::syntax,
                 "this is not UTF-8; save the file as UTF-8",
                 {},
                 place_of(text, bad, file)};
  const char* furthest = text.data();
  Builder builder(text, file, &furthest);
  const bool parsed =
      json::sax_parse(CountingIterator(text.data(), &furthest),
                      CountingIterator(text.data() + text.size(), &furthest), &builder);
  return builder.finish(parsed);
}

}  // namespace talkie
