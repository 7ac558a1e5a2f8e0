#include "report.h"

#include <gmock/gmock.h>

#include "support/store_fixture.h"

namespace cb::exec {
namespace {

using ReportTest = cb::testing::StoreTest;

TEST_F(ReportTest, ARecordTellsHowTheRunEndedAndWhatBecomesOfItsTask) {
  add({.id = "1", .title = "One"});
  run_to_end("1", "r1", cb::testing::retry_after(std::chrono::seconds(15)));
  auto run = state::find_run(db(), "r1").value();
  run.exit = 3;

  const auto record = run_record(store.layout, task("1"), run);

  EXPECT_EQ(record["task"], "board:1");
  EXPECT_EQ(record["outcome"], "failed");
  EXPECT_EQ(record["exit"], 3);
  EXPECT_TRUE(record["signal"].is_null());
  EXPECT_EQ(record["state"], "ready");
  EXPECT_EQ(record["not_before"], "2027-01-15T08:00:15.000Z");
  EXPECT_EQ(record["log"], store.layout.log("r1"));
}

TEST_F(ReportTest, WhatIsNotKnownIsNull) {
  add({.id = "1"});
  const auto run = start("1", "r1");

  const auto record = run_record(store.layout, task("1"), run);

  EXPECT_TRUE(record["exit"].is_null());
  EXPECT_TRUE(record["not_before"].is_null());
  EXPECT_EQ(record["duration_ms"], 0);
}

}  // namespace
}  // namespace cb::exec
