// SQLite as cb uses it: one connection, cached statements, the write gate. The only place that
// knows <sqlite3.h>.
//
// A connection belongs to the process and thread that opened it. Failures are thrown as Error "verb
// FILE: cause":
//   Fault::temporary  the gate stayed shut, the file is busy, the disk is full, an I/O error; or
//   another file took the name of the one that is open
//   Fault::permanent  the file is damaged, read-only or no database; or a bug: wrong SQL, a broken
//   constraint
// After damage, or an I/O error in a commit, this connection writes nothing more.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "db/companion.h"
#include "os/file.h"
#include "os/lock.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cb::db {

class Connection;

// A value for a parameter: NULL, an integer, a real, a text or a blob. Texts and blobs must live
// until the call returns.
struct Value {
  Value(std::nullptr_t) {}
  Value(std::nullopt_t) {}
  template <std::integral T>
  Value(T value) : kind(Kind::integer), integer(static_cast<int64_t>(value)) {}
  Value(double value) : kind(Kind::real), real(value) {}
  Value(std::string_view value) : kind(Kind::text), text(value) {}
  Value(const std::string& value) : Value(std::string_view(value)) {}
  Value(const char* value) : Value(std::string_view(value)) {}
  Value(Instant at) : Value(to_millis(at)) {}
  template <typename T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }
  static Value blob(std::string_view bytes) {
    Value value(bytes);
    value.kind = Kind::blob;
    return value;
  }

  enum class Kind { null, integer, real, text, blob } kind = Kind::null;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;  // or the bytes of the blob
};

// The result of a query, read row by row. Releases its statement when destroyed. Must not outlive
// its connection.
class Rows {
 public:
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  bool next();  // false at the end
  // Columns of the current row, from 0. Of NULL: 0 and "".
  int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::string_view view(int column) const;  // valid until next() or destruction
  bool is_null(int column) const;
  std::optional<int64_t> optional_integer(int column) const;
  std::optional<Instant> optional_instant(int column) const;  // kept in milliseconds
  std::optional<std::string> optional_text(int column) const;
  // For what is written without knowing the columns. A value's text lives until next() or
  // destruction.
  int columns() const;
  std::string name(int column) const;
  Value value(int column) const;

 private:
  friend class Connection;
  Rows(Connection& connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  Connection& connection_;
  sqlite3_stmt* statement_;
  bool done_ = false;
};

// How a connection uses the file.
enum class Access {
  read,    // never creates or changes anything; the file must exist
  write,   // the file must exist
  create,  // made when missing
  image,  // a copy that nobody else has open, for reading: no locks, no log, nothing left beside it
};

struct Settings {
  std::string path = {};       // the database file
  std::string gate_path = {};  // the file of the write gate; unused for Access::read, image
  // While somebody holds this lock, nobody waits at the gate: its text says for what. "" = none.
  std::string maintenance_path = {};
  Access access = Access::read;
  Duration patience = std::chrono::seconds(10);  // longest wait at the gate
};

class Connection {
 public:
  explicit Connection(Settings settings);
  // Leaves a short log, so that the next to open the file need not read a long one; never waits.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a query. Parameters are written $1, $2, … and given in that order. `sql` must be a literal
  // or live as long as the connection: the compiled statement is kept by its address.
  template <typename... Args>
  Rows query(const char* sql, const Args&... args) {
    return start(sql, std::array<Value, sizeof...(args)>{Value(args)...}, Texts::copied);
  }
  // The same for parameters that are known only when the program runs.
  Rows query_with(const char* sql, std::span<const Value> values) {
    return start(sql, values, Texts::copied);
  }
  // Runs a statement to its end and returns the number of rows it changed.
  // Whatever writes is refused outside of a Transaction.
  template <typename... Args>
  int64_t run(const char* sql, const Args&... args) {
    return finish(start(sql, std::array<Value, sizeof...(args)>{Value(args)...}, Texts::borrowed));
  }
  int64_t run_with(const char* sql, std::span<const Value> values) {
    return finish(start(sql, values, Texts::borrowed));
  }
  // Runs an INSERT and returns the rowid of its last row. With RETURNING the same takes twice as
  // long: SQLite keeps the old form of every page that it may have to restore.
  template <typename... Args>
  int64_t insert(const char* sql, const Args&... args) {
    run(sql, args...);
    return last_rowid();
  }
  // Runs an INSERT of several rows and returns the rowid of the last. `sql` begins with
  // kInsertRows: then SQLite need not keep the old form of pages, to take back the first rows when
  // a later one is refused. After such a failure the transaction can only be rolled back.
  static constexpr const char* kInsertRows = "INSERT OR FAIL INTO ";
  int64_t insert_rows(const char* sql, std::span<const Value> values);
  // Several statements without parameters, not cached.
  void script(const char* sql);

  bool in_transaction() const;
  // From now on it takes part in every write transaction.
  void accompany(std::unique_ptr<Companion> companion) { companion_ = std::move(companion); }
  // Changes whenever another connection committed since the last call; cheap enough to ask 10 times
  // a second.
  int64_t data_version();
  // Moves the log back into the file if it has more than `above_pages` pages, nobody writes and no
  // reader is in the way.
  void checkpoint(int above_pages);
  // Writes what a reader sees now to `target`, a database of its own that must not exist yet, and
  // syncs it. Needs no gate.
  void copy_to(const std::string& target);
  // Gives every page of what a reader sees now to `sink`, by its number from 1, in about ascending
  // order and each once; one that is left out is all zeros. Returns how many pages there are. What
  // the pages make up is a database that tells the same, in WAL mode; it differs from the file in
  // counters of page 1 alone. Needs no gate, and inside of a Snapshot copies that. What `sink`
  // throws is passed on.
  using PageSink = std::function<void(uint32_t number, std::string_view page)>;
  uint32_t copy_pages(const PageSink& sink);
  const std::string& path() const { return settings_.path; }
  void set_patience(Duration patience) { settings_.patience = patience; }

  // "3.40.1": of the library in use.
  static std::string library_version();

 private:
  friend class Rows;
  friend class Snapshot;
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* db) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  enum class Lifetime { kept, once };
  enum class Texts { copied, borrowed };  // borrowed ones live until the statement has ended

  static constexpr int kCheckpointPages = 1000;
  static constexpr int kLongestLog = 4 * kCheckpointPages;
  static constexpr int kPagesLeft = 25;  // the next opener reads them all: 0.05 ms

  void open();
  void configure();
  void set_busy_handler() noexcept;
  void make_wal();
  void remember_files();

  Rows start(const char* sql, std::span<const Value> values, Texts texts);
  int64_t last_rowid() const;
  int64_t finish(Rows rows);
  Statement compile(const char* sql, Lifetime lifetime);
  sqlite3_stmt* take(const char* sql);
  void give_back(sqlite3_stmt* statement) noexcept;
  void allow(sqlite3_stmt* statement) const;
  int execute(const char* sql);
  bool only_reads() const {
    return settings_.access == Access::read || settings_.access == Access::image;
  }

  void pass_gate();
  void refuse_in_maintenance() const;
  void begin();
  void commit();
  [[noreturn]] void fail_commit(int code);
  void rollback() noexcept;
  void refuse_if_unsound() const;
  void refuse_if_replaced() const;
  void refuse_if_restored() const;
  void checkpoint_now(int mode) noexcept;
  Error error_of(std::string_view verb, int code) const;
  void note_damage(int code);
  [[noreturn]] void fail(std::string_view verb, int code);

  Settings settings_;
  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_map<const char*, Statement> statements_;  // by the address of their text
  std::vector<sqlite3_stmt*> used_;                        // those of statements_ that a Rows has
  std::vector<Statement> extra_;  // second uses of one text, until given back
  std::optional<os::FileLock> gate_;
  std::optional<os::FileId> file_, log_;    // as opened
  int wal_pages_ = 0;                       // after the last commit
  int next_checkpoint_ = kCheckpointPages;  // pages of WAL at which the next checkpoint is tried
  std::optional<Error> broken_off_;         // why this transaction cannot be committed
  std::unique_ptr<Companion> companion_;    // none: null
  std::optional<Error> refusal_;            // why this connection writes nothing more
};

// A write transaction: passes the gate, BEGIN IMMEDIATE; rolled back unless commit() returned. Not
// nested. Success is what commit() returning says, nothing earlier. When commit() throws, the
// outcome is unknown: destroy the connection, open another and look.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// While it lives, all that is read of the connection is as it was at one moment. It keeps the log
// from being shortened: not for long. Not inside of a transaction.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Connection& connection_;
};

}  // namespace cb::db
