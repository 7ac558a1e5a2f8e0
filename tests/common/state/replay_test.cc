#include "state/replay.h"

#include <gmock/gmock.h>

#include "common/state/journal_fixture.h"
#include "state/outbox.h"

namespace cb::state {
namespace {

using namespace std::chrono_literals;

class ReplayTest : public JournalTest {};

TEST_F(ReplayTest, WhatIsNoTextSurvives) {
  add({.id = "a", .detail = std::string("\0x", 2), .title = "a\xff\"\\\n\x01 é"});
  store.db.reset();
  auto copy = open_store(directory / "copy", db::Access::create);

  replay_journal(*copy.db, store.layout, {}, testing::kNow);

  store.db = std::move(copy.db);
  EXPECT_EQ(task("a").task.title, "a\xff\"\\\n\x01 é");
  EXPECT_EQ(task("a").detail, std::string("\0x", 2));
}

TEST_F(ReplayTest, WhatANewerSchemaWroteIsRefusedByName) {
  write([&] { db().script("ALTER TABLE tasks ADD COLUMN mood TEXT NOT NULL DEFAULT 'good'"); });
  add({.id = "a"});
  auto copy = open_store(directory / "copy", db::Access::create);

  try {
    replay_journal(*copy.db, store.layout, {}, testing::kNow);
    FAIL() << "a column was lost";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::data);
    EXPECT_EQ(error.what(), newest() + ":1: event 1: table tasks has no column \"mood\"");
  }
}

TEST_F(ReplayTest, WhatStoppedBeingOwedIsNotOwedAgain) {
  add({.id = "a"});
  const auto n = task("a").n;
  Owed first;
  first.op = "op-1";
  first.task = n;
  first.kind = Owed::Kind::comment;
  write([&] { owe(db(), first, testing::kNow); });
  db().copy_to(directory / "copy");
  write([&] { mark_delivered(db(), next_owed_of(db(), n).value(), "", testing::kNow); });
  start("a", "run-1", testing::kNow + 1s);

  db::Connection copy(
      {.path = directory / "copy", .gate_path = directory / "gate", .access = db::Access::create});
  replay_journal(copy, store.layout, {.above = 1}, testing::kNow);

  auto rows = copy.query("SELECT state FROM outbox");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "delivered");
}

}  // namespace
}  // namespace cb::state
