// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/layouts/magic_move.h"

#include <algorithm>
#include <optional>
#include <string>

namespace talkie {

namespace {

constexpr Time kGo{200'000'000};
constexpr Time kTravel{600'000'000};
constexpr Time kComeDelay{350'000'000};
constexpr Time kCome{300'000'000};
constexpr size_t kMostPairs = 4'000'000;  // of tokens that are compared

// A run of a line, at its place.
struct Token {
  const TextRun* run = nullptr;
  double x = 0;
  double baseline = 0;
  [[nodiscard]] bool same(const Token& other) const {
    return run->text == other.run->text && run->colour == other.run->colour &&
           run->italic == other.run->italic && run->weight == other.run->weight;
  }
};

std::vector<Token> tokens_of(const CodeText& text) {
  std::vector<Token> tokens;
  for (const CodeLine& line : text.lines)
    for (const TextRun& run : line.line.runs)
      tokens.push_back({&run, line.line.x + run.x, line.line.baseline});
  return tokens;
}

// For each of the first, its partner among the second: a longest common subsequence. Where there
// are too many to compare, nothing has one.
std::vector<std::optional<size_t>> partners(const std::vector<Token>& first,
                                            const std::vector<Token>& second) {
  std::vector<std::optional<size_t>> found(first.size());
  const size_t rows = first.size() + 1;
  const size_t columns = second.size() + 1;
  if (rows * columns > kMostPairs) return found;
  std::vector<uint32_t> length(rows * columns);
  const auto at = [&](size_t i, size_t j) -> uint32_t& { return length[i * columns + j]; };
  for (size_t i = first.size(); i-- > 0;)
    for (size_t j = second.size(); j-- > 0;)
      at(i, j) =
          first[i].same(second[j]) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  for (size_t i = 0, j = 0; i < first.size() && j < second.size();) {
    if (first[i].same(second[j]) && at(i, j) == at(i + 1, j + 1) + 1)
      found[i++] = j++;
    else if (at(i + 1, j) >= at(i, j + 1))
      ++i;
    else
      ++j;
  }
  return found;
}

// A token through all texts: where it is in each, if it is.
struct Actor {
  size_t first = 0;  // the text in which it comes
  const TextRun* run = nullptr;
  std::vector<std::optional<Token>> places;
};

std::vector<Actor> cast(const std::vector<CodeText>& texts) {
  std::vector<Actor> actors;
  std::vector<size_t> on_stage;  // of each token of the text before, its actor
  std::vector<Token> before;
  for (size_t text = 0; text < texts.size(); ++text) {
    const std::vector<Token> tokens = tokens_of(texts[text]);
    std::vector<std::optional<size_t>> known(tokens.size());
    const auto moved = partners(before, tokens);
    for (size_t i = 0; i < moved.size(); ++i)
      if (moved[i]) known[*moved[i]] = on_stage[i];
    on_stage.clear();
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (!known[i]) {
        known[i] = actors.size();
        actors.push_back({text, tokens[i].run, std::vector<std::optional<Token>>(texts.size())});
      }
      actors[*known[i]].places[text] = tokens[i];
      on_stage.push_back(*known[i]);
    }
    before = tokens;
  }
  return actors;
}

// Neighbours on a line that do the same are one layer.
bool moves_alike(const Actor& a, const Actor& b) {
  for (size_t text = 0; text < a.places.size(); ++text) {
    const auto& first = a.places[text];
    const auto& second = b.places[text];
    if (first.has_value() != second.has_value()) return false;
    if (!first) continue;
    const double across = second->x - first->x - (b.places[b.first]->x - a.places[a.first]->x);
    if (first->baseline != second->baseline || std::abs(across) > 0.01) return false;
  }
  return a.first == b.first;
}

LayerPlan plan_of(const Actor& actor, const std::vector<int>& steps) {
  LayerPlan plan;
  plan.enter = Enter::Kind::none;
  const Token& home = *actor.places[actor.first];
  Look look;
  if (actor.first > 0) {
    look.opacity = 0;
    plan.moves.push_back({{}, Time{}, look, Ease::linear});
  }
  for (size_t text = std::max<size_t>(actor.first, 1); text < actor.places.size(); ++text) {
    const auto& place = actor.places[text];
    Look to = look;
    to.opacity = place ? 1 : 0;
    if (place) {
      to.dx = place->x - home.x;
      to.dy = place->baseline - home.baseline;
    }
    if (to == look) continue;
    Move move{{When::Kind::step, steps[text - 1], Time{}}, kTravel, to, Ease::in_out};
    if (!place) {
      move.length = kGo;
    } else if (look.opacity == 0) {
      move.length = kCome;
      move.when.delay = kComeDelay;
    }
    plan.moves.push_back(move);
    look = to;
  }
  return plan;
}

// What is new in a text: that is what is spoken of.
std::string new_words(const std::vector<Actor>& actors, size_t text) {
  std::string words;
  for (const Actor& actor : actors)
    if (actor.first == text) words += (words.empty() ? "" : " ") + actor.run->text;
  return words;
}

}  // namespace

void add_magic_move(Piece& piece, const std::vector<CodeText>& texts, const std::vector<int>& after,
                    double x, double y) {
  const std::vector<Actor> actors = cast(texts);
  std::vector<int> steps;
  for (size_t text = 1; text < texts.size(); ++text) {
    steps.push_back(static_cast<int>(piece.steps.size()));
    piece.steps.push_back({new_words(actors, text), after[text]});
  }
  int layer = -1;
  for (size_t i = 0; i < actors.size(); ++i) {
    const Actor& actor = actors[i];
    if (i == 0 || !moves_alike(actors[i - 1], actor))
      layer = piece.add_layer(plan_of(actor, steps));
    const Token& home = *actor.places[actor.first];
    Text text;
    text.line.x = x + home.x;
    text.line.baseline = y + home.baseline;
    text.line.width = actor.run->width;
    text.line.ink_top = -actor.run->size;
    text.line.ink_bottom = 0.3 * actor.run->size;
    text.line.runs.push_back(*actor.run);
    text.line.runs.back().x = 0;
    piece.items.emplace_back(std::move(text), -1, layer);
  }
}

}  // namespace talkie
