// One listing of one source, taken into the store.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/json.h"
#include "job.h"
#include "state/sources.h"
#include "upstream/client.h"

namespace cb::poll {

// Collects what the helper lists, admits it in batches, and settles the source's row with the last
// of them. Nobody else may list the same source meanwhile.
class Listing {
 public:
  Listing(const Job& job, const config::Source& source);

  // nullopt: everything is to be listed.
  const std::optional<std::string>& cursor() const { return cursor_; }

  void take(const Json& value);                 // one task, unvalidated
  void finish(const Json& answer);              // it ended well
  void fail(const upstream::Failure& failure);  // it did not; what was admitted stays

 private:
  void refuse(const Json& value, const std::string& cause);
  void admit_batch(db::Connection& db);
  bool is_absence_believed(const Json& answer) const;
  void note_absence(db::Connection& db);
  void settle(db::Connection& db, const Json& answer);

  const Job& job_;
  const config::Source& source_;
  const int64_t listed_since_;
  std::optional<std::string> cursor_;
  cli::Progress progress_;
  std::vector<model::Task> batch_;
  std::unordered_set<std::string> seen_;  // ids
};

// When a source that failed `failures` times in a row is to be polled again.
Instant next_try(const upstream::Failure& failure, int failures, Instant now);

}  // namespace cb::poll
