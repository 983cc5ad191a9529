// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/captions.h"

#include <glib.h>

#include <algorithm>
#include <limits>

#include "speech/spoken.h"
#include "timeline/phrases.h"

namespace talkie {

namespace {

constexpr Time kLinger{1'000'000'000};    // after the last word
constexpr Time kShortest{1'000'000'000};  // that can be read
constexpr double kNever = std::numeric_limits<double>::infinity();

// What a caption costs that ends there, by Boundary.
constexpr double kEndCost[] = {0, 2, 3, 5, 10, 16};
constexpr double kCaptionCost = 3;       // fewer captions are better,
constexpr double kTwoSentencesCost = 6;  // but each sentence is one of its own
constexpr double kSecondLineCost = 0.5;
constexpr double kUnbalancedCost = 4;  // of lines, for a whole line's difference
constexpr double kLineEndCost = 0.3;   // share of kEndCost for a break inside a caption
constexpr double kTooShortCost = 12;   // for a whole second under kShortest

double columns(const std::string& text) {
  double count = 0;
  for (const char* p = text.c_str(); *p; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_iszerowidth(c)) count += g_unichar_iswide(c) ? 2 : 1;
  }
  return count;
}

// An utterance as pieces with widths and times, and the best way to divide it.
class Divider {
 public:
  Divider(const SpokenUtterance& utterance, const CaptionLimits& limits)
      : utterance_(utterance),
        text_(utterance.caption.empty() ? utterance.text : utterance.caption),
        width_(std::max(limits.line_width, 1.0)),
        lines_(limits.lines < 2 ? 1 : 2),
        measure_(limits.measure ? limits.measure : columns) {
    space_ = std::max(measure_("n n") - measure_("nn"), 0.0);
    for (const SpeechPiece& piece : pieces_of(text_, utterance.language))
      add(piece);
  }

  // The captions, with the times of the scene; each lasts until its last word has been said.
  std::vector<Caption> divide() const;

 private:
  struct Part {
    SpeechPiece piece;
    double width = 0;
    double before = 0;  // the width of everything before it
    Time start{};
  };
  struct Layout {
    double cost = kNever;
    size_t second_line = 0;  // the part that begins it; 0: one line
  };

  void add(const SpeechPiece& piece);
  [[nodiscard]] std::string slice(size_t begin, size_t end) const {
    return text_.substr(begin, end - begin);
  }
  // Of parts first to last, last included, in one line.
  [[nodiscard]] double line_width(size_t first, size_t last) const {
    return parts_[last].before + parts_[last].width - parts_[first].before;
  }
  [[nodiscard]] Time time_at(size_t offset) const;
  [[nodiscard]] Time time_until(size_t offset) const;
  [[nodiscard]] Layout lay_out(size_t first, size_t last) const;
  [[nodiscard]] double cost_of(size_t first, size_t last) const;
  [[nodiscard]] Caption make(size_t first, size_t last) const;

  const SpokenUtterance& utterance_;
  std::string text_;
  double width_;
  int lines_;
  std::function<double(const std::string&)> measure_;
  double space_ = 0;
  std::vector<Part> parts_;
};

// A piece that is wider than a line (an address, say) is cut between characters.
void Divider::add(const SpeechPiece& piece) {
  size_t begin = piece.begin;
  while (begin < piece.end) {
    size_t end = piece.end;
    double width = measure_(slice(begin, end));
    while (width > width_) {
      const size_t half = begin + std::max<size_t>((end - begin) / 2, 1);
      const char* const cut =
          g_utf8_find_prev_char(text_.c_str() + begin, text_.c_str() + half + 1);
      const size_t shorter = cut ? static_cast<size_t>(cut - text_.c_str()) : begin;
      if (shorter <= begin || shorter >= end) break;  // one character, however wide
      end = shorter;
      width = measure_(slice(begin, end));
    }
    Part part{piece, width, 0, time_at(begin)};
    part.piece.begin = begin;
    part.piece.end = end;
    if (end < piece.end) {
      part.piece.space_after = false;
      part.piece.after = Boundary::tight;
    }
    if (!parts_.empty()) {
      const Part& last = parts_.back();
      part.before = last.before + last.width + (last.piece.space_after ? space_ : 0);
    }
    parts_.push_back(part);
    begin = end;
  }
}

// Words of a caption that is not what is said share the utterance's time by their place.
Time Divider::time_at(size_t offset) const {
  if (utterance_.caption.empty()) return said_at(utterance_, offset);
  const Time length = utterance_.end - utterance_.start;
  return utterance_.start + from_seconds(to_seconds(length) * static_cast<double>(offset) /
                                         static_cast<double>(text_.size()));
}

Time Divider::time_until(size_t offset) const {
  return utterance_.caption.empty() ? said_until(utterance_, offset) : time_at(offset);
}

Divider::Layout Divider::lay_out(size_t first, size_t last) const {
  if (line_width(first, last) <= width_ || first == last) return {0, 0};
  Layout best;
  if (lines_ < 2) return best;
  for (size_t second = first + 1; second <= last; ++second) {
    const double upper = line_width(first, second - 1);
    const double lower = line_width(second, last);
    if (upper > width_ || lower > width_) continue;
    const double end_cost = kEndCost[static_cast<size_t>(parts_[second - 1].piece.after)];
    const double cost = kSecondLineCost + kUnbalancedCost * std::abs(upper - lower) / width_ +
                        kLineEndCost * end_cost;
    if (cost < best.cost) best = {cost, second};
  }
  return best;
}

double Divider::cost_of(size_t first, size_t last) const {
  const Layout layout = lay_out(first, last);
  if (layout.cost == kNever) return kNever;
  double cost = kCaptionCost + layout.cost;
  cost += kEndCost[static_cast<size_t>(parts_[last].piece.after)];
  for (size_t i = first; i < last; ++i)
    if (parts_[i].piece.after == Boundary::sentence) cost += kTwoSentencesCost;
  const Time end = last + 1 < parts_.size() ? parts_[last + 1].start : utterance_.end + kLinger;
  const double missing = to_seconds(kShortest - (end - parts_[first].start));
  return cost + kTooShortCost * std::max(missing, 0.0);
}

Caption Divider::make(size_t first, size_t last) const {
  const size_t begin = parts_[first].piece.begin;
  const size_t end = parts_[last].piece.end;
  Caption caption;
  caption.start = parts_[first].start;
  caption.duration = std::max(time_until(end) - caption.start, Time{});
  caption.language = utterance_.language;
  if (const size_t second = lay_out(first, last).second_line)
    caption.text =
        slice(begin, parts_[second - 1].piece.end) + "\n" + slice(parts_[second].piece.begin, end);
  else
    caption.text = slice(begin, end);
  return caption;
}

std::vector<Caption> Divider::divide() const {
  // best[i]: the least cost of captions for the first i parts; from[i]: where the last one begins.
  std::vector<double> best(parts_.size() + 1, kNever);
  std::vector<size_t> from(parts_.size() + 1, 0);
  best[0] = 0;
  for (size_t first = 0; first < parts_.size(); ++first)
    for (size_t last = first; last < parts_.size(); ++last) {
      if (last > first && line_width(first, last) > lines_ * width_) break;
      const double cost = best[first] + cost_of(first, last);
      if (cost >= best[last + 1]) continue;
      best[last + 1] = cost;
      from[last + 1] = first;
    }
  std::vector<Caption> captions;
  for (size_t end = parts_.size(); end > 0; end = from[end])
    captions.push_back(make(from[end], end - 1));
  std::reverse(captions.begin(), captions.end());
  return captions;
}

// Line breaks that the author wrote are spaces here.
SpokenUtterance with_single_lines(SpokenUtterance utterance) {
  for (std::string* text : {&utterance.text, &utterance.caption})
    std::replace_if(
        text->begin(), text->end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return utterance;
}

}  // namespace

std::vector<Caption> captions_of(const SceneTiming& timing, const CaptionLimits& limits) {
  std::vector<Caption> captions;
  for (const SpokenUtterance& spoken : timing.utterances) {
    const SpokenUtterance utterance = with_single_lines(spoken);
    for (Caption& caption : Divider(utterance, limits).divide())
      captions.push_back(std::move(caption));
  }
  for (size_t i = 0; i < captions.size(); ++i) {
    Caption& caption = captions[i];
    const Time next = i + 1 < captions.size() ? captions[i + 1].start : timing.duration;
    const Time end = std::min(caption.start + caption.duration + kLinger, next);
    caption.duration = std::max(end - caption.start, Time{});
  }
  std::erase_if(captions, [](const Caption& caption) { return caption.duration <= Time{}; });
  for (Caption& caption : captions)
    caption.start += timing.start;
  return captions;
}

}  // namespace talkie
