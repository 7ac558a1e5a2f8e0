#include "db/connection.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "common/db/store.h"
#include "os/file.h"
#include "support/forked.h"

namespace cb::db {
namespace {

using cb::testing::Forked;
using ::testing::UnorderedElementsAre;

class Connecting : public Store {
 protected:
  static std::string pragma(Connection& db, const char* sql) {
    Rows rows = db.query(sql);
    return rows.next() ? rows.text(0) : "(nothing)";
  }
  // Whether the kernel still knows of this process's lock on the database file.
  bool holds_its_lock() const {
    const std::string mine = std::to_string(getpid());
    const std::string file = ':' + std::to_string(os::file_id(path_).value().inode);
    std::istringstream table(os::read_file("/proc/locks").value());
    for (std::string line; std::getline(table, line);) {
      std::istringstream fields(line);
      std::string number, type, mode, access, pid, place;
      fields >> number >> type >> mode >> access >> pid >> place;
      if (type == "POSIX" && pid == mine && place.ends_with(file)) return true;
    }
    return false;
  }
};

TEST_F(Connecting, CreatesPrivateFilesInWalMode) {
  const mode_t before = umask(022);
  Connection db(settings(Access::create));

  EXPECT_NO_THROW(Connection(settings(Access::read)));  // which another mode would be refused
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info{};
    EXPECT_EQ(stat((path_ + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 07777, 0600u) << suffix;
  }
  EXPECT_EQ(umask(before), 022u);
}

TEST_F(Connecting, NothingIsLeftToTheBuildOfTheLibrary) {
  create();
  Connection reader(settings(Access::read)), writer(settings(Access::write));
  static constexpr struct {
    const char *pragma, *reading, *writing;
  } kCases[] = {
      {"PRAGMA synchronous", "2", "2"},
      {"PRAGMA foreign_keys", "1", "1"},
      {"PRAGMA trusted_schema", "0", "0"},
      {"PRAGMA cell_size_check", "1", "1"},
      {"PRAGMA mmap_size", "0", "0"},
      {"PRAGMA temp_store", "2", "2"},
      {"PRAGMA query_only", "1", "0"},
      {"PRAGMA wal_autocheckpoint", "0", "0"},
      {"PRAGMA locking_mode", "normal", "normal"},
      {"PRAGMA recursive_triggers", "0", "0"},
      {"PRAGMA page_size", "4096", "4096"},
  };
  for (const auto& [sql, reading, writing] : kCases) {
    EXPECT_EQ(pragma(reader, sql), reading) << sql;
    EXPECT_EQ(pragma(writer, sql), writing) << sql;
  }
}

TEST_F(Connecting, ReadingOrWritingAMissingFileCreatesNothing) {
  for (const Access access : {Access::read, Access::write}) {
    expect_error(Fault::permanent, "open " + path_ + ": unable to open database file (No such file",
                 [&] { Connection db(settings(access)); });
  }
  EXPECT_TRUE(os::list_directory(dir_.path()).empty());
}

TEST_F(Connecting, AReaderNeedsNoLogAndDisturbsNoWriter) {
  create();
  run_outside("PRAGMA wal_checkpoint(TRUNCATE)");
  os::remove_file(path_ + "-wal");
  os::remove_file(path_ + "-shm");

  Connection reader(settings(Access::read));
  EXPECT_EQ(count(reader), 0);
  Connection writer(settings(Access::write));
  insert(writer, "a");

  EXPECT_EQ(count(reader), 1);
}

TEST_F(Connecting, AReaderSeesWhatOnlyTheLogHas) {
  create();
  {
    Connection writer(settings(Access::write));
    insert(writer, "a");
  }
  EXPECT_GT(log_size(), 0u);

  Connection reader(settings(Access::read));

  EXPECT_EQ(count(reader), 1);
}

TEST_F(Connecting, ClosingLeavesLogAndFileAsTheyAre) {
  create();
  const uintmax_t size = log_size();
  {
    Connection reader(settings(Access::read));
  }
  {
    Connection writer(settings(Access::write));
  }

  EXPECT_GT(size, 0u);
  EXPECT_EQ(log_size(), size);
}

TEST_F(Connecting, AFileThatIsBeingCreatedMayBeTriedAgain) {
  os::write_file(path_, "");

  expect_error(Fault::temporary, "open " + path_ + ": it is still being created",
               [&] { Connection db(settings(Access::read)); });
  create();
  Connection db(settings(Access::read));

  EXPECT_EQ(count(db), 0);
}

TEST_F(Connecting, ADatabaseThatIsNotInWalModeIsRefused) {
  run_outside("CREATE TABLE t (id INTEGER)");

  for (const Access access : {Access::read, Access::write}) {
    expect_error(Fault::permanent, "open " + path_ + ": it is not in WAL mode",
                 [&] { Connection db(settings(access)); });
  }
}

TEST_F(Connecting, WhatIsNoDatabaseIsRefusedWithTheWayOut) {
  os::write_file(path_, std::string(8192, 'x'));

  expect_error(Fault::permanent,
               "open " + path_ + ": file is not a database; run cb-backup restore",
               [&] { Connection db(settings(Access::write)); });
}

TEST_F(Connecting, ManyProcessesMayCreateItAtOnce) {
  const auto make = [&](const auto& ready) {
    ready();
    Connection db(settings(Access::create));
    Transaction transaction(db);
    db.script("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name TEXT) STRICT");
    db.run("INSERT INTO t (name) VALUES ('x')");
    transaction.commit();
    return 0;
  };
  Forked one(make), two(make), three(make);

  EXPECT_EQ(one.wait() + two.wait() + three.wait(), 0);

  Connection db(settings(Access::read));
  EXPECT_EQ(count(db), 3);
}

TEST_F(Connecting, DataVersionChangesWithOtherConnectionsCommitsOnly) {
  create();
  Connection one(settings(Access::write)), two(settings(Access::write));
  const int64_t before = one.data_version();

  insert(one, "mine");
  EXPECT_EQ(one.data_version(), before);
  insert(two, "theirs");

  EXPECT_NE(one.data_version(), before);
}

TEST_F(Connecting, NoDescriptorCrossesAnExec) {
  create();
  Connection db(settings(Access::write));
  insert(db, "a");

  int found = 0;
  for (const std::string& name : os::list_directory("/proc/self/fd")) {
    std::error_code gone;
    const auto target = std::filesystem::read_symlink("/proc/self/fd/" + name, gone).string();
    if (!target.starts_with(dir_.path())) continue;
    ++found;
    EXPECT_EQ(fcntl(std::stoi(name), F_GETFD), FD_CLOEXEC) << target;
  }
  EXPECT_GE(found, 4);  // the file, its log, its index and the gate
}

TEST_F(Connecting, NoCallLosesTheLockOnTheFile) {
  Connection db(settings(Access::create));
  const std::pair<const char*, std::function<void()>> calls[] = {
      {"open", [] {}},
      {"script",
       [&] {
         Transaction transaction(db);
         db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT) STRICT");
         EXPECT_TRUE(holds_its_lock());
         transaction.commit();
       }},
      {"commit", [&] { insert(db, "a"); }},
      {"rollback", [&] { Transaction transaction(db); }},
      {"query", [&] { count(db); }},
      {"data_version", [&] { db.data_version(); }},
      {"checkpoint", [&] { db.checkpoint(0); }},
      {"a failed query", [&] { EXPECT_THROW(db.query("SELECT x"), Error); }},
      {"a second connection", [&] { Connection second(settings(Access::read)); }},
      {"a failed start",
       [&] { EXPECT_THROW(Connection(settings(Access::read)).script("x"), Error); }},
  };
  for (const auto& [name, call] : calls) {
    call();
    EXPECT_TRUE(holds_its_lock()) << name;
  }
}

TEST_F(Connecting, TheVersionOfTheLibraryIsKnown) {
  EXPECT_EQ(Connection::library_version(), sqlite3_libversion());
}

}  // namespace
}  // namespace cb::db
