#include "fields.h"

#include <gtest/gtest.h>

namespace cb::upstream_clickup {
namespace {

const Clock kOslo = [](Instant at) { return os::utc_time(at + std::chrono::hours(1)); };

// A field of `type` with `value`, both JSON, and options where a type has them.
Json read(const std::string& type, const std::string& value) {
  const Json config = parse_json(R"({"options":[
    {"id":"u-minor","name":"minor","orderindex":1},
    {"id":"u-major","name":"major","orderindex":0},
    {"id":"u-io","label":"io"},{"id":"u-cli","label":"cli"}]})");
  return field_value(
      {{"name", "F"}, {"type", type}, {"type_config", config}, {"value", parse_json(value)}},
      kOslo);
}

TEST(Fields, EveryTypeIsReadAsAPersonReadsIt) {
  struct Case {
    std::string type, value, expected;
  };
  const Case cases[] = {
      {"short_text", R"("23")", R"("23")"},
      {"text", R"("a\nb")", R"("a\nb")"},
      {"url", R"("https://x.example")", R"("https://x.example")"},
      {"number", R"("23")", "23"},
      {"number", R"("23.5")", "23.5"},
      {"number", "23", "23"},
      {"number", R"("many")", R"("many")"},
      {"currency", R"("12.50")", "12.5"},
      {"emoji", R"("4")", "4"},
      {"checkbox", R"("true")", "true"},
      {"checkbox", "true", "true"},
      {"checkbox", R"("false")", "false"},
      {"checkbox", "false", "false"},
      {"drop_down", "1", R"("minor")"},
      {"drop_down", "0", R"("major")"},
      {"drop_down", R"("1")", R"("minor")"},
      {"drop_down", R"("u-major")", R"("major")"},
      {"drop_down", "7", "null"},
      {"labels", R"(["u-cli","u-io"])", R"(["cli","io"])"},
      {"labels", R"(["gone","u-io"])", R"(["io"])"},
      {"labels", "[]", "[]"},
      {"date", R"("1764471600000")", R"("2025-11-30")"},  // 04:00 in Oslo
      {"date", R"("1764475200000")", R"("2025-11-30T04:00:00.000Z")"},
      {"users", R"([{"id":1,"username":"Ola"},{"id":2,"username":null,"email":"b@x"},{"id":3}])",
       R"(["Ola","b@x","3"])"},
      {"tasks", R"([{"id":"86a","name":"x"},{"id":"86b"}])", R"(["86a","86b"])"},
      {"list_relationship", R"([{"id":"86a"}])", R"(["86a"])"},
      {"manual_progress", R"({"percent_completed":40,"current":"20"})", "40"},
      {"automatic_progress", R"({"percent_complete":66.5})", "66.5"},
      {"location", R"({"location":{"lat":1,"lng":2},"formatted_address":"Oslo"})", R"("Oslo")"},
      {"attachment", R"([{"id":"x","title":"a.pdf"}])", R"(["a.pdf"])"},
      {"formula", "[1,2]", "[1,2]"},
      {"of_next_year", R"({"a":1})", R"({"a":1})"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(to_line(read(each.type, each.value)), each.expected)
        << each.type << " " << each.value;
  }
}

TEST(Fields, ADayHasNoTimeAndATimeIsInUtc) {
  const Instant four = *parse_rfc3339("2026-11-30T03:00:00Z");
  EXPECT_EQ(date_text(four, kOslo), "2026-11-30");
  EXPECT_EQ(date_text(four + Duration(1), kOslo), "2026-11-30T03:00:00.001Z");
  EXPECT_EQ(date_text(four + std::chrono::hours(1), kOslo), "2026-11-30T04:00:00.000Z");
}

TEST(Fields, WhatIsNotSetIsAbsent) {
  const Json task = parse_json(R"({"custom_fields":[
    {"name":"None","type":"short_text"},
    {"name":"Null","type":"short_text","value":null},
    {"name":"Lost","type":"drop_down","type_config":{"options":[]},"value":3},
    {"name":"Set","type":"short_text","value":"x"}]})");

  EXPECT_EQ(to_line(custom_fields(task, kOslo)), R"({"Set":"x"})");
}

TEST(Fields, OfTwoWithOneNameTheFirstThatIsSetCounts) {
  const Json task = parse_json(R"({"custom_fields":[
    {"name":"A","type":"short_text"},
    {"name":"A","type":"short_text","value":"second"},
    {"name":"A","type":"short_text","value":"third"}]})");

  EXPECT_EQ(to_line(custom_fields(task, kOslo)), R"({"A":"second"})");
}

}  // namespace
}  // namespace cb::upstream_clickup
