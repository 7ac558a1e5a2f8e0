// A database of a test's own.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <string>

#include "db/connection.h"
#include "support/temporary_directory.h"

namespace cb::db {

class Store : public ::testing::Test {
 protected:
  Settings settings(Access access, Duration patience = std::chrono::seconds(10)) const {
    return {.path = path_, .gate_path = dir_ / "gate", .access = access, .patience = patience};
  }
  // With a table t(id, name) of no rows.
  void create() const {
    Connection db(settings(Access::create));
    Transaction transaction(db);
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT) STRICT;");
    transaction.commit();
  }
  static void insert(Connection& db, std::string_view name) {
    Transaction transaction(db);
    db.run("INSERT INTO t (name) VALUES ($1)", name);
    transaction.commit();
  }
  static int64_t count(Connection& db) {
    Rows rows = db.query("SELECT count(*) FROM t");
    rows.next();
    return rows.integer(0);
  }
  // What a program that knows nothing of cb does.
  int run_outside(const std::string& sql) const {
    sqlite3* db = nullptr;
    sqlite3_open(path_.c_str(), &db);
    const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(db);
    return code;
  }
  uintmax_t log_size() const {
    std::error_code none;
    const auto size = std::filesystem::file_size(path_ + "-wal", none);
    return none ? 0 : size;
  }
  static void expect_error(Fault fault, const std::string& part, const std::function<void()>& act) {
    try {
      act();
      ADD_FAILURE() << "no error: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), fault) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  cb::testing::TemporaryDirectory dir_;
  std::string path_ = dir_ / "state.db";
};

}  // namespace cb::db
