// Brings a database to the newest schema.
#pragma once

#include <span>

#include "db/connection.h"
#include "state/layout.h"

namespace cb::state {

// The version of the database's schema; 0 when it is empty. Throws Error{Fault::permanent} when it
// is another program's.
int read_version(db::Connection& db, const Layout& layout);

// Applies what is missing of `steps`, in one transaction, and sets the version to their number. Of
// a database that is not empty, backups/schema-VERSION.db is a copy from before. Does nothing when
// another process was quicker.
void migrate(db::Connection& db, const Layout& layout, std::span<const char* const> steps);

}  // namespace cb::state
