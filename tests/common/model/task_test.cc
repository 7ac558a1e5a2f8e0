#include "model/task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cb::model {
namespace {

constexpr const char* kFullLine =
    R"({"id":"86a1","source":"board","title":"Release: Acme opens in Oslo","kind":"Press Release",)"
    R"("status":"to do","due":"2026-11-30T00:00:00.000Z","priority":2,"after":["board:86a0"],)"
    R"("fields":{"Client":"Acme","Automate":true},"url":"https://t/86a1","version":"1763700000789"})";

Task accepted(std::string_view line) {
  auto task = read_task_line(line, "input");
  if (auto* problem = std::get_if<Problem>(&task)) {
    ADD_FAILURE() << line << "\n" << problem->line;
    return {};
  }
  return std::get<Task>(task);
}

std::string refused_task(std::string_view line) {
  const auto task = read_task_line(line, "input");
  const auto* problem = std::get_if<Problem>(&task);
  return problem == nullptr ? "accepted" : problem->line;
}

// `member` beside the two that are required.
std::string with(const std::string& member) { return R"({"id":"1","title":"T",)" + member + "}"; }

TEST(ReadTask, ReadsEveryMember) {
  const Task task = accepted(kFullLine);

  EXPECT_EQ(task.name, (TaskName{"board", "86a1"}));
  EXPECT_EQ(task.title, "Release: Acme opens in Oslo");
  EXPECT_EQ(task.kind, "Press Release");
  EXPECT_EQ(task.status, "to do");
  EXPECT_EQ(task.due, parse_rfc3339("2026-11-30T00:00:00Z"));
  EXPECT_EQ(task.priority, 2);
  EXPECT_THAT(task.after, testing::ElementsAre(TaskName{"board", "86a0"}));
  EXPECT_EQ(task.fields, R"({"Client":"Acme","Automate":true})");
  EXPECT_EQ(task.url, "https://t/86a1");
  EXPECT_EQ(task.version, "1763700000789");
}

TEST(ReadTask, NeedsOnlyIdAndTitle) {
  const Task task = accepted(R"({"id":"1","title":"T"})");

  EXPECT_EQ(task, (Task{.name = {"input", "1"}, .title = "T"}));
  EXPECT_EQ(task.priority, 3);
  EXPECT_EQ(task.fields, "{}");
}

TEST(ReadTask, NullIsTheSameAsAbsent) {
  const Task task = accepted(
      R"({"id":"1","title":"T","source":null,"kind":null,"status":null,"due":null,"priority":null,)"
      R"("after":null,"fields":null,"url":null,"version":null})");

  EXPECT_EQ(task, accepted(R"({"id":"1","title":"T"})"));
}

TEST(ReadTask, IsReadBackFromItsOwnForm) {
  EXPECT_EQ(to_line(to_json(accepted(kFullLine))), kFullLine);
  EXPECT_EQ(to_line(to_json(accepted(R"({"id":"1","title":"T"})"))),
            R"({"id":"1","source":"input","title":"T","priority":3,"after":[],"fields":{}})");
}

TEST(ReadTask, AcceptsABareDateAndAnIntegerVersion) {
  EXPECT_EQ(accepted(with(R"("due":"2026-11-30")")).due, parse_rfc3339("2026-11-30T00:00:00Z"));
  EXPECT_EQ(accepted(with(R"("version":1763700000789)")).version, "1763700000789");
}

TEST(ReadTask, AfterNamesTasksOfTheSameSourceOrAnyOther) {
  const Task task = accepted(
      R"({"id":"1","source":"board","title":"T","after":["7","local:x","a b:c","board:7","local:x:y"]})");

  EXPECT_THAT(task.after,
              testing::ElementsAre(TaskName{"board", "7"}, TaskName{"local", "x"},
                                   TaskName{"board", "a b:c"}, TaskName{"local", "x:y"}));
}

TEST(ReadTask, SaysWhatIsWrongAndWhere) {
  const std::string huge(4097, 'x');
  const std::string huge_fields(257 << 10, 'x');
  const struct {
    std::string line;
    const char* problem;
  } cases[] = {
      {R"({"title":"T"})", "/id: missing"},
      {R"({"id":"1"})", "/title: missing"},
      {R"({"id":null,"title":"T"})", "/id: missing"},
      {R"({"id":1,"title":"T"})", "/id: not a string but number"},
      {R"({"id":"","title":"T"})", "/id: not 1 to 256 bytes of text without control characters"},
      {R"({"id":"a\nb","title":"T"})",
       "/id: not 1 to 256 bytes of text without control characters"},
      {R"({"id":"1","title":""})", "/title: empty"},
      {R"({"id":"1","title":" \n"})", "/title: empty"},
      {R"({"id":"1","title":"a\u0000b"})", "/title: contains a NUL character"},
      {R"({"id":"1","title":")" + huge + "\"}", "/title: longer than 4096 bytes"},
      {with(R"("titel":"x")"), "/titel: unknown member \"titel\"; did you mean \"title\"?"},
      {with(R"("source":"a b")"), "/source: not 1 to 64 characters of A-Z a-z 0-9 _ . -"},
      {with(R"("source":"")"), "/source: not 1 to 64 characters of A-Z a-z 0-9 _ . -"},
      {with(R"("kind":["x"])"), "/kind: not a string but array"},
      {with(R"("due":"tomorrow")"),
       "/due: not a time such as \"2026-11-30T00:00:00Z\" or \"2026-11-30\""},
      {with(R"("due":1796083200)"), "/due: not a string but number"},
      {with(R"("priority":0)"), "/priority: not 1 (urgent), 2, 3 or 4 (low)"},
      {with(R"("priority":5)"), "/priority: not 1 (urgent), 2, 3 or 4 (low)"},
      {with(R"("priority":2.0)"), "/priority: not 1 (urgent), 2, 3 or 4 (low)"},
      {with(R"("priority":"2")"), "/priority: not 1 (urgent), 2, 3 or 4 (low)"},
      {with(R"("after":"86a0")"), "/after: not an array but string"},
      {with(R"("after":[7])"), "/after: not a task, \"ID\" or \"SOURCE:ID\": 7"},
      {with(R"("after":["board:"])"), "/after: not a task, \"ID\" or \"SOURCE:ID\": \"board:\""},
      {with(R"("fields":[])"), "/fields: not an object but array"},
      {with(R"("fields":{"a":["b\u0000"]})"), "/fields: contains a NUL character"},
      {with(R"("fields":{"a":")" + huge_fields + "\"}"), "/fields: longer than 256 KiB"},
      {with(R"("version":1.5)"), "/version: not a string but number"},
      {with(R"("url":true)"), "/url: not a string but boolean"},
      {"[]", "not an object but array"},
      {R"({"id":"1","id":"2"})", "column 11: duplicate member \"id\""},
      {"{", "column 2: expected the name of a member in quotes, found the end of the text"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(refused_task(each.line), each.problem) << each.line.substr(0, 99);
}

TEST(ReadTask, LimitsAreInclusive) {
  EXPECT_EQ(accepted(R"({"id":"1","title":")" + std::string(4096, 'x') + "\"}").title.size(),
            4096u);
  const std::string value((256 << 10) - 8, 'x');
  EXPECT_EQ(accepted(with(R"("fields":{"a":")" + value + "\"}")).fields.size(), 256u << 10);
}

TEST(ReadTask, NeedsASourceFromSomewhere) {
  const auto task = read_task(parse_json(R"({"id":"1","title":"T"})"), "");

  EXPECT_EQ(std::get<Problem>(task).line, "/source: missing");
}

TEST(TaskNames, AreReadBack) {
  for (const TaskName& name : {TaskName{"board", "86a1"}, TaskName{"a.b-c_D", "x:y:z"},
                               TaskName{"board", "ünïcode id"}, TaskName{"s", ":"}}) {
    EXPECT_EQ(parse_task_name(to_string(name), "other"), name);
  }
}

TEST(TaskNames, AnIdAloneBelongsToTheDefaultSource) {
  EXPECT_EQ(parse_task_name("86a1", "board"), (TaskName{"board", "86a1"}));
  EXPECT_EQ(parse_task_name("a b:c", "board"), (TaskName{"board", "a b:c"}));
  EXPECT_EQ(parse_task_name("x:86a1", "board"), (TaskName{"x", "86a1"}));
}

TEST(TaskNames, RefuseWhatIsNoName) {
  for (const std::string& text :
       {std::string(), std::string("board:"), std::string("a\x01"), std::string("x:\xFF"),
        std::string(257, 'x'), std::string("a\x7F"), std::string("a\u202Eb")}) {
    EXPECT_FALSE(parse_task_name(text, "board")) << text;
  }
  EXPECT_FALSE(parse_task_name("86a1", ""));
}

TEST(SourceNames, AreShortAndPlain) {
  for (const char* text : {"board", "a.b", "A_9-z", "."}) EXPECT_TRUE(is_source_name(text)) << text;
  EXPECT_TRUE(is_source_name(std::string(64, 'x')));
  for (const char* text : {"", "a b", "a:b", "é", "a/b"})
    EXPECT_FALSE(is_source_name(text)) << text;
  EXPECT_FALSE(is_source_name(std::string(65, 'x')));
}

TEST(Fingerprint, ChangesWithEverythingButTheVersion) {
  const Task task = accepted(kFullLine);
  const auto print_after = [&](auto change) {
    Task changed = task;
    change(changed);
    return fingerprint(changed);
  };

  EXPECT_EQ(print_after([](Task& t) { t.version = "9"; }), fingerprint(task));
  std::set<int64_t> prints = {
      fingerprint(task),
      print_after([](Task& t) { t.name.id = "x"; }),
      print_after([](Task& t) { t.title = "x"; }),
      print_after([](Task& t) { t.kind = "x"; }),
      print_after([](Task& t) { t.status = "x"; }),
      print_after([](Task& t) { t.due.reset(); }),
      print_after([](Task& t) { t.priority = 4; }),
      print_after([](Task& t) { t.after.clear(); }),
      print_after([](Task& t) { t.fields = "{}"; }),
      print_after([](Task& t) { t.url = "x"; }),
      print_after([](Task& t) { std::swap(t.kind, t.status); }),
  };
  EXPECT_EQ(prints.size(), 11u);
}

TEST(CompareVersions, ByNumberWhenBothAreDecimal) {
  EXPECT_EQ(compare_versions("9", "10"), std::partial_ordering::less);
  EXPECT_EQ(compare_versions("010", "10"), std::partial_ordering::equivalent);
  EXPECT_EQ(compare_versions("0", "000"), std::partial_ordering::equivalent);
  EXPECT_EQ(compare_versions("99999999999999999999999", "99999999999999999999998"),
            std::partial_ordering::greater);
}

TEST(CompareVersions, ElseByteByByte) {
  EXPECT_EQ(compare_versions("2026-01-02", "2026-01-10"), std::partial_ordering::less);
  EXPECT_EQ(compare_versions("v1.10", "v1.1"), std::partial_ordering::greater);
  EXPECT_EQ(compare_versions("v9", "v10"), std::partial_ordering::greater);
  EXPECT_EQ(compare_versions("a", "a"), std::partial_ordering::equivalent);
}

TEST(CompareVersions, NothingIsKnownWithoutBoth) {
  EXPECT_EQ(compare_versions("", "1"), std::partial_ordering::unordered);
  EXPECT_EQ(compare_versions("1", ""), std::partial_ordering::unordered);
  EXPECT_EQ(compare_versions("", ""), std::partial_ordering::unordered);
}

TEST(FieldsOf, AreAnObjectWhateverIsStored) {
  for (const char* stored : {"", "7", "[1]", "null", "{", "{\"a\":1,\"a\":2}"}) {
    EXPECT_EQ(fields_of(Task{.fields = stored}), Json::object()) << stored;
  }
}

}  // namespace
}  // namespace cb::model
