// SPDX-License-Identifier: LGPL-2.1-or-later
// Captions of scripts with and without spaces, of many speakers, and the words in them.
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <cwchar>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "speech/words.h"
#include "timeline/captions.h"
#include "timeline/phrases.h"

namespace talkie {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Every word (in scripts without spaces: every character) takes as long as `length` says.
template <typename Length>
SpokenUtterance say_by(const std::string& text, const std::string& language, Time start,
                       Length length) {
  SpokenUtterance utterance;
  utterance.text = text;
  utterance.language = language;
  utterance.start = utterance.end = start;
  for (const TextWord& word : find_words(text)) {
    const Time end = utterance.end + length();
    utterance.words.push_back(
        {text.substr(word.offset, word.length), word.offset, word.length, utterance.end, end});
    utterance.end = end;
  }
  return utterance;
}

SpokenUtterance say(const std::string& text, const std::string& language, Time start = {},
                    Time word = milliseconds(300)) {
  return say_by(text, language, start, [&] { return word; });
}

SceneTiming scene_of(std::vector<SpokenUtterance> utterances) {
  SceneTiming timing;
  timing.duration = utterances.back().end + seconds(2);
  timing.utterances = std::move(utterances);
  return timing;
}

// As the C library counts a terminal's columns.
int columns_of(std::string_view line) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  int columns = 0;
  std::mbstate_t state{};
  for (size_t at = 0; at < line.size();) {
    wchar_t c = 0;
    const size_t length = std::mbrtowc(&c, line.data() + at, line.size() - at, &state);
    if (length == 0 || length > line.size()) return 1'000;
    columns += std::max(wcwidth(c), 0);
    at += length;
  }
  return columns;
}

std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

// --- scripts without spaces ---

struct Divided {
  const char* language;
  const char* text;  // with a bar between its words
};

// Divided by hand into the least words that dictionaries have.
const Divided kSentences[] = {
    {"zh",
     "当|月亮|在|海洋|上方|的|时候，|它|会|把|海水|拉|向|自己，|因为|地球|在|下面|转动，|所以|"
     "隆起|的|水|每天|绕|地球|一圈。"},
    {"zh", "今天|我们|学习|怎样|用|电脑|制作|一|部|关于|环境|保护|的|电影。"},
    {"ja",
     "私|は|毎日|映画|を|見|て|い|ます。|月|が|海|の|上|に|ある|とき、|海水|を|自分|の|方|へ|"
     "引っ張り|ます。"},
    {"ja", "コンピューター|で|ビデオ|を|作り|ましょう。|その|方法|を|説明|し|ます。"},
    {"th",
     "น้ำ|ขึ้น|น้ำ|ลง|เกิด|จาก|แรง|ดึงดูด|ของ|ดวง|จันทร์| เมื่อ|ดวง|จันทร์|อยู่|เหนือ|มหาสมุทร| วัน|นี้|เรา|เรียน|"
     "วิธี|ทำ|ภาพยนตร์|ด้วย|คอมพิวเตอร์"},
    {"km", "ខ្ញុំ|ចូលចិត្ត|មើល|កុន|ជា|រៀងរាល់|ថ្ងៃ។| ព្រះចន្ទ|ទាញ|ទឹក|សមុទ្រ"},
    {"lo", "ຂ້ອຍ|ມັກ|ເບິ່ງ|ໜັງ|ທຸກ|ໆ|ມື້"},
    {"ko", "달이 |바다 |위에 |있을 |때 |물을 |끌어당깁니다."},
};

TEST(CaptionsWithoutSpaces, NoWordIsDivided) {
  for (const Divided& sentence : kSentences) {
    std::string text;
    std::set<size_t> borders;
    for (const std::string_view word : split(sentence.text, '|')) {
      borders.insert(text.size() + (word.starts_with(' ') ? 1 : 0));
      text += word;
      borders.insert(text.size());
    }
    const auto pieces = pieces_of(text, sentence.language);
    EXPECT_GE(pieces.size(), borders.size() / 5) << text;
    for (const SpeechPiece& piece : pieces)
      EXPECT_TRUE(borders.contains(piece.begin)) << text.substr(piece.begin);
    // And so no caption divides one, whatever its width.
    for (int width = 18; width <= 42; width += 6) {
      CaptionLimits limits;
      limits.line_width = width;
      std::string all;
      for (const Caption& caption : captions_of(scene_of({say(text, sentence.language)}), limits)) {
        for (const std::string_view line : split(caption.text, '\n')) {
          EXPECT_LE(columns_of(line), width) << line;
          all += line;
          while (all.size() < text.size() && text[all.size()] == ' ')
            all += ' ';
          EXPECT_TRUE(borders.contains(all.size())) << line;
        }
      }
      EXPECT_EQ(all, text);
    }
  }
}

// JIS X 4051 and GB/T 15834: what may not begin or end a line.
TEST(CaptionsWithoutSpaces, PunctuationStaysWithItsWord) {
  const std::string text =
      "「ちょっと待って！」と彼は言った。すると、シャーロックは「はい、どうぞ（笑）」と答えました"
      "。";
  for (int width = 12; width <= 42; ++width) {
    CaptionLimits limits;
    limits.line_width = width;
    for (const Caption& caption : captions_of(scene_of({say(text, "ja")}), limits))
      for (const std::string_view line : split(caption.text, '\n')) {
        for (const char* closing : {"、", "。", "」", "）", "！", "っ", "ょ", "ャ", "ー"})
          EXPECT_FALSE(line.starts_with(closing)) << line;
        for (const char* opening : {"「", "（"})
          EXPECT_FALSE(line.ends_with(opening)) << line;
      }
  }
}

TEST(CaptionsWithoutSpaces, TwentyOneIdeographsAreALine) {
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += "电影";
  for (const Caption& caption : captions_of(scene_of({say(text, "zh")})))
    for (const std::string_view line : split(caption.text, '\n'))
      EXPECT_LE(count_characters(line), 21u);
}

// A Thai space is the end of a phrase.
TEST(CaptionsWithoutSpaces, ThaiBreaksAtItsSpaces) {
  const std::string text =
      "น้ำขึ้นน้ำลงเกิดจากแรงดึงดูดของดวงจันทร์ เมื่อดวงจันทร์อยู่เหนือมหาสมุทร "
      "น้ำทะเลจะถูกดึงเข้าหาดวงจันทร์ตลอดเวลา";
  const auto captions = captions_of(scene_of({say(text, "th", {}, milliseconds(120))}));
  ASSERT_GE(captions.size(), 2u);
  size_t end = 0;
  for (const Caption& caption : captions) {
    end += without_spaces(caption.text).size();
    if (&caption == &captions.back()) continue;
    size_t place = 0;
    size_t spaces = 0;
    while (place - spaces < end)
      spaces += text[place++] == ' ';
    EXPECT_EQ(text[place], ' ') << caption.text;
  }
}

// --- whatever is said ---

const std::vector<std::vector<std::string>>& vocabularies() {
  static const std::vector<std::vector<std::string>> kWords = {
      {"en", "a", "I", "the sea", "moon,", "No.", "Yes!", "rises and falls", "because", "it pulls",
       "extraordinarily", "well-known", "3.5 km", "Dr. Smith", "https://example.org/a/b?c=d-e",
       "twice a day.", "— perhaps —", "\"so\"",
       "Donaudampfschifffahrtsgesellschaftskapitänskajüte"},
      {"ar", "المد", "والجزر", "البحر،", "القمر", "هل", "نعم.", "الأرض", "يوميا؟", "GStreamer"},
      {"ru", "и", "море", "Луна,", "притягивает", "воду.", "Да!", "потому что",
       "достопримечательность"},
      {"hi", "चाँद", "समुद्र", "को", "खींचता", "है।", "हाँ।", "पृथ्वी,"},
      {"zh", "月亮", "海水", "，", "。", "因为", "地球", "GStreamer", "是", "不。", "3.5",
       "「好」"},
      {"ja", "月が", "海水を", "。", "、", "引っ張ります。", "コンピューター", "はい。",
       "GStreamer"},
      {"th", "น้ำ", "ดวงจันทร์", " ", "มหาสมุทร", "ใช่ ", "ภาพยนตร์", " GStreamer ", "เร็วๆ"},
      {"km", "ខ្ញុំ", "ចូលចិត្ត", "មើល", "។ ", "ទឹក", "សមុទ្រ"},
  };
  return kWords;
}

SceneTiming any_scene(std::mt19937& random) {
  const auto below = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  const auto& words =
      vocabularies()[static_cast<size_t>(below(static_cast<int>(vocabularies().size())))];
  const bool spaces = words[0] < "j" || words[0] == "ru";
  std::vector<SpokenUtterance> utterances;
  Time now = milliseconds(below(600));
  for (int left = 1 + below(6); left > 0; --left) {
    std::string text;
    for (int count = 1 + below(below(3) ? 6 : 60); count > 0; --count)
      text += words[1 + static_cast<size_t>(below(static_cast<int>(words.size()) - 1))] +
              (spaces ? " " : "");
    text = std::string(trim(text));
    if (find_words(text).empty()) continue;
    const int pace = spaces ? 150 + below(300) : 80 + below(150);
    SpokenUtterance utterance =
        say_by(text, words[0], now, [&] { return milliseconds(pace / 2 + below(pace)); });
    if (below(3) == 0) utterance.speaker = below(2) ? "Ada" : "Bob";
    now = utterance.end + milliseconds(below(3) ? below(300) : below(4000));
    utterances.push_back(std::move(utterance));
  }
  if (utterances.empty()) return any_scene(random);
  SceneTiming timing = scene_of(std::move(utterances));
  timing.start = milliseconds(below(5000));
  return timing;
}

// What two captions would be in one: too much, or three who speak.
bool can_be_one(const Caption& a, const Caption& b) {
  if (a.second_speaker || b.second_speaker) return false;
  const int both = columns_of(without_spaces(a.text)) + columns_of(without_spaces(b.text));
  return both < (a.speaker == b.speaker ? 42 : 36);
}

TEST(CaptionsOfAnything, KeepTheirPromises) {
  std::mt19937 random(21);
  int of_two = 0;
  int short_ones = 0;
  int all_captions = 0;
  for (int turn = 0; turn < 1'500; ++turn) {
    const SceneTiming timing = any_scene(random);
    std::string said;
    for (const SpokenUtterance& utterance : timing.utterances)
      said += without_spaces(utterance.text);
    SCOPED_TRACE(said);
    const auto captions = captions_of(timing);
    std::string shown;
    Time last = timing.start;
    for (size_t i = 0; i < captions.size(); ++i) {
      const Caption& caption = captions[i];
      EXPECT_GE(caption.start, last);
      last = caption.start + caption.duration;
      const auto lines = split(caption.text, '\n');
      ASSERT_LE(lines.size(), 2u);
      for (const std::string_view line : lines) {
        EXPECT_LE(columns_of(line), 42) << line;
        EXPECT_EQ(line, trim(line));
        const std::string_view dash = "– ";
        EXPECT_EQ(line.starts_with(dash), caption.second_speaker.has_value()) << line;
        shown += without_spaces(std::string(line.substr(caption.second_speaker ? dash.size() : 0)));
      }
      ++all_captions;
      of_two += caption.second_speaker.has_value();
      if (caption.duration >= seconds(1)) continue;
      ++short_ones;
      EXPECT_FALSE(i > 0 && can_be_one(captions[i - 1], caption)) << caption.text;
      EXPECT_FALSE(i + 1 < captions.size() && can_be_one(caption, captions[i + 1])) << caption.text;
    }
    EXPECT_LE(last, timing.start + timing.duration);
    EXPECT_EQ(shown, said);
  }
  EXPECT_GT(of_two, 20);
  EXPECT_LT(short_ones, all_captions / 100) << "of " << all_captions;
}

// The words of all captions are the voice's, each where it is said, at its time.
TEST(CaptionsOfAnything, HaveTheirWords) {
  std::mt19937 random(22);
  for (int turn = 0; turn < 300; ++turn) {
    const SceneTiming timing = any_scene(random);
    std::string said;
    std::set<int64_t> times;
    for (const SpokenUtterance& utterance : timing.utterances)
      for (const Word& word : utterance.words) {
        said += without_spaces(word.text);
        times.insert((timing.start + word.start).count());
      }
    std::string lit;
    for (const Caption& caption : captions_of(timing)) {
      Time last = caption.start;
      size_t end = 0;
      for (const CaptionWord& word : caption.words) {
        EXPECT_GE(word.begin, end) << caption.text;
        EXPECT_GE(word.start, last) << caption.text;
        EXPECT_GE(word.end, word.start) << caption.text;
        end = word.begin + word.length;
        last = word.start;
        ASSERT_LE(end, caption.text.size());
        const std::string text = caption.text.substr(word.begin, word.length);
        lit += without_spaces(text);
        // Only a word that is too long for a line, and cut, begins at a time of its own.
        EXPECT_TRUE(times.contains(word.start.count()) || said.size() > 40) << text;
      }
    }
    EXPECT_EQ(lit, said);
  }
}

std::vector<std::string> words_in(const Caption& caption) {
  std::vector<std::string> words;
  for (const CaptionWord& word : caption.words)
    words.push_back(caption.text.substr(word.begin, word.length));
  return words;
}

TEST(CaptionWords, AreTheDictionarysWhereNothingIsBetweenThem) {
  const auto chinese = captions_of(scene_of({say("我们喜欢看电影。", "zh", seconds(1))}));
  ASSERT_EQ(chinese.size(), 1u);
  EXPECT_EQ(words_in(chinese[0]), (std::vector<std::string>{"我们", "喜欢", "看", "电影"}));
  EXPECT_EQ(chinese[0].words[1].start, seconds(1) + 2 * milliseconds(300));
  EXPECT_EQ(chinese[0].words[1].end, seconds(1) + 4 * milliseconds(300));
  const auto japanese = captions_of(scene_of({say("毎日映画を見ています。", "ja")}));
  EXPECT_EQ(words_in(japanese[0])[1], "映画を");
  const auto thai = captions_of(scene_of({say("ภาพยนตร์ดวงจันทร์", "th")}));
  EXPECT_EQ(words_in(thai[0])[0], "ภาพยนตร์");
  const auto english = captions_of(scene_of({say("A well-known (old) film.", "en")}));
  EXPECT_EQ(words_in(english[0]), (std::vector<std::string>{"A", "well-known", "old", "film"}));
}

TEST(CaptionWords, AreNotThereWhereSomethingElseIsShown) {
  SpokenUtterance utterance = say("oh eight hundred one two three", "en");
  utterance.caption = "Call 0800 123.";
  const auto captions =
      captions_of(scene_of({utterance, say("Then we wait.", "en", utterance.end)}));
  ASSERT_EQ(captions.size(), 2u);
  EXPECT_TRUE(captions[0].words.empty());
  EXPECT_EQ(words_in(captions[1]), (std::vector<std::string>{"Then", "we", "wait"}));
}

TEST(CaptionSpeakers, ShortAnswersShareACaption) {
  SpokenUtterance question = say("Is it the moon?", "en", {}, milliseconds(120));
  question.speaker = "Ada";
  SpokenUtterance answer = say("Yes.", "en", question.end);
  answer.speaker = "Bob";
  const auto captions = captions_of(
      scene_of({question, answer, say("So it is, and nobody was surprised.", "en", answer.end)}));
  ASSERT_EQ(captions.size(), 2u);
  EXPECT_EQ(captions[0].text, "– Is it the moon?\n– Yes.");
  EXPECT_EQ(captions[0].speaker, "Ada");
  EXPECT_EQ(captions[0].second_speaker, "Bob");
  EXPECT_EQ(words_in(captions[0]), (std::vector<std::string>{"Is", "it", "the", "moon", "Yes"}));
  EXPECT_EQ(captions[1].speaker, "");
}

// --- WebVTT ---

TEST(CaptionFiles, VoicesAreSpans) {
  Caption caption{seconds(1), seconds(2), "Is it?", "en"};
  caption.speaker = "Ada <& Bob>";
  EXPECT_EQ(to_webvtt({caption}),
            "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada &lt;&amp; Bob&gt;>Is it?</v>\n\n");
  caption.text = "– Is it?\n– No.";
  caption.second_speaker = "";
  EXPECT_EQ(to_webvtt({caption}),
            "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada &lt;&amp; Bob&gt;>– Is it?</v>\n"
            "– No.\n\n");
}

TEST(CaptionFiles, WordsHaveTheirTimes) {
  Caption caption{seconds(1), seconds(2), "Is <it>\nit?", "en"};
  caption.speaker = "Ada";
  caption.words = {{0, 2, seconds(1), seconds(2)},
                   {4, 2, milliseconds(1500), seconds(2)},
                   {8, 2, milliseconds(2250), seconds(3)}};
  EXPECT_EQ(to_webvtt_with_words({caption}),
            "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n"
            "<v Ada>Is &lt;<00:00:01.500>it&gt;\n<00:00:02.250>it?</v>\n\n");
  EXPECT_EQ(to_webvtt({caption}).find(".500"), std::string::npos);
  // Not after the one before, or not before the end: such times are no times.
  caption.words[1].start = seconds(1);
  caption.words[2].start = seconds(3);
  EXPECT_EQ(to_webvtt_with_words({caption}),
            "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ada>Is &lt;it&gt;\nit?</v>\n\n");
}

}  // namespace
}  // namespace talkie
