#include <algorithm>

#include "job.h"
#include "model/prune.h"

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

}  // namespace

// Those that need others go first: whatever is seen at any moment can be restored.
void remove_old(const Job& job) {
  const auto entries = job.shelf.entries();
  for (const auto& id : model::removable(to_model(entries), job.config.backup.keep)) {
    if (!job.options.dry_run) job.shelf.remove(id);
    job.report.add(*find(entries, id), "removed", job.now());
  }
}

int prune(const Job& job) {
  if (!job.options.dry_run) job.shelf.enter(job.options.wait);
  remove_old(job);
  job.report.finish();
  return 0;
}

}  // namespace cb::backup
