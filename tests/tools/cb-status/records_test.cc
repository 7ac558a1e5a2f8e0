#include "records.h"

#include <gtest/gtest.h>

#include "state/files.h"
#include "state/outbox.h"
#include "support/store_fixture.h"

namespace cb::status {
namespace {

using model::State;
using testing::kNow;
using namespace std::chrono_literals;

class Record : public testing::StoreTest {
 protected:
  std::string line(const std::string& id) { return to_line(task_json(store, task(id))); }
};

TEST_F(Record, OfAPlainTask) {
  add({.id = "a", .detail = "", .title = "T", .fields = R"({"Client":"Acme"})"});

  EXPECT_EQ(
      line("a"),
      R"({"id":"a","source":"board","title":"T","priority":3,"after":[],"fields":{"Client":"Acme"},)"
      R"("state":"ready","reason":"ready","attempts":0,"since":"2027-01-15T08:00:00.000Z",)"
      R"("first_seen":"2027-01-15T08:00:00.000Z","handler":"work","runs":[]})");
}

TEST_F(Record, OfATaskWithAFileSaysHowItCameToIt) {
  const auto row = add({.id = "a"});
  state::FileRow file;
  file.watch = "inbox";
  file.name = "x \xff.xlsx";
  file.content = "c0ffee";
  file.size = 7;
  file.path = "/in/x \xff.xlsx";
  file.stage = state::FileStage::given;
  file.task = row.n;
  file.match = R"({"is":"words","candidates":[{"task":"board:a","score":0.9,"why":"3 of 3 words"},)"
               R"({"task":"board:b","score":0.5,"why":"1 of 3 words"}]})";
  write([&] { state::insert_file(db(), file); });

  EXPECT_EQ(to_line(task_json(store, task("a"))["file"]),
            R"({"path":"/in/x �.xlsx","bytes":"/in/x%20%FF.xlsx","watch":"inbox",)"
            R"("name":"x �.xlsx","stage":"given","size":7,"content":"c0ffee","match":"words",)"
            R"("score":0.9,"runner_up":{"task":"board:b","score":0.5,"why":"1 of 3 words"}})");
}

TEST_F(Record, OfAHeldTaskHasItsDetail) {
  add({.id = "a",
       .state = State::held,
       .reason = "no_handler",
       .detail = "kind is \"x\"",
       .handler = ""});

  const auto json = task_json(store, task("a"));

  EXPECT_EQ(json["reason"], "no_handler");
  EXPECT_EQ(json["detail"], "kind is \"x\"");
  EXPECT_FALSE(json.contains("handler"));
}

TEST_F(Record, OfABlockedTaskNamesWhatItWaitsForNow) {
  add({.id = "b", .detail = "after board:a", .after = {"a", "c"}});

  const auto json = task_json(store, task("b"));

  EXPECT_EQ(json["reason"], "after board:a, board:c");
  EXPECT_FALSE(json.contains("detail"));
  EXPECT_EQ(json["after"], Json::parse(R"(["board:a","board:c"])"));
}

TEST_F(Record, OfAWaitingTaskHasItsTimeAndRuns) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::retry_after(15s), kNow + 1s);

  const auto json = task_json(store, task("a"));

  EXPECT_EQ(json["reason"], "retry");
  EXPECT_EQ(json["detail"], "exit 3");
  EXPECT_EQ(json["not_before"], "2027-01-15T08:00:16.000Z");
  EXPECT_EQ(json["runs"].size(), 1u);
  EXPECT_EQ(json["runs"][0]["outcome"], "failed");
}

TEST_F(Record, OfAFailedTaskSaysTheErrorOnce) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::failure("exit 3"));

  const auto json = task_json(store, task("a"));

  EXPECT_EQ(json["reason"], "exit 3");
  EXPECT_FALSE(json.contains("detail"));
}

TEST_F(Record, OfARunLeavesOutWhatIsNotKnown) {
  add({.id = "a"});
  auto run = start("a", "r1");
  run.host = "here";
  run.supervisor.pid = 42;

  EXPECT_EQ(to_line(run_json({"/s"}, run)),
            R"({"run":"r1","attempt":1,"claimed_at":"2027-01-15T08:00:00.000Z","handler":"work",)"
            R"("argv":["work","a"],"host":"here","pid":42,"log":"/s/runs/r1/output.log"})");
}

TEST_F(Record, OfAnEndedRunHasEverything) {
  state::RunRow run;
  run.id = "r1";
  run.attempt = 2;
  run.host = "here";
  run.claimed_at = kNow;
  run.ended_at = kNow + 1500ms;
  run.outcome = model::Outcome::timed_out;
  run.exit = 3;
  run.signal = 15;
  run.message = "too long";
  run.cost_usd = 0.5;
  run.data = R"({"a":[1]})";

  EXPECT_EQ(
      to_line(run_json({"/s"}, run)),
      R"({"run":"r1","attempt":2,"outcome":"timed_out","exit":3,"signal":15,"message":"too long",)"
      R"("claimed_at":"2027-01-15T08:00:00.000Z","ended_at":"2027-01-15T08:00:01.500Z","duration_ms":1500,)"
      R"("argv":[],"host":"here","pid":0,"cost_usd":0.5,"data":{"a":[1]},"log":"/s/runs/r1/output.log"})");
}

TEST_F(Record, OfATaskWithWritesOwed) {
  const auto row = add({.id = "a"});
  state::Owed owed;
  owed.op = "op-1";
  owed.task = row.n;
  owed.kind = state::Owed::Kind::comment;
  owed.text = "hello";
  owed.next_try = kNow;
  write([&] { state::owe(db(), owed, kNow); });

  EXPECT_EQ(to_line(task_json(store, task("a"))["owed"]),
            R"([{"op":"op-1","kind":"comment","text":"hello","state":"owed","tries":0,)"
            R"("created_at":"2027-01-15T08:00:00.000Z","next_try":"2027-01-15T08:00:00.000Z"}])");
}

TEST(EventRecord, LeavesOutWhatIsNotKnown) {
  state::Event event{.seq = 7,
                     .at = kNow,
                     .task = 1,
                     .task_name = "",
                     .run = "",
                     .cause = model::Cause::discovered,
                     .before = {},
                     .after = State::ready,
                     .reason = "ready",
                     .detail = ""};
  EXPECT_EQ(
      to_line(event_json(event)),
      R"({"seq":7,"at":"2027-01-15T08:00:00.000Z","cause":"discovered","to":"ready","reason":"ready"})");

  event.task_name = "board:a";
  event.run = "r1";
  event.cause = model::Cause::run_failed;
  event.before = State::running;
  event.after = State::failed;
  event.reason = "failed";
  event.detail = "exit 3";
  EXPECT_EQ(
      to_line(event_json(event)),
      R"({"seq":7,"at":"2027-01-15T08:00:00.000Z","task":"board:a","run":"r1","cause":"run_failed",)"
      R"("from":"running","to":"failed","reason":"failed","detail":"exit 3"})");
}

}  // namespace
}  // namespace cb::status
