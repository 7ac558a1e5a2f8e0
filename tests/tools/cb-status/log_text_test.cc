#include "log_text.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::status {
namespace {

// What is shown of `text` when it comes in pieces of `size` bytes.
std::string shown(const std::string& text, size_t size) {
  SafeText safe;
  std::string out;
  for (size_t at = 0; at < text.size(); at += size) out += safe.add(text.substr(at, size));
  return out + safe.finish();
}

TEST(SafeText, IsTheSameWhereverTheStreamIsCut) {
  const struct {
    std::string text, safe;
  } cases[] = {
      {"plain\n", "plain\n"},
      {"a\tb\n\n", "a\tb\n\n"},
      {"50%\r100%\r\ndone", "50%\n100%\ndone"},
      {"\r\r\n", "\n\n"},
      {"ends with\r", "ends with\n"},
      {"\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m"},
      {"grüße 日本 🎉", "grüße 日本 🎉"},
      {"\x9b\x31", "\uFFFD\x31"},
      {std::string("a\0b", 3), "a\uFFFDb"},
  };
  for (const auto& [text, safe] : cases)
    for (size_t size = 1; size <= text.size(); ++size) EXPECT_EQ(shown(text, size), safe) << size;
}

TEST(SafeText, BrokenCharacterAtTheEndIsShown) {
  EXPECT_EQ(shown("ab\xe2\x82", 100), "ab\uFFFD\uFFFD");
}

TEST(SafeText, NothingThatSteersATerminalIsLeft) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);

  for (const char c : shown(all, 7))
    EXPECT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
}

class LogFile : public ::testing::Test {
 protected:
  os::GrowingFile file(const std::string& text) {
    os::write_file(directory_ / "log", text);
    return os::GrowingFile::open(directory_ / "log").value();
  }
  std::string tail(const std::string& text, int64_t lines) {
    const auto log = file(text);
    return text.substr(static_cast<size_t>(offset_of_last_lines(log, log.size(), lines)));
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(LogFile, LastLinesCountAnUnfinishedOne) {
  EXPECT_EQ(tail("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(tail("a\nb\nc", 2), "b\nc");
  EXPECT_EQ(tail("a\nb\n\n", 1), "\n");
  EXPECT_EQ(tail("a\nb", 0), "");
  EXPECT_EQ(tail("a\nb", 99), "a\nb");
  EXPECT_EQ(tail("", 5), "");
}

TEST_F(LogFile, LastLinesAreFoundAcrossBlocks) {
  const std::string wide(100'000, 'x');

  EXPECT_EQ(tail("first\n" + wide + "\n" + wide + "\n", 2), wide + "\n" + wide + "\n");
}

TEST_F(LogFile, LastLineIsTheLastThatSaysSomething) {
  EXPECT_EQ(last_line(file("one\ntwo\n\n  \n")), "two");
  EXPECT_EQ(last_line(file("10%\r20%\r")), "20%");
  EXPECT_EQ(last_line(file("no end")), "no end");
  EXPECT_EQ(last_line(file("\n\n")), "");
  EXPECT_EQ(last_line(file("")), "");
  EXPECT_EQ(last_line(file("\x1b[1mx\n")), "\uFFFD[1mx");
}

TEST_F(LogFile, LongLastLineIsCut) {
  const auto line = last_line(file(std::string(100'000, 'x')));

  EXPECT_LE(line.size(), 200u);
  EXPECT_TRUE(line.ends_with("…"));
}

}  // namespace
}  // namespace cb::status
