#include "base/error.h"
#include "check.h"
#include "content.h"
#include "evidence.h"
#include "job.h"
#include "os/block_file.h"
#include "os/env.h"
#include "os/file.h"
#include "os/space.h"
#include "quarantine.h"
#include "state/events.h"
#include "state/maintenance.h"
#include "state/mending.h"
#include "state/migrate.h"
#include "state/replay.h"
#include "state/restored.h"
#include "state/schema.h"

namespace cb::backup {
namespace {

class Restoration {
 public:
  Restoration(const Job& job, const std::string& target)
      : job_(job), layout_{job.state_directory}, target_(target), entries_(job.shelf.entries()) {}

  // Rebuilds the chosen backup, or the newest that turns out to be whole, at the target, and what
  // came after it.
  void build() {
    remove_database(target_);
    for (const auto& entry : entries_) {
      if (!is_wanted(entry) || !try_rebuild(entry)) continue;
      chosen_ = &entry;
      return bring_up();
    }
    throw Error(Fault::answer, job_.options.ids.empty()
                                   ? "restore " + job_.shelf.path() + ": there is no sound backup" +
                                         (job_.options.at ? " that is old enough" : "")
                                   : "restore " + job_.options.ids[0] + ": it cannot be restored");
  }

  int64_t last_of_journal() const { return last_; }

  void report(const std::string& action, const std::string& quarantine) const {
    for (const auto& [task, what] : evidence_.proven)
      job_.report.messages().note("proven: " + model::to_string(task) + ": " + what);
    for (const auto& [task, what] : evidence_.held)
      job_.report.messages().note("held: " + model::to_string(task) + ": " + what);
    for (const auto& range : replayed_.missing)
      job_.report.messages().problem("the journal lacks events " + std::to_string(range.from) +
                                     " to " + std::to_string(range.to));
    for (const auto& flaw : replayed_.flaws) job_.report.messages().problem(flaw.what);
    job_.report.restored({.entry = chosen_,
                          .action = action,
                          .target = target_,
                          .replayed = replayed_.lines,
                          .newest_event = newest_event_,
                          .held = static_cast<int64_t>(evidence_.held.size()),
                          .proven = static_cast<int64_t>(evidence_.proven.size()),
                          .missing = count_missing(),
                          .quarantine = quarantine});
  }

 private:
  bool is_wanted(const Entry& entry) const {
    if (!job_.options.ids.empty()) return entry.id == job_.options.ids[0];
    return !job_.options.at || entry.created <= *job_.options.at;
  }

  // What is rebuilt grows with what the journal adds, once as pages and once as a log. Headroom is
  // for other work, and none is done without a store: it is not asked for.
  void require_room_for(const Entry& entry) const {
    uint64_t journal = 0;
    for (const auto& file : state::journal_files(layout_))
      if (file.first > entry.manifest.facts.newest_event)
        journal += os::file_size(file.path).value_or(0);
    const auto wanted = entry.manifest.image_bytes() + entry.manifest.image_bytes() / 10 + journal;
    const auto free = os::free_space(os::parent_path(target_));
    if (free < wanted)
      throw Error(Fault::temporary, "write " + target_ + ": only " + shown_size(free) +
                                        " are free, and " + shown_size(wanted) + " are needed");
  }

  // Now, whatever was said of it before.
  bool try_rebuild(const Entry& entry) {
    try {
      if (entry.manifest.id.empty()) throw Error(Fault::permanent, entry.problem);
      require_room_for(entry);
      cli::Progress bar("restoring " + entry.id, job_.report.common());
      rebuild(job_.shelf, entries_, entry.manifest, target_,
              [&](uint64_t done, uint64_t total) { bar.update(done, total); });
      bar.finish();
      check_image(target_, entry.manifest.facts);
      return true;
    } catch (const Error& error) {
      remove_database(target_);
      if (error.fault() == Fault::temporary) throw;
      job_.report.messages().problem("pass over " + entry.id + ": " + error.what());
      return false;
    }
  }

  // A connection to the target that is nobody else's.
  void bring_up() {
    {
      db::Connection db(
          {.path = target_, .gate_path = layout_.restore_gate(), .access = db::Access::write});
      state::migrate(db, layout_, state::migrations());
      replay(db);
      db.checkpoint(0);
    }
    for (const char* suffix : {"-wal", "-shm"}) {
      if (suffix == std::string("-wal") && os::file_size(target_ + suffix).value_or(0) > 0)
        throw Error(Fault::permanent, "restore " + target_ + ": its log cannot be taken in");
      os::remove_file(target_ + suffix);
    }
    db::Connection image({.path = target_, .access = db::Access::image});
    check_database(image);
  }

  void replay(db::Connection& db) {
    const auto& facts = chosen_->manifest.facts;
    replayed_ = state::replay_journal(
        db, layout_, {.above = facts.newest_event, .until = job_.options.at}, job_.now());
    evidence_ = take_evidence(db, layout_, job_.config, replayed_, facts.newest_event, job_.now());
    last_ = std::max(replayed_.last, facts.newest_event);
    db::Transaction transaction(db);
    state::distrust_upstream(db);  // after what a proven run gave rise to: that may be sent already
    state::set_generation(db, state::generation(db) + 1);
    state::note_mending(db, {.at = job_.now(),
                             .how = "restore",
                             .backup = chosen_->id,
                             .held = static_cast<int64_t>(evidence_.held.size()),
                             .missing = count_missing()});
    transaction.commit();
    newest_event_ = state::newest_event(db);
  }

  int64_t count_missing() const {
    int64_t count = 0;
    for (const auto& range : replayed_.missing) count += range.to - range.from + 1;
    return count;
  }

  const Job& job_;
  const state::Layout layout_;
  const std::string target_;
  const std::vector<Entry> entries_;
  const Entry* chosen_ = nullptr;
  state::JournalRead replayed_;
  Evidence evidence_;
  int64_t last_ = 0, newest_event_ = 0;
};

int restore_beside(const Job& job, const std::string& target, const char* action) {
  Restoration restoration(job, target);
  restoration.build();
  restoration.report(action, "");
  return job.report.exit_code();
}

// At each moment either the old files are in their place, or none are and every tool names the way
// on, or the new one is.
void restore_in_place(const Job& job) {
  const state::Layout layout{job.state_directory};
  for (const char* name : {"", "/locks", "/journal", "/runs", "/work", "/backups"})
    os::make_directories(layout.root + name);
  const state::Maintenance maintenance(layout, "a restore", job.options.wait);
  Restoration restoration(job, layout.restored());
  restoration.build();
  os::sync_path(layout.restored());
  os::sync_path(layout.root);
  const auto quarantine = put_into_quarantine(layout, job.now());
  const auto aside = (quarantine.empty() ? layout.root + "/quarantine" : quarantine) + "/journal";
  if (job.options.at) state::cut_journal(layout, restoration.last_of_journal(), aside);
  os::rename_path(layout.restored(), layout.database());
  os::sync_path(layout.root);
  restoration.report("restored", quarantine);
}

// The backups of the time that was left behind are newer than anything of the history that goes on
// from here: until that has one of its own, a restore would bring the other back.
void back_up_new_history(const Job& job) {
  try {
    make_backup(job);
    job.report.finish();
  } catch (const Error& error) {
    job.report.refuse(std::string(error.what()) +
                      "; run cb-backup create: until then a restore leads back to what was left");
  }
}

}  // namespace

int restore(const Job& job) {
  if (!os::is_directory(job.shelf.path()))
    throw Error(Fault::answer, "restore " + job.shelf.path() + ": there are no backups");
  job.shelf.enter(job.options.wait);
  if (job.options.dry_run) {
    const Shelf::Draft draft(job.shelf, "restore");
    return restore_beside(job, draft.path() + "/state.db", "would restore");
  }
  if (!job.options.to) {
    restore_in_place(job);
    if (job.options.at) back_up_new_history(job);
    return job.report.exit_code();
  }
  const auto target =
      os::resolve_path(*job.options.to, os::working_directory(), os::home_directory());
  if (os::exists(target))
    throw Error(Fault::usage, "option --to: " + target + ": it exists already");
  return restore_beside(job, target, "restored");
}

}  // namespace cb::backup
