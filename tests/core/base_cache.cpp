// SPDX-License-Identifier: LGPL-2.1-or-later
// Keys and the folder of results: whole or missing, whatever happens to it and whoever else uses
// it.
#include "base/cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "base/hash.h"

namespace talkie {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// Its last use, `age` ago.
void make_old(const fs::path& file, fs::file_time_type::duration age) {
  fs::last_write_time(file, fs::file_time_type::clock::now() - age);
}

std::string key_of(int number) {
  return KeyMaker("test").add(number).key();
}

class Cached : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "talkie-cache-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(name.data()));
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::permissions(folder_, fs::perms::owner_all, ignored);
    fs::remove_all(folder_, ignored);
  }
  [[nodiscard]] fs::path file_of(const std::string& key) const {
    return folder_ / key.substr(0, 2) / key;
  }
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file()) names.insert(entry.path().filename().string());
    return names;
  }

  fs::path folder_;
};

TEST(Key, IsSha256OfItsParts) {
  // What sha256sum says of "4:kind3:abc2:42".
  EXPECT_EQ(KeyMaker("kind").add("abc").add(42).key(),
            "49a1867e54f9e9bebb23e5083aee2ed26c9329509bb15e06f0e9a2d0d9a81fdc");
}

TEST(Key, KeepsPartsApart) {
  const std::set<std::string> keys = {
      KeyMaker("k").add("ab").add("c").key(), KeyMaker("k").add("a").add("bc").key(),
      KeyMaker("k").add("abc").key(),         KeyMaker("k").add("abc").add("").key(),
      KeyMaker("ka").add("bc").key(),         KeyMaker("k").add("2:ab1:c").key()};
  EXPECT_EQ(keys.size(), 6u);
}

TEST_F(Cached, GivesBackWhatWasKept) {
  const Cache cache(folder_);
  std::mt19937 random(3);
  // Around the size of the blocks in which bodies are read, and nothing at all.
  for (const size_t size : {0u, 1u, 1000u, (1u << 20) - 1, 1u << 20, (5u << 20) + 7}) {
    std::string body(size, '\0');
    for (char& byte : body)
      byte = static_cast<char>(random());
    const std::string key = key_of(static_cast<int>(size));
    EXPECT_FALSE(cache.has(key));
    ASSERT_TRUE(cache.keep(key, "head of " + std::to_string(size), body));
    const auto entry = cache.find(key);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->head, "head of " + std::to_string(size));
    EXPECT_TRUE(entry->body == body);
    EXPECT_EQ(cache.find_head(key), entry->head);
    const fs::path copy = folder_ / "copy";
    write(copy, "something longer that was there before");
    ASSERT_TRUE(cache.copy_body(key, copy));
    EXPECT_TRUE(read(copy) == body);
    const std::string again = key_of(-1 - static_cast<int>(size));
    ASSERT_TRUE(cache.keep_file(again, "a file", copy));
    EXPECT_TRUE(cache.find(again)->body == body);
  }
  EXPECT_EQ(cache.info().entries, 12);
}

TEST_F(Cached, ReplacesWhatWasKept) {
  const Cache cache(folder_);
  ASSERT_TRUE(cache.keep(key_of(1), "old", "old body"));
  ASSERT_TRUE(cache.keep(key_of(1), "new", "new body"));
  EXPECT_EQ(cache.find(key_of(1))->body, "new body");
  EXPECT_EQ(files(), std::set<std::string>{key_of(1)});
}

// One byte flipped anywhere, or the end cut off anywhere: missing, never something else.
TEST_F(Cached, MissesWhatIsSpoilt) {
  const Cache cache(folder_);
  const std::string key = key_of(1);
  ASSERT_TRUE(cache.keep(key, "a head", "and its body"));
  const std::string good = read(file_of(key));
  const fs::path copy = folder_ / "copy";
  write(copy, "");
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    write(file_of(key), bad);
    const auto entry = cache.find(key);
    // Nothing is said by the header's last word.
    const bool is_unused = at >= 28 && at < 32;
    EXPECT_EQ(entry.has_value(), is_unused) << "byte " << at;
    EXPECT_EQ(cache.copy_body(key, copy), is_unused) << "byte " << at;
    EXPECT_EQ(cache.find_head(key).value_or("a head"), "a head") << "byte " << at;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    write(file_of(key), good.substr(0, size));
    EXPECT_FALSE(cache.find(key)) << size;
    EXPECT_FALSE(cache.find_head(key)) << size;
    EXPECT_FALSE(cache.copy_body(key, copy)) << size;
  }
  write(file_of(key), good + "x");
  EXPECT_FALSE(cache.find(key));
  // What is missing is made again, over the spoilt file.
  ASSERT_TRUE(cache.keep(key, "a head", "and its body"));
  EXPECT_EQ(read(file_of(key)), good);
}

TEST_F(Cached, DoesNotFindALinkToNowhereOrAFolder) {
  const Cache cache(folder_);
  fs::create_directories(file_of(key_of(1)));
  EXPECT_FALSE(cache.find(key_of(1)));
  fs::create_directories(file_of(key_of(2)).parent_path());
  fs::create_symlink("/nowhere", file_of(key_of(2)));
  EXPECT_FALSE(cache.find(key_of(2)));
}

TEST_F(Cached, ForgetsWhatWasLeftHalfWritten) {
  const Cache cache(folder_);
  ASSERT_TRUE(cache.keep(key_of(1), "", "body"));
  const fs::path fresh = file_of(key_of(1)).string() + ".123-1.part";
  const fs::path old = file_of(key_of(1)).string() + ".123-2.part";
  write(fresh, "half");
  write(old, "half");
  make_old(old, hours(25));
  EXPECT_EQ(cache.find(key_of(1))->body, "body");
  EXPECT_EQ(cache.info().entries, 1);
  cache.trim(1 << 20);
  EXPECT_TRUE(fs::exists(fresh)) << "somebody may be writing it";
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(cache.has(key_of(1)));
}

TEST_F(Cached, LetsGoOfWhatWasNotUsedForLongest) {
  const Cache cache(folder_);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(cache.keep(key_of(i), "", std::string(1000, 'x')));
    make_old(file_of(key_of(i)), hours(100 - i));
  }
  // Looking at one is using it, in any way.
  EXPECT_TRUE(cache.find(key_of(0)));
  EXPECT_TRUE(cache.find_head(key_of(1)));
  write(folder_ / "copy", "");
  EXPECT_TRUE(cache.copy_body(key_of(2), folder_ / "copy"));
  cache.trim(uint64_t{5} * fs::file_size(file_of(key_of(0))));
  std::set<int> left;
  for (int i = 0; i < 10; ++i)
    if (cache.has(key_of(i))) left.insert(i);
  EXPECT_EQ(left, (std::set<int>{0, 1, 2, 8, 9}));
  cache.trim(0);
  EXPECT_EQ(cache.info().entries, 0);
}

TEST_F(Cached, ClearsNothingButResults) {
  const Cache cache(folder_);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(cache.keep(key_of(i), "", "body"));
  const std::string key = key_of(0);
  // A folder of the user's may hold anything.
  write(folder_ / "notes.txt", "mine");
  write(folder_ / key.substr(0, 2) / "notes.txt", "mine");
  write(file_of(key).string() + ".txt", "mine");
  fs::create_directory(folder_ / "photos");
  write(folder_ / "photos" / key_of(7), "mine");
  write(file_of(key).string() + ".9-9.part", "half");
  const auto removed = cache.clear();
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->entries, 5);
  EXPECT_EQ(files(), (std::set<std::string>{"notes.txt", key + ".txt", key_of(7)}));
  EXPECT_EQ(cache.info().entries, 0);
}

TEST_F(Cached, SaysWhyItCannotBeWritten) {
  write(folder_ / "file", "");
  const Cache cache(folder_ / "file" / "cache");
  const auto kept = cache.keep(key_of(1), "head", "body");
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::unwritable);
  EXPECT_NE(kept.error().message.find("--no-cache"), std::string::npos);
  EXPECT_FALSE(cache.find(key_of(1)));
  EXPECT_EQ(cache.info().entries, 0);
  cache.trim(0);
  // A file system that refuses even root.
  const auto refused = Cache("/proc/talkie").keep(key_of(1), "", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unwritable);
}

// The body of a key follows from the key, so that a reader can tell a wrong one.
std::string body_of(int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::string body(20'000 + random() % 200'000, '\0');
  for (char& byte : body)
    byte = static_cast<char>(random());
  return body;
}

// Keeps, finds and trims the same few keys; returns how often it found something wrong.
int use_at_random(const fs::path& folder, unsigned seed, int turns) {
  const Cache cache(folder);
  std::mt19937 random(seed);
  int wrong = 0;
  for (int turn = 0; turn < turns; ++turn) {
    const int number = static_cast<int>(random() % 8);
    const std::string key = key_of(number);
    const std::string body = body_of(number);
    switch (random() % 8) {
      case 0:
        cache.trim(300'000);
        break;
      case 1:
      case 2:
      case 3:
        wrong += cache.keep(key, std::to_string(number), body) ? 0 : 1;
        break;
      default: {
        const auto entry = cache.find(key);
        const bool right = !entry || (entry->head == std::to_string(number) && entry->body == body);
        wrong += right ? 0 : 1;
      }
    }
  }
  return wrong;
}

TEST_F(Cached, IsUsedBySeveralThreadsAndProcessesAtOnce) {
  std::vector<pid_t> children;
  for (unsigned i = 0; i < 3; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(use_at_random(folder_, 100 + i, 150) > 0 ? 1 : 0);
    children.push_back(child);
  }
  std::vector<int> wrong(3);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < wrong.size(); ++i)
      threads.emplace_back([&, i] { wrong[i] = use_at_random(folder_, i, 150); });
  }
  EXPECT_EQ(wrong, std::vector<int>(3));
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  for (const std::string& name : files())
    EXPECT_FALSE(name.ends_with(".part")) << name;
}

// A process that is killed while it writes leaves no result, or a whole one.
TEST_F(Cached, OutlivesAKilledWriter) {
  const Cache cache(folder_);
  const std::string body = body_of(1) + body_of(2) + body_of(3);
  for (int turn = 0; turn < 30; ++turn) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0;; ++i)
        static_cast<void>(static_cast<bool>(cache.keep(key_of(i % 4), "head", body)));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 397 * turn));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (int i = 0; i < 4; ++i)
      EXPECT_TRUE(cache.find(key_of(i)).value_or(CacheEntry{"head", body}).body == body);
    for (const std::string& name : files())
      EXPECT_TRUE(name.ends_with(".part") || cache.has(name)) << name;
  }
}

}  // namespace
}  // namespace talkie
