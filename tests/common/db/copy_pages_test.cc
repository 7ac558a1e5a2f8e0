#include <map>
#include <stdexcept>

#include "common/db/store.h"
#include "os/file.h"
#include "support/forked.h"

namespace cb::db {
namespace {

using cb::testing::Forked;

class CopyPages : public Store {
 protected:
  CopyPages() { create(); }
  static void fill(Connection& db, int rows) {
    Transaction transaction(db);
    for (int i = 0; i < rows; ++i)
      db.run("INSERT INTO t (name) VALUES ($1)", std::to_string(i) + std::string(1000, 'x'));
    transaction.commit();
  }
  using Pages = std::map<uint32_t, std::string>;
  static Pages copy(Connection& db, uint32_t& count) {
    Pages pages;
    count = db.copy_pages([&](uint32_t number, std::string_view page) {
      EXPECT_TRUE(pages.emplace(number, page).second) << "twice: " << number;
    });
    return pages;
  }
  // A file of those pages, opened as an image.
  std::unique_ptr<Connection> image(const Pages& pages) const {
    std::string bytes;
    for (const auto& [number, page] : pages) bytes += page;
    os::write_file(dir_ / "a copy?#%.db", bytes);
    return std::make_unique<Connection>(
        Settings{.path = dir_ / "a copy?#%.db", .access = Access::image});
  }
};

TEST_F(CopyPages, MakeUpADatabaseThatTellsTheSame) {
  Connection db(settings(Access::write));
  fill(db, 3000);  // more than SQLite's cache of a copy

  uint32_t count = 0;
  const auto pages = copy(db, count);

  EXPECT_EQ(pages.size(), count);
  const auto found = image(pages);
  EXPECT_EQ(this->count(*found), 3000);
  auto rows = found->query("PRAGMA integrity_check");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "ok");
}

TEST_F(CopyPages, TheSameStoreGivesTheSamePages) {
  Connection db(settings(Access::write));
  fill(db, 100);

  uint32_t count = 0;
  const auto first = copy(db, count);
  db.checkpoint(0);

  EXPECT_EQ(copy(db, count), first);
}

TEST_F(CopyPages, OneRowMoreChangesFewPages) {
  Connection db(settings(Access::write));
  fill(db, 3000);
  uint32_t count = 0;
  const auto before = copy(db, count);

  insert(db, "one more");

  int changed = 0;
  for (const auto& [number, page] : copy(db, count)) {
    const auto old = before.find(number);
    changed += old == before.end() || old->second != page;
  }
  EXPECT_LE(changed, 3);
  EXPECT_GE(changed, 1);
}

TEST_F(CopyPages, ACommitOfAnotherProcessMeanwhileIsNotInTheSnapshot) {
  Connection db(settings(Access::read));
  uint32_t pages = 0;
  Pages copied;
  {
    const Snapshot snapshot(db);
    EXPECT_EQ(count(db), 0);
    Forked([&](const auto&) {
      Connection other(settings(Access::write));
      insert(other, "late");
      return 0;
    }).wait();
    EXPECT_EQ(count(db), 0);
    copied = copy(db, pages);
  }

  EXPECT_EQ(count(*image(copied)), 0);
  EXPECT_EQ(count(db), 1);
}

TEST_F(CopyPages, WhatTheSinkThrowsIsPassedOn) {
  Connection db(settings(Access::write));
  fill(db, 3000);
  int calls = 0;

  EXPECT_THROW(db.copy_pages([&](uint32_t, std::string_view) {
    if (++calls == 100) throw std::runtime_error("full");
  }),
               std::runtime_error);
  EXPECT_EQ(calls, 100);
  EXPECT_EQ(count(db), 3000);
}

TEST_F(CopyPages, AnImageIsReadWithoutLeavingAFileBesideIt) {
  Connection db(settings(Access::write));
  uint32_t count = 0;
  const auto found = image(copy(db, count));

  EXPECT_FALSE(os::exists(dir_ / "a copy?#%.db-wal"));
  EXPECT_FALSE(os::exists(dir_ / "a copy?#%.db-shm"));
  EXPECT_THROW(Transaction{*found}, Error);
}

}  // namespace
}  // namespace cb::db
