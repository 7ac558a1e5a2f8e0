#include <cstdint>
#include <limits>

#include "common/db/store.h"
#include "db/connection.h"

namespace cb::db {
namespace {

class Statements : public Store {
 protected:
  Connection db_{(create(), settings(Access::write))};
};

TEST_F(Statements, ParametersGoByTheirNumber) {
  Rows rows = db_.query("SELECT $2, $1, $2 || '$1', '$2 it''s $1'", "one", "two");

  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), "two");
  EXPECT_EQ(rows.text(1), "one");
  EXPECT_EQ(rows.text(2), "two$1");
  EXPECT_EQ(rows.text(3), "$2 it's $1");
}

TEST_F(Statements, ValuesComeBackAsTheyWere) {
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  const std::string odd("a\0é\n", 5);
  Rows rows =
      db_.query("SELECT $1, $2, $3, $4, $5, $6, $7, $8", kLowest, 0.1, odd, true,
                from_millis(1'700'000'000'123), nullptr, std::string_view(), std::optional<int>(7));

  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.integer(0), kLowest);
  EXPECT_EQ(rows.real(1), 0.1);
  EXPECT_EQ(rows.text(2), odd);
  EXPECT_EQ(rows.view(2), odd);
  EXPECT_EQ(rows.integer(3), 1);
  EXPECT_EQ(rows.integer(4), 1'700'000'000'123);
  EXPECT_TRUE(rows.is_null(5));
  EXPECT_FALSE(rows.is_null(6));
  EXPECT_EQ(rows.optional_text(6), "");
  EXPECT_EQ(rows.optional_integer(7), 7);
}

TEST_F(Statements, NullIsZeroAndEmptyAndNoValue) {
  Rows rows = db_.query("SELECT $1", std::optional<std::string>());

  ASSERT_TRUE(rows.next());
  EXPECT_TRUE(rows.is_null(0));
  EXPECT_EQ(rows.integer(0), 0);
  EXPECT_EQ(rows.real(0), 0.0);
  EXPECT_EQ(rows.text(0), "");
  EXPECT_EQ(rows.optional_integer(0), std::nullopt);
  EXPECT_EQ(rows.optional_text(0), std::nullopt);
}

TEST_F(Statements, TextsNeedNotOutliveTheCall) {
  Rows rows = db_.query("SELECT $1", std::string(1000, 'x'));

  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(0), std::string(1000, 'x'));
}

TEST_F(Statements, OneTextMayBeInUseTwice) {
  const auto numbers = [&](int above) {
    return db_.query("WITH n(i) AS (VALUES (1), (2), (3)) SELECT i FROM n WHERE i > $1", above);
  };
  std::string seen;
  for (Rows outer = numbers(0); outer.next();) {
    for (Rows inner = numbers(1); inner.next();) {
      seen += std::to_string(outer.integer(0)) + std::to_string(inner.integer(0)) + ' ';
    }
  }
  EXPECT_EQ(seen, "12 13 22 23 32 33 ");
}

TEST_F(Statements, AReusedOneRemembersNoEarlierValue) {
  const char* kEcho = "SELECT $1";
  {
    EXPECT_TRUE(db_.query(kEcho, "first").next());
  }

  Rows rows = db_.query(kEcho, nullptr);

  ASSERT_TRUE(rows.next());
  EXPECT_TRUE(rows.is_null(0));
}

TEST_F(Statements, TheEndOfRowsIsFinal) {
  Transaction transaction(db_);
  {
    Rows rows = db_.query("INSERT INTO t (name) VALUES ('a') RETURNING id");
    EXPECT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), 1);
    EXPECT_FALSE(rows.next());
    EXPECT_FALSE(rows.next());
  }
  transaction.commit();

  EXPECT_EQ(count(db_), 1);
}

TEST_F(Statements, RowsLeftEarlyLetTheTransactionCommit) {
  Transaction transaction(db_);
  db_.run("INSERT INTO t (name) VALUES ('a'), ('b')");
  {
    EXPECT_TRUE(db_.query("UPDATE t SET name = name || '!' RETURNING id").next());
  }
  {
    EXPECT_TRUE(db_.query("SELECT id FROM t").next());
  }
  transaction.commit();

  Connection other(settings(Access::read));
  EXPECT_EQ(count(other), 2);
}

TEST_F(Statements, RowsMayBeMoved) {
  Rows rows = db_.query("VALUES (1), (2)");
  ASSERT_TRUE(rows.next());

  Rows moved = std::move(rows);

  EXPECT_EQ(moved.integer(0), 1);
  EXPECT_TRUE(moved.next());
  EXPECT_EQ(moved.integer(0), 2);
}

TEST_F(Statements, RunTellsHowManyRowsChanged) {
  Transaction transaction(db_);

  EXPECT_EQ(db_.run("INSERT INTO t (name) VALUES ('a'), ('b')"), 2);
  EXPECT_EQ(db_.run("SELECT id FROM t"), 0);
  EXPECT_EQ(db_.run("UPDATE t SET name = 'c' WHERE name = $1", "a"), 1);
  EXPECT_EQ(db_.run("DELETE FROM t WHERE name = $1", "none"), 0);
}

TEST_F(Statements, NothingIsWrittenOutsideOfATransaction) {
  for (const char* sql :
       {"INSERT INTO t (name) VALUES ('a')", "DELETE FROM t", "DROP TABLE t",
        "PRAGMA journal_mode=DELETE", "VACUUM", "INSERT INTO t (name) VALUES ('a') RETURNING id"}) {
    expect_error(Fault::permanent, "write " + path_ + ": not in a transaction",
                 [&] { db_.run(sql); });
    expect_error(Fault::permanent, "not in a transaction", [&] { db_.script(sql); });
  }
  EXPECT_EQ(count(db_), 0);
}

TEST_F(Statements, WrongSqlIsABugThatNamesItself) {
  static constexpr struct {
    const char *sql, *cause;
  } kCases[] = {
      {"SELECT x FROM t", "no such column: x"},
      {"SELECT * FROM nowhere", "no such table: nowhere"},
      {"SELEC", "syntax error"},
      {"SELECT 1; SELECT 2", "not exactly one statement: SELECT 1; SELECT 2"},
      {"", "not exactly one statement"},
      {"SELECT $1", "0 values for: SELECT $1"},
      {"SELECT $name", "not every parameter is $N"},
      {"SELECT ?", "not every parameter is $N"},
      {"SELECT $1, $3", "not every parameter is $N"},
      {R"(SELECT "no such column")", "no such column"},
      {R"(SELECT count(*) FROM t WHERE name = "a")", "no such column: a"},
  };
  for (const auto& [sql, cause] : kCases) {
    expect_error(Fault::permanent, cause, [&, text = sql] { db_.query(text).next(); });
  }
  EXPECT_EQ(count(db_), 0);  // and the connection goes on
}

TEST_F(Statements, ABrokenConstraintIsNamedAndTheTransactionGoesOn) {
  Transaction transaction(db_);
  db_.run("INSERT INTO t (id, name) VALUES (1, 'a')");
  const char* kAgain = "INSERT INTO t (id, name) VALUES (1, 'b')";

  expect_error(Fault::permanent, "write " + path_ + ": UNIQUE constraint failed: t.id",
               [&] { db_.run(kAgain); });
  expect_error(Fault::permanent, "UNIQUE", [&] { db_.run(kAgain); });
  transaction.commit();

  EXPECT_EQ(count(db_), 1);
}

TEST_F(Statements, RowsOfWhichOneWasRefusedCannotBeCommitted) {
  static const auto sql =
      std::string(Connection::kInsertRows) + "t (id, name) VALUES ($1, 'a'), ($2, 'b')";
  {
    Transaction transaction(db_);
    expect_error(Fault::permanent, "UNIQUE constraint failed: t.id",
                 [&] { db_.insert_rows(sql.c_str(), std::vector<Value>{7, 7}); });
    expect_error(Fault::permanent, "UNIQUE", [&] { transaction.commit(); });
  }
  EXPECT_EQ(count(db_), 0);

  Transaction next(db_);
  EXPECT_EQ(db_.insert_rows(sql.c_str(), std::vector<Value>{7, 9}), 9);
  next.commit();
  EXPECT_EQ(count(db_), 2);
}

TEST_F(Statements, ForeignKeysAreEnforced) {
  Transaction transaction(db_);
  db_.script("CREATE TABLE child (of INTEGER NOT NULL REFERENCES t (id)) STRICT");

  expect_error(Fault::permanent, "FOREIGN KEY constraint failed",
               [&] { db_.run("INSERT INTO child VALUES (99)"); });
}

TEST_F(Statements, AScriptRunsEachOfItsStatements) {
  Transaction transaction(db_);
  db_.script(R"(
    -- two tables; one row
    CREATE TABLE a (x INTEGER) STRICT;
    CREATE TABLE b (y TEXT CHECK (y <> ';')) STRICT;
    INSERT INTO t (name) VALUES ('x;y');
    -- the end
  )");
  transaction.commit();

  EXPECT_EQ(count(db_), 1);
}

TEST_F(Statements, AReaderCannotWrite) {
  Connection reader(settings(Access::read));

  expect_error(Fault::permanent, "write " + path_ + ": it is open for reading only",
               [&] { insert(reader, "a"); });
  expect_error(Fault::permanent, "not in a transaction", [&] { reader.script("DROP TABLE t"); });
}

}  // namespace
}  // namespace cb::db
