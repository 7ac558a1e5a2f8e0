#include <gmock/gmock.h>

#include "flow/owe.h"
#include "leftovers.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/process.h"
#include "reconcile_fixture.h"
#include "retention.h"
#include "state/files.h"
#include "state/keep.h"
#include "state/sources.h"

namespace cb::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class CleaningTest : public ReconcileTest {
 protected:
  std::vector<Json> forget() {
    return records_of([](const Job& job) {
      forget_old(job);
      return 0;
    });
  }
  std::vector<Json> clean() {
    return records_of([](const Job& job) {
      remove_leftovers(job);
      return 0;
    });
  }
  void succeed(const std::string& id, const std::string& status = "done") {
    auto row = add({.id = id});
    row.task.status = status;
    write([&] { state::update_content(db(), row); });
    run_to_end(id, "r-" + id, cb::testing::success());
  }
  void make(const std::string& path) { os::make_directories(path); }

  const std::string kRun = "01JAAAAAAAAAAAAAAAAAAAAAAA";
};

TEST_F(CleaningTest, AnOldFinishedTaskIsForgottenButNotThatItWasDone) {
  succeed("1");
  now += 90 * 24h;

  const auto records = forget();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["action"], "forget");
  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 0);
  EXPECT_TRUE(state::find_seen(db(), {"board", "1"})->is_done);
}

TEST_F(CleaningTest, ATaskOfAWatchOwesNobodyAndItsFileIsNotWorkAgain) {
  add({.id = "a.xlsx@1", .source = "inbox"});
  auto row = task("a.xlsx@1", "inbox");
  state::RunRow run;
  run.id = "r-1";
  run.supervisor = os::this_process();
  state::FileRow file;
  file.watch = "inbox";
  file.name = "a.xlsx";
  file.content = "1";
  file.path = "/in/a.xlsx";
  file.stage = state::FileStage::given;
  file.task = row.n;
  write([&] {
    state::insert_file(db(), file);
    state::start_run(db(), row, run, now);
  });
  finish("r-1", cb::testing::success());
  now += 90 * 24h;

  const auto records = forget();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["task"], "inbox:a.xlsx@1");
  const auto left = state::get_file(db(), file.n).value();
  EXPECT_EQ(left.stage, state::FileStage::settled);
  EXPECT_EQ(left.task, 0);
  EXPECT_TRUE(state::find_seen(db(), {"inbox", "a.xlsx@1"})->is_done);
  EXPECT_EQ(one_number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(CleaningTest, ATaskIsKeptUntilItsTime) {
  succeed("1");
  now += 90 * 24h - 1ms;

  EXPECT_THAT(forget(), IsEmpty());
}

TEST_F(CleaningTest, ATaskThatOwesSomethingOrStillShowsAsWorkIsKept) {
  succeed("owing");
  write([&] { flow::owe_comment(db(), task("owing").n, "", "hello", flow::Send::later, now); });
  succeed("shown", "doing");
  now += 1000 * 24h;

  EXPECT_THAT(forget(), IsEmpty());
}

TEST_F(CleaningTest, ATaskOfWhichAProcessLivesIsKept) {
  succeed("1");
  const auto lock = os::ByteLock::try_take(store.layout.run_locks(), 4711);
  write([&] { db().run("UPDATE runs SET tag = 4711"); });
  now += 1000 * 24h;

  EXPECT_THAT(forget(), IsEmpty());
}

TEST_F(CleaningTest, OnlyTheNewestRunsAreKept) {
  add({.id = "1"});
  for (const auto* run : {"a", "b", "c"}) {
    run_to_end("1", run, cb::testing::retry_after(0ms));
    write([&] { state::wake_waiting(db(), now + 1h); });
  }

  const auto records = forget();

  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["reason"], "run a: 2 newer ones are kept");
  EXPECT_FALSE(state::is_run_known(db(), "a"));
}

TEST_F(CleaningTest, ADryRunForgetsNothing) {
  succeed("1");
  now += 1000 * 24h;
  options.dry_run = true;

  EXPECT_EQ(forget().size(), 1U);

  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 1);
}

TEST_F(CleaningTest, MoreThanOneBatchIsForgotten) {
  for (int i = 0; i < 450; ++i) succeed(std::to_string(i));
  now += 90 * 24h;

  EXPECT_EQ(forget().size(), 450U);

  EXPECT_EQ(one_number("SELECT count(*) FROM tasks"), 0);
  EXPECT_EQ(one_number("SELECT count(*) FROM runs"), 0);
}

TEST_F(CleaningTest, TheDirectoryOfAForgottenRunIsRemoved) {
  make(store.layout.artifacts(kRun));

  EXPECT_EQ(clean().size(), 1U);

  EXPECT_FALSE(os::exists(store.layout.run(kRun)));
}

TEST_F(CleaningTest, TheDirectoryOfAKnownRunAndWhatIsNoRunStay) {
  add({.id = "1"});
  start("1", kRun);
  make(store.layout.run(kRun));
  make(store.layout.runs() + "/notes");

  EXPECT_THAT(clean(), IsEmpty());

  EXPECT_TRUE(os::exists(store.layout.run(kRun)));
  EXPECT_TRUE(os::exists(store.layout.runs() + "/notes"));
}

TEST_F(CleaningTest, AWorkingDirectoryGoesWithItsTask) {
  add({.id = "here"});
  make(store.layout.work({"board", "here"}));
  make(store.layout.work({"board", "gone"}) + "/deep");
  const std::string long_id(300, 'x');
  add({.id = long_id});
  make(store.layout.work({"board", long_id}));

  EXPECT_THAT(clean(), ElementsAre(::testing::ResultOf(
                           [](const Json& record) { return record["reason"].get<std::string>(); },
                           HasSubstr("work/board/gone: its task is forgotten"))));

  EXPECT_TRUE(os::exists(store.layout.work({"board", "here"})));
  EXPECT_TRUE(os::exists(store.layout.work({"board", long_id})));
  EXPECT_FALSE(os::exists(store.layout.work({"board", "gone"})));
  EXPECT_THAT(os::list_directory(store.layout.trash()), IsEmpty());
}

TEST_F(CleaningTest, WhatAnotherLeftInTheTrashIsRemoved) {
  make(store.layout.trash() + "/x/y");

  clean();

  EXPECT_THAT(os::list_directory(store.layout.trash()), IsEmpty());
}

TEST_F(CleaningTest, EndsAreKeptForTheLivingAndForWhatIsNotRecorded) {
  make(store.layout.ends());
  auto dead = os::this_process();
  dead.start += 1;
  auto needed = dead;
  needed.start += 1;
  add({.id = "1"});
  start("1", kRun);
  write([&] { db().run("UPDATE runs SET pid_start = $1", static_cast<int64_t>(needed.start)); });
  for (const auto& owner : {os::this_process(), dead, needed})
    os::write_file(store.layout.ends_of(owner), "x");

  EXPECT_EQ(clean().size(), 1U);

  EXPECT_TRUE(os::exists(store.layout.ends_of(os::this_process())));
  EXPECT_TRUE(os::exists(store.layout.ends_of(needed)));
  EXPECT_FALSE(os::exists(store.layout.ends_of(dead)));
}

TEST_F(CleaningTest, TheLockOfASourceGoesOnlyWhenNobodyHasIt) {
  const auto path = [&](const std::string& name) { return store.layout.locks() + "/poll-" + name; };
  add({.id = "1", .source = "old"});
  for (const auto* name : {"board", "old", "gone", "held"}) os::write_file(path(name), "");
  os::FileLock held(path("held"));
  ASSERT_TRUE(held.try_lock());

  EXPECT_EQ(clean().size(), 1U);

  EXPECT_TRUE(os::exists(path("board")));
  EXPECT_TRUE(os::exists(path("old")));
  EXPECT_TRUE(os::exists(path("held")));
  EXPECT_FALSE(os::exists(path("gone")));
}

TEST_F(CleaningTest, ADryRunRemovesNothing) {
  make(store.layout.run(kRun));
  make(store.layout.work({"board", "gone"}));
  options.dry_run = true;

  EXPECT_EQ(clean().size(), 2U);

  EXPECT_TRUE(os::exists(store.layout.run(kRun)));
  EXPECT_TRUE(os::exists(store.layout.work({"board", "gone"})));
}

}  // namespace
}  // namespace cb::reconcile
