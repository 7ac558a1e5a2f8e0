// What is printed: a record on stdout for each backup, the rest on stderr.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/output.h"
#include "options.h"
#include "shelf.h"

namespace cb::backup {

std::string shown_size(uint64_t bytes);  // "12 MB", for people

struct Restored {
  const Entry* entry = nullptr;
  std::string action, target;
  int64_t replayed = 0, newest_event = 0;  // events: from the journal, and the highest of all
  int64_t held = 0;                        // tasks that a person must look at
  int64_t proven = 0;                      // runs that were concluded from what they had left
  int64_t missing = 0;                     // events that the journal lacks
  std::string quarantine;                  // where the old files are; "": there were none
};

class Report {
 public:
  explicit Report(const Options& options);

  // `action`: "created", "kept" (there was nothing new), "listed", "verified", "removed".
  void add(const Entry& entry, const std::string& action, Instant now);
  // So many files of the journal are gone, or would be; no backup needs events up to `covered`.
  void journal_removed(int files, int64_t covered, bool is_dry_run);
  void restored(const Restored& done) const;
  void finish() { records_.finish(); }
  void refuse(std::string_view line);  // then the exit code is 1
  const cli::Messages& messages() const { return messages_; }
  const cli::CommonOptions& common() const { return common_; }
  int exit_code() const { return any_refused_ ? 1 : 0; }

 private:
  cli::CommonOptions common_;
  cli::Messages messages_;
  cli::Records records_;
  bool any_refused_ = false;
};

}  // namespace cb::backup
