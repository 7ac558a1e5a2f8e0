// From the journal back into a database.
#pragma once

#include "db/connection.h"
#include "state/journal.h"

namespace cb::state {

// Brings `into`, a store as it was at event `reading.above`, to the journal's last line, or to
// `reading.until`: each event, and the rows of its task as the line has them, in order; then
// derive_rest(). `into` is a database of its own that nobody else uses (another file, another
// gate), of the newest schema; its transactions are made here, a few thousand lines each, so that a
// failure leaves it somewhere in between. What the journal does not know (docs/state.md) stays as
// it was. Throws Error{Fault::data} "FILE:LINE: cause" for a good line that does not fit this
// schema, else what the database throws.
JournalRead replay_journal(db::Connection& into, const Layout& layout,
                           const JournalReading& reading, Instant now);

// Makes right what follows from the rest: counts, what dependencies are met, how many are unmet,
// whose turn it is in each key, the count of deliveries. Adds events only where the journal had a
// gap: a task that waits for nothing any more becomes ready. Inside a db::Transaction.
void derive_rest(db::Connection& db, Instant now);

}  // namespace cb::state
