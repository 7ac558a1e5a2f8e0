#include "task.h"

#include <gtest/gtest.h>

#include "model/task.h"

namespace cb::upstream_clickup {
namespace {

const Reading kReading = {.kind_field = "", .clock = os::utc_time, .type_name = [](int64_t type) {
                            return type == 1300 ? "Bug" : "";
                          }};

const char* const kWhole = R"({
  "id":"86c6d5j11","custom_id":"ENG-142","custom_item_id":1300,"name":"Parser drops trailing tab",
  "text_content":"Steps","description":"Steps",
  "status":{"id":"s","status":"in progress","type":"custom","orderindex":1},
  "date_created":"1763000000123","date_updated":"1763600000456","archived":false,
  "assignees":[{"id":1,"username":"Bo Lind"}],"tags":[{"name":"bug"},{"name":"parser"}],"parent":"86c6d5j10",
  "priority":{"id":"2","priority":"high"},"due_date":"1764212400000",
  "dependencies":[
    {"task_id":"86c6d5j11","depends_on":"86c6d5j09","type":1},
    {"task_id":"86c6d5j11","depends_on":"86c6d5j09","type":1},
    {"task_id":"86c6d5j20","depends_on":"86c6d5j11","type":1}],
  "custom_fields":[{"name":"Work Category","type":"short_text","value":"Press"}],
  "url":"https://app.clickup.com/t/86c6d5j11","locations":[{"id":"902","name":"Also"}],
  "list":{"id":"901","name":"Sprint 14"},"folder":{"id":"77","name":"Backend","hidden":false},"space":{"id":"11"}})";

Json converted(const Json& task, const Reading& reading = kReading) {
  return std::get<Json>(to_protocol(task, reading));
}

TEST(ClickUpTask, IsWhollyATaskOfTheProtocol) {
  const Json expected = parse_json(R"({
    "id":"86c6d5j11","title":"Parser drops trailing tab","kind":"Bug","status":"in progress",
    "due":"2025-11-27T03:00:00.000Z","priority":2,"after":["86c6d5j09"],
    "fields":{"Work Category":"Press","description":"Steps","tags":["bug","parser"],"assignees":["Bo Lind"],
      "list":"Sprint 14","folder":"Backend","parent":"86c6d5j10","custom_id":"ENG-142"},
    "url":"https://app.clickup.com/t/86c6d5j11","version":"1763600000456"})");

  EXPECT_EQ(to_line(converted(parse_json(kWhole))), to_line(expected));
}

TEST(ClickUpTask, IsTakenByTheStore) {
  const auto read = model::read_task(converted(parse_json(kWhole)), "board");

  ASSERT_TRUE(std::holds_alternative<model::Task>(read)) << std::get<model::Problem>(read).line;
}

TEST(ClickUpTask, NeedsNothingButAnId) {
  const char* const kBare = R"x({"id":"1","title":"(untitled)","kind":"Task"})x";
  const char* const kOfNulls =
      R"({"id":1,"name":" ","status":null,"due_date":null,"priority":null,"tags":null,"list":null,)"
      R"("custom_fields":null,"dependencies":null,"custom_item_id":null})";
  for (const char* task : {R"({"id":"1"})", kOfNulls}) {
    EXPECT_EQ(to_line(converted(parse_json(task))), kBare) << task;
  }
  for (const char* task : {"{}", R"({"id":null,"name":"x"})", "[]", "7", "null"}) {
    const auto read = to_protocol(parse_json(task), kReading);
    EXPECT_TRUE(std::holds_alternative<std::string>(read)) << task;
  }
}

TEST(ClickUpTask, KindIsTheTypeOrAField) {
  const auto kind = [](const std::string& task, const std::string& field) {
    return converted(parse_json(task),
                     {.kind_field = field, .clock = os::utc_time, .type_name = kReading.type_name})
        .value("kind", "-");
  };
  EXPECT_EQ(kind(R"({"id":"1","custom_item_id":0})", ""), "Task");
  EXPECT_EQ(kind(R"({"id":"1","custom_item_id":1})", ""), "Milestone");
  EXPECT_EQ(kind(R"({"id":"1","custom_item_id":"1300"})", ""), "Bug");
  EXPECT_EQ(kind(R"({"id":"1","custom_item_id":9})", ""), "-");
  EXPECT_EQ(kind(kWhole, "Work Category"), "Press");
  EXPECT_EQ(kind(kWhole, "Nothing"), "-");
}

TEST(ClickUpTask, ACustomFieldIsNotHiddenByWhatEveryTaskHas) {
  const Json task = parse_json(
      R"({"id":"1","tags":[{"name":"x"}],"custom_fields":[{"name":"tags","type":"short_text","value":"mine"}]})");

  EXPECT_EQ(to_line(converted(task).at("fields")), R"({"tags":"mine"})");
}

TEST(ClickUpTask, AHugeDescriptionIsCutBetweenCharacters) {
  std::string text;
  while (text.size() < 300'000) text += "æ";
  const Json fields = converted({{"id", "1"}, {"text_content", text + "x"}}).at("fields");

  const auto cut = fields.at("description").get<std::string>();
  EXPECT_LT(cut.size(), 70'000U);
  EXPECT_TRUE(cut.ends_with("æ…"));
}

TEST(ClickUpTask, BelongsToTheScopeByItsOwnPlacesAndTheListsItWasAddedTo) {
  const Json task = parse_json(kWhole);
  const auto is_in = [&](Level level, const std::string& id) {
    return is_in_scope(task, {.workspace = "9", .level = level, .ids = {"other", id}});
  };
  EXPECT_TRUE(is_in(Level::space, "11"));
  EXPECT_TRUE(is_in(Level::folder, "77"));
  EXPECT_TRUE(is_in(Level::list, "901"));
  EXPECT_TRUE(is_in(Level::list, "902"));
  EXPECT_FALSE(is_in(Level::space, "12"));
  EXPECT_FALSE(is_in(Level::folder, "11"));
  EXPECT_FALSE(is_in(Level::list, "903"));
}

TEST(ClickUpTask, SaysWhatMustBeAskedForBeforeItIsRead) {
  EXPECT_TRUE(has_dates(parse_json(R"({"due_date":"1"})")));
  EXPECT_TRUE(has_dates(parse_json(R"({"custom_fields":[{"type":"date","value":"1"}]})")));
  EXPECT_FALSE(has_dates(parse_json(R"({"due_date":null,"custom_fields":[{"type":"date"}]})")));
  EXPECT_EQ(custom_type_of(parse_json(kWhole)), 1300);
  EXPECT_EQ(custom_type_of(parse_json(R"({"custom_item_id":1})")), std::nullopt);
}

}  // namespace
}  // namespace cb::upstream_clickup
