#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace cb {
namespace {

std::string refusal(std::string_view text, Comments comments = Comments::refused) {
  try {
    return "accepted: " + to_line(parse_json(text, comments));
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::data);
    return error.what();
  }
}

TEST(ParseJson, KeepsValuesAndTheOrderOfMembers) {
  for (const char* text :
       {R"({"z":1,"a":[true,false,null,-5,2.5,"é\n"],"m":{"y":{},"b":[]}})", "[]", "\"text\"", "42",
        "18446744073709551615", "-9223372036854775808", "null"}) {
    EXPECT_EQ(to_line(parse_json(text)), text);
  }
}

TEST(ParseJson, SaysWhereAndWhy) {
  const struct {
    std::string text;
    const char* line;
  } cases[] = {
      {"", "line 1, column 1: expected a value, found the end of the text"},
      {" \n ", "line 2, column 2: expected a value, found the end of the text"},
      {"{\"a\": 1,\n \"b\" 2}", "line 2, column 6: expected ':', found \"2\""},
      {"{\"a\": 1,\n}", "line 2, column 1: expected the name of a member in quotes, found '}'"},
      {"{a: 1}", "line 1, column 2: expected the name of a member in quotes, found \"a\""},
      {"{,}", "line 1, column 2: expected the name of a member in quotes, found ','"},
      {"[1, 2", "line 1, column 6: expected ',' or ']', found the end of the text"},
      {"[1 \"two\"]", "line 1, column 4: expected ',' or ']', found '\"'"},
      {"[1,]", "line 1, column 4: expected a value, found ']'"},
      {"{} {}", "line 1, column 4: expected the end of the text, found '{'"},
      {"[1\x01]", "line 1, column 3: expected ',' or ']', found a control character"},
      {"[1é]", "line 1, column 3: expected ',' or ']', found a character that is not ASCII"},
      {"nope", "line 1, column 1: expected a value, found \"nope\""},
      {"nullx", "line 1, column 1: expected a value, found \"nullx\""},
      {"[NaN]", "line 1, column 2: expected a value, found \"NaN\""},
      {std::string("\0", 1), "line 1, column 1: expected a value, found a control character"},
      {"\"open", "line 1, column 1: a string that is not closed"},
      {"\"open\\", "line 1, column 6: an unknown escape in a string"},
      {"\"a\nb\"", "line 1, column 3: a control character in a string"},
      {"\"\\x\"", "line 1, column 2: an unknown escape in a string"},
      {"\"\\u12\"", "line 1, column 4: expected four hexadecimal digits"},
      {"\"\\u-123\"", "line 1, column 4: expected four hexadecimal digits"},
      {"\"\\ud83d\"", "line 1, column 2: half of a surrogate pair in a string"},
      {"\"\\ude00\"", "line 1, column 2: half of a surrogate pair in a string"},
      {"\"\\ud83d\\ud83d\"", "line 1, column 2: half of a surrogate pair in a string"},
      {"\"aé\xFFz\"", "line 1, column 5: invalid UTF-8 in a string"},
      {"\"\xED\xA0\x80\"", "line 1, column 2: invalid UTF-8 in a string"},
      {"{\"a\":1,\"b\":2,\n\"a\":3}", "line 2, column 1: duplicate member \"a\""},
      {"-", "line 1, column 2: expected a digit, found the end of the text"},
      {"[-a]", "line 1, column 3: expected a digit, found \"a\""},
      {"1.", "line 1, column 3: expected a digit, found the end of the text"},
      {"1e+", "line 1, column 4: expected a digit, found the end of the text"},
      {"[01]", "line 1, column 2: a number with a leading 0"},
      {"[-01]", "line 1, column 2: a number with a leading 0"},
      {"+1", "line 1, column 1: expected a value, found '+'"},
      {"[1e999]", "line 1, column 2: a number that is too large"},
      {"// x\n1", "line 1, column 1: expected a value, found '/'"},
  };
  for (const auto& each : cases) EXPECT_EQ(refusal(each.text), each.line) << each.text;
}

TEST(ParseJson, ReadsNumbersOfEverySize) {
  const struct {
    const char *text, *line;
  } cases[] = {{"0", "0"},
               {"-0", "0"},
               {"9223372036854775808", "9223372036854775808"},
               {"18446744073709551616", "1.8446744073709552e+19"},
               {"-9223372036854775809", "-9.223372036854776e+18"},
               {"1E2", "100.0"},
               {"2.50e-1", "0.25"},
               {"1e-999", "0.0"}};
  for (const auto& each : cases) EXPECT_EQ(to_line(parse_json(each.text)), each.line) << each.text;
}

TEST(ParseJson, ReadsEveryEscape) {
  EXPECT_EQ(parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\uDE00\u0000.")"),
            Json(std::string("\"\\/\b\f\n\r\tAé€😀\0.", 20)));
}

// Both accept and refuse the same texts, with the same value, but for duplicates and depth.
TEST(ParseJson, AgreesWithAnotherParserOnDamagedTexts) {
  const std::string whole =
      R"({"id":"86a1","n":[-1.5e3,0,18446744073709551615,true,null],"t":"é\u00e9\n😀","o":{"a":{}}})";
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole;
    for (int damage = 0; damage <= i % 3; ++damage) {
      const std::string_view bytes = "{}[],:\"\\0123e.-+ntu \n\xC3\xA9\x80";
      text[random() % text.size()] = bytes[random() % bytes.size()];
      if (i % 7 == 0) text.erase(random() % text.size(), 1);
    }
    const Json other = Json::parse(text, nullptr, false);
    const std::string line = refusal(text);
    if (line.find("duplicate member") != std::string::npos) continue;
    if (other.is_discarded()) {
      ASSERT_FALSE(line.starts_with("accepted")) << text;
    } else {
      ASSERT_EQ(line, "accepted: " + to_line(other)) << text;
    }
  }
}

TEST(ParseJson, FindsADuplicateWhereverItStands) {
  EXPECT_EQ(refusal(R"({"x\"y": 1, "x\"y": 2})"), "line 1, column 13: duplicate member \"x\"y\"");
  EXPECT_EQ(refusal(R"({"a": 1, "\u0061": 2})"), "line 1, column 10: duplicate member \"a\"");
  EXPECT_EQ(refusal(R"([{"o": {"b": 1, "b": 2}}])"), "line 1, column 17: duplicate member \"b\"");
  EXPECT_EQ(refusal(R"([{"a": 1}, {"a": {"a": 2}}])"), R"(accepted: [{"a":1},{"a":{"a":2}}])");
}

TEST(ParseJson, FindsADuplicateInObjectsOfEverySize) {
  std::string text = "{";
  for (int size = 1; size < 50; ++size) {
    text += "\"m" + std::to_string(size) + "\":0,";
    for (int known = 1; known <= size; ++known) {
      EXPECT_THROW(parse_json(text + "\"m" + std::to_string(known) + "\":1}"), Error) << size;
    }
    EXPECT_NO_THROW(parse_json(text + "\"new\":1}")) << size;
  }
}

TEST(ParseJson, FindsADuplicateAmongManyMembersQuickly) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += "\"member" + std::to_string(i) + "\":0,";

  EXPECT_EQ(parse_json(text + "\"last\":0}").size(), 100'001u);
  EXPECT_THAT(refusal(text + "\"member7\":0}"), testing::EndsWith("duplicate member \"member7\""));
}

TEST(ParseJson, RefusesNestingDeeperThanTwoHundred) {
  EXPECT_NO_THROW(parse_json(std::string(200, '[') + std::string(200, ']')));
  EXPECT_EQ(refusal(std::string(201, '[') + std::string(201, ']')),
            "line 1, column 201: nested deeper than 200");
  EXPECT_EQ(refusal(std::string(1'000'000, '[')), "line 1, column 201: nested deeper than 200");
}

TEST(ParseJson, AllowsCommentsOnlyWhenAsked) {
  constexpr std::string_view kText = "// first\n{\"a\": /* one */ 1}";
  EXPECT_EQ(to_line(parse_json(kText, Comments::allowed)), R"({"a":1})");
  EXPECT_THROW(parse_json(kText), Error);
  EXPECT_EQ(refusal("{/* open", Comments::allowed),
            "line 1, column 2: a comment that is not closed");
  EXPECT_EQ(to_line(parse_json("[1]// last", Comments::allowed)), "[1]");
  EXPECT_EQ(refusal("[1 / 2]", Comments::allowed),
            "line 1, column 4: expected ',' or ']', found '/'");
}

TEST(ParseJson, SkipsAByteOrderMark) {
  EXPECT_EQ(to_line(parse_json("\xEF\xBB\xBF[1]")), "[1]");
  EXPECT_EQ(refusal("\xEF\xBB\xBF[1"),
            "line 1, column 3: expected ',' or ']', found the end of the text");
}

TEST(ToLine, IsOneLineOfValidUtf8) {
  EXPECT_EQ(to_line(Json{{"b", "x\ny"}, {"a", {1, 2}}}), R"({"b":"x\ny","a":[1,2]})");
  EXPECT_EQ(to_line(Json("a\xFFz")), "\"a\uFFFDz\"");
}

TEST(Pointer, EscapesTheNameOnly) {
  EXPECT_EQ(pointer("", "a"), "/a");
  EXPECT_EQ(pointer("/a", "b/c"), "/a/b~1c");
  EXPECT_EQ(pointer("/a~1b", "~"), "/a~1b/~0");
}

TEST(RefuseUnknownMembers, NamesTheMemberAndWhatWasMeant) {
  const std::vector<std::string> known = {"title", "due"};
  const auto line_for = [&](const Json& object) -> std::string {
    try {
      refuse_unknown_members(object, "/tasks/0", known);
      return "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::data);
      return error.what();
    }
  };

  EXPECT_EQ(line_for({{"title", 1}, {"due", 2}}), "accepted");
  EXPECT_EQ(line_for({{"titel", 1}}),
            "/tasks/0/titel: unknown member \"titel\"; did you mean \"title\"?");
  EXPECT_EQ(line_for({{"colour\n", 1}}), "/tasks/0/colour\uFFFD: unknown member \"colour\uFFFD\"");
}

TEST(TypeName, IsAWordForMessages) {
  EXPECT_EQ(type_name(Json(1.5)), "number");
  EXPECT_EQ(type_name(Json::array()), "array");
  EXPECT_EQ(type_name(Json(nullptr)), "null");
}

TEST(AppendJsonString, EscapesWhatJsonWantsAndKeepsTheRest) {
  const std::string text("plain \"\\/\b\f\n\r\t\x01\x1f\0\x7f é \u2028", 25);
  std::string line = "x";

  append_json_string(line, text);

  EXPECT_TRUE(line.starts_with("x\"plain \\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000")) << line;
  EXPECT_EQ(parse_json(line.substr(1)).get<std::string>(), text);
}

}  // namespace
}  // namespace cb
