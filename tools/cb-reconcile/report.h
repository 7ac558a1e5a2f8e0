// What was done, or would be: a record on stdout for each action, numbers and problems on stderr.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "cli/output.h"
#include "options.h"

namespace cb::reconcile {

// One action, or the reason why there is none.
struct Record {
  enum class Kind {
    drift,    // store and upstream do not agree, or something was owed
    cleaning  // nothing was wrong
  } kind = Kind::drift;
  std::string task = {};      // "source:id"; "": it is about no task
  std::string local = {};     // the state that was found; "": none
  std::string upstream = {};  // what upstream's status means; "": it was not asked
  std::string action = {};
  bool done = false;
  std::string reason = {};
  bool needs_person = false;  // it cannot be repaired from here
};

Json to_json(const Record& record);

class Report {
 public:
  explicit Report(const Options& options);

  void add(const Record& record);
  void finish();  // prints what is left of the records

  // --- the numbers of one source, or of the store, from begin() to summarize()
  void begin();
  // "LABEL: FIRST, 2 delivered, …"; when nothing was done, FIRST and `idle`.
  void summarize(const std::string& label, const std::string& first, std::string_view idle);

  // --- lines on stderr
  void refuse(std::string_view line);       // a task that cannot be taken in
  void unreachable(std::string_view line);  // a source that cannot be listed or told
  void busy(std::string_view line);         // a source that somebody else is listing
  const cli::Messages& messages() const { return messages_; }

  // Of all that was reported: 69 before 75 before 65 before 1 before 0.
  int exit_code() const;

 private:
  cli::Messages messages_;
  cli::Records records_;
  bool follow_, check_, only_reports_;
  std::map<std::string, int64_t> counts_;  // by action, in words for people
  bool has_drift_ = false, needs_person_ = false;
  bool any_refused_ = false, any_unreachable_ = false, any_busy_ = false;
};

}  // namespace cb::reconcile
