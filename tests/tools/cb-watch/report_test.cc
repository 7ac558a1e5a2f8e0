#include "report.h"

#include <gtest/gtest.h>

namespace cb::watch {
namespace {

state::FileRow file() {
  state::FileRow row;
  row.n = 7;
  row.watch = "inbox";
  row.name = "a.csv";
  row.content = "00112233445566778899aabbccddeeff";
  row.size = 12;
  row.path = "/in/a.csv";
  row.stage = state::FileStage::unmatched;
  return row;
}

constexpr const char* kTwo =
    R"({"is":"near_tie","candidates":[{"task":"board:1","score":0.8,"why":"4 of 5 words"},)"
    R"({"task":"board:2","score":0.75,"why":"3 of 4 words"}]})";

TEST(Record, OfAFileWithoutATaskHasNulls) {
  EXPECT_EQ(to_line(to_json({.file = file(), .verdict = Verdict::unmatched})),
            R"({"file":"/in/a.csv","watch":"inbox","verdict":"unmatched","task":null,"state":null,)"
            R"("score":null,"runner_up":null,"candidates":[],"size":12,)"
            R"("content":"00112233445566778899aabbccddeeff"})");
}

TEST(Record, HasTheTaskAndTheScores) {
  auto row = file();
  row.match = kTwo;
  row.task = 1;
  state::TaskRow task;
  task.task.name = {"board", "1"};
  task.state = model::State::ready;
  const auto json = to_json({.file = row, .verdict = Verdict::tied, .task = task, .reason = "why"});

  EXPECT_EQ(json["task"], "board:1");
  EXPECT_EQ(json["state"], "ready");
  EXPECT_EQ(json["score"], 0.8);
  EXPECT_EQ(json["runner_up"]["task"], "board:2");
  EXPECT_EQ(json["candidates"].size(), 2u);
  EXPECT_EQ(json["reason"], "why");
}

TEST(Record, OfANameThatIsNoUtf8HasItsBytes) {
  auto row = file();
  row.path = "/in/\xff 100%.csv";
  EXPECT_EQ(to_json({.file = row})["bytes"], "/in/%FF%20100%25.csv");
  row.path = "/in/ü.csv";
  EXPECT_FALSE(to_json({.file = row}).contains("bytes"));
}

TEST(Record, SaysWhyATaskFitsOrNot) {
  auto row = file();
  EXPECT_EQ(describe_match(row), "");
  row.match = kTwo;
  EXPECT_EQ(describe_match(row),
            "too close: board:1 0.80 (4 of 5 words); then board:2 0.75 (3 of 4 words)");
  row.task = 1;
  EXPECT_EQ(describe_match(row), "0.80 4 of 5 words; then board:2 0.75 (3 of 4 words)");
  row.match = R"({"is":"person","candidates":[]})";
  EXPECT_EQ(describe_match(row), "a person said so");
  row.match = R"({"is":"none","candidates":[]})";
  EXPECT_EQ(describe_match(row), "no task that waits fits");
}

TEST(Report, WhatWantsAPersonIsOneAndBusyComesFirst) {
  const Options options;
  {
    Report report(options);
    EXPECT_EQ(report.exit_code(), 0);
    report.add({.file = file(), .verdict = Verdict::given});
    EXPECT_EQ(report.exit_code(), 0);
    report.add({.file = file(), .verdict = Verdict::unmatched});
    EXPECT_EQ(report.exit_code(), 1);
    report.busy("somebody else is watching inbox");
    EXPECT_EQ(report.exit_code(), 75);
  }
  Report report(options);
  report.trouble("x", Fault::permanent);
  EXPECT_EQ(report.exit_code(), 1);
  report.trouble("x", Fault::temporary);
  EXPECT_EQ(report.exit_code(), 75);
}

}  // namespace
}  // namespace cb::watch
