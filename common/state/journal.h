// The journal: every event as one line of JSON in journal/, in the order of their numbers, beside
// the database and for the day on which that is damaged. docs/state.md describes the format.
//
// Whoever opens the store for writing keeps it (see journal_writer.h); this is for reading and for
// keeping house. Files are journal/SEQ.jsonl, SEQ the number of their first line. Of a finished
// file the mode is 0400; only the newest grows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "state/layout.h"

namespace cb::state {

struct JournalFile {
  std::string path;
  int64_t first = 0;  // what its name says: the number of the first event in it
};
// Oldest first; files of other names are passed over.
std::vector<JournalFile> journal_files(const Layout& layout);

struct JournalLine {
  int64_t seq = 0;
  Instant at;
  Json content;       // all of the line: event and "rows"
  std::string place;  // "journal/….jsonl:17"
};

// Events `from` to `to`, both included.
struct SeqRange {
  int64_t from = 0, to = 0;
  bool operator==(const SeqRange&) const = default;
};

// A line that cannot be believed. `what` names it: "journal/….jsonl:17: cause".
struct JournalFlaw {
  std::string path;
  int64_t line = 0;  // from 1
  std::string what;
};

struct JournalReading {
  int64_t above = 0;               // only events above this number
  std::optional<Instant> until{};  // and not beyond the first one that is later
};

struct JournalRead {
  int64_t first = 0, last = 0;  // events that were read; 0: none
  int64_t lines = 0;
  std::vector<JournalFlaw> flaws;
  // Numbers above `above` that are in no good line although a higher one is. An empty list and no
  // flaw mean that everything from above + 1 to `last` was there.
  std::vector<SeqRange> missing;
  bool is_end_flawed = false;  // a flaw is the last there is: some event above `last` is lost
};

// Calls `each` with the good lines, in order, each event once. A line is good when its checksum,
// its form and its place in the order are right. The last line of the newest file, without its end,
// is being written or was torn, and is neither: it is passed over, for the store still has its
// event. Needs no lock. Throws only what reading a file throws.
JournalRead read_journal(const Layout& layout, const JournalReading& reading,
                         const std::function<void(const JournalLine&)>& each);

// The number of the newest event in the journal; 0: none. Reads only the end of the newest file.
int64_t newest_journaled(const Layout& layout);

// Syncs what may not have reached the disk: the newest file and the directory.
void sync_journal(const Layout& layout);

// The files, oldest first, all of whose events are at most `covered` (no backup that is kept needs
// them) and that nobody wrote to since `before`. Never the newest file, and none behind one that
// stays: what is left has no hole.
std::vector<JournalFile> removable_journal(const Layout& layout, int64_t covered, Instant before);
// Removes these; returns how many. Killed in between, it is simply to be called again.
int prune_journal(const Layout& layout, int64_t covered, Instant before);

// Ends the journal after event `last`: what lies above is moved to files of the same names in
// `aside`, which is made. For a store that was restored to an earlier moment, under a Maintenance:
// else its next events would bear numbers that the journal has. Killed in between, it is simply to
// be called again.
void cut_journal(const Layout& layout, int64_t last, const std::string& aside);

}  // namespace cb::state
