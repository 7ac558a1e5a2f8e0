#include "model/keep.h"

namespace cb::model {

bool is_forgettable(const Keepable& task, std::optional<Duration> age, Instant now) {
  if (!age || !is_final(task.state) || task.is_owed || task.is_alive) return false;
  if (task.since > now || now - task.since < *age) return false;
  if (!task.has_upstream || task.is_gone) return true;
  return task.upstream != Meaning::ready && task.upstream != Meaning::running;
}

}  // namespace cb::model
