#include "state/counts.h"

namespace cb::state {

void count(db::Connection& db, std::string_view source, model::State state, std::string_view reason,
           int64_t change) {
  const auto word = model::to_string(state);
  if (db.run(
          "UPDATE counts SET tasks = tasks + $4 WHERE source = $1 AND state = $2 AND reason = $3",
          source, word, reason, change) == 0)
    db.run("INSERT INTO counts (source, state, reason, tasks) VALUES ($1, $2, $3, $4)", source,
           word, reason, change);
}

}  // namespace cb::state
