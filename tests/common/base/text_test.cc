#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace cb {
namespace {

TEST(ParseInteger, ReadsWholeDecimalNumbers) {
  EXPECT_EQ(parse_integer("0"), 0);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
}

TEST(ParseInteger, RefusesEverythingElse) {
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "1e3", "0x10", "-", "--1", "1a",
                           "9223372036854775808", "-9223372036854775809"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
}

TEST(IsValidUtf8, KnowsEveryIllFormedSequence) {
  for (const char* text : {"", "abc", "é", "€", "😀", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE9z"}) {
    EXPECT_FALSE(is_valid_utf8(text)) << printable(text);
  }
}

TEST(Printable, KeepsWhatIsHarmless) {
  for (const char* text : {"", "plain text", "Ünïcödé 😀", "العربية", "a\"b\\c"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, ReplacesWhatCouldSteerATerminalOrBreakALine) {
  const struct {
    std::string text, safe;
  } cases[] = {
      {"a\nb", "a\uFFFDb"},
      {"\x1b[31m", "\uFFFD[31m"},
      {std::string("a\0b", 3), "a\uFFFDb"},
      {"\x7F", "\uFFFD"},
      {"\xC2\x9B"
       "2J",
       "\uFFFD"
       "2J"},                                          // C1
      {"a\u2028b\u2029c", "a\uFFFDb\uFFFDc"},          // line and paragraph separators
      {"\u202Etxt.exe\u202C", "\uFFFDtxt.exe\uFFFD"},  // an override
      {"\u2066x\u2069", "\uFFFDx\uFFFD"},
      {"\xFFz", "\uFFFDz"},
      {"\xE2\x82", "\uFFFD\uFFFD"},
  };
  for (const auto& each : cases) EXPECT_EQ(printable(each.text), each.safe) << each.safe;
}

TEST(HasControlCharacters, FindsThoseOfTwoBytesToo) {
  const struct {
    const char* text;
    bool has;
  } cases[] = {{"plain name.csv", false},
               {"Übersicht €", false},
               {"\xff\xfe", false},
               {"a\nb", true},
               {"a\tb", true},
               {"\x1b[31m", true},
               {"\x7f", true},
               {"a\xc2\x9b", true},
               {"a\xc2\xa0", false},
               {"a\xc2", false}};
  for (const auto& each : cases)
    EXPECT_EQ(has_control_characters(each.text), each.has) << each.text;
}

TEST(Excerpt, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(excerpt("short", 5), "short");
  EXPECT_EQ(excerpt("longer", 5), "lo…");
  EXPECT_EQ(excerpt("ééééé", 8), "éé…");
  EXPECT_EQ(excerpt("a\nb", 80), "a\uFFFDb");
  EXPECT_EQ(excerpt("abc", 2), "");
}

TEST(Excerpt, NeverExceedsItsSizeNorBreaksUtf8) {
  const std::string text =
      "aé€😀\n\x80"
      "b\u2028"
      "€€€😀😀";
  for (size_t bytes = 0; bytes < 2 * text.size(); ++bytes) {
    const std::string cut = excerpt(text, bytes);
    EXPECT_LE(cut.size(), bytes);
    EXPECT_TRUE(is_valid_utf8(cut)) << bytes;
  }
}

TEST(FileNameFor, EscapesWhatADirectoryEntryMustNotHold) {
  EXPECT_EQ(file_name_for("86a1_x-Y.9"), "86a1_x-Y.9");
  EXPECT_EQ(file_name_for("board:86a1"), "board%3A86a1");
  EXPECT_EQ(file_name_for("../etc"), "%2E.%2Fetc");
  EXPECT_EQ(file_name_for("."), "%2E");
  EXPECT_EQ(file_name_for(".."), "%2E.");
  EXPECT_EQ(file_name_for("é"), "%C3%A9");
  EXPECT_EQ(file_name_for("100%"), "100%25");
  EXPECT_EQ(file_name_for(""), "%");
}

TEST(FileNameFor, LongTextsStayDistinctWithinTwoHundredBytes) {
  std::set<std::string> names;
  for (const char last : {'a', 'b', 'c'}) {
    for (const size_t size : {199u, 200u, 201u, 500u}) {
      names.insert(file_name_for(std::string(size, 'x') + last));
      names.insert(file_name_for(std::string(size, '/') + last));
    }
  }
  EXPECT_EQ(names.size(), 24u);
  for (const std::string& name : names) EXPECT_LE(name.size(), 200u);
}

TEST(MatchesGlob, FollowsTheShell) {
  const struct {
    const char *pattern, *text;
    bool matches;
  } cases[] = {
      {"*", "", true},
      {"*", "anything/at all", true},
      {"", "", true},
      {"", "a", false},
      {"*.md", "a.md", true},
      {"*.md", "a.md.bak", false},
      {"*.md", ".md", true},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbY", false},
      {"?", "é", true},
      {"?", "", false},
      {"??", "é", false},
      {"*?", "a", true},
      {"[abc]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[^a-c]x", "ax", false},
      {"[]]", "]", true},
      {"[!]]", "]", false},
      {"[a-]", "-", true},
      {"[à-ü]", "é", true},
      {"[", "[", true},
      {"[ab", "[ab", true},
      {"[ab", "a", false},
      {"Release*", "release", false},
      {"\xFF", "\xFF", true},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(matches_glob(each.pattern, each.text), each.matches)
        << each.pattern << " " << each.text;
  }
}

TEST(MatchesGlob, ManyStarsDoNotTakeForEver) {
  std::string stars;
  for (int i = 0; i < 50; ++i) stars += "*a";

  EXPECT_FALSE(matches_glob(stars + "b", std::string(2000, 'a')));
}

TEST(Closest, FindsATypoWithinTwoEdits) {
  const std::vector<std::string> names = {"timeout", "title", "attempts", "url", "id"};
  const struct {
    const char* word;
    std::optional<std::string> nearest;
  } cases[] = {{"tiemout", "timeout"},
               {"Timeout", "timeout"},
               {"titel", "title"},
               {"attempt", "attempts"},
               {"atempst", "attempts"},
               {"ulr", "url"},
               {"concurrency", {}},
               {"xy", {}},
               {"", {}}};
  for (const auto& each : cases) EXPECT_EQ(closest(each.word, names), each.nearest) << each.word;
}

TEST(Closest, PrefersTheFewestEdits) {
  const std::vector<std::string> names = {"succeeds", "succeeded"};
  EXPECT_EQ(closest("suceeded", names), "succeeded");
}

TEST(Trimmed, LosesTheBlanksAtBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Join, PutsTheSeparatorBetween) {
  const std::vector<std::string> parts = {"a", "b", "c"};
  EXPECT_EQ(join(parts), "a, b, c");
  EXPECT_EQ(join(parts, "\t"), "a\tb\tc");
  EXPECT_EQ(join({}), "");
}

TEST(ValidUtf8Size, EndsAtTheFirstBadByteWhereverItStands) {
  for (size_t at = 0; at < 40; ++at) {
    const auto before = std::string(at, 'x'), after = std::string(20, 'x');
    EXPECT_EQ(valid_utf8_size(before + "\x80" + after), at);
    EXPECT_EQ(valid_utf8_size(before + "\xC3\xA9" + after + "\xE2\x82"), at + 22);
    EXPECT_EQ(valid_utf8_size(before + "\xC3\xA9" + after), at + 22);
  }
}

TEST(PlainSize, EndsAtTheFirstByteThatIsNotPlainWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    const bool is_plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    for (size_t at = 0; at < 80; ++at) {
      std::string text(80, 'x');
      text[at] = static_cast<char>(c);
      ASSERT_EQ(plain_size(text), is_plain ? 80u : at) << c << " at " << at;
    }
  }
  EXPECT_EQ(plain_size(""), 0u);
}

TEST(Hash64, IsXxh3) {
  EXPECT_EQ(hash64(""), 0x2D06800538D394C2u);
  EXPECT_EQ(hash64("a"), 0xE6C632B61E964E1Fu);
}

}  // namespace
}  // namespace cb
