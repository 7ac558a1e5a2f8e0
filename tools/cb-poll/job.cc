#include "job.h"

#include "state/events.h"

namespace cb::poll {

void Job::change(const std::function<void(db::Connection&)>& work) const {
  change_and_tell([&](auto& db) {
    const auto seq = state::newest_event(db);
    work(db);
    return state::changed_since(db, seq);
  });
}

void Job::change_and_tell(
    const std::function<std::vector<state::ChangedTask>(db::Connection&)>& work) const {
  std::vector<state::ChangedTask> changes;
  {
    db::Transaction transaction(*store.db);
    changes = work(*store.db);
    if (!options.dry_run) transaction.commit();
  }
  report.add(changes);
}

}  // namespace cb::poll
