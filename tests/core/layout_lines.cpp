// SPDX-License-Identifier: LGPL-2.1-or-later
// Where lines end: arithmetic on widths.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "visual/line_breaking.h"

namespace talkie {
namespace {

std::vector<Chunk> words(const std::vector<int>& letters) {
  std::vector<Chunk> chunks;
  for (const int n : letters)
    chunks.push_back({10.0 * n, 10, 0, n});
  return chunks;
}

double line_width(const std::vector<Chunk>& chunks, size_t first, size_t end) {
  double width = 0;
  for (size_t i = first; i < end; ++i)
    width += chunks[i].width + (i + 1 < end ? chunks[i].space : 0);
  return width;
}

TEST(LineBreaking, NothingMakesNoLines) {
  EXPECT_TRUE(break_lines({}, 100, true).empty());
}

TEST(LineBreaking, WhatFitsStaysInOneLine) {
  EXPECT_EQ(break_lines(words({4, 4}), 90, true), std::vector<size_t>{2});
}

TEST(LineBreaking, BalancedLinesAreOfLikeLength) {
  // Filling greedily would put five words in the first line and one in the second.
  EXPECT_EQ(break_lines(words({5, 5, 5, 5, 5, 5}), 300, true), (std::vector<size_t>{3, 6}));
}

TEST(LineBreaking, NoShortWordStandsAloneOnTheLastLine) {
  // "aaaaa aaaaa aaaaa aaaaa | bb" becomes "… aaaaa | aaaaa bb".
  EXPECT_EQ(break_lines(words({5, 5, 5, 5, 2}), 235, false), (std::vector<size_t>{3, 5}));
}

TEST(LineBreaking, LinesEndAfterAPauseRatherThanAfterAnArticle) {
  std::vector<Chunk> chunks = words({5, 5, 5, 5, 5, 5, 5});
  chunks[2].penalty = 0.07;
  chunks[3].penalty = -0.03;
  EXPECT_EQ(break_lines(chunks, 300, true).front(), 4u);
  std::swap(chunks[2].penalty, chunks[3].penalty);
  EXPECT_EQ(break_lines(chunks, 300, true).front(), 3u);
}

TEST(LineBreaking, AWordWiderThanTheLineHasALineToItself) {
  EXPECT_EQ(break_lines(words({3, 40, 3}), 200, false), (std::vector<size_t>{1, 2, 3}));
}

// Against a plain greedy filling, which needs the fewest lines that there can be.
TEST(LineBreaking, NeverTakesMoreLinesNorRunsOver) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    std::vector<int> letters;
    const int count = 1 + static_cast<int>(random() % 40);
    for (int i = 0; i < count; ++i)
      letters.push_back(1 + static_cast<int>(random() % 12));
    const std::vector<Chunk> chunks = words(letters);
    const double width = 130 + static_cast<double>(random() % 300);
    size_t fewest = 0;
    double used = width + 1;
    for (const Chunk& chunk : chunks) {
      used += 10 + chunk.width;
      if (used > width) {
        ++fewest;
        used = chunk.width;
      }
    }
    for (const bool balanced : {false, true}) {
      const std::vector<size_t> ends = break_lines(chunks, width, balanced);
      ASSERT_EQ(ends.size(), fewest);
      ASSERT_EQ(ends.back(), chunks.size());
      size_t first = 0;
      for (const size_t end : ends) {
        ASSERT_LT(first, end);
        ASSERT_LE(line_width(chunks, first, end), width + 1e-6);
        first = end;
      }
    }
  }
}

}  // namespace
}  // namespace talkie
