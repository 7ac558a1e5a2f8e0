#include "state/outbox.h"

#include <gmock/gmock.h>

#include "support/store_fixture.h"

namespace cb::state {
namespace {

using model::Meaning;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kNow;
using namespace std::chrono_literals;

class Outbox : public testing::StoreTest {
 protected:
  // Of the task `id`, whatever its source.
  Owed fresh(const std::string& id, const std::string& op, Owed::Kind kind,
             const std::string& text) {
    Owed owed;
    owed.op = op;
    owed.task = find_tasks_named(db(), id).at(0).n;
    owed.kind = kind;
    owed.text = text;
    owed.next_try = kNow;
    return owed;
  }
  void owe_status(const std::string& id, const std::string& op, Meaning meaning) {
    auto owed = fresh(id, op, Owed::Kind::set_status, "status of " + op);
    owed.meaning = meaning;
    owe_write(owed);
  }
  void owe_comment(const std::string& id, const std::string& op) {
    owe_write(fresh(id, op, Owed::Kind::comment, "text"));
  }
  void owe_write(const Owed& owed) {
    write([&] { owe(db(), owed, kNow); });
  }

  std::vector<std::string> next(Instant now = kNow, const std::string& source = "board",
                                int limit = 10) {
    std::vector<std::string> ops;
    for (const auto& owed : next_owed(db(), source, now, limit)) ops.push_back(owed.op);
    return ops;
  }
  Owed first_of(const std::string& id) { return next_owed_of(db(), task(id).n).value(); }
};

TEST_F(Outbox, IsReadAsItWasWritten) {
  add({.id = "a"});
  auto written = fresh("a", "op-1", Owed::Kind::attach, "a.md");
  written.run = "r1";
  written.path = "/x/a.md";
  written.next_try = kNow + 1s;
  owe_write(written);

  const auto owed = first_of("a");

  EXPECT_EQ(owed.op + owed.run + owed.text + owed.path + owed.error, "op-1r1a.md/x/a.md");
  EXPECT_EQ(owed.kind, Owed::Kind::attach);
  EXPECT_EQ(owed.meaning, std::nullopt);
  EXPECT_EQ(owed.name, (model::TaskName{"board", "a"}));
  EXPECT_EQ(owed.next_try, kNow + 1s);
  EXPECT_FALSE(owed.maybe_sent);
}

TEST_F(Outbox, WritesOfATaskGoOutInOrderOneAtATime) {
  add({.id = "a"});
  add({.id = "b"});
  owe_comment("a", "a1");
  owe_comment("a", "a2");
  owe_comment("b", "b1");

  EXPECT_THAT(next(), ElementsAre("a1", "b1"));
  write([&] { mark_delivered(db(), first_of("a"), "1", kNow); });

  EXPECT_THAT(next(), ElementsAre("a2", "b1"));
  EXPECT_THAT(next(kNow, "board", 1), ElementsAre("a2"));
}

TEST_F(Outbox, WriteThatWaitsHoldsUpThoseBehindIt) {
  add({.id = "a"});
  owe_comment("a", "a1");
  owe_comment("a", "a2");

  write([&] { mark_failed(db(), first_of("a"), "timeout", kNow + 1min); });

  EXPECT_THAT(next(kNow), IsEmpty());
  EXPECT_THAT(next(kNow + 1min), ElementsAre("a1"));
  EXPECT_EQ(first_of("a").tries, 1);
  EXPECT_EQ(first_of("a").error, "timeout");
}

TEST_F(Outbox, NewerStatusReplacesTheOlder) {
  add({.id = "a"});
  owe_status("a", "op-1", Meaning::running);
  owe_comment("a", "op-2");
  owe_status("a", "op-3", Meaning::failed);

  EXPECT_THAT(next(), ElementsAre("op-2"));
  EXPECT_EQ(one_text("SELECT state || ': ' || error FROM outbox WHERE op = 'op-1'"),
            "dropped: replaced by a newer status");
  EXPECT_TRUE(owes_status(db(), task("a").n));
}

TEST_F(Outbox, StatusOfAnotherTaskStays) {
  add({.id = "a"});
  add({.id = "b"});
  owe_status("a", "op-1", Meaning::running);
  owe_status("b", "op-2", Meaning::running);

  EXPECT_THAT(next(), ElementsAre("op-1", "op-2"));
}

TEST_F(Outbox, OperationIdIsNeverUsedTwice) {
  add({.id = "a"});
  owe_comment("a", "op-1");

  EXPECT_THROW(owe_comment("a", "op-1"), Error);
}

TEST_F(Outbox, SentIsRememberedBeforeTheAnswer) {
  add({.id = "a"});
  owe_status("a", "op-1", Meaning::running);

  write([&] { mark_sent(db(), first_of("a")); });

  EXPECT_TRUE(first_of("a").maybe_sent);
  EXPECT_EQ(task("a").sent, Meaning::running);
  EXPECT_EQ(task("a").sent_version, "");
}

TEST_F(Outbox, DeliveredStatusIsRememberedWithTheTask) {
  add({.id = "a"});
  owe_status("a", "op-1", Meaning::failed);

  write([&] { mark_delivered(db(), first_of("a"), "17", kNow); });

  EXPECT_EQ(task("a").task.status, "status of op-1");
  EXPECT_EQ(task("a").sent, Meaning::failed);
  EXPECT_EQ(task("a").sent_version, "17");
  EXPECT_EQ(task("a").sent_seq, 1);
  EXPECT_FALSE(owes_status(db(), task("a").n));
  EXPECT_EQ(next_delivery(db()), std::nullopt);
}

TEST_F(Outbox, SecondAnswerToTheSameWriteChangesNothing) {
  add({.id = "a"});
  owe_status("a", "op-1", Meaning::failed);
  const auto owed = first_of("a");
  write([&] { mark_delivered(db(), owed, "17", kNow); });

  write([&] { mark_delivered(db(), owed, "99", kNow); });

  EXPECT_EQ(task("a").sent_version, "17");
}

TEST_F(Outbox, WhatIsGivenUpIsNotTriedAgain) {
  add({.id = "a"});
  for (const auto* op : {"op-1", "op-2", "op-3"}) owe_comment("a", op);

  write([&] { give_up(db(), first_of("a"), GivenUp::parked, "forbidden", kNow); });
  EXPECT_THAT(next(), ElementsAre("op-2"));
  write([&] { drop_owed(db(), task("a").n, "task is gone", kNow); });

  EXPECT_THAT(next(), IsEmpty());
  EXPECT_EQ(one_text("SELECT group_concat(state) FROM (SELECT state FROM outbox ORDER BY n)"),
            "parked,dropped,dropped");
}

TEST_F(Outbox, WhatARunOwesIsDroppedWithoutWhatOthersOwe) {
  add({.id = "a"});
  owe_comment("a", "op-1");
  auto of_run = fresh("a", "op-2", Owed::Kind::comment, "text");
  of_run.run = "r2";
  owe_write(of_run);

  write([&] { drop_owed_of_run(db(), task("a").n, "r2", "it did not take place", kNow); });

  EXPECT_EQ(one_text("SELECT group_concat(state) FROM (SELECT state FROM outbox ORDER BY n)"),
            "owed,dropped");
}

TEST_F(Outbox, SourcesThatCanBeServedNowAreKnown) {
  add({.id = "a"});
  add({.id = "b", .source = "crm"});
  owe_comment("a", "op-1");
  auto later = fresh("b", "op-2", Owed::Kind::comment, "text");
  later.next_try = kNow + 1h;
  owe_write(later);

  EXPECT_THAT(sources_owed(db(), kNow), ElementsAre("board"));
  EXPECT_EQ(next_delivery(db()), kNow);
  EXPECT_THAT(next(kNow + 1h, "crm"), ElementsAre("op-2"));
}

}  // namespace
}  // namespace cb::state
