#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/db/store.h"
#include "db/connection.h"
#include "os/file.h"
#include "os/lock.h"
#include "support/forked.h"

namespace cb::db {
namespace {

using cb::testing::Forked;
using namespace std::chrono_literals;

class Transactions : public Store {
 protected:
  Transactions() { create(); }
  bool gate_is_free() const { return os::FileLock(dir_ / "gate").try_lock(); }
  // Rows that fill about `pages` pages of the log.
  static void fill(Connection& db, int pages) {
    Transaction transaction(db);
    for (int i = 0; i < pages; ++i) {
      db.run("INSERT INTO t (name) VALUES ($1)", std::string(4000, 'x'));
    }
    transaction.commit();
  }
  // Spoils the pages after the first of the file itself. Only while nobody has it open.
  void damage() const {
    {
      Connection db(settings(Access::write));
      fill(db, 20);
      db.checkpoint(0);
    }
    std::string bytes = os::read_file(path_).value();
    std::fill(bytes.begin() + 4096, bytes.end(), '\xff');
    os::write_file(path_, bytes);
  }
};

TEST_F(Transactions, CommitShowsTheWholeToOthersAndNothingBefore) {
  Connection writer(settings(Access::write)), reader(settings(Access::read));
  Transaction transaction(writer);
  writer.run("INSERT INTO t (name) VALUES ('a')");
  writer.run("INSERT INTO t (name) VALUES ('b')");
  EXPECT_TRUE(writer.in_transaction());
  EXPECT_EQ(count(reader), 0);

  transaction.commit();

  EXPECT_FALSE(writer.in_transaction());
  EXPECT_EQ(count(reader), 2);
}

TEST_F(Transactions, WithoutCommitNothingHappened) {
  Connection db(settings(Access::write));
  {
    Transaction transaction(db);
    db.run("INSERT INTO t (name) VALUES ('a')");
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(count(db), 0);
  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, HoldTheGateFromBeginToCommit) {
  Connection db(settings(Access::write));
  EXPECT_TRUE(gate_is_free());
  {
    Transaction transaction(db);
    EXPECT_FALSE(gate_is_free());
    transaction.commit();
    EXPECT_TRUE(gate_is_free());
  }
  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, AreNotNested) {
  Connection db(settings(Access::write));
  Transaction outer(db);

  expect_error(Fault::permanent, "in a transaction already", [&] { Transaction inner(db); });

  EXPECT_TRUE(db.in_transaction());
  EXPECT_FALSE(gate_is_free());
}

TEST_F(Transactions, ReadersWithAnOpenSnapshotDoNotBlockWriters) {
  Connection reader(settings(Access::read)), writer(settings(Access::write));
  insert(writer, "a");
  insert(writer, "b");
  Rows rows = reader.query("SELECT id FROM t");
  ASSERT_TRUE(rows.next());

  insert(writer, "c");

  EXPECT_TRUE(rows.next());
  EXPECT_FALSE(rows.next());  // as it was when the reading began
  EXPECT_EQ(count(reader), 3);
}

TEST_F(Transactions, TwoProcessesTakeTurns) {
  const auto work = [&](const auto&) {
    Connection db(settings(Access::write));
    for (int i = 0; i < 100; ++i) {
      Transaction transaction(db);
      const int64_t before = count(db);
      db.run("INSERT INTO t (id, name) VALUES ($1, 'x')", before + 1);  // fails on a lost update
      transaction.commit();
    }
    return 0;
  };
  Forked one([&](const auto& ready) { return ready(), work(ready); });
  Forked two([&](const auto& ready) { return ready(), work(ready); });

  EXPECT_EQ(one.wait() + two.wait(), 0);

  Connection db(settings(Access::read));
  EXPECT_EQ(count(db), 200);
}

TEST_F(Transactions, AGateThatStaysShutIsTemporaryAndNamesTheHolder) {
  const Forked holder([&](const auto& ready) {
    os::FileLock gate(dir_ / "gate");
    if (!gate.try_lock()) return 1;
    ready();
    return pause();
  });
  Connection db(settings(Access::write, 10ms));

  expect_error(Fault::temporary,
               "write " + path_ + ": the write gate is held by pid " +
                   std::to_string(holder.pid()) + " (test_db)",
               [&] { insert(db, "a"); });

  EXPECT_EQ(count(db), 0);  // reading goes on
}

TEST_F(Transactions, AWaiterGetsThroughWhenTheGateOpens) {
  Forked holder([&](const auto& ready) {
    Connection db(settings(Access::write));
    Transaction transaction(db);
    db.run("INSERT INTO t (name) VALUES ('first')");
    ready();
    usleep(20'000);
    transaction.commit();
    return 0;
  });
  Connection db(settings(Access::write));

  insert(db, "second");

  EXPECT_EQ(count(db), 2);
  EXPECT_EQ(holder.wait(), 0);
}

TEST_F(Transactions, DeathInTheMiddleLeavesNothingAndOpensTheGate) {
  Forked writer([&](const auto& ready) {
    Connection db(settings(Access::write));
    Transaction transaction(db);
    db.run("INSERT INTO t (name) VALUES ('a')");
    ready();
    return pause();
  });
  writer.kill_now();

  Connection db(settings(Access::write, 0ms));
  insert(db, "b");

  EXPECT_EQ(count(db), 1);
}

TEST_F(Transactions, AWriterThatKnowsNoGateIsWaitedForAndThenReported) {
  const Forked stranger([&](const auto& ready) {
    sqlite3* db = nullptr;
    sqlite3_open(path_.c_str(), &db);
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) return 1;
    ready();
    return pause();
  });
  Connection db(settings(Access::write));

  expect_error(Fault::temporary, "write " + path_ + ": database is locked",
               [&] { Transaction transaction(db); });

  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, AFullDiskIsTemporaryAndTheTransactionIsGone) {
  Connection db(settings(Access::write));
  {
    db.query("PRAGMA max_page_count=5").next();
  }

  expect_error(Fault::temporary, "write " + path_ + ": database or disk is full",
               [&] { fill(db, 10); });
  insert(db, "small");

  EXPECT_EQ(count(db), 1);
  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, AfterAnErrorThatEndedTheTransactionNothingIsWrittenAlone) {
  Connection db(settings(Access::write));
  Transaction transaction(db);
  {
    db.query("PRAGMA max_page_count=5").next();
  }
  const char* kOr = "INSERT OR ROLLBACK INTO t (id) VALUES (1), (1)";
  expect_error(Fault::permanent, "UNIQUE", [&] { db.run(kOr); });

  expect_error(Fault::permanent, "not in a transaction",
               [&] { db.run("INSERT INTO t (name) VALUES ('alone')"); });
  expect_error(Fault::permanent, "no transaction is active", [&] { transaction.commit(); });

  EXPECT_EQ(count(db), 0);
}

TEST_F(Transactions, AfterAnIoErrorInCommitTheConnectionWritesNoMore) {
  Forked child([&](const auto&) {
    Connection db(settings(Access::write));
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = log_size() + 100, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &small);
    expect_error(Fault::temporary, "disk I/O error", [&] { insert(db, "a"); });
    const rlimit large{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &large);
    expect_error(Fault::temporary, "write " + path_ + ": disk I/O error", [&] { insert(db, "b"); });
    Connection fresh(settings(Access::write));
    insert(fresh, "c");
    return HasFailure() ? 1 : 0;
  });

  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Transactions, DamageIsPermanentNamesTheWayOutAndStopsWriting) {
  damage();
  Connection db(settings(Access::write));
  const std::string cause = path_ + ": database disk image is malformed; run cb-backup check";

  expect_error(Fault::permanent, "read " + cause, [&] { count(db); });
  expect_error(Fault::permanent, "write " + cause, [&] { Transaction transaction(db); });

  const uintmax_t log = log_size();
  db.checkpoint(0);
  EXPECT_EQ(log_size(), log);
}

TEST_F(Transactions, DamageFoundWhileWritingRefusesTheCommit) {
  damage();
  Connection db(settings(Access::write));
  Transaction transaction(db);
  db.script("CREATE TABLE other (x INTEGER) STRICT");
  EXPECT_THROW(count(db), Error);

  expect_error(Fault::permanent, "malformed", [&] { db.run("INSERT INTO other VALUES (1)"); });
  expect_error(Fault::permanent, "malformed", [&] { transaction.commit(); });
}

TEST_F(Transactions, AFileThatWasReplacedIsNotWrittenTo) {
  Connection db(settings(Access::write));
  os::write_file(dir_ / "copy", os::read_file("/proc/self/cmdline").value());
  std::filesystem::rename(dir_ / "copy", path_);

  expect_error(Fault::temporary, "write " + path_ + ": it was restored or replaced meanwhile",
               [&] { insert(db, "a"); });

  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, AFileThatIsReplacedInATransactionIsNotCommittedTo) {
  Connection db(settings(Access::write));
  Transaction transaction(db);
  db.run("INSERT INTO t (name) VALUES ('a')");
  std::filesystem::rename(path_, dir_ / "elsewhere");

  expect_error(Fault::permanent, "write " + path_ + ": somebody replaced the file",
               [&] { transaction.commit(); });
}

// Notes what it is told, and refuses what it shall.
class Witness : public Companion {
 public:
  Witness(std::string& seen, std::string refused) : seen_(seen), refused_(std::move(refused)) {}
  void begun(Connection&) override { note("begun"); }
  void committing(Connection& db) override { note("committing " + std::to_string(rows(db))); }
  void committed(Connection& db) noexcept override {
    seen_ += "committed " + std::to_string(rows(db)) + ";";
  }

 private:
  static int64_t rows(Connection& db) {
    Rows found = db.query("SELECT count(*) FROM t");
    found.next();
    return found.integer(0);
  }
  void note(const std::string& what) {
    seen_ += what + ";";
    if (what == refused_) throw Error(Fault::permanent, "refused");
  }
  std::string& seen_;
  std::string refused_;
};

TEST_F(Transactions, ACompanionSeesEachStepInsideOfTheGate) {
  Connection db(settings(Access::write));
  std::string seen;
  db.accompany(std::make_unique<Witness>(seen, ""));

  insert(db, "a");
  {
    Transaction taken_back(db);
  }

  EXPECT_EQ(seen, "begun;committing 1;committed 1;begun;");
}

TEST_F(Transactions, WhatACompanionRefusesIsTakenBack) {
  for (const char* step : {"begun", "committing 1"}) {
    Connection db(settings(Access::write));
    std::string seen;
    db.accompany(std::make_unique<Witness>(seen, step));

    expect_error(Fault::permanent, "refused", [&] { insert(db, "a"); });

    EXPECT_EQ(count(db), 0) << step;
    EXPECT_TRUE(gate_is_free()) << step;
  }
}

TEST_F(Transactions, ALogThatWasRemovedIsNotWrittenTo) {
  Connection db(settings(Access::write));
  os::remove_file(path_ + "-wal");

  expect_error(Fault::permanent, "somebody replaced the file", [&] { insert(db, "a"); });
}

TEST_F(Transactions, ALongLogIsMovedIntoTheFileAtCommitAndWrittenOver) {
  Connection db(settings(Access::write));
  fill(db, 100);
  EXPECT_GT(log_size(), 0u);

  fill(db, 1100);
  const auto size = log_size();
  EXPECT_GT(std::filesystem::file_size(path_), 1100u * 4096);
  fill(db, 500);

  EXPECT_EQ(log_size(), size);
  EXPECT_EQ(count(db), 1700);
}

TEST_F(Transactions, AReaderInTheWayPutsTheCheckpointOff) {
  Connection db(settings(Access::write)), reader(settings(Access::read));
  insert(db, "a");
  {
    Rows rows = reader.query("SELECT id FROM t");
    ASSERT_TRUE(rows.next());
    fill(db, 1100);
    EXPECT_GT(log_size(), 1100u * 4096);
    fill(db, 10);
    db.checkpoint(0);
    EXPECT_GT(log_size(), 1100u * 4096);
  }
  fill(db, 10);
  EXPECT_GT(log_size(), 1100u * 4096);  // not tried again before it grew as much once more

  fill(db, 1000);

  EXPECT_GT(std::filesystem::file_size(path_), 2100u * 4096);
  EXPECT_EQ(count(db), 2121);
}

TEST_F(Transactions, ALogThatAReaderMadeGrowFarIsCut) {
  Connection db(settings(Access::write)), reader(settings(Access::read));
  insert(db, "a");
  {
    Rows rows = reader.query("SELECT id FROM t");
    ASSERT_TRUE(rows.next());
    fill(db, 4100);
  }
  fill(db, 1100);

  EXPECT_EQ(log_size(), 0u);
}

TEST_F(Transactions, ACheckpointOnRequestKeepsToItsLimitAndToTheGate) {
  Connection db(settings(Access::write)), second(settings(Access::write));
  fill(db, 20);

  db.checkpoint(1000);
  EXPECT_GT(log_size(), 0u);
  {
    Transaction elsewhere(second);
    db.checkpoint(0);
    EXPECT_GT(log_size(), 0u);
  }
  db.checkpoint(0);

  EXPECT_EQ(log_size(), 0u);
  EXPECT_TRUE(gate_is_free());
}

TEST_F(Transactions, ACheckpointInAnotherProcessIsNoTrouble) {
  Connection one(settings(Access::write)), two(settings(Access::write));
  for (int i = 0; i < 5; ++i) {
    insert(one, "one");
    two.checkpoint(0);
    insert(two, "two");
    one.checkpoint(0);
  }
  EXPECT_EQ(count(one), 10);
  EXPECT_EQ(count(two), 10);
}

}  // namespace
}  // namespace cb::db
