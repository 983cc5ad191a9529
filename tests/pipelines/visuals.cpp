// SPDX-License-Identifier: LGPL-2.1-or-later
// Films of drawings, code, terminals and everything that moves, looked at from outside.
#include <cmath>

#include "plan_films.h"

namespace talkie {
namespace {

// Drawings that need no library in JavaScript, so that every build has them.
Scenes moving_scenes() {
  Scenes scenes;
  scenes.header += "captions: none\n";
  scenes.scenes = {
      "# Graph\n\n```dot\ndigraph { rankdir=LR; voice -> muxer; page -> muxer }\n```\n\n"
      "The voice and the page meet in [the muxer](cue:highlight=muxer) at last.\n\n",
      "(transition: push left 0.4)\n\n## Code\n\n```python {1|2}\none = 1\ntwo = 2\n```\n\n"
      "First the one line. And then the other one.\n\n",
      "(transition: morph 0.4)\n\n## Code\n\n```js magic-move\na = 1\n```\n\n"
      "```js magic-move\nb = 2\na = 1\n```\n\nIt was a. Now it is b and a.\n\n",
      "(transition: circle 0.4)\n\n## Shell\n\n```terminal\n$ ls -l\nfilm.md\n```\n\n"
      "A command, and what it says.\n\n",
      "(transition: dissolve 0.4)\n\n# Close\n\n- Near\n- Far\n\n"
      "Now [near](cue:zoom=1) and [far away](cue:zoom=home) again.\n\n",
      "(transition: zoom 0.4)\n\n(camera: panzoom)\n\n# The end\n\nGoodbye to all of you.\n\n"};
  return scenes;
}

class Visuals : public PlannedFilms {};

TEST_F(Visuals, GiveTheSameBytesHoweverTheyAreMade) {
  RenderOptions options = this->options(moving_scenes().text());
  options.workers = 1;
  const std::string expected = bytes_made_anew(options);
  options.workers = 3;
  EXPECT_TRUE(bytes_made_anew(options) == expected);
  const Made cold = make(options);
  EXPECT_TRUE(cold.bytes == expected);
  EXPECT_TRUE(cold.problems.empty()) << cold.problems.front();
  EXPECT_EQ(make(options).report.made, 0);
}

TEST_F(Visuals, AreMadeAnewOneByOne) {
  Scenes scenes = moving_scenes();
  make(scenes);
  scenes.edit(4, "far away", "far off");
  EXPECT_EQ(make(scenes).report.made, 1);
  // The next scene begins with the end of the terminal, which waits for its words.
  scenes.edit(3, "A command, and", "A small command, and");
  EXPECT_EQ(make(scenes).report.made, 2);
  // Another page is another beginning of the next scene's transition.
  scenes.edit(0, "cue:highlight=muxer", "cue:highlight=voice");
  EXPECT_EQ(make(scenes).report.made, 2);
}

// How much of the film moves: frames that differ from the one before them.
int moving_frames(const std::filesystem::path& film) {
  const std::vector<double> luma = outside::luma_of_frames(film);
  int moving = 0;
  for (size_t i = 1; i < luma.size(); ++i)
    moving += std::abs(luma[i] - luma[i - 1]) > 1e-6 ? 1 : 0;
  return moving;
}

TEST_F(Visuals, ACueMovesThePictureAtItsWord) {
  Scenes scenes;
  scenes.header += "captions: none\n";
  scenes.scenes = {
      "# Words\n\n```dot\ndigraph { muxer }\n```\n\n"
      "Here we say a good number of words before [the muxer](cue:highlight=muxer).\n\n"};
  const RenderOptions lit = options(scenes.text());
  ASSERT_TRUE(render(lit, {}));
  const std::vector<double> luma = outside::luma_of_frames(film());
  ASSERT_GT(luma.size(), 60u);
  // The graph's only node is named, so that it is there from the beginning; its frame comes late.
  size_t last_change = 0;
  const size_t fade = luma.size() - 25;  // the film's own fade-out
  for (size_t i = 1; i < fade; ++i)
    if (std::abs(luma[i] - luma[i - 1]) > 1e-6) last_change = i;
  EXPECT_GT(static_cast<double>(last_change), 0.4 * static_cast<double>(luma.size()));
  EXPECT_LT(moving_frames(film()), static_cast<int>(luma.size()) / 2) << "the rest holds";
}

TEST_F(Visuals, AFilmMayBeSoundAlone) {
  Scenes scenes;
  scenes.header += "video: none\n";
  ASSERT_TRUE(render(options(scenes.text()), {}));
  const auto streams = outside::probe(film())["streams"];
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0]["codec_type"], "audio");
  EXPECT_EQ(streams[1]["disposition"]["attached_pic"], 1) << "its cover";
}

TEST_F(Visuals, ACueThatNamesNothingIsAnErrorAtItsPlace) {
  Scenes scenes;
  scenes.scenes = {"# Words\n\n- One\n\nHere is [nothing](cue:highlight=nothing) at all.\n\n"};
  const auto report = render(options(scenes.text()), {});
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("nothing"), std::string::npos);
  EXPECT_EQ(report.error().where.line, 11) << report.error().to_string();
}

}  // namespace
}  // namespace talkie
