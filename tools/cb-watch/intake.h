// The finished files of a configured watch: each becomes a task, or goes to one that waits for it.
#pragma once

#include <optional>
#include <vector>

#include "after.h"
#include "config/config.h"
#include "job.h"
#include "receiver.h"

namespace cb::watch {

class Intake : public Receiver {
 public:
  // `watch` and what `job` refers to must outlive it.
  Intake(const Job& job, const config::Watch& watch);

  void begin(const std::function<void(int64_t stamp)>& each) override;
  std::vector<std::string> take(std::span<const flow::FoundFile> found) override;
  void scanned(const Known& known) override;
  void tend() override;

 private:
  // A file whose task has not ended, or that has none yet.
  struct Open {
    int64_t n = 0, stamp = 0;
    bool was_missed = false;
  };

  bool has_news();
  void read_open();
  void match_again();
  void add(const flow::TakenFile& taken, std::vector<Record>& records, db::Connection& db,
           Instant now) const;
  void note(const std::vector<int64_t>& missing, const std::vector<int64_t>& present);
  bool is_to_be_noted(const state::FileRow& row) const;
  std::vector<int64_t> really_missing(const Known& known, std::vector<int64_t>& present);
  void report(const std::vector<Record>& records) const;

  Job job_;
  const config::Watch& watch_;
  After after_;
  std::optional<int64_t> version_;  // of the store, when it was last looked at
  bool is_changed_ = true;          // by us, since then
  bool is_open_known_ = false;
  std::vector<Open> open_;
};

}  // namespace cb::watch
