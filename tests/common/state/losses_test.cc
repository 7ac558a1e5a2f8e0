#include "state/losses.h"

#include <gmock/gmock.h>

#include "common/state/journal_fixture.h"
#include "state/outbox.h"
#include "state/sources.h"

namespace cb::state {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LossesTest : public JournalTest {
 protected:
  // A task that waits for another, and one that runs and owes a comment.
  void SetUp() override {
    add({.id = "a"});
    add({.id = "b", .after = {"a"}});
    write([&] {
      Owed comment;
      comment.op = "op-1";
      comment.task = task("a").n;
      comment.kind = Owed::Kind::comment;
      owe(db(), comment, testing::kNow);
    });
    start("a", "run-1", testing::kNow + 1s);
  }
  std::vector<std::string> losses() { return find_losses(db(), store.layout); }
};

TEST_F(LossesTest, OfASoundStoreThereAreNone) { EXPECT_THAT(losses(), IsEmpty()); }

TEST_F(LossesTest, AForgottenTaskIsNotLost) {
  write([&] { forget_task(db(), task("b"), testing::kNow); });

  EXPECT_THAT(losses(), IsEmpty());
}

TEST_F(LossesTest, ADeliveredWriteIsNotLost) {
  write([&] { mark_delivered(db(), next_owed_of(db(), task("a").n).value(), "", testing::kNow); });

  EXPECT_THAT(losses(), IsEmpty());
}

TEST_F(LossesTest, WhatIsGoneIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"DELETE FROM events WHERE seq = 2",
       "event 2 of board:b: the store has another event, or none"},
      {"UPDATE events SET new = 'held' WHERE seq = 3",
       "event 3 of board:a: the store has another event, or none"},
      {"DELETE FROM tasks WHERE id = 'b'", "event 2 of board:b: the store has no such task"},
      {"UPDATE tasks SET attempts = 0 WHERE id = 'a'",
       "event 3 of board:a: its task is another in the store"},
      {"DELETE FROM deps", "event 2 of board:b: the store lacks a row of deps"},
      {"DELETE FROM runs", "event 3 of board:a: the store lacks a row of runs"},
      {"DELETE FROM outbox", "event 3 of board:a: the store lacks a row of outbox"},
  };
  for (const auto& [statement, line] : cases) {
    const db::Transaction rolled_back(db());
    db().script(statement);

    EXPECT_THAT(losses(), ElementsAre(line)) << statement;
  }
}

}  // namespace
}  // namespace cb::state
