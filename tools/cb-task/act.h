// What a person's word does to one task. Inside a db::Transaction.
#pragma once

#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "flow/admit.h"
#include "options.h"
#include "state/tasks.h"

namespace cb::task {

struct Acted {
  enum class Kind {
    done,     // the state changed, or will once the run ends, or was this already
    refused,  // the state does not allow it
    busy,     // not while it runs
  } kind = Kind::done;
  std::string line = {};  // for people: why not, or what else there is to say; "" = nothing
};

// `row` must be as it is stored now. Of what was forgotten it is what was stored.
Acted act(db::Connection& db, const flow::Rules& rules, const Options& options, state::TaskRow& row,
          Instant now);

}  // namespace cb::task
