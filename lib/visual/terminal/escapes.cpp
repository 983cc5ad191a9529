// SPDX-License-Identifier: LGPL-2.1-or-later
// What stands between a program's bytes and libvterm (see EscapeFilter).
#include <cctype>

#include "base/text.h"
#include "visual/terminal/screen.h"

namespace talkie::terminal {
namespace {

constexpr size_t kLongestSequence = 256;  // bytes of parameters
constexpr int kMostParameters = 15;       // libvterm has room for 16 and does not count
constexpr int kMostDigits = 4;
constexpr char kEscape = '\033';

// Numbers of more than four digits mean "as far as it goes".
std::string with_short_numbers(std::string_view parameters) {
  std::string text;
  int digits = 0;
  for (const char c : parameters) {
    digits = isdigit(static_cast<unsigned char>(c)) ? digits + 1 : 0;
    if (digits > kMostDigits)
      text.replace(text.size() - kMostDigits, kMostDigits, "9999");
    else
      text += c;
  }
  return text;
}

}  // namespace

std::string_view EscapeFilter::pass(std::string_view bytes) {
  out_.clear();
  for (const char c : bytes)
    take(c);
  return out_;
}

void EscapeFilter::take(char c) {
  switch (state_) {
    case State::text:
      if (c == kEscape)
        state_ = State::escape;
      else
        out_ += c;
      break;
    case State::escape:
      begin(c);
      break;
    case State::control:
      within_sequence(c);
      break;
    case State::string:  // titles, colours of the real terminal, pictures: none of it is drawn
      if (c == '\a') state_ = State::text;
      if (c == kEscape) state_ = State::string_escape;
      break;
    case State::string_escape:
      if (c == '\\')
        state_ = State::text;
      else
        begin(c);
      break;
  }
}

void EscapeFilter::begin(char c) {
  pending_.clear();
  if (c == '[') {
    state_ = State::control;
  } else if (std::string_view("]P_^X").find(c) != std::string_view::npos) {
    state_ = State::string;
  } else if (c == kEscape) {
    state_ = State::escape;
  } else {
    out_.append({kEscape, c});
    state_ = State::text;
  }
}

void EscapeFilter::within_sequence(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == kEscape) {
    state_ = State::escape;
  } else if (byte < 0x20) {
    out_ += c;  // control characters act inside of sequences (DEC STD 070)
  } else {
    if (pending_.size() < kLongestSequence) pending_ += c;
    if (byte < 0x40 || byte >= 0x7f) return;
    if (pending_.size() < kLongestSequence) sequence();
    state_ = State::text;
  }
}

void EscapeFilter::sequence() {
  const char final = pending_.back();
  const bool plain = pending_.find_first_not_of("0123456789;:") == pending_.size() - 1;
  if (final == 'm' && plain) {
    pending_.pop_back();
    return renditions();
  }
  const std::string text = with_short_numbers(pending_);
  if (split(text, ';').size() + split(text, ':').size() > kMostParameters + 1) return;
  out_.append({kEscape, '['});
  out_ += text;
}

// Each goes out as a sequence of its own, so that there may be any number.
void EscapeFilter::renditions() {
  const auto put = [this](std::string_view parameters) {
    out_.append({kEscape, '['});
    out_.append(parameters).push_back('m');
  };
  const std::string text = with_short_numbers(pending_);
  const std::vector<std::string_view> all = split(text, ';');
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string_view one = all[i];
    if (one == "38" || one == "48" || one == "58") {  // colours: 5;N or 2;R;G;B follow
      const size_t more = i + 1 < all.size() && all[i + 1] == "5" ? 2 : 4;
      std::string colour(one);
      for (size_t end = std::min(i + more, all.size() - 1); i < end;)
        colour.append(";").append(all[++i]);
      if (one != "58") put(colour);  // the colour of underlines is that of the text
    } else if (one == "2") {
      put("11");
    } else if (one == "22") {
      put("22");
      put("10");
    } else if (split(one, ':').size() <= 8 && !(one.size() == 2 && one[0] == '1')) {
      put(one);
    }
  }
}

}  // namespace talkie::terminal
