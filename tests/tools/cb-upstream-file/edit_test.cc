#include "edit.h"

#include <gtest/gtest.h>

#include <random>

namespace cb::upstream_file {
namespace {

// The place of {"tasks":[…, here, …]}.
Place task(std::string_view text, size_t index) {
  return find_element(text, find_member(text, root(text), "tasks").value(), index).value();
}

std::string with_status(std::string_view text, const char* status, size_t index = 0) {
  return set_member(text, task(text, index), "status", status);
}

std::string with_comment(std::string_view text, const Json& comment, size_t index = 0) {
  return append_to_member(text, task(text, index), "comments", comment);
}

struct Case {
  const char* before;
  const char* after;
};

TEST(Edit, ASetMemberChangesNothingElse) {
  for (const Case& c : std::initializer_list<Case>{
           {R"({"tasks":[{"id":"1","status":"a"}]})", R"({"tasks":[{"id":"1","status":"done"}]})"},
           {R"( { "tasks" : [ { "id" : "1" , "status" : null , "x" : 1.50 } ] } )",
            R"( { "tasks" : [ { "id" : "1" , "status" : "done" , "x" : 1.50 } ] } )"},
           {R"({"tasks":[{"status":{"deep":["]}"]},"id":"1"}]})",
            R"({"tasks":[{"status":"done","id":"1"}]})"},
           {R"({"tasks":[{"st\u0061tus":"a","id":"\"status\":"}]})",
            R"({"tasks":[{"st\u0061tus":"done","id":"\"status\":"}]})"},
           {R"({"x":{"tasks":[1]},"tasks":[{"x":{"status":"no"},"status":"a\\"}]})",
            R"({"x":{"tasks":[1]},"tasks":[{"x":{"status":"no"},"status":"done"}]})"},
           {"\xEF\xBB\xBF{\"tasks\":[{\"id\":\"1\",\"status\":1e400}]}\r\n",
            "\xEF\xBB\xBF{\"tasks\":[{\"id\":\"1\",\"status\":\"done\"}]}\r\n"},
       }) {
    EXPECT_EQ(with_status(c.before, "done"), c.after);
  }
}

TEST(Edit, ANewMemberIsLaidOutLikeItsNeighbours) {
  for (const Case& c : std::initializer_list<Case>{
           {R"({"tasks":[{"id":"1"}]})", R"({"tasks":[{"id":"1","status":"done"}]})"},
           {R"({"tasks": [{"id": "1"}]})", R"({"tasks": [{"id": "1", "status": "done"}]})"},
           {R"({"tasks": [{ "id": "1" }]})", R"({"tasks": [{ "id": "1", "status": "done" }]})"},
           {R"({"tasks": [{}]})", R"({"tasks": [{"status":"done"}]})"},
           {"{\"tasks\": [\n  {\"id\": \"1\"},\n  {\"id\": \"2\"}\n]}\n",
            "{\"tasks\": [\n  {\"id\": \"1\", \"status\": \"done\"},\n  {\"id\": \"2\"}\n]}\n"},
           {"{\n  \"tasks\": [\n    {\n      \"id\": \"1\"\n    }\n  ]\n}",
            "{\n  \"tasks\": [\n    {\n      \"id\": \"1\",\n      \"status\": \"done\"\n    }\n  "
            "]\n}"},
           {"{\r\n\t\"tasks\": [\r\n\t\t{\r\n\t\t\t\"id\" : \"1\"\r\n\t\t}\r\n\t]\r\n}\r\n",
            "{\r\n\t\"tasks\": [\r\n\t\t{\r\n\t\t\t\"id\" : \"1\",\r\n\t\t\t\"status\" : "
            "\"done\"\r\n"
            "\t\t}\r\n\t]\r\n}\r\n"},
       }) {
    EXPECT_EQ(with_status(c.before, "done"), c.after);
  }
}

TEST(Edit, AnAppendedElementIsLaidOutLikeItsNeighbours) {
  for (const Case& c : std::initializer_list<Case>{
           {R"({"tasks":[{"id":"1"}]})", R"({"tasks":[{"id":"1","comments":[{"n":7,"s":""}]}]})"},
           {R"({"tasks": [{"id": "1"}]})",
            R"({"tasks": [{"id": "1", "comments": [{"n": 7, "s": ""}]}]})"},
           {R"({"tasks": [{"comments": [ ], "id": "1"}]})",
            R"({"tasks": [{"comments": [{"n": 7, "s": ""}], "id": "1"}]})"},
           {R"({"tasks": [{"comments": [1]}]})",
            R"({"tasks": [{"comments": [1, {"n": 7, "s": ""}]}]})"},
           {"{\"tasks\": [{\n  \"comments\": [\n    {\"n\": 1}\n  ]\n}]}",
            "{\"tasks\": [{\n  \"comments\": [\n    {\"n\": 1},\n    {\"n\": 7, \"s\": \"\"}\n  "
            "]\n}]}"},
       }) {
    EXPECT_EQ(with_comment(c.before, {{"n", 7}, {"s", ""}}), c.after);
  }
}

TEST(Edit, AnIndentedTextStaysAsItsWriterWouldHaveWrittenIt) {
  Json board = parse_json(R"({"x":[1,{"y":2}],"tasks":[{"id":"1"},{"id":"2","fields":{}}],"z":0})");
  const Json comment = {{"id", "op-1"}, {"text", "läuft\n"}, {"more", {1, 2}}};
  for (const int indentation : {1, 2, 3, 4, 8}) {
    Json expected = board;
    expected["tasks"][1]["comments"] = Json::array({comment});
    expected["tasks"][1]["comments"].push_back(comment);
    expected["tasks"][1]["status"] = "done";

    std::string text = with_comment(board.dump(indentation), comment, 1);
    text = with_status(with_comment(text, comment, 1), "done", 1);

    EXPECT_EQ(text, expected.dump(indentation));
  }
}

TEST(Edit, WhatIsNotThereIsNotFound) {
  const std::string text = R"({"tasks":[{"id":"1"}],"n":7})";

  EXPECT_EQ(find_member(text, root(text), "task"), std::nullopt);
  EXPECT_EQ(find_member(text, find_member(text, root(text), "n").value(), "x"), std::nullopt);
  EXPECT_EQ(find_element(text, find_member(text, root(text), "tasks").value(), 1), std::nullopt);
  EXPECT_EQ(find_element(text, root(text), 0), std::nullopt);
}

// Values of every kind, with strings that look like structure.
Json random_value(std::mt19937& random, int depth) {
  static const char* const kTexts[] = {"", "]", "}{", "a\"b", "\\", "\\\"", "\n\t", "ü€😀", ",:"};
  const auto pick = [&](size_t count) { return static_cast<int>(random() % count); };
  switch (pick(depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return true;
    case 2:
      return pick(2000) - 1000;
    case 3:
      return 0.5 * pick(9);
    case 4:
      return kTexts[pick(std::size(kTexts))];
    case 5: {
      Json array = Json::array();
      for (int i = pick(4); i > 0; --i) array.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (int i = pick(4); i > 0; --i) {
        object[kTexts[pick(std::size(kTexts))] + std::to_string(i)] =
            random_value(random, depth - 1);
      }
      return object;
    }
  }
}

TEST(Edit, AnyTextMeansWhatItSaidPlusTheChange) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    Json board = random_value(random, 3);
    if (!board.is_object()) board = Json::object();
    board["tasks"] = Json::array({random_value(random, 2), Json{{"id", "x"}}, 1});
    board["tasks"][1]["y"] = random_value(random, 3);
    if (round % 3 == 0) board["tasks"][1]["status"] = random_value(random, 2);
    if (round % 5 == 0) board["tasks"][1]["comments"] = Json::array({random_value(random, 2)});
    const std::string text = board.dump(round % 4 - 1, round % 2 == 0 ? ' ' : '\t');
    const Json added = random_value(random, 2);

    const std::string edited = with_comment(with_status(text, "done", 1), added, 1);

    board["tasks"][1]["status"] = "done";
    board["tasks"][1]["comments"].push_back(added);
    ASSERT_EQ(parse_json(edited), board) << text << "\n" << edited;
  }
}

}  // namespace
}  // namespace cb::upstream_file
