// Writes owed to upstream. Functions that write must be called inside a db::Transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/connection.h"
#include "model/agree.h"
#include "model/task.h"

namespace cb::state {

struct Owed {
  int64_t n = 0;   // order of creation
  std::string op;  // fixed when it is created; upstream knows a repetition by it
  int64_t task = 0;
  model::TaskName name;
  std::string run;  // "" = none
  enum class Kind { set_status, comment, attach } kind = Kind::set_status;
  std::optional<model::Meaning> meaning;  // of a set_status
  std::string text;                       // the status, the comment, the name of the attachment
  std::string path;                       // of the attachment
  bool maybe_sent = false;
  int tries = 0;
  Instant next_try;
  std::string error;  // of the last try
};

// Adds a write. A set_status replaces (drops) those of its task that are still owed.
void owe(db::Connection& db, const Owed& owed, Instant now);

// The first owed write of each task whose time has come, oldest first; of `source` only. At most
// `limit`.
std::vector<Owed> next_owed(db::Connection& db, const std::string& source, Instant now, int limit);
// The first owed write of one task, its time come or not.
std::optional<Owed> next_owed_of(db::Connection& db, int64_t task);
std::vector<std::string> sources_owed(db::Connection& db, Instant now);
std::optional<Instant> next_delivery(
    db::Connection& db);  // the earliest next_try; nullopt when nothing is owed
bool owes_status(db::Connection& db, int64_t task);
// The status that was promised last and not replaced, and what became of it.
struct LastStatus {
  enum class State { owed, delivered, parked } state = State::owed;
  std::optional<model::Meaning> meaning;
  std::string text;   // in upstream's words
  std::string error;  // why upstream refused it
};
std::optional<LastStatus> last_status(db::Connection& db, int64_t task);

// Before the request leaves: from now on it may have been applied. Also remembers the task's
// `sent`.
void mark_sent(db::Connection& db, const Owed& owed);
// Confirmed: also remembers version and status with the task.
void mark_delivered(db::Connection& db, const Owed& owed, const std::string& version, Instant now);
// Arrived::no: this try was certainly not applied; then it may have been sent only if it may have
// been before, as owed.maybe_sent says.
enum class Arrived { perhaps, no };
// How many writes were ever confirmed: a listing that began at an earlier number is older than what
// was confirmed since.
int64_t deliveries(db::Connection& db);
void mark_failed(db::Connection& db, const Owed& owed, const std::string& error, Instant next_try,
                 Arrived arrived = Arrived::perhaps);
// Given up: it will not be tried again. parked: upstream refuses it for good; dropped: nobody wants
// it any more.
enum class GivenUp { parked, dropped };
void give_up(db::Connection& db, const Owed& owed, GivenUp how, const std::string& error,
             Instant now);
void drop_owed(db::Connection& db, int64_t task, const std::string& why, Instant now);
// Only what this run of it gave rise to.
void drop_owed_of_run(db::Connection& db, int64_t task, const std::string& run,
                      const std::string& why, Instant now);

}  // namespace cb::state
