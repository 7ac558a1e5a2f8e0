#include "state/keep.h"

#include <gmock/gmock.h>

#include "state/outbox.h"
#include "support/store_fixture.h"

namespace cb::state {
namespace {

using cb::testing::kNow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class KeepTest : public cb::testing::StoreTest {
 protected:
  // So many runs of task "1", named a, b, c …; the last succeeded.
  void run(int count) {
    add({.id = "1"});
    for (int i = 0; i < count; ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      const auto is_last = i + 1 == count;
      run_to_end("1", name, is_last ? cb::testing::success() : cb::testing::retry_after(0ms));
      if (!is_last) write([&] { state::wake_waiting(db(), kNow + 1h); });
    }
  }
  void owe(const std::string& run) {
    Owed owed;
    owed.op = "op-" + run;
    owed.task = task("1").n;
    owed.run = run;
    owed.kind = Owed::Kind::attach;
    owed.text = owed.path = "a.txt";
    owed.next_try = kNow;
    write([&] { state::owe(db(), owed, kNow); });
  }
  std::vector<std::string> old(int keep) {
    std::vector<std::string> ids;
    for (const auto& each : old_runs(db(), task("1").n, keep)) ids.push_back(each.id);
    return ids;
  }
};

TEST_F(KeepTest, TheNewestRunsAreKept) {
  run(4);

  EXPECT_THAT(old(2), ElementsAre("a", "b"));
  EXPECT_THAT(old(4), IsEmpty());
  EXPECT_THAT(tasks_with_runs(db(), 3, 0, 10), ElementsAre(task("1").n));
  EXPECT_THAT(tasks_with_runs(db(), 4, 0, 10), IsEmpty());
}

TEST_F(KeepTest, ARunThatOwesSomethingIsKept) {
  run(3);
  owe("a");

  EXPECT_THAT(old(1), ElementsAre("b"));
}

TEST_F(KeepTest, ALiveRunIsNeverOldAndNeverForgotten) {
  add({.id = "1"});
  start("1", "a");

  EXPECT_THAT(old(0), IsEmpty());
  write([&] { forget_run(db(), "a"); });
  EXPECT_TRUE(is_run_known(db(), "a"));
}

TEST_F(KeepTest, AForgottenRunIsNotKnown) {
  run(2);

  write([&] { forget_run(db(), "a"); });

  EXPECT_FALSE(is_run_known(db(), "a"));
  EXPECT_TRUE(is_run_known(db(), "b"));
}

TEST_F(KeepTest, FinishedTasksAreFoundOnceTheyAreOldAndOweNothing) {
  run(1);
  const auto found = [&](Instant before) {
    return settled_before(db(), model::State::succeeded, before, 0, 10);
  };

  EXPECT_THAT(found(kNow - 1ms), IsEmpty());
  EXPECT_THAT(found(kNow), ElementsAre(task("1").n));

  owe("a");
  EXPECT_THAT(found(kNow), IsEmpty());
}

}  // namespace
}  // namespace cb::state
