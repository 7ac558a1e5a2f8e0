#include "db/connection.h"

#include <sqlite3.h>

#include <cctype>
#include <chrono>
#include <cstring>
#include <utility>

#include "os/clock.h"

namespace cb::db {
namespace {

// For what the gate does not order: recovery after a crash, and programs that know no gate. About 2
// s in random steps of 0.2 to 2 ms; SQLite's own growing steps let one of several writers starve.
int wait_when_busy(void*, int count) {
  if (count >= 1800) return 0;
  os::sleep_for(std::chrono::microseconds(200 + os::random64() % 1800));
  return 1;
}

int store_text(void* text, int, char** values, char**) {
  *static_cast<std::string*>(text) = values[0] != nullptr ? values[0] : "";
  return 0;
}

Fault fault_of(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return Fault::temporary;
    case SQLITE_CANTOPEN:
      return os::fault_of(system_error);
    default:
      return Fault::permanent;
  }
}

// SQLite says only "disk I/O error" and "unable to open database file".
std::string cause_of(sqlite3* db, int code, int system_error) {
  std::string cause = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  const int kind = code & 0xff;
  if ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && system_error != 0) {
    cause += " (" + std::string(strerror(system_error)) + ")";
  }
  return cause;
}

// There are no threads: neither locks nor shared counters of memory are needed. And nothing is
// allocated ahead: most programs live for a millisecond, and fifty untouched pages are a tenth of
// it. Ignored once the library is in use.
void configure_library() {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 512, 16);
}

// A file that nobody changes: SQLite takes no locks and looks for no log.
std::string immutable_uri(const std::string& path) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string uri = "file://";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_')
      uri += c;
    else
      (uri += '%') += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return uri + "?immutable=1";
}

bool is_damage(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

}  // namespace

// close_v2 waits for statements that are finalized later.
void Connection::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

void Connection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Connection::Connection(Settings settings) : settings_(std::move(settings)) {
  configure_library();
  if (!only_reads()) gate_.emplace(settings_.gate_path);
  file_ = os::file_id(path());
  open();
  configure();
  remember_files();
}

Connection::~Connection() {
  try {
    checkpoint(kPagesLeft);
  } catch (const Error&) {
    // The log stays as long as it is.
  }
}

void Connection::open() {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::optional<os::PrivateCreation> creation;
  flags |= only_reads() ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (settings_.access == Access::image) flags |= SQLITE_OPEN_URI;
  if (settings_.access == Access::create) {
    flags |= SQLITE_OPEN_CREATE;
    creation.emplace();
  }
  sqlite3* db = nullptr;
  const auto& path = settings_.path;
  const auto name = settings_.access == Access::image ? immutable_uri(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &db, flags, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail("open", code);
}

// Everything is set, nothing left to the build of the library. What has a C call is set by it: a
// pragma costs microseconds.
void Connection::configure() {
  sqlite3* db = db_.get();
  set_busy_handler();
  static constexpr std::pair<int, int> kSwitches[] = {
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_DEFENSIVE, 1},        {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},          {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}, {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
  };
  for (const auto& [option, value] : kSwitches) {
    const int code = sqlite3_db_config(db, option, value, nullptr);
    if (code != SQLITE_OK) fail("configure", code);
  }
  sqlite3_int64 no_mmap = 0;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_MMAP_SIZE, &no_mmap);
  // Automatic checkpoints are a hook as well: this one takes their place.
  sqlite3_wal_hook(
      db,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);

  const char* pragmas =
      only_reads() ? "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA query_only=ON;"
                     "PRAGMA journal_mode"
                   : "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL;"
                     "PRAGMA journal_mode";
  std::string mode;
  const int code = sqlite3_exec(db, pragmas, store_text, &mode, nullptr);
  if (code != SQLITE_OK) fail("open", code);
  if (mode != "wal" && settings_.access != Access::image) make_wal();
}

void Connection::set_busy_handler() noexcept {
  sqlite3_busy_handler(db_.get(), wait_when_busy, nullptr);
}

void Connection::make_wal() {
  if (settings_.access != Access::create) {
    if (os::file_size(path()) == 0) {
      throw Error(Fault::temporary, "open " + path() + ": it is still being created");
    }
    throw Error(Fault::permanent, "open " + path() + ": it is not in WAL mode");
  }
  pass_gate();
  std::string mode;
  const int code = sqlite3_exec(db_.get(), "PRAGMA journal_mode=WAL", store_text, &mode, nullptr);
  gate_->unlock();
  if (code != SQLITE_OK) fail("create", code);
  if (mode != "wal") throw Error(Fault::permanent, "create " + path() + ": WAL mode was refused");
}

// A restore may exchange the files while they are being opened one after the other.
void Connection::remember_files() {
  execute("SELECT 1 FROM sqlite_schema LIMIT 1");  // the log exists from the first read on
  log_ = os::file_id(path() + "-wal");
  const auto before = std::exchange(file_, os::file_id(path()));
  if (before && before != file_)
    throw Error(Fault::temporary, "open " + path() + ": it is being restored or replaced");
}

Snapshot::Snapshot(Connection& connection) : connection_(connection) {
  const int code = connection_.execute("BEGIN");
  if (code != SQLITE_OK) connection_.fail("read", code);
}

Snapshot::~Snapshot() { connection_.execute("ROLLBACK"); }

void Connection::copy_to(const std::string& target) {
  const os::PrivateCreation creation;
  const auto statement = compile("VACUUM INTO ?1", Lifetime::once);
  sqlite3_bind_text(statement.get(), 1, target.data(), static_cast<int>(target.size()), nullptr);
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_DONE) fail("copy", code);
  os::sync_path(target);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

int64_t Connection::data_version() {
  Rows rows = query("PRAGMA data_version");
  rows.next();
  return rows.integer(0);
}

std::string Connection::library_version() { return sqlite3_libversion(); }

Error Connection::error_of(std::string_view verb, int code) const {
  const int system_error = db_ ? sqlite3_system_errno(db_.get()) : 0;
  std::string line(verb);
  line += ' ' + path() + ": " + cause_of(db_.get(), code, system_error);
  // The pages may be damaged in an index alone; without its header it is no database at all.
  if ((code & 0xff) == SQLITE_CORRUPT) line += "; run cb-backup check";
  if ((code & 0xff) == SQLITE_NOTADB) line += "; run cb-backup restore";
  return {fault_of(code, system_error), line};
}

void Connection::note_damage(int code) {
  if (is_damage(code) && !refusal_) refusal_ = error_of("write", code);
}

void Connection::fail(std::string_view verb, int code) {
  note_damage(code);
  throw error_of(verb, code);
}

}  // namespace cb::db
