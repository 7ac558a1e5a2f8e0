// SQLite's locks belong to the process: whoever closes any descriptor of the database drops them
// all, and then other processes' commits are lost. So they are looked at after every call.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "common/db/store.h"

namespace cb::db {
namespace {

using ::testing::Contains;

// https://sqlite.org/walformat.html: whoever has the database open holds a shared range of the file
// and byte 128 of its index; a writer has byte 120 as well.
const std::string kShared = "POSIX READ 1073741826-1073742335", kIndex = "POSIX READ 128-128",
                  kWriter = "POSIX WRITE 120-120", kGate = "FLOCK WRITE 0-EOF";

// What this process holds on `path`.
std::set<std::string> locks_on(const std::string& path) {
  std::set<std::string> locks;
  const auto file = os::file_id(path);
  std::ifstream table("/proc/locks");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string number, type, mode, access, place, first, last;
    pid_t pid = 0;
    fields >> number >> type >> mode >> access >> pid >> place >> first >> last;
    const auto inode = place.substr(place.rfind(':') + 1);
    if (pid == getpid() && file && inode == std::to_string(file->inode))
      locks.insert(type + " " + access + " " + first + "-" + last);
  }
  return locks;
}

class HeldLocks : public Store {
 protected:
  void SetUp() override {
    create();
    path = settings(Access::read).path;
    gate = settings(Access::write).gate_path;
  }
  void expect_open(const std::string& when) const {
    EXPECT_THAT(locks_on(path), Contains(kShared)) << when;
    EXPECT_THAT(locks_on(path + "-shm"), Contains(kIndex)) << when;
  }
  void expect_writing(bool is_writing, const std::string& when) const {
    EXPECT_EQ(locks_on(path + "-shm").contains(kWriter), is_writing) << when;
    EXPECT_EQ(locks_on(gate).contains(kGate), is_writing) << when;
  }
  std::string path, gate;
};

struct Step {
  const char* name;
  std::function<void(Connection&)> take;
};

TEST_F(HeldLocks, OutliveEveryCallOfAConnection) {
  const auto copy = dir_ / "copy.db";
  const Step steps[] = {
      {"open", [](auto&) {}},
      {"query", [](auto& db) { db.query("SELECT * FROM t").next(); }},
      {"run", [](auto& db) { db.run("SELECT 1"); }},
      {"script", [](auto& db) { db.script("SELECT 1; SELECT 2"); }},
      {"data_version", [](auto& db) { db.data_version(); }},
      {"a commit", [](auto& db) { insert(db, "a"); }},
      {"a rollback",
       [](auto& db) {
         Transaction transaction(db);
         db.run("INSERT INTO t (name) VALUES ('b')");
       }},
      {"an error", [](auto& db) { EXPECT_THROW(db.run("SELECT 1 FROM nowhere"), Error); }},
      {"checkpoint", [](auto& db) { db.checkpoint(0); }},
      {"copy_to", [&](auto& db) { db.copy_to(copy); }},
      {"a second connection",
       [&](auto&) { insert(*std::make_unique<Connection>(settings(Access::write)), "c"); }},
      {"a reader", [&](auto&) { Connection(settings(Access::read)).data_version(); }},
      {"a refused opening",
       [&](auto&) {
         EXPECT_THROW(Connection({.path = dir_ / "none", .gate_path = dir_ / "gate"}), Error);
       }},
      {"file_id and file_size",
       [&](auto&) {
         os::file_id(path);
         os::file_size(path + "-wal");
       }},
  };
  Connection db(settings(Access::write));

  for (const auto& step : steps) {
    step.take(db);

    expect_open(std::string("after ") + step.name);
    expect_writing(false, std::string("after ") + step.name);
  }
}

TEST_F(HeldLocks, OfAWriterAreTheGateAndThenSQLitesUntilTheEndOfItsTransaction) {
  Connection db(settings(Access::write));
  Transaction transaction(db);
  expect_writing(true, "begun");

  db.run("INSERT INTO t (name) VALUES ('a')");
  expect_writing(true, "written");

  transaction.commit();
  expect_writing(false, "committed");
  expect_open("committed");
}

TEST_F(HeldLocks, AreNoneOfAReaderOnTheGate) {
  Connection db(settings(Access::read));
  auto rows = db.query("SELECT * FROM t");
  rows.next();

  expect_open("reading");
  expect_writing(false, "reading");
}

TEST_F(HeldLocks, AreGoneAfterAForeignOpeningSoThatThisTestWouldSeeIt) {
  Connection db(settings(Access::write));

  close(open(path.c_str(), O_RDONLY | O_CLOEXEC));

  EXPECT_TRUE(locks_on(path).empty());
}

}  // namespace
}  // namespace cb::db
