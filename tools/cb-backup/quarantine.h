// Where a damaged store is kept for a person to look at.
#pragma once

#include <string>

#include "base/time.h"
#include "state/layout.h"

namespace cb::backup {

// Moves the database with its -wal, -shm and -journal into quarantine/TIME-SHA/ of the state
// directory, and returns that path. The same content is kept only once: then what is there already
// is returned, and the files are removed. "" when there is no database file. At most 10
// directories and 2 GB are kept, the oldest go first, never the newest. Only under a Maintenance
// and without a connection to the store; killed in between, it is simply to be called again.
std::string put_into_quarantine(const state::Layout& layout, Instant now);

// The same, but copied: the store stays in its place. Reads the files, so this process must have no
// connection to the store.
std::string copy_into_quarantine(const state::Layout& layout, Instant now);

// A database that has not got its place yet, with its log.
void remove_database(const std::string& path);

}  // namespace cb::backup
