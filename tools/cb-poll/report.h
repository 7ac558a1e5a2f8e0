// What became of the tasks: a record on stdout for each that changed, numbers and problems on
// stderr.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "cli/output.h"
#include "flow/admit.h"
#include "flow/changes.h"
#include "options.h"

namespace cb::poll {

class Report {
 public:
  explicit Report(const Options& options);

  void add(std::span<const state::ChangedTask> changes);
  void finish();  // prints what is left of the records

  // --- the numbers of one source or input, from begin() to summarize()
  void begin();
  void count(flow::Admitted::Kind kind);
  int64_t listed() const { return listed_; }
  int64_t refused() const { return refused_; }
  void summarize(const std::string& label);

  // --- lines on stderr
  void refuse(std::string_view line);       // a task that cannot be taken; counted
  void unreachable(std::string_view line);  // a source that cannot be listed
  void busy(std::string_view line);         // a source that somebody else is listing
  const cli::Messages& messages() const { return messages_; }

  // Of all that was reported: 69 before 75 before 65 before 0.
  int exit_code() const;

 private:
  bool streams() const;

  cli::Messages messages_;
  cli::Records records_;
  bool follow_, long_input_, dry_run_;
  int64_t listed_ = 0, unchanged_ = 0, ignored_ = 0, refused_ = 0;
  std::map<model::State, int64_t> changed_;
  bool any_refused_ = false, any_unreachable_ = false, any_busy_ = false;
};

}  // namespace cb::poll
