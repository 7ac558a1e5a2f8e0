#include <sqlite3.h>

#include <cstring>
#include <exception>

#include "db/connection.h"

// The online backup of SQLite in one step, into a file that does not exist: its pages go to a
// function. A file system of our own stands in for the place of the copy.
namespace cb::db {
namespace {

struct Target {
  const Connection::PageSink* sink;
  sqlite3_vfs* real;
  int page_size;
  std::string first;  // page 1 is written again at the end
  int64_t size = 0;
  std::exception_ptr error;
};

struct TargetFile {
  sqlite3_file base;
  Target* target;
};

Target& target_of(sqlite3_file* file) { return *reinterpret_cast<TargetFile*>(file)->target; }

int give(Target& target, uint32_t number, std::string_view page) {
  try {
    (*target.sink)(number, page);
    return SQLITE_OK;
  } catch (...) {
    target.error = std::current_exception();
    return SQLITE_IOERR_WRITE;
  }
}

int file_close(sqlite3_file*) { return SQLITE_OK; }

// A page that was given away cannot be had back. SQLite does not ask for any but the first.
int file_read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const Target& target = target_of(file);
  std::memset(buffer, 0, static_cast<size_t>(amount));
  if (offset + amount <= static_cast<int64_t>(target.first.size())) {
    std::memcpy(buffer, target.first.data() + offset, static_cast<size_t>(amount));
    return SQLITE_OK;
  }
  return offset >= target.size ? SQLITE_IOERR_SHORT_READ : SQLITE_IOERR_READ;
}

int file_write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  Target& target = target_of(file);
  if (amount != target.page_size || offset % amount != 0) return SQLITE_IOERR_WRITE;
  const std::string_view page(static_cast<const char*>(bytes), static_cast<size_t>(amount));
  if (offset + amount > target.size) target.size = offset + amount;
  if (offset == 0) {
    target.first = page;
    return SQLITE_OK;
  }
  return give(target, static_cast<uint32_t>(offset / amount) + 1, page);
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  target_of(file).size = size;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = target_of(file).size;
  return SQLITE_OK;
}

int file_sync(sqlite3_file*, int) { return SQLITE_OK; }
int file_lock(sqlite3_file*, int) { return SQLITE_OK; }
int file_check_lock(sqlite3_file*, int* is_locked) {
  *is_locked = 0;
  return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int file_sector(sqlite3_file*) { return 4096; }
int file_traits(sqlite3_file*) { return 0; }

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 1,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

Target& target_of(sqlite3_vfs* vfs) { return *static_cast<Target*>(vfs->pAppData); }

int vfs_open(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags, int* flags_out) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  reinterpret_cast<TargetFile*>(file)->target = &target_of(vfs);
  file->pMethods = &kMethods;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs*, const char*, int) { return SQLITE_OK; }
int vfs_access(sqlite3_vfs*, const char*, int, int* result) {
  *result = 0;
  return SQLITE_OK;
}
int vfs_full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}
int vfs_random(sqlite3_vfs* vfs, int size, char* out) {
  auto* real = target_of(vfs).real;
  return real->xRandomness(real, size, out);
}
int vfs_sleep(sqlite3_vfs* vfs, int microseconds) {
  auto* real = target_of(vfs).real;
  return real->xSleep(real, microseconds);
}
int vfs_time(sqlite3_vfs* vfs, double* now) {
  auto* real = target_of(vfs).real;
  return real->xCurrentTime(real, now);
}
int vfs_error(sqlite3_vfs*, int, char*) { return 0; }

// Known to SQLite while it lives.
class TargetSystem {
 public:
  explicit TargetSystem(Target& target) {
    vfs_.iVersion = 1;
    vfs_.szOsFile = sizeof(TargetFile);
    vfs_.mxPathname = 64;
    vfs_.zName = "cb-pages";
    vfs_.pAppData = &target;
    vfs_.xOpen = vfs_open;
    vfs_.xDelete = vfs_delete;
    vfs_.xAccess = vfs_access;
    vfs_.xFullPathname = vfs_full_name;
    vfs_.xRandomness = vfs_random;
    vfs_.xSleep = vfs_sleep;
    vfs_.xCurrentTime = vfs_time;
    vfs_.xGetLastError = vfs_error;
    sqlite3_vfs_register(&vfs_, 0);
  }
  TargetSystem(const TargetSystem&) = delete;
  TargetSystem& operator=(const TargetSystem&) = delete;
  ~TargetSystem() { sqlite3_vfs_unregister(&vfs_); }
  const char* name() const { return vfs_.zName; }

 private:
  sqlite3_vfs vfs_{};
};

struct CloseTarget {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};

}  // namespace

uint32_t Connection::copy_pages(const PageSink& sink) {
  Rows size = query("PRAGMA page_size");
  size.next();
  Target target{.sink = &sink,
                .real = sqlite3_vfs_find(nullptr),
                .page_size = static_cast<int>(size.integer(0)),
                .first = {},
                .error = nullptr};
  const TargetSystem system(target);
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2("pages", &opened, flags, system.name());
  const std::unique_ptr<sqlite3, CloseTarget> copy(opened);
  // A small cache: pages are given away while the processor still has them near.
  constexpr const char* kPragmas =
      "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=32";
  if (code == SQLITE_OK) code = sqlite3_exec(opened, kPragmas, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail("copy", code);

  sqlite3_backup* backup = sqlite3_backup_init(opened, "main", db_.get(), "main");
  if (backup == nullptr) fail("copy", sqlite3_errcode(opened));
  code = sqlite3_backup_step(backup, -1);
  const int end = sqlite3_backup_finish(backup);
  if (target.error) std::rethrow_exception(target.error);
  if (code != SQLITE_DONE) fail("copy", code);
  if (end != SQLITE_OK) fail("copy", end);
  sink(1, target.first);
  return static_cast<uint32_t>(target.size / target.page_size);
}

}  // namespace cb::db
