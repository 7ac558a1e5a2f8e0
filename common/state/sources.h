// What is remembered of each source between polls, and of tasks that are no longer stored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/breaker.h"
#include "model/task.h"
#include "state/tasks.h"

namespace cb::state {

struct SourceRow {
  std::string source;
  std::optional<std::string> cursor;
  std::optional<Instant> listed_at, full_at;  // last listing that succeeded; last complete one
  std::string error;                          // of the last poll; "" = it succeeded
  std::optional<Instant> error_at;
  int failures = 0;        // in a row
  model::Breaker breaker;  // whether it is asked at all; see save_breaker()
};

SourceRow load_source(db::Connection& db, const std::string& source);  // empty when not known
void save_source(db::Connection& db, const SourceRow& row);            // all but the breaker
model::Breaker load_breaker(db::Connection& db, const std::string& source);
void save_breaker(db::Connection& db, const std::string& source, const model::Breaker& breaker);
std::vector<SourceRow> all_sources(db::Connection& db);

// Tasks of `source` that are open or running, for noticing absence: number, id and how often it was
// missed.
struct Present {
  int64_t n;
  std::string id;
  int missed;
};
std::vector<Present> present_tasks(db::Connection& db, const std::string& source);
bool has_missed(db::Connection& db, const std::string& source);

// Numbers of open tasks of any source: those above `after`, ascending, or those whose recheck time
// has come. At most `limit`.
std::vector<int64_t> open_tasks(db::Connection& db, int64_t after, int limit);
std::vector<int64_t> due_rechecks(db::Connection& db, Instant now, int limit);

// Single values: "rules" (fingerprint of the configuration that the open tasks were judged by). ""
// when not set.
std::string get_meta(db::Connection& db, const std::string& key);
void set_meta(db::Connection& db, const std::string& key, const std::string& value);

// Memory that outlives the task's row.
struct Seen {
  bool is_done = false;
  std::string version;
};
std::optional<Seen> find_seen(db::Connection& db, const model::TaskName& name);
void remember(db::Connection& db, const model::TaskName& name, int64_t n, const Seen& seen,
              Instant now);

// Removes a task with its runs, dependencies and owed writes, and remembers that it was seen. Its
// files are left to themselves. Not while running.
void forget_task(db::Connection& db, const TaskRow& row, Instant now);

}  // namespace cb::state
