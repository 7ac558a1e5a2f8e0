#include "explain.h"

#include <gmock/gmock.h>

#include "held.h"
#include "os/file.h"
#include "state/outbox.h"
#include "state/sources.h"
#include "support/store_fixture.h"

namespace cb::status {
namespace {

using model::Cause;
using model::State;
using ::testing::HasSubstr;
using testing::kNow;
using namespace std::chrono_literals;

class Explain : public testing::StoreTest {
 protected:
  Explain() {
    config_.path = "/etc/cb.json";
    model::Handler handler;
    handler.name = "work";
    config_.handlers = {handler};
  }

  Explanation why(const std::string& id, Instant now = kNow) {
    return explain(store, task(id), {.config = &config_, .now = now});
  }

  config::Config config_;
};

TEST_F(Explain, EveryReasonToHoldHasAdvice) {
  for (const auto reason :
       {model::reason::no_handler, model::reason::not_opted_in, model::reason::no_due_date,
        model::reason::due_too_far, model::reason::missing_field, model::reason::waiting_for_file,
        model::reason::in_progress_elsewhere, model::reason::held_by_user, model::reason::crashed,
        model::reason::dependency_cycle, model::reason::refused_upstream,
        model::reason::restored}) {
    state::TaskRow row;
    row.task.name = {"board", "a"};
    row.reason = reason;
    for (const auto* detail : {"", "the detail"}) {
      row.detail = detail;
      const auto advice = advise(row, nullptr);
      EXPECT_THAT(advice.text,
                  ::testing::Not(::testing::AnyOf("", HasSubstr("{"), HasSubstr("over_budget"))))
          << reason;
      EXPECT_THAT(advice.next, ::testing::Not(::testing::AnyOf("", HasSubstr("{")))) << reason;
    }
  }
}

TEST_F(Explain, UnknownReasonIsShownAsItIs) {
  state::TaskRow row;
  row.task.name = {"board", "a"};
  row.reason = "over_budget";
  row.detail = "spent 12 USD of 10";

  EXPECT_EQ(advise(row, nullptr).text, "over_budget: spent 12 USD of 10");
}

TEST_F(Explain, HeldSaysWhatToDo) {
  add({.id = "a", .state = State::held, .reason = "held_by_user", .detail = "wait for legal"});

  const auto explanation = why("a");

  EXPECT_EQ(explanation.blocker, "held");
  EXPECT_EQ(explanation.text, "a person holds it: wait for legal");
  EXPECT_EQ(explanation.next, "cb-task release board:a");
  EXPECT_EQ(explanation.clears_at, std::nullopt);
}

TEST_F(Explain, NotOptedInNamesFieldAndSource) {
  config::Source source;
  source.rules.name = "board";
  source.rules.opt_in = "fields.Automate";
  config_.sources = {source};
  add({.id = "a",
       .state = State::held,
       .reason = "not_opted_in",
       .detail = "fields.Automate is false"});

  const auto explanation = why("a");

  EXPECT_EQ(explanation.text, "source board runs only tasks that opt in: fields.Automate is false");
  EXPECT_THAT(explanation.next, HasSubstr("set fields.Automate of the task"));
  EXPECT_THAT(explanation.next, HasSubstr("/etc/cb.json"));
}

TEST_F(Explain, WaitingForAFileNamesTheWatchAndWhatMayBeForIt) {
  config_.handlers[0].needs_file = "inbox";
  add({.id = "a",
       .state = State::held,
       .reason = "waiting_for_file",
       .detail = "from watch inbox"});
  const auto keep = [&](const std::string& name, const std::string& watch,
                        const std::string& candidates) {
    state::FileRow file;
    file.watch = watch;
    file.name = name;
    file.content = "1";
    file.path = "/in/" + name;
    file.stage = state::FileStage::unmatched;
    file.match = R"({"is":"near_tie","candidates":[)" + candidates + "]}";
    write([&] { state::insert_file(db(), file); });
  };
  keep("low", "inbox", R"({"task":"board:a","score":0.4,"why":"1 of 3 words"})");
  keep("high", "inbox",
       R"({"task":"board:b","score":0.9,"why":"x"},{"task":"board:a","score":0.8,"why":"2 of 3"})");
  keep("of b", "inbox", R"({"task":"board:b","score":0.9,"why":"x"})");
  keep("elsewhere", "other", R"({"task":"board:a","score":0.9,"why":"x"})");

  const auto explanation = why("a");

  EXPECT_EQ(explanation.text, "it waits for a file from watch inbox");
  EXPECT_THAT(explanation.next, ::testing::StartsWith("if one of these files is for it: cb-watch "
                                                      "tie FILE board:a; else "));
  EXPECT_EQ(to_line(to_json(explanation)["files"]),
            R"([{"file":"/in/high","score":0.8,"why":"2 of 3"},)"
            R"({"file":"/in/low","score":0.4,"why":"1 of 3 words"}])");
}

TEST_F(Explain, WaitingForAFileThatNothingIsLikeOnlyNamesTheWatch) {
  config_.handlers[0].needs_file = "inbox";
  add({.id = "a",
       .state = State::held,
       .reason = "waiting_for_file",
       .detail = "from watch inbox"});

  EXPECT_FALSE(to_json(why("a")).contains("files"));
  EXPECT_THAT(why("a").next, ::testing::StartsWith("put the file into the folder of that watch"));
}

TEST_F(Explain, ACommandThatNamesAFileSaysSo) {
  add({.id = "a", .state = State::held, .reason = "missing_field", .detail = "needs file"});

  EXPECT_EQ(why("a").text, "its command names {file}, and no file is tied to it");
  EXPECT_THAT(why("a").next, HasSubstr("take {file} out of its command"));
}

TEST_F(Explain, DueTooFarSaysWhenItOpens) {
  add({.id = "a", .state = State::held, .reason = "due_too_far", .recheck = kNow + 24h});

  EXPECT_EQ(why("a").clears_at, kNow + 24h);
}

TEST_F(Explain, TextOfATaskCannotSteerTheTerminalOrTheAdvice) {
  add({.id = "a", .state = State::held, .reason = "held_by_user", .detail = "\x1b[2J{config}\n"});

  EXPECT_EQ(why("a").text, "a person holds it: \uFFFD[2J{config}\uFFFD");
}

TEST_F(Explain, BlockedFollowsTheChainToItsRoot) {
  add({.id = "root", .state = State::held, .reason = "held_by_user"});
  add({.id = "middle", .after = {"root"}});
  add({.id = "leaf", .after = {"middle", "other"}});

  const auto explanation = why("leaf");

  EXPECT_EQ(explanation.blocker, "dependency");
  EXPECT_EQ(explanation.text, "it runs after board:middle, board:other");
  ASSERT_EQ(explanation.waits_for.size(), 2u);
  EXPECT_EQ(explanation.waits_for[0].task + " " + explanation.waits_for[0].state,
            "board:middle blocked");
  EXPECT_EQ(explanation.waits_for[1].task + " " + explanation.waits_for[1].reason,
            "board:other not seen yet");
  ASSERT_TRUE(explanation.root);
  EXPECT_EQ(explanation.root->task, "board:root");
  EXPECT_EQ(explanation.next, "cb-task release board:root");
}

TEST_F(Explain, BlockedByOneNotSeenYet) {
  add({.id = "a", .after = {"later"}});

  const auto explanation = why("a");

  ASSERT_TRUE(explanation.root);
  EXPECT_EQ(explanation.root->state, "unseen");
  EXPECT_THAT(explanation.root->text, HasSubstr("no source has shown it yet"));
}

TEST_F(Explain, CircleEnds) {
  add({.id = "a", .after = {"b"}});
  add({.id = "b", .after = {"a"}});

  EXPECT_FALSE(why("a").root);
}

TEST_F(Explain, RunningTellsRunHostPidAndLastLine) {
  add({.id = "a"});
  start("a", "r1");
  os::make_directories(store.layout.run("r1"));
  os::write_file(store.layout.log("r1"), "one\ntwo\n");

  const auto explanation = why("a", kNow + 65s);

  EXPECT_EQ(explanation.blocker, "");
  EXPECT_EQ(explanation.text, "run r1 (attempt 1) on " + os::host_name() + ", pid " +
                                  std::to_string(os::this_process().pid) +
                                  ", for 1m 5s; its cb-exec is alive");
  EXPECT_EQ(explanation.log_line, "two");
}

TEST_F(Explain, LostSupervisorIsNoticed) {
  add({.id = "a"});
  start("a", "r1");
  write([&] { db().run("UPDATE runs SET boot = 'another'"); });

  const auto explanation = why("a");

  EXPECT_EQ(explanation.blocker, "supervisor_lost");
  EXPECT_THAT(explanation.next, HasSubstr("run cb-exec"));
}

TEST_F(Explain, RunOnAnotherHostIsNotJudged) {
  add({.id = "a"});
  start("a", "r1");
  write([&] { db().run("UPDATE runs SET boot = 'another', host = 'elsewhere'"); });

  EXPECT_EQ(why("a").blocker, "");
  EXPECT_THAT(why("a").text, HasSubstr("can only be told there"));
}

TEST_F(Explain, RetryTimeComesFirst) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::retry_after(5min));

  const auto explanation = why("a");

  EXPECT_EQ(explanation.blocker, "not_before");
  EXPECT_EQ(explanation.text, "retry after: exit 3; not before 2027-01-15T08:05:00.000Z (in 5m)");
  EXPECT_EQ(explanation.clears_at, kNow + 5min);
  EXPECT_EQ(why("a", kNow + 5min).blocker, "");
}

TEST_F(Explain, BusyKeyNamesTheTaskThatHoldsIt) {
  add({.id = "a", .key = "Acme"});
  add({.id = "b", .key = "Acme"});
  EXPECT_EQ(why("b").text, "tasks of key Acme run one at a time, and board:a is ahead of it");

  start("a", "r1");

  EXPECT_EQ(why("b").blocker, "key");
  EXPECT_EQ(why("b").text, "tasks of key Acme run one at a time, and board:a is running");
}

TEST_F(Explain, FullHandlerIsNamed) {
  config_.handlers.front().concurrency = 1;
  add({.id = "a"});
  add({.id = "b"});
  EXPECT_EQ(why("b").blocker, "");

  start("a", "r1");

  EXPECT_EQ(why("b").blocker, "concurrency");
  EXPECT_EQ(why("b").text, "handler work runs 1 tasks of at most 1");
}

TEST_F(Explain, HandlerThatIsGoneIsNamed) {
  add({.id = "a", .handler = "old"});

  EXPECT_EQ(why("a").blocker, "handler");
  EXPECT_EQ(why("a").text, "its handler old is no longer configured");
  EXPECT_EQ(explain(store, task("a"), {.config = nullptr, .now = kNow}).blocker, "");
}

TEST_F(Explain, FailingSourceIsNamedUnlessItsTasksRunAnyway) {
  add({.id = "a"});
  state::SourceRow source;
  source.source = "board";
  source.error = "timeout";
  source.failures = 3;
  write([&] { state::save_source(db(), source); });

  EXPECT_EQ(why("a").blocker, "source");
  EXPECT_EQ(why("a").text, "source board cannot be reached (3 failures in a row): timeout");

  config::Source optimistic;
  optimistic.rules.name = "board";
  optimistic.rules.claim = model::Claim::optimistic;
  config_.sources = {optimistic};
  EXPECT_EQ(why("a").blocker, "");
}

TEST_F(Explain, ASourceThatIsLeftAloneIsToldWithItsTime) {
  add({.id = "a"});
  const auto hear = [&](model::Reply reply) {
    write([&] { state::save_breaker(db(), "board", model::after({}, reply, "", kNow, 0)); });
  };

  hear({.kind = model::Reply::Kind::asked, .patience = 1min, .message = "slow down"});
  EXPECT_EQ(why("a").blocker, "source");
  EXPECT_EQ(why("a").text,
            "source board is left alone until 2027-01-15T08:01:00.000Z (in 1m): slow down");
  EXPECT_EQ(why("a").clears_at, kNow + 1min);

  hear({.kind = model::Reply::Kind::refused, .message = "the token is wrong"});
  EXPECT_EQ(why("a").text,
            "source board is left alone until its token or the configuration changes: the token "
            "is wrong");
  EXPECT_FALSE(why("a").clears_at);
}

TEST_F(Explain, ReadyTellsHowManyAreAhead) {
  for (const auto* id : {"a", "b", "c"}) add({.id = id});

  EXPECT_EQ(why("a").text, "the next cb-exec takes it");
  EXPECT_EQ(why("b").text, "the next cb-exec takes it after 1 other of its handler");
  EXPECT_EQ(why("c").text, "the next cb-exec takes it after 2 others of its handler");
}

TEST_F(Explain, FinalStatesTellHowTheyEndedAndHowToGoOn) {
  for (const auto* id : {"failed", "done", "withdrawn"}) add({.id = id});
  run_to_end("failed", "r1", testing::failure("exit 3"));
  run_to_end("done", "r2", testing::success());
  change("withdrawn", Cause::withdrawn, State::canceled, "closed_upstream");

  EXPECT_EQ(why("failed").blocker, "failed");
  EXPECT_EQ(why("failed").text, "it failed after 1 attempt: exit 3");
  EXPECT_THAT(why("failed").next, HasSubstr("cb-task retry board:failed"));
  EXPECT_EQ(why("done").blocker, "");
  EXPECT_EQ(why("done").text, "it succeeded 2027-01-15T08:00:00.000Z (0s ago)");
  EXPECT_EQ(why("withdrawn").blocker, "canceled");
  EXPECT_THAT(why("withdrawn").text, HasSubstr("it was canceled (closed_upstream)"));
}

TEST_F(Explain, WhatUpstreamHasNotHeardIsTold) {
  add({.id = "a"});
  run_to_end("a", "r1", testing::success());
  state::Owed owed;
  owed.task = task("a").n;
  owed.op = "op-1";
  owed.text = "done";
  write([&] { state::owe(db(), owed, kNow); });
  EXPECT_EQ(why("a").text, "it succeeded 2027-01-15T08:00:00.000Z (0s ago)") << "not tried yet";

  const auto stored = state::next_owed_of(db(), owed.task).value();
  write([&] { state::mark_failed(db(), stored, "try later", kNow + 1min); });
  EXPECT_THAT(why("a").text, HasSubstr("; the status 'done' is not delivered yet: try later, "
                                       "tried again 2027-01-15T08:01:00.000Z"));

  write([&] { state::give_up(db(), stored, state::GivenUp::parked, "no such status", kNow); });
  EXPECT_THAT(why("a").text,
              HasSubstr("; upstream refused the status 'done' for good: no such status"));
}

TEST_F(Explain, JsonIsOneObject) {
  add({.id = "a", .state = State::held, .reason = "held_by_user"});
  add({.id = "b", .after = {"a"}});

  EXPECT_EQ(
      to_line(to_json(why("b"))),
      R"({"task":"board:b","state":"blocked","reason":"after board:a","blocker":"dependency",)"
      R"("why":"it runs after board:a","next":"cb-task release board:a",)"
      R"("waits_for":[{"task":"board:a","state":"held","reason":"held_by_user"}],)"
      R"("root":{"task":"board:a","state":"held","reason":"held_by_user","blocker":"held",)"
      R"("why":"a person holds it","next":"cb-task release board:a"}})");
}

}  // namespace
}  // namespace cb::status
