#include <algorithm>

#include "base/error.h"
#include "flow/open.h"
#include "job.h"
#include "model/prune.h"
#include "os/file.h"
#include "os/snapshot.h"
#include "state/journal.h"
#include "state/maintenance.h"

namespace cb::backup {
namespace {

std::vector<model::Backup> to_model(const std::vector<Entry>& entries) {
  std::vector<model::Backup> backups;
  for (const auto& entry : entries) {
    const auto& parts = entry.manifest.parts;
    model::Backup backup{.id = entry.id, .created = entry.created, .is_sound = entry.is_sound()};
    backup.needs.insert(parts.begin(), parts.end());
    backup.needs.erase(entry.id);
    backups.push_back(std::move(backup));
  }
  return backups;
}

// Backups in another directory than the configured one come and go without the others: what they
// need is not known here, and neither is what the configured ones need there.
bool is_own_shelf(const Job& job) {
  const auto own = destination({.common = job.options.common}, job.config, job.state_directory);
  return own == job.shelf.path() || os::real_path(own) == os::real_path(job.shelf.path());
}

// Up to which event the journal may go; 0: none of it. Only of a store that opens, and whose own
// history the newest backup is: of another one the numbers tell nothing.
int64_t covered_by(const Job& job, const std::vector<const Entry*>& kept) {
  if (kept.empty()) return 0;
  const auto store = flow::open_store(job.state_directory, db::Access::read);
  const auto& newest =
      **std::ranges::max_element(kept, {}, [](const Entry* entry) { return entry->created; });
  if (newest.manifest.facts.generation != state::generation(*store.db)) return 0;
  int64_t covered = newest.manifest.facts.newest_event;
  for (const auto* entry : kept) covered = std::min(covered, entry->manifest.facts.newest_event);
  return covered;
}

// A journal that stays harms nobody.
void remove_journal(const Job& job, const std::vector<const Entry*>& kept) {
  if (!is_own_shelf(job)) return;
  try {
    const auto covered = covered_by(job, kept);
    const auto before = job.now() - job.config.backup.journal;
    const state::Layout layout{job.state_directory};
    const auto files =
        job.options.dry_run
            ? static_cast<int>(state::removable_journal(layout, covered, before).size())
            : state::prune_journal(layout, covered, before);
    if (files > 0) job.report.journal_removed(files, covered, job.options.dry_run);
  } catch (const Error& error) {
    job.report.messages().problem(std::string(error.what()) + "; the journal is kept as it is");
  }
}

}  // namespace

// Those that need others go first: whatever is seen at any moment can be restored.
void remove_old(const Job& job) {
  const auto entries = job.shelf.entries();
  const auto removed = model::removable(to_model(entries), job.config.backup.keep);
  for (const auto& id : removed) {
    if (!job.options.dry_run) job.shelf.remove(id);
    job.report.add(*find(entries, id), "removed", job.now());
  }
  std::vector<const Entry*> kept;
  for (const auto& entry : entries)
    if (entry.is_sound() && std::ranges::find(removed, entry.id) == removed.end())
      kept.push_back(&entry);
  remove_journal(job, kept);
}

int prune(const Job& job) {
  if (!job.options.dry_run) job.shelf.enter(job.options.wait);
  remove_old(job);
  job.report.finish();
  return 0;
}

}  // namespace cb::backup
