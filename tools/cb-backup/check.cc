#include "check.h"

#include "base/error.h"
#include "os/space.h"

namespace cb::backup {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::vector<std::string>& lines) {
  auto line = "check " + path + ": " + lines.front();
  if (lines.size() > 1) line += " (and " + std::to_string(lines.size() - 1) + " more)";
  throw Error(Fault::permanent, line);
}

void compare(const std::string& path, const state::Facts& found, const state::Facts& wanted) {
  if (found == wanted) return;
  for (const auto& [table, count] : wanted.rows) {
    const auto there = found.rows.find(table);
    const auto have = there == found.rows.end() ? -1 : there->second;
    if (have != count)
      refuse(path, {"table " + table + " has " + std::to_string(have) + " rows, not " +
                    std::to_string(count)});
  }
  refuse(path, {"its newest event is " + std::to_string(found.newest_event) + ", not " +
                std::to_string(wanted.newest_event)});
}

}  // namespace

void check_database(db::Connection& db) {
  const auto damage = state::find_damage(db);
  if (!damage.other.empty()) refuse(db.path(), damage.other);
  if (!damage.index.empty()) refuse(db.path(), damage.index);
  const auto contradictions = state::find_contradictions(db);
  if (!contradictions.empty()) refuse(db.path(), contradictions);
}

void check_image(const std::string& path, const state::Facts& facts) {
  db::Connection db({.path = path, .access = db::Access::image});
  compare(path, state::read_facts(db), facts);
  check_database(db);
}

void require_room(const Job& job, uint64_t bytes) {
  const auto free = os::free_space(job.shelf.path());
  const auto wanted = bytes + bytes / 5 + job.config.backup.headroom;
  if (free >= wanted) return;
  throw Error(Fault::temporary, "write " + job.shelf.path() + ": only " + shown_size(free) +
                                    " are free, and " + shown_size(wanted) +
                                    " are needed (backup.headroom of the configuration included)");
}

}  // namespace cb::backup
