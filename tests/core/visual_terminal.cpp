// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminals: what is typed and when, what escape sequences do, and the pixels that come of it.
#include "visual/terminal/terminal.h"

#include <glib.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <random>
#include <thread>

#include "paint_testing.h"
#include "visual/png.h"
#include "visual/terminal/looks.h"
#include "visual/terminal/screen.h"
#include "visual/terminal/session.h"
#include "visual/theme_data.h"

namespace talkie {
namespace {

using namespace std::chrono_literals;
using terminal::Screen;
using terminal::Session;

const Place kHere{"talk.md", 7, 1};

TerminalStyle style_at(double u, Size most) {
  TerminalStyle style;
  style.u = u;
  style.most = most;
  style.corner_px = u;
  style.ground = 0x0b1020;
  style.language = "en";
  return style;
}

std::shared_ptr<const Animation> make(const Terminal& terminal,
                                      const TerminalStyle& style = style_at(12, {816, 420})) {
  Problems problems;
  auto made = make_terminal(terminal, style, kHere, problems);
  EXPECT_TRUE(made) << made.error().to_string();
  EXPECT_TRUE(problems.empty()) << problems.all()[0].to_string();
  return made ? *made : nullptr;
}

Terminal text_terminal(std::string text, std::string look = "dark") {
  Terminal terminal;
  terminal.text = std::move(text);
  terminal.look = std::move(look);
  return terminal;
}

Terminal cast_terminal(std::string path) {
  Terminal terminal;
  terminal.cast = std::move(path);
  terminal.look = "dark";
  return terminal;
}

std::string data(const std::string& name) {
  const char* root = std::getenv("TALKIE_SOURCE_ROOT");
  return std::string(root ? root : ".") + "/tests/data/terminal/" + name;
}

Session read(const std::string& path, Problems& problems) {
  auto session = terminal::read_cast(path, kHere, problems);
  EXPECT_TRUE(session) << session.error().to_string();
  return session ? *std::move(session) : Session();
}

// A row's text without what is empty at its end.
std::string row_text(const Screen& screen, int row) {
  std::string text;
  for (int column = 0; column < screen.columns(); ++column) {
    const terminal::Cell cell = screen.cell(row, column);
    if (cell.width == 0) continue;
    if (!cell.characters[0]) text += ' ';
    for (const uint32_t character : cell.characters) {
      char bytes[6];
      if (character) text.append(bytes, static_cast<size_t>(g_unichar_to_utf8(character, bytes)));
    }
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// The rows of a session after `seconds` of its own time.
std::vector<std::string> rows_after(const Session& session, double seconds, int columns = 80,
                                    int rows = 24) {
  Screen screen(*terminal::find_look("dark"), columns, rows);
  size_t begin = 0;
  for (const auto& event : session.events) {
    if (to_seconds(event.time) > seconds) break;
    screen.write(std::string_view(session.output).substr(begin, event.end - begin));
    begin = event.end;
    if (event.columns) screen.resize(event.columns, event.rows);
  }
  std::vector<std::string> texts;
  for (int row = 0; row < screen.rows(); ++row)
    texts.push_back(row_text(screen, row));
  return texts;
}

std::vector<std::string> shown(const std::string& bytes, int columns = 40, int rows = 4) {
  Session session;
  session.add({}, bytes);
  return rows_after(session, 1, columns, rows);
}

// All moments at which something happens until the end.
std::vector<Time> moments_of(Animation::Player& player) {
  std::vector<Time> moments{Time{}};
  for (Time next = player.next_change(Time{}); next != Time::max(); next = player.next_change(next))
    moments.push_back(next);
  return moments;
}

int64_t count_pixels(const Bitmap& bitmap, uint32_t rgb) {
  int64_t count = 0;
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x)
      count += pixel(bitmap, x, y) == (0xff000000 | rgb);
  return count;
}

Bitmap end_of(const Animation& animation) {
  return animation.play({10s, 10s, {}})->at(10s);
}

// --- What is typed

TEST(TerminalScript, CommandsAreTypedAndAnswersComeOut) {
  const Session session = terminal::type_session("$ echo hi\nhi\n$ false\n");
  EXPECT_EQ(rows_after(session, 0)[0], "$");
  std::vector<std::string> seen;
  for (const auto& event : session.events) {
    const std::string row = rows_after(session, to_seconds(event.time))[0];
    if (seen.empty() || seen.back() != row) seen.push_back(row);
  }
  const std::vector<std::string> letters{"$",      "$ e",      "$ ec",     "$ ech",
                                         "$ echo", "$ echo h", "$ echo hi"};
  EXPECT_EQ(seen, letters);
  const auto rows = rows_after(session, 60);
  EXPECT_EQ(rows[1], "hi");
  EXPECT_EQ(rows[2], "$ false");
  EXPECT_EQ(rows[3], "$");  // waits for the next one
  EXPECT_EQ(rows[4], "");
}

TEST(TerminalScript, IsTypedAsFastAsPeopleType) {
  const std::string command(120, 'x');
  const Session session = terminal::type_session("$ " + command);
  const auto& events = session.events;
  // The prompt, the letters, Enter, the prompt.
  ASSERT_EQ(events.size(), 123u);
  const double typing = to_seconds(events[120].time - events[1].time);
  EXPECT_GT(119 / typing, 12);
  EXPECT_LT(119 / typing, 18);
  EXPECT_GT(to_seconds(events[121].time - events[120].time), 0.3);
  // The rhythm is not a machine's, and the same every time.
  EXPECT_NE(events[2].time - events[1].time, events[3].time - events[2].time);
  const Session again = terminal::type_session("$ " + command);
  for (size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(events[i].time, again.events[i].time);
}

TEST(TerminalScript, TheFirstLineSaysWhatAPromptIs) {
  const auto last = [](const char* text) { return rows_after(terminal::type_session(text), 60); };
  EXPECT_EQ(last("$ cat a.md\n# Title")[2], "$");  // "# Title" came out
  EXPECT_EQ(last("# id -u\n0")[2], "#");
  EXPECT_EQ(last("ada@mill:~/film$ ls\nb")[0], "ada@mill:~/film$ ls");
  EXPECT_EQ(last("ada@mill:~/film$ ls\nb")[2], "ada@mill:~/film$");
  EXPECT_EQ(terminal::type_session("ada@mill:~/film$ ls\nb").title, "ada@mill: ~/film");
  EXPECT_EQ(last("$ npm run x\n> x@1.0.0 build")[1], "> x@1.0.0 build");
  EXPECT_EQ(last("no prompt")[0], "no prompt");
  EXPECT_EQ(last("no prompt")[1], "");
  EXPECT_EQ(last("$ ls\na\n$ ")[2], "$");
  EXPECT_EQ(last("$ ls\na\n$ ")[3], "");
  // Continued lines are typed: they take time.
  EXPECT_GT(terminal::type_session("$ a \\\n> bbbbbbbbbbbbbbbbbbbb").length(),
            terminal::type_session("$ a\n> bbbbbbbbbbbbbbbbbbbb").length() + 1s);
}

TEST(TerminalScript, WaitsAsLongAsItSays) {
  const Session with = terminal::type_session("$ make\n(wait 2.5)\ndone");
  const Session without = terminal::type_session("$ make\ndone");
  // Other texts have another rhythm: half a second of difference at most.
  EXPECT_NEAR(to_seconds(with.length() - without.length()), 2.5, 0.5);
  EXPECT_EQ(rows_after(with, 60)[1], "done");
}

TEST(TerminalScript, EscapesMayBeWrittenWithLetters) {
  for (const char* escape : {"\\e[", "\\033[", "\\x1b[", "\033["}) {
    const Session session = terminal::type_session(std::string("$ x\n") + escape + "31mred");
    Screen screen(*terminal::find_look("dark"), 20, 5);
    screen.write(session.output);
    EXPECT_EQ(row_text(screen, 1), "red");
    EXPECT_EQ(screen.cell(1, 0).text, terminal::find_look("dark")->colours[1]);
  }
  EXPECT_EQ(rows_after(terminal::type_session("$ printf '\\e[31m'"), 60)[0], "$ printf '\\e[31m'");
}

// --- What escape sequences do

TEST(TerminalScreen, MovesScrollsAndErases) {
  using Rows = std::vector<std::string>;
  EXPECT_EQ(shown("abc\033[2;3Hx\033[1;1Hz"), (Rows{"zbc", "  x", "", ""}));
  EXPECT_EQ(shown("1\r\n2\r\n3\r\n4\r\n5"), (Rows{"2", "3", "4", "5"}));
  EXPECT_EQ(shown("1\r\n2\r\n3\r\n4\033[2;3r\033[3;1H\n"), (Rows{"1", "3", "", "4"}));
  EXPECT_EQ(shown("abc\033[2K\rd\033[?1049hfull\033[?1049l"), (Rows{"d", "", "", ""}));
  EXPECT_EQ(shown("\033[?1049h\033[Hfull"), (Rows{"full", "", "", ""}));
  EXPECT_EQ(shown("\033(0lqk\033(B!"), (Rows{"┌─┐!", "", "", ""}));
  EXPECT_EQ(shown("漢字e\u0301\033[1;3Hx"), (Rows{"漢xe\u0301", "", "", ""}));
  EXPECT_EQ(shown("a\033]0;a title\ab\033]2;another\033\\c\033P1$r\033\\d"),
            (Rows{"abcd", "", "", ""}));
}

TEST(TerminalScreen, SequencesMayBeCutAnywhere) {
  const std::string bytes = "\033[1;38;2;10;20;30;4mA\033[22;24;2mB\033]0;t\033\\\033[mC漢";
  Screen whole(*terminal::find_look("dark"), 20, 2);
  whole.write(bytes);
  Screen cut(*terminal::find_look("dark"), 20, 2);
  for (const char c : bytes)
    cut.write(std::string_view(&c, 1));
  for (int column = 0; column < 20; ++column)
    EXPECT_EQ(whole.cell(0, column), cut.cell(0, column));
  EXPECT_EQ(whole.cell(0, 0).text, 0x0a141eu);
  EXPECT_TRUE(whole.cell(0, 0).bold);
  EXPECT_EQ(whole.cell(0, 0).underline, 1);
  EXPECT_FALSE(whole.cell(0, 1).bold);
  EXPECT_NE(whole.cell(0, 1).text, 0x0a141eu);  // faint
  EXPECT_EQ(whole.cell(0, 2).text, terminal::find_look("dark")->text);
  EXPECT_EQ(whole.cell(0, 3).width, 2);
}

TEST(TerminalScreen, HasTheColoursOfXterm) {
  const terminal::Look& look = *terminal::find_look("dracula");
  Screen screen(look, 20, 2);
  screen.write("\033[31ma\033[92mb\033[38;5;130mc\033[38;5;244md\033[38;5;9me\033[0;7mf");
  const uint32_t expected[] = {look.colours[1], look.colours[10], 0xaf5f00,
                               0x808080,        look.colours[9],  look.ground};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(screen.cell(0, i).text, expected[i]) << i;
  EXPECT_EQ(screen.cell(0, 5).ground, look.text);
}

TEST(TerminalScreen, SurvivesRubbish) {
  std::mt19937 random(1);
  const std::string_view likely =
      "\033\033\033[[[;;::0123456789?>!$mHJKLMPXrhlABCDST@`~abc\r\n\t\b";
  for (int round = 0; round < 300; ++round) {
    Screen screen(*terminal::find_look("dark"), 20, 6);
    std::string bytes;
    for (int i = 0; i < 2000; ++i)
      bytes += random() % 8 ? likely[random() % likely.size()] : static_cast<char>(random());
    screen.write(bytes);
    screen.resize(2 + static_cast<int>(random() % 60), 1 + static_cast<int>(random() % 30));
    screen.write(bytes);
    for (int row = 0; row < 40; ++row)
      for (int column = 0; column < 80; ++column)
        EXPECT_LE(screen.cell(row, column).width, 2);
  }
  std::string many = "\033[";
  for (int i = 0; i < 1000; ++i)
    many += "1;";
  EXPECT_EQ(shown(many + "HA")[0], "A");
  EXPECT_EQ(shown(many + "31mA")[0], "A");
  EXPECT_EQ(shown("\033[99999999999999999999999BA")[3], "A");
}

// --- Recordings

// Recorded from vim: numbers, a line typed, a window split, a line deleted, the window closed.
TEST(TerminalCast, PlaysAFullScreenProgram) {
  Problems problems;
  const Session session = read(data("vim.cast"), problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(session.columns, 80);
  EXPECT_EQ(session.title, "vim");
  const auto numbered = rows_after(session, 1.55);
  EXPECT_EQ(numbered[0], "      1 #include <stdio.h>");
  EXPECT_EQ(numbered[5], "      6     printf(\"hello %d\\n\", i);");
  EXPECT_EQ(numbered[8], "~");
  const auto typed = rows_after(session, 2.35);
  EXPECT_EQ(typed[4], "      5 int n = 3;");
  EXPECT_EQ(typed[8], "      9 }");
  const auto split = rows_after(session, 2.75);
  EXPECT_NE(split[11].find("hello.c [+]"), std::string::npos);
  EXPECT_EQ(split[12], "      1 #include <stdio.h>");
  const auto closed = rows_after(session, 60);
  EXPECT_EQ(closed[0], "");  // the screen that was there before
}

TEST(TerminalCast, LongPausesAreShortened) {
  const Folder folder;
  Problems problems;
  const std::string events = "[1,\"o\",\"a\"]\n[3601,\"o\",\"b\"]\n[3601.5,\"m\",\"\"]\n";
  const auto length = [&](const std::string& more) {
    return to_seconds(read(folder.write("a.cast", "{\"version\":2,\"width\":80,\"height\":24" +
                                                      more + "}\n" + events),
                           problems)
                          .length());
  };
  EXPECT_DOUBLE_EQ(length(""), 3);
  EXPECT_DOUBLE_EQ(length(",\"idle_time_limit\":0.5"), 1);
}

TEST(TerminalCast, ReadsVersionThree) {
  const Folder folder;
  Problems problems;
  const Session session =
      read(folder.write(
               "a.cast",
               "{\"version\":3,\"term\":{\"cols\":100,\"rows\":30,\"theme\":{\"fg\":\"#112233\","
               "\"bg\":\"#fefefe\",\"palette\":\"#000:#100:#200:#300:#400:#500:#600:#700\"}}}\n"
               "# a comment\n[0.5,\"o\",\"a\"]\n[0.5,\"r\",\"90x20\"]\n[0.25,\"o\",\"b\"]\n"
               "[0.1,\"x\",\"0\"]\n"),
           problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(session.columns, 100);
  EXPECT_EQ(session.length(), 1250ms);
  ASSERT_EQ(session.events.size(), 3u);
  EXPECT_EQ(session.events[1].columns, 90);
  ASSERT_TRUE(session.look);
  EXPECT_EQ(session.look->ground, 0xfefefeu);
  EXPECT_EQ(session.look->colours[9], 0x110000u);
}

TEST(TerminalCast, ErrorsSayWhere) {
  const Folder folder;
  const std::string header = "{\"version\":2,\"width\":80,\"height\":24}\n";
  const struct {
    std::string text;
    int line;
    ErrorKind kind;
    const char* words;
  } cases[] = {
      {"", 0, ErrorKind::syntax, "empty"},
      {"hello\n", 1, ErrorKind::syntax, "no recording"},
      {"{\"version\":1,\"width\":80,\"height\":24,\"stdout\":[]}", 1, ErrorKind::unsupported,
       "version 1"},
      {"{\"version\":2,\"width\":0,\"height\":24}\n", 1, ErrorKind::bad_value, "columns"},
      {"{\"version\":2,\"width\":1e9,\"height\":24}\n", 1, ErrorKind::bad_value, "columns"},
      {header + "[1,\"o\",\"a\"]\n[oops\n[2,\"o\",\"b\"]\n", 3, ErrorKind::syntax, "no event"},
      {header + "[-1,\"o\",\"a\"]\n", 2, ErrorKind::bad_value, "seconds"},
      {header + "[1,\"r\",\"wide\"]\n[2,\"o\",\"b\"]\n", 2, ErrorKind::syntax, "120x40"},
      {header + "[1,\"r\",\"9000x9000\"]\n", 2, ErrorKind::bad_value, "columns"},
  };
  for (const auto& one : cases) {
    const std::string path = folder.write("a.cast", one.text);
    Problems problems;
    const auto made = make_terminal(cast_terminal(path), style_at(12, {816, 420}), kHere, problems);
    ASSERT_FALSE(made) << one.text;
    EXPECT_EQ(made.error().kind, one.kind) << one.text;
    EXPECT_EQ(made.error().where.file, path);
    EXPECT_EQ(made.error().where.line, one.line) << one.text;
    EXPECT_NE(made.error().message.find(one.words), std::string::npos) << made.error().message;
  }
  Problems problems;
  const auto none =
      make_terminal(cast_terminal(folder.path("none")), style_at(12, {816, 420}), kHere, problems);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  EXPECT_EQ(none.error().where, kHere);
}

TEST(TerminalCast, ALastLineThatWasCutOffIsAWarning) {
  const Folder folder;
  Problems problems;
  const std::string path = folder.write(
      "a.cast", "{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"a\"]\n[2,\"o\",");
  const Session session = read(path, problems);
  EXPECT_EQ(session.output, "a");
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where, (Place{path, 3, 1}));
}

TEST(TerminalCast, SurvivesRubbish) {
  const Folder folder;
  const auto original = read_file(data("vim.cast"), 1 << 20);
  ASSERT_TRUE(original);
  std::mt19937 random(3);
  int played = 0;
  for (int round = 0; round < 200; ++round) {
    std::string text = *original;
    for (int i = 0; i < 3; ++i)
      text[100 + random() % (text.size() - 100)] = static_cast<char>(32 + random() % 90);
    Problems problems;
    const auto made = make_terminal(cast_terminal(folder.write("a.cast", text)),
                                    style_at(6, {400, 220}), kHere, problems);
    if (!made) continue;
    (*made)->play({5s, 4s, {}})->at(4s);
    ++played;
  }
  EXPECT_GT(played, 20);
}

// A recording of three hours in which something happens all the time.
TEST(TerminalCast, ThreeHoursAreBounded) {
  std::string text = "{\"version\":2,\"width\":80,\"height\":24}\n";
  const int events = 540'000;  // 50 a second
  for (int i = 0; i < events; ++i)
    text += "[" + std::to_string(i * 0.02) + ",\"o\",\"\\u001b[32mline " + std::to_string(i) +
            " of many\\u001b[m\\r\\n\"]\n";
  const Folder folder;
  const std::clock_t start = std::clock();
  const auto animation = make(cast_terminal(folder.write("a.cast", text)));
  ASSERT_TRUE(animation);
  const auto player = animation->play({60s, 58s, {}});
  for (Time time{}; time <= 60s; time += 33ms)
    player->at(time);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 15);
  EXPECT_EQ(player->next_change(60s), Time::max());  // all of it was shown
}

TEST(TerminalCast, LimitsAreErrors) {
  const Folder folder;
  std::string text = "{\"version\":2,\"width\":80,\"height\":24}\n";
  for (int i = 0; i < 1'000'001; ++i)
    text += "[1,\"o\",\"a\"]\n";
  Problems problems;
  const auto events = make_terminal(cast_terminal(folder.write("a.cast", text)),
                                    style_at(12, {816, 420}), kHere, problems);
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().kind, ErrorKind::too_large);
  EXPECT_EQ(events.error().where.line, 1'000'002);
  const std::string nest = "{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"a\"," +
                           std::string(5'000'000, '[') + "\n[2,\"o\",\"b\"]\n";
  EXPECT_FALSE(make_terminal(cast_terminal(folder.write("a.cast", nest)), style_at(12, {816, 420}),
                             kHere, problems));
  text.resize((64 << 20) + 1, ' ');
  const auto bytes = make_terminal(cast_terminal(folder.write("a.cast", text)),
                                   style_at(12, {816, 420}), kHere, problems);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind, ErrorKind::too_large);
}

// --- Time

TEST(TerminalTime, IsFittedToWhatIsSaid) {
  Terminal terminal = text_terminal("$ talkie render talk.md -o talk.mp4\nmade talk.mp4\n$ ls");
  const auto last = [&](Time end, Time speech_end) {
    return to_seconds(moments_of(*make(terminal)->play({end, speech_end, {}})).back());
  };
  const double natural = last(100s, 0s);
  EXPECT_GT(natural, 3);
  EXPECT_LT(natural, 7);
  EXPECT_NEAR(last(10s, 8s), 8 * 0.94, 0.02);       // slower
  EXPECT_NEAR(last(5s, 4s), 4 * 0.94, 0.02);        // faster
  EXPECT_NEAR(last(100s, 90s), natural * 2, 0.02);  // no slower than half
  EXPECT_NEAR(last(20s, 1s), natural / 2, 0.02);    // no faster than twice …
  EXPECT_NEAR(last(1500ms, 1s), 1.5 * 0.98, 0.02);  // … unless it would not be seen
  terminal.speed = 2;
  EXPECT_NEAR(last(100s, 50s), natural / 2, 0.02);
  terminal.speed = 0;
  EXPECT_NEAR(last(10s, 8s), 8 * 0.94, 0.02);
}

class TerminalPlays : public testing::TestWithParam<std::string> {
 protected:
  static std::shared_ptr<const Animation> animation() {
    if (GetParam() == "vim") return make(cast_terminal(data("vim.cast")));
    if (GetParam() == "slanted") {  // letters that reach over their cells
      TerminalStyle style = style_at(12, {816, 420});
      style.family = "EB Garamond";
      return make(text_terminal("$ \033[3mfjfyfjQf fif"), style);
    }
    return make(
        text_terminal("$ seq 1 30 # 漢字 😀\n1\n2\n3\n\\e[42m4\n5\\e[m\n6\n7\n8\n9\n10\n11\n12\n13\n"
                      "14\n15\n16\n17\n18\n\\e[3mfff\\e[m\n$ clear\n$ ls \033[1mfj",
                      "retro"));
  }
};

TEST_P(TerminalPlays, TheSameInAnyOrder) {
  const auto animation = this->animation();
  ASSERT_TRUE(animation);
  const Animation::Timing timing{9s, 8s, {}};
  const auto forwards = animation->play(timing);
  const std::vector<Time> moments = moments_of(*forwards);
  ASSERT_GT(moments.size(), 8u);
  std::vector<Bitmap> pictures;
  for (const Time moment : moments)
    pictures.push_back(forwards->at(moment));
  std::vector<size_t> order;
  for (size_t i = 0; i < moments.size(); ++i)
    order.push_back(i);
  std::shuffle(order.begin(), order.end(), std::mt19937(2));
  const auto anyhow = animation->play(timing);
  for (const size_t i : order) {
    ASSERT_EQ(anyhow->at(moments[i]).bgra, pictures[i].bgra) << i;
    // Until the next moment nothing happens.
    const Time before = i + 1 < moments.size() ? moments[i + 1] - 1ns : 100s;
    ASSERT_EQ(anyhow->at(before).bgra, pictures[i].bgra) << i;
  }
}

TEST_P(TerminalPlays, WhatChangesIsInWhatItSaysChanges) {
  const auto player = animation()->play({9s, 8s, {}});
  const std::vector<Time> moments = moments_of(*player);
  int64_t said = 0;
  // One by one, in steps that are known already, and in others.
  for (const size_t step : {2u, 1u, 3u}) {
    for (size_t i = step; i < moments.size(); i += step) {
      const Bitmap before = player->at(moments[i - step]);
      const View view = player->changed(moments[i - step], moments[i]);
      const Bitmap& after = player->at(moments[i]);
      said += static_cast<int64_t>(view.width * view.height);
      for (int y = 0; y < after.height; ++y) {
        if (y >= view.y && y < view.y + view.height) {
          const auto left = static_cast<size_t>(view.x) * 4;
          const auto right = static_cast<size_t>(view.x + view.width) * 4;
          const size_t all = static_cast<size_t>(after.width) * 4;
          ASSERT_EQ(std::memcmp(before.row(y), after.row(y), left), 0);
          ASSERT_EQ(std::memcmp(before.row(y) + right, after.row(y) + right, all - right), 0);
        } else {
          ASSERT_EQ(std::memcmp(before.row(y), after.row(y), size_t{4} * after.width), 0);
        }
      }
    }
  }
  EXPECT_GT(said, 0);
  EXPECT_EQ(player->changed(moments[2], moments[2]), View());
}
INSTANTIATE_TEST_SUITE_P(Terminal, TerminalPlays, testing::Values("vim", "text", "slanted"));

// Something comes and goes: from before to after nothing is different, in between it is.
TEST(TerminalTime, WhatComesAndGoesHasChanged) {
  const Folder folder;
  const auto animation = make(
      cast_terminal(folder.write("a.cast",
                                 "{\"version\":2,\"width\":80,\"height\":24}\n[1,\"o\",\"x\\r\"]\n"
                                 "[2,\"o\",\"y\\r\"]\n[3,\"o\",\"x\\r\"]\n")));
  const auto player = animation->play({3s + 60ms, 0s, {}});
  const std::vector<Time> moments = moments_of(*player);
  ASSERT_EQ(moments.size(), 4u);
  player->at(moments[1]);
  EXPECT_EQ(player->changed(moments[1], moments[3]), View());
  EXPECT_GT(player->changed(moments[1], moments[2]).width, 0);
  EXPECT_GT(player->changed(moments[2], moments[3]).width, 0);
}

// Every thread has a player of its own.
TEST(TerminalTime, PlayersAreIndependent) {
  const auto animation = make(cast_terminal(data("vim.cast")));
  const Bitmap alone = animation->play({9s, 8s, {}})->at(3s);
  std::vector<Bitmap> pictures(4);
  std::vector<std::thread> threads;
  for (Bitmap& picture : pictures)
    threads.emplace_back([&] {
      const auto player = animation->play({9s, 8s, {}});
      for (Time time{}; time <= 3s; time += 100ms)
        picture = player->at(time);
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const Bitmap& picture : pictures)
    EXPECT_EQ(picture.bgra, alone.bgra);
}

TEST(TerminalTime, ALetterChangesItsPlaceOnly) {
  const auto animation = make(text_terminal("$ hello world"));
  const auto player = animation->play({9s, 8s, {}});
  const std::vector<Time> moments = moments_of(*player);
  const View view = player->changed(moments[2], moments[3]);
  EXPECT_LT(view.width * view.height, 0.02 * animation->size().width * animation->size().height);
}

TEST(TerminalTime, KeysTellTerminalsApart) {
  const Terminal first = text_terminal("$ ls");
  EXPECT_EQ(make(first)->key(), make(first)->key());
  std::vector<Terminal> others(6, first);
  others[0].text = "$ lt";
  others[1].look = "nord";
  others[2].title = "zsh";
  others[3].columns = 50;
  others[4].rows = 9;
  others[5].speed = 2;
  for (const Terminal& other : others)
    EXPECT_NE(make(other)->key(), make(first)->key());
  EXPECT_NE(make(first, style_at(13, {816, 420}))->key(), make(first)->key());
}

// --- Pixels

TEST(TerminalPaint, CellsHaveTheColoursOfTheLook) {
  const terminal::Look& look = *terminal::find_look("nord");
  const Bitmap picture = end_of(*make(text_terminal(
      "\\e[31m██\\e[m\n\\e[44m  \\e[m\n\\e[38;2;1;2;3m█\n\\e[0;7m \\e[m\n\\e[48;5;196m \\e[m",
      "nord")));
  const int64_t one = count_pixels(picture, 0x010203);
  EXPECT_GT(one, 60);
  EXPECT_EQ(count_pixels(picture, look.colours[1]), 2 * one);
  EXPECT_EQ(count_pixels(picture, look.colours[4]), 2 * one);
  EXPECT_EQ(count_pixels(picture, 0xff0000), one);
  EXPECT_GE(count_pixels(picture, look.text), 2 * one);  // in reverse, and the cursor
  EXPECT_GT(count_pixels(picture, look.ground), 100 * one);
}

// A frame of lines is one connected shape, and areas have no seams.
TEST(TerminalPaint, LinesAndBlocksMeet) {
  const Bitmap picture = end_of(*make(
      text_terminal("\\e[38;2;1;2;3m┌──┐\n│  │\n│  │\n╰──╯\n\\e[38;2;9;8;7m████\n████\n▀▀▀▀\n")));
  int left = picture.width;
  int right = 0;
  int top = picture.height;
  int bottom = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (pixel(picture, x, y) != 0xff090807) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  EXPECT_EQ(count_pixels(picture, 0x090807), int64_t{right - left} * (bottom - top));
  // Down the left side of the frame, from its first row to its last.
  int x = 0;
  int y = 0;
  const auto is_line = [&](int at_x, int at_y) { return pixel(picture, at_x, at_y) == 0xff010203; };
  while (y < picture.height && !is_line(x, y)) {
    if (++x == picture.width) ++y, x = 0;
  }
  const int cell = (bottom - top) * 2 / 5;
  for (int down = 0; down < 5 * cell / 2; ++down)
    ASSERT_TRUE(is_line(x, y + down)) << down;
}

TEST(TerminalPaint, WideCharactersTakeTwoCells) {
  const auto row = [](const std::string& text) {
    return end_of(*make(text_terminal(text + "\\e[48;2;1;2;3m \\e[m\n")));
  };
  const auto mark = [](const Bitmap& picture) {
    for (int x = 0; x < picture.width; ++x)
      for (int y = 0; y < picture.height; ++y)
        if (pixel(picture, x, y) == 0xff010203) return x;
    return -1;
  };
  EXPECT_EQ(mark(row("漢字")), mark(row("abcd")));
  EXPECT_EQ(mark(row("😀")), mark(row("ab")));
  EXPECT_EQ(mark(row("e\u0301")), mark(row("e")));
  // The emoji has its own colours: yellow, which the look's text is not.
  const Bitmap emoji = row("😀");
  int yellow = 0;
  for (int y = 0; y < emoji.height; ++y)
    for (int x = 0; x < emoji.width; ++x) {
      const uint32_t p = pixel(emoji, x, y);
      yellow += y > 40 && (p >> 16 & 0xff) > 200 && (p & 0xff) < 100;
    }
  EXPECT_GT(yellow, 20);
}

TEST(TerminalPaint, UnknownLooksAreWarned) {
  Problems problems;
  const auto made =
      make_terminal(text_terminal("$ ls", "matrx"), style_at(12, {816, 420}), kHere, problems);
  EXPECT_TRUE(made);
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_EQ(problems.all()[0].where, kHere);
  EXPECT_NE(problems.all()[0].message.find("Did you mean 'matrix'?"), std::string::npos);
}

TEST(TerminalPaint, WindowsFitTheirPlace) {
  const std::string long_line(300, 'x');
  for (const Size most : {Size{1632, 792}, Size{912, 1500}, Size{600, 300}, Size{800, 200}}) {
    for (const std::string text :
         {"$ ls", ("$ cat x\n" + long_line).c_str(),
          "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\nu\nv"}) {
      const Size size = make(text_terminal(text), style_at(24, most))->size();
      EXPECT_LE(size.width, most.width);
      EXPECT_LE(size.height, most.height);
    }
  }
  Problems problems;
  Terminal huge = text_terminal("$ ls");
  huge.columns = 400;
  const auto made = make_terminal(huge, style_at(24, {900, 400}), kHere, problems);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::too_large);
  EXPECT_EQ(made.error().where, kHere);
  EXPECT_FALSE(make_terminal(text_terminal("$ ls"), style_at(24, {40, 40}), kHere, problems));
  huge.columns = 120;
  EXPECT_TRUE(make_terminal(huge, style_at(24, {900, 400}), kHere, problems));
  ASSERT_EQ(problems.all().size(), 1u);
  EXPECT_NE(problems.all()[0].message.find("very small"), std::string::npos);
}

// Black, white and bright white are grounds as often as they are text.
TEST(TerminalPaint, EveryLookCanBeRead) {
  for (const std::string_view name : terminal::look_names()) {
    const terminal::Look& look = *terminal::find_look(name);
    EXPECT_GE(contrast(look.text, look.ground), 7) << name;
    for (const size_t i : {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14})
      EXPECT_GE(contrast(look.colours[i], look.ground), 4.5) << name << " " << i;
    Screen screen(look, 4, 1);
    screen.write("\033[2mf");
    EXPECT_GE(contrast(screen.cell(0, 0).text, look.ground), 3) << name;
  }
}

TEST(TerminalPaint, WithoutALookItIsAsTheThemesCodeWindows) {
  for (const uint32_t ground : {0x060914u, 0x3a3f55u, 0xf4efe6u}) {
    TerminalStyle style = style_at(12, {816, 420});
    style.window = ground;
    style.window_text = luminance(ground) > 0.4 ? 0x222222 : 0xf5f5f5;
    const Bitmap picture = end_of(*make(text_terminal("\\e[33m█", ""), style));
    EXPECT_GT(count_pixels(picture, ground), 10'000);
    EXPECT_GT(count_pixels(picture, readable(style.accent, ground, 3)), 60);  // the cursor
    const uint32_t yellow =
        terminal::find_look(luminance(ground) > 0.4 ? "light" : "dark")->colours[3];
    EXPECT_GT(count_pixels(picture, readable(yellow, ground, 4.5)), 60);
  }
}

// Golden pictures; they are written where TALKIE_WRITE_GOLDEN is set.
TEST(TerminalPaint, EveryLookLooksAsItDid) {
  const std::string text =
      "$ make -j4 # 漢 😀\n\\e[31mred\\e[32m green\\e[33m yellow\\e[34m blue\\e[m\n"
      "\\e[1mbold\\e[22;2m faint\\e[m\\e[3m italic\\e[m \\e[4munder\\e[m \\e[7mback\\e[m "
      "\\e[9mout\\e[m\n"
      "┌─┬─┐ ╔═╦═╗ ╭╴▁▃▅▇ ▓▒░\n└─┴─┘ ╚═╩═╝ ╯";
  for (const std::string_view look : terminal::look_names()) {
    const Bitmap picture =
        end_of(*make(text_terminal(text, std::string(look)), style_at(10, {460, 230})));
    const std::string path = data("look-" + std::string(look) + ".png");
    if (std::getenv("TALKIE_WRITE_GOLDEN")) {
      ASSERT_TRUE(write_file(path, *to_png(picture)));
    }
    const Difference apart = difference(picture, read_png(path));
    EXPECT_LT(apart.mean, 0.5) << look;  // fonts differ a little from one machine to another
  }
}

}  // namespace
}  // namespace talkie
