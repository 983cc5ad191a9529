// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/captions.h"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "speech/spoken.h"
#include "timeline/phrases.h"
#include "timeline/text_borders.h"

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
constexpr double kTwoParagraphsCost = 8;
constexpr double kTwoSpeakersCost = 6;
constexpr double kTooShortCost = 60;  // more than a bad place costs
constexpr double kMissingCost = 12;   // for a whole second under kShortest

double columns(const std::string& text) {
  double count = 0;
  for (const char* p = text.c_str(); *p; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_iszerowidth(c)) count += g_unichar_iswide(c) ? 2 : 1;
  }
  return count;
}

constexpr std::string_view kDash = "– ";  // before what each of two people says

// What one utterance puts into captions.
struct SpokenText {
  SpokenUtterance utterance;
  std::string text;
  std::vector<CaptionWord> words;  // of `text`, in the scene's time
};

// Characters that are said one by one are joined to the words that they are in.
std::vector<CaptionWord> words_of(const SpokenUtterance& utterance) {
  std::vector<CaptionWord> words;
  if (!utterance.caption.empty()) return words;
  const TextBorders borders(utterance.text, utterance.language);
  for (const Word& word : utterance.words) {
    const bool continues =
        !words.empty() && words.back().begin + words.back().length == word.offset;
    if (continues && !borders.is_between_words(word.offset)) {
      words.back().length += word.length;
      words.back().end = word.end;
    } else {
      words.push_back({word.offset, word.length, word.start, word.end});
    }
  }
  return words;
}

// Line breaks that the author wrote are spaces here.
SpokenText spoken_text(SpokenUtterance utterance) {
  for (std::string* text : {&utterance.text, &utterance.caption})
    std::replace_if(
        text->begin(), text->end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  std::string text = utterance.caption.empty() ? utterance.text : utterance.caption;
  std::vector<CaptionWord> words = words_of(utterance);
  return {std::move(utterance), std::move(text), std::move(words)};
}

// Words of a caption that is not what is said share the utterance's time by their place.
Time time_at(const SpokenText& spoken, size_t offset) {
  const SpokenUtterance& utterance = spoken.utterance;
  if (utterance.caption.empty()) return said_at(utterance, offset);
  const Time length = utterance.end - utterance.start;
  return utterance.start + from_seconds(to_seconds(length) * static_cast<double>(offset) /
                                        static_cast<double>(spoken.text.size()));
}

Time time_until(const SpokenText& spoken, size_t offset) {
  return spoken.utterance.caption.empty() ? said_until(spoken.utterance, offset)
                                          : time_at(spoken, offset);
}

// Chinese and Japanese sentences follow each other without a space.
bool is_space_between(std::string_view before, std::string_view after) {
  const char* const last = g_utf8_find_prev_char(before.data(), before.data() + before.size());
  return !last || after.empty() || !g_unichar_iswide(g_utf8_get_char(last)) ||
         !g_unichar_iswide(g_utf8_get_char(after.data()));
}

// A scene's words as pieces with widths and times, and the best way to divide them.
class Divider {
 public:
  Divider(const SceneTiming& timing, const CaptionLimits& limits)
      : scene_end_(timing.duration),
        width_(std::max(limits.line_width, 1.0)),
        lines_(limits.lines < 2 ? 1 : 2),
        measure_(limits.measure ? limits.measure : columns) {
    space_ = std::max(measure_("n n") - measure_("nn"), 0.0);
    dash_ = measure_(std::string(kDash));
    for (const SpokenUtterance& utterance : timing.utterances)
      spoken_.push_back(spoken_text(utterance));
    for (const SpokenText& spoken : spoken_)
      add(spoken);
  }

  // The captions, with the times of the scene; each lasts until its last word has been said.
  std::vector<Caption> divide() const;

 private:
  struct Part {
    const SpokenText* spoken = nullptr;
    SpeechPiece piece;
    double width = 0;
    double before = 0;  // the width of everything before it
    Time start{};
    int turn = 0;  // counts the times that another speaker began
  };
  struct Layout {
    double cost = kNever;
    size_t second_line = 0;  // the part that begins it; 0: one line
  };

  void add(const SpokenText& spoken);
  void add(const SpokenText& spoken, const SpeechPiece& piece);
  // Of parts first to last, last included, in one line.
  [[nodiscard]] double line_width(size_t first, size_t last) const {
    return parts_[last].before + parts_[last].width - parts_[first].before;
  }
  [[nodiscard]] Layout lay_out(size_t first, size_t last) const;
  [[nodiscard]] Layout lay_out_two_speakers(size_t first, size_t last) const;
  [[nodiscard]] double cost_of(size_t first, size_t last) const;
  [[nodiscard]] double cost_of_shortness(size_t first, size_t last) const;
  [[nodiscard]] Caption make(size_t first, size_t last) const;
  void write_line(size_t first, size_t last, Caption& caption) const;
  [[nodiscard]] Time said_until_end(size_t part) const {
    return time_until(*parts_[part].spoken, parts_[part].piece.end);
  }

  Time scene_end_;
  double width_;
  int lines_;
  std::function<double(const std::string&)> measure_;
  double space_ = 0;
  double dash_ = 0;
  std::vector<SpokenText> spoken_;
  std::vector<Part> parts_;
};

void Divider::add(const SpokenText& spoken) {
  if (!parts_.empty())
    parts_.back().piece.space_after = is_space_between(parts_.back().spoken->text, spoken.text);
  for (const SpeechPiece& piece : pieces_of(spoken.text, spoken.utterance.language))
    add(spoken, piece);
}

// A piece that is wider than a line (an address, say) is cut between characters.
void Divider::add(const SpokenText& spoken, const SpeechPiece& piece) {
  const std::string& text = spoken.text;
  const auto slice = [&](size_t from, size_t to) { return text.substr(from, to - from); };
  size_t begin = piece.begin;
  while (begin < piece.end) {
    size_t end = piece.end;
    double width = measure_(slice(begin, end));
    while (width > width_) {
      const size_t half = begin + std::max<size_t>((end - begin) / 2, 1);
      const char* const cut = g_utf8_find_prev_char(text.c_str() + begin, text.c_str() + half + 1);
      const size_t shorter = cut ? static_cast<size_t>(cut - text.c_str()) : begin;
      if (shorter <= begin || shorter >= end) break;  // one character, however wide
      end = shorter;
      width = measure_(slice(begin, end));
    }
    Part part{&spoken, piece, width, 0, time_at(spoken, begin), 0};
    part.piece.begin = begin;
    part.piece.end = end;
    if (end < piece.end) {
      part.piece.space_after = false;
      part.piece.after = Boundary::tight;
    }
    if (!parts_.empty()) {
      const Part& last = parts_.back();
      part.before = last.before + last.width + (last.piece.space_after ? space_ : 0);
      part.turn = last.turn + (last.spoken->utterance.speaker != spoken.utterance.speaker);
    }
    parts_.push_back(part);
    begin = end;
  }
}

Divider::Layout Divider::lay_out(size_t first, size_t last) const {
  if (parts_[first].turn != parts_[last].turn) return lay_out_two_speakers(first, last);
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

Divider::Layout Divider::lay_out_two_speakers(size_t first, size_t last) const {
  if (lines_ < 2 || parts_[last].turn > parts_[first].turn + 1) return {};
  size_t second = last;
  while (parts_[second - 1].turn == parts_[last].turn)
    --second;
  const double widest = std::max(line_width(first, second - 1), line_width(second, last));
  if (dash_ + widest > width_) return {};
  return {kSecondLineCost + kTwoSpeakersCost, second};
}

double Divider::cost_of_shortness(size_t first, size_t last) const {
  const Time next = last + 1 < parts_.size() ? parts_[last + 1].start : scene_end_;
  const Time end = std::min(next, said_until_end(last) + kLinger);
  const double missing = to_seconds(kShortest - (end - parts_[first].start));
  return missing > 0 ? kTooShortCost + kMissingCost * missing : 0;
}

double Divider::cost_of(size_t first, size_t last) const {
  const Layout layout = lay_out(first, last);
  if (layout.cost == kNever) return kNever;
  double cost = kCaptionCost + layout.cost + cost_of_shortness(first, last);
  cost += kEndCost[static_cast<size_t>(parts_[last].piece.after)];
  for (size_t i = first; i < last; ++i) {
    if (parts_[i].piece.after == Boundary::sentence) cost += kTwoSentencesCost;
    if (parts_[i].spoken != parts_[i + 1].spoken) cost += kTwoParagraphsCost;
  }
  return cost;
}

void Divider::write_line(size_t first, size_t last, Caption& caption) const {
  for (size_t i = first; i <= last; ++i) {
    const SpeechPiece& piece = parts_[i].piece;
    const SpokenText& spoken = *parts_[i].spoken;
    const size_t place = caption.text.size();
    caption.text.append(spoken.text, piece.begin, piece.end - piece.begin);
    if (i < last && piece.space_after) caption.text += ' ';
    auto word = std::ranges::partition_point(
        spoken.words, [&](const CaptionWord& w) { return w.begin + w.length <= piece.begin; });
    for (; word != spoken.words.end() && word->begin < piece.end; ++word) {
      const size_t from = std::max(word->begin, piece.begin);
      const size_t begin = place + from - piece.begin;
      const size_t end = place + std::min(word->begin + word->length, piece.end) - piece.begin;
      // The rest of a word whose beginning is in the piece before.
      if (from > word->begin && !caption.words.empty())
        caption.words.back().length = end - caption.words.back().begin;
      else
        caption.words.push_back({begin, end - begin, time_at(spoken, from), word->end});
    }
  }
}

Caption Divider::make(size_t first, size_t last) const {
  const SpokenUtterance& utterance = parts_[first].spoken->utterance;
  Caption caption;
  caption.start = parts_[first].start;
  caption.duration = std::max(said_until_end(last) - caption.start, Time{});
  caption.language = utterance.language;
  caption.speaker = utterance.speaker;
  const bool has_two = parts_[first].turn != parts_[last].turn;
  if (has_two) caption.second_speaker = parts_[last].spoken->utterance.speaker;
  const std::string_view dash = has_two ? kDash : "";
  const size_t second = lay_out(first, last).second_line;
  caption.text = dash;
  write_line(first, second ? second - 1 : last, caption);
  if (!second) return caption;
  caption.text += '\n';
  caption.text += dash;
  write_line(second, last, caption);
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

}  // namespace

std::vector<Caption> captions_of(const SceneTiming& timing, const CaptionLimits& limits) {
  std::vector<Caption> captions = Divider(timing, limits).divide();
  for (size_t i = 0; i < captions.size(); ++i) {
    Caption& caption = captions[i];
    const Time next = i + 1 < captions.size() ? captions[i + 1].start : timing.duration;
    const Time end = std::min(caption.start + caption.duration + kLinger, next);
    caption.duration = std::max(end - caption.start, Time{});
  }
  std::erase_if(captions, [](const Caption& caption) { return caption.duration <= Time{}; });
  for (Caption& caption : captions) {
    caption.start += timing.start;
    for (CaptionWord& word : caption.words) {
      word.start += timing.start;
      word.end += timing.start;
    }
  }
  return captions;
}

}  // namespace talkie
