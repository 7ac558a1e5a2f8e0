// Whether a database may be called a backup, and whether there is room for one.
#pragma once

#include <string>

#include "db/connection.h"
#include "job.h"
#include "state/soundness.h"

namespace cb::backup {

// Throw Error{Fault::permanent} "check FILE: cause": it is damaged, contradicts itself, or does not
// tell what is expected of it.
void check_database(db::Connection& db);
void check_image(const std::string& path, const state::Facts& facts);

// Throws Error{Fault::temporary} unless, after `bytes` more and a fifth on top, the headroom would
// still be free where the backups are.
void require_room(const Job& job, uint64_t bytes);

}  // namespace cb::backup
