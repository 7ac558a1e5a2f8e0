#include "base/error.h"
#include "flow/condition.h"
#include "flow/open.h"
#include "job.h"
#include "making.h"
#include "os/block_file.h"
#include "os/file.h"
#include "quarantine.h"
#include "state/losses.h"
#include "state/maintenance.h"
#include "state/mending.h"
#include "state/soundness.h"

namespace cb::backup {
namespace {

using flow::Condition;

Condition look(const Job& job) {
  try {
    const auto store = flow::open_store(job.state_directory, db::Access::read);
    return flow::examine(*store.db, store.layout);
  } catch (const Error& error) {
    if (error.fault() != Fault::permanent) throw;
    return {"damaged", {error.what()}};
  }
}

void print(const Job& job, const Condition& found) {
  cli::Records records({{.title = "STATE"}, {.title = "PROBLEM", .shrinks = true}},
                       job.report.common());
  if (found.problems.empty())
    records.add({found.state, "-"},
                [&] { return Json{{"state", found.state}, {"problem", nullptr}}; });
  for (const auto& problem : found.problems)
    records.add({found.state, problem},
                [&] { return Json{{"state", found.state}, {"problem", problem}}; });
  records.finish();
}

int tell(const Job& job, const Condition& found) {
  print(job, found);
  if (found.state == "sound" || found.state == "repaired") return 0;
  job.report.refuse(job.state_directory + "/state.db is not whole; run cb-backup " +
                    found.remedy());
  return job.report.exit_code();
}

// In one transaction that ends only if the store is whole then: rows may be gone that only an index
// still had.
Condition rebuild_indexes(const Job& job, const std::string& path, const std::string& problem) {
  const state::Layout layout{job.state_directory};
  db::Connection db(
      {.path = path, .gate_path = layout.restore_gate(), .access = db::Access::write});
  db::Transaction transaction(db);
  state::rebuild_indexes(db);
  auto found = flow::examine(db, layout);
  if (!found.is_sound()) return found;
  auto lost = state::find_losses(db, layout);
  if (!lost.empty()) return {"damaged", std::move(lost)};
  state::note_mending(db, {.at = job.now(), .how = "repair", .backup = {}, .told = problem});
  transaction.commit();
  return {"repaired", {"every index was built anew"}};
}

// The same on a copy: what is taken back leaves its traces in the files, too.
Condition try_to_rebuild(const Job& job, const std::string& problem) {
  struct Copy {
    std::string path;
    ~Copy() {
      try {
        remove_database(path);
      } catch (const Error&) {
        // The next restore removes it.
      }
    }
  };
  const Copy copy{state::Layout{job.state_directory}.restored()};
  remove_database(copy.path);
  {
    const auto store = flow::open_store(job.state_directory, db::Access::read);
    auto file = os::BlockFile::create(copy.path);
    copy_all(job, *store.db, [&](uint32_t number, std::string_view page) {
      file.write_at(uint64_t{number - 1} * page.size(), page);
    });
  }
  return rebuild_indexes(job, copy.path, problem);
}

}  // namespace

int check(const Job& job) { return tell(job, look(job)); }

int repair(const Job& job) {
  const state::Layout layout{job.state_directory};
  if (!os::exists(layout.database()))
    throw Error(Fault::answer, "repair " + layout.database() + ": there is no store");
  const state::Maintenance maintenance(layout, "a repair", job.options.wait);
  const auto found = look(job);
  if (found.state != "index") return tell(job, found);
  if (job.options.dry_run) return tell(job, try_to_rebuild(job, found.problems.front()));
  // No connection is open here now: closing a file that one has open would drop its locks.
  copy_into_quarantine(layout, job.now());
  return tell(job, rebuild_indexes(job, layout.database(), found.problems.front()));
}

}  // namespace cb::backup
