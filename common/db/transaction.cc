#include <sqlite3.h>

#include "base/text.h"
#include "db/connection.h"
#include "os/process.h"

namespace cb::db {
namespace {

constexpr uint64_t kLogHeader = 32,
                   kLogFrame = 24 + 4096;  // of SQLite's WAL format, with our pages

std::string describe_process(std::optional<pid_t> pid) {
  if (!pid) return "another process";
  return "pid " + std::to_string(*pid) + " (" + os::process_name(*pid).value_or("ended") + ")";
}

}  // namespace

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.begin(); }

Transaction::~Transaction() {
  if (open_) connection_.rollback();
}

void Transaction::commit() {
  connection_.commit();
  open_ = false;
}

void Connection::pass_gate() {
  if (gate_->try_lock()) return;
  refuse_in_maintenance();
  if (gate_->lock(settings_.patience)) return;
  refuse_in_maintenance();
  throw Error(Fault::temporary, "write " + path() + ": the write gate is held by " +
                                    describe_process(gate_->holder()));
}

// Who maintains the store has the gate for minutes.
void Connection::refuse_in_maintenance() const {
  const auto& lock = settings_.maintenance_path;
  if (lock.empty()) return;
  const auto holder = os::FileLock(lock).holder();
  if (!holder) return;
  const auto work = os::read_file(lock).value_or("");
  throw Error(Fault::temporary, "write " + path() + ": " +
                                    (work.empty() ? "maintenance" : printable(work)) +
                                    " is under way: " + describe_process(holder));
}

void Connection::begin() {
  if (!gate_) throw Error(Fault::permanent, "write " + path() + ": it is open for reading only");
  if (in_transaction())
    throw Error(Fault::permanent, "write " + path() + ": in a transaction already");
  refuse_if_unsound();
  pass_gate();
  try {
    refuse_if_restored();
    const int code = execute("BEGIN IMMEDIATE");
    if (code != SQLITE_OK) fail("write", code);
    if (companion_) companion_->begun(*this);
  } catch (...) {
    rollback();
    throw;
  }
}

void Connection::commit() {
  if (broken_off_) throw Error(*broken_off_);
  refuse_if_unsound();
  refuse_if_replaced();
  if (companion_) companion_->committing(*this);
  const int code = execute("COMMIT");
  if (code != SQLITE_OK) fail_commit(code);
  if (companion_) companion_->committed(*this);
  if (wal_pages_ >= next_checkpoint_)
    checkpoint_now(wal_pages_ > kLongestLog ? SQLITE_CHECKPOINT_TRUNCATE
                                            : SQLITE_CHECKPOINT_RESTART);
  gate_->unlock();
}

// An I/O error leaves open whether the others will see the transaction, and the kernel reports a
// failed sync only once.
void Connection::fail_commit(int code) {
  if ((code & 0xff) == SQLITE_IOERR) refusal_ = error_of("write", code);
  fail("write", code);
}

void Connection::rollback() noexcept {
  // SQLite may have rolled back itself; a second time would hide the first error.
  if (in_transaction()) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  broken_off_.reset();
  gate_->unlock();
}

void Connection::checkpoint(int above_pages) {
  const auto size = os::file_size(path() + "-wal").value_or(0);
  const auto limit = kLogHeader + static_cast<uint64_t>(above_pages) * kLogFrame;
  if (size <= limit || !gate_ || refusal_ || in_transaction() || !gate_->try_lock()) return;
  if (os::file_id(path()) == file_) checkpoint_now(SQLITE_CHECKPOINT_TRUNCATE);
  gate_->unlock();
}

// Inside the gate only: then no commit of another process runs beside it. Both modes take the write
// lock as well. Between two commits the log keeps its length, unless a reader made it grow far:
// writing over it, a sync need not wait for the file system's journal.
void Connection::checkpoint_now(int mode) noexcept {
  sqlite3* db = db_.get();
  sqlite3_busy_timeout(db, 0);  // a reader may stay for long
  const int code = sqlite3_wal_checkpoint_v2(db, "main", mode, nullptr, nullptr);
  set_busy_handler();
  if (code == SQLITE_OK) wal_pages_ = 0;
  note_damage(code);
  next_checkpoint_ = wal_pages_ + kCheckpointPages;
}

void Connection::refuse_if_unsound() const {
  if (refusal_) throw Error(*refusal_);
}

// By stat alone: opening the file and closing it again would drop SQLite's locks.
void Connection::refuse_if_replaced() const {
  if (os::file_id(path()) == file_ && os::file_id(path() + "-wal") == log_) return;
  throw Error(Fault::permanent,
              "write " + path() + ": somebody replaced the file while it was in use");
}

// A connection on the file from before a restore would write into what was put aside. Whoever opens
// the store anew is told what is there now.
void Connection::refuse_if_restored() const {
  if (os::file_id(path()) == file_) return;
  throw Error(Fault::temporary, "write " + path() + ": it was restored or replaced meanwhile");
}

}  // namespace cb::db
