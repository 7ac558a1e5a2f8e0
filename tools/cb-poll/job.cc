#include "job.h"

#include "state/events.h"

namespace cb::poll {

void Job::change(const std::function<void(db::Connection&)>& work) const {
  std::vector<state::ChangedTask> changes;
  {
    db::Transaction transaction(*store.db);
    const auto seq = state::newest_event(*store.db);
    work(*store.db);
    changes = state::changed_since(*store.db, seq);
    if (!options.dry_run) transaction.commit();
  }
  report.add(changes);
}

}  // namespace cb::poll
