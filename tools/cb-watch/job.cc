#include "job.h"

namespace cb::watch {

void Job::change(const std::function<void(db::Connection&)>& work) const {
  db::Transaction transaction(*store.db);
  work(*store.db);
  if (!options.dry_run) transaction.commit();
}

}  // namespace cb::watch
