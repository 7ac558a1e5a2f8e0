#include "reconcile.h"

#include <gmock/gmock.h>

#include <csignal>

#include "flow/owe.h"
#include "os/file.h"
#include "os/lock.h"
#include "reconcile_fixture.h"
#include "state/outbox.h"
#include "state/sources.h"

namespace cb::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ReconcileRunTest : public ReconcileTest {
 protected:
  static void SetUpTestSuite() { signal(SIGPIPE, SIG_IGN); }  // as run_main does; helpers die here

  // Ended here, but upstream was never told.
  void end_silently() {
    board({{"1", "doing"}});
    auto row = add({.id = "1", .kind = "Work"});
    row.task.status = "doing";
    write([&] { state::update_content(db(), row); });
    run_to_end("1", "r", cb::testing::success());
  }
  void owe_comment() {
    auto row = add({.id = "1", .kind = "Work"});
    row.task.status = "to do";
    write([&] {
      state::update_content(db(), row);
      flow::owe_comment(db(), row.n, "", "hello", flow::Send::later, now);
    });
  }
};

TEST_F(ReconcileRunTest, ALostStatusIsFoundOwedAndDelivered) {
  end_silently();

  const auto records = reconcile();

  EXPECT_THAT(records, ElementsAre(Json({{"task", "board:1"},
                                         {"local", "succeeded"},
                                         {"upstream", "running"},
                                         {"action", "owe_final"},
                                         {"done", true},
                                         {"reason", "status doing"}}),
                                   Json({{"task", "board:1"},
                                         {"local", "succeeded"},
                                         {"upstream", nullptr},
                                         {"action", "deliver"},
                                         {"done", true},
                                         {"reason", "status 'done'"}})));
  EXPECT_EQ(code, 0);
  EXPECT_THAT(asked(), HasSubstr(R"("op":"set_status")"));
  EXPECT_THAT(problems, HasSubstr("board: 1 task compared, 1 delivered, 1 repaired"));
}

TEST_F(ReconcileRunTest, ACheckTellsDriftChangesNothingAndSendsNothing) {
  end_silently();
  options.check = true;

  const auto records = reconcile();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["action"], "owe_final");
  EXPECT_EQ(records[0]["done"], false);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(asked(), Not(HasSubstr("set_status")));
  EXPECT_EQ(one_number("SELECT count(*) FROM outbox"), 0);
  EXPECT_EQ(one_number("SELECT count(*) FROM sources"), 0);
}

TEST_F(ReconcileRunTest, ADryRunTellsTheSameAndExitsZero) {
  end_silently();
  options.dry_run = true;

  EXPECT_EQ(reconcile().size(), 1U);

  EXPECT_EQ(code, 0);
  EXPECT_EQ(one_number("SELECT count(*) FROM outbox"), 0);
}

TEST_F(ReconcileRunTest, WhatAgreesHasNoRecord) {
  end_silently();
  reconcile();
  board({{"1", "done"}});

  EXPECT_THAT(reconcile(), IsEmpty());

  EXPECT_EQ(code, 0);
  EXPECT_THAT(problems, HasSubstr("board: 1 task compared, all agree"));
}

TEST_F(ReconcileRunTest, WhatIsOwedIsDriftUntilItIsDelivered) {
  board({{"1", "to do"}});
  owe_comment();
  options.check = true;
  EXPECT_EQ(reconcile().size(), 1U);
  EXPECT_EQ(code, 1);

  options.check = false;
  const auto records = reconcile();

  ASSERT_GE(records.size(), 1U);
  EXPECT_EQ(records[0]["action"], "deliver");
  EXPECT_EQ(records[0]["done"], true);
  EXPECT_EQ(one_text("SELECT state FROM outbox"), "delivered");
}

TEST_F(ReconcileRunTest, AWriteThatIsRefusedForGoodIsLeftToAPerson) {
  helper(
      "read -r write; echo '{\"ok\":false,\"error\":{\"kind\":\"invalid\",\"message\":\"no\"}}'\n"
      "read -r list; echo '{\"ok\":true,\"cursor\":null,\"complete\":false}'\n");
  owe_comment();

  const auto records = reconcile();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["done"], false);
  EXPECT_THAT(records[0]["reason"], HasSubstr("no; it is not tried again"));
  EXPECT_EQ(code, 1);
}

TEST_F(ReconcileRunTest, AbsenceIsBelievedTheSecondTime) {
  board({});
  auto row = add({.id = "1", .kind = "Work"});

  auto records = reconcile();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["action"], "missing");
  EXPECT_EQ(task("1").state, model::State::ready);

  records = reconcile();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["action"], "cancel");
  EXPECT_EQ(records[0]["upstream"], "gone");
  EXPECT_EQ(task("1").reason, "gone_upstream");
}

TEST_F(ReconcileRunTest, AListingThatIsNotCompleteConcludesNothingFromAbsence) {
  helper("while read -r line; do echo '{\"ok\":true,\"cursor\":null,\"complete\":false}'; done\n");
  add({.id = "1", .kind = "Work"});

  reconcile();
  reconcile();

  EXPECT_EQ(task("1").missed, 0);
}

TEST_F(ReconcileRunTest, ASourceThatFailsIsNoDriftButUnavailable) {
  helper("exit 3\n");
  add({.id = "1", .kind = "Work"});

  EXPECT_THAT(reconcile(), IsEmpty());

  EXPECT_EQ(code, 69);
  EXPECT_THAT(problems, HasSubstr("board: not compared"));
  EXPECT_EQ(state::load_source(db(), "board").failures, 1);
}

TEST_F(ReconcileRunTest, ASourceThatIsBeingListedIsBusy) {
  config.sources[0].deadline = std::chrono::milliseconds(10);
  os::FileLock lock(store.layout.locks() + "/poll-board");
  ASSERT_TRUE(lock.try_lock());

  EXPECT_THAT(reconcile(), IsEmpty());

  EXPECT_EQ(code, 75);
  EXPECT_THAT(problems, HasSubstr("board: another process is listing it"));
}

TEST_F(ReconcileRunTest, ADeadRunIsRecordedAndInACheckOnlyTold) {
  board({{"1", "to do"}});
  add({.id = "1", .kind = "Work"});
  start("1", "01JDEAD0000000000000000000");
  write([&] { db().run("UPDATE runs SET boot = 'another', pid = 1"); });
  options.check = true;
  auto records = reconcile();
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records[0]["action"], "recover");
  EXPECT_EQ(code, 1);
  EXPECT_EQ(task("1").state, model::State::running);

  options.check = false;
  records = reconcile();

  EXPECT_EQ(records[0]["action"], "recover");
  EXPECT_EQ(records[0]["done"], true);
  EXPECT_NE(task("1").state, model::State::running);
}

TEST_F(ReconcileRunTest, OnlyTheNamedSourcesAndNoCleaning) {
  board({});
  options.sources = {"board"};
  os::make_directory(store.layout.run("01JAAAAAAAAAAAAAAAAAAAAAAA"));

  EXPECT_THAT(reconcile(), IsEmpty());

  EXPECT_TRUE(os::exists(store.layout.run("01JAAAAAAAAAAAAAAAAAAAAAAA")));
}

}  // namespace
}  // namespace cb::reconcile
