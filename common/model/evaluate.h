// May this task run? The rules of a source and the handlers, applied to one task.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/handler.h"
#include "model/state.h"
#include "model/task.h"

namespace cb::model {

// The four meanings that cb knows, in a source's own words. Compared without regard to ASCII case.
struct Statuses {
  std::vector<std::string> ready{};
  std::string running{}, succeeded{}, failed{};
};

enum class Claim { confirmed, optimistic };

struct SourceRules {
  std::string name{};
  std::optional<Statuses> statuses{};  // absent: every status means ready, and nothing is owed
  // "fields.NAME", true-like when the task is in; absent: every task is in
  std::optional<std::string> opt_in{};
  std::optional<Duration> due_within{};
  // Configured by "no_due_date"; "hold" is the default beside due_within.
  bool run_without_due_date = true;
  Claim claim = Claim::confirmed;
  bool has_upstream = false;  // a helper speaks to a tracker for it
};

struct Verdict {
  State state = State::held;  // held, blocked or ready
  std::string reason{};       // a word of model::reason
  std::string detail{};       // for people: "needs fields.Client", "after board:86a0"; may be empty
  std::string handler{};      // "" when none fits
  std::string key{};          // "" = none
  std::optional<Instant> recheck{};  // when time alone may change this verdict

  bool operator==(const Verdict&) const = default;
};

// What a verdict depends on beside the task and the rules.
struct Circumstances {
  std::span<const TaskName> waits_for = {};  // the tasks it depends on that are not done
  bool has_file = false;                     // a watch has tied a file to it
};
// Checked in this order: opt-in, handler, missing field, waiting for a file, due date,
// dependencies.
Verdict evaluate(const Task& task, const SourceRules& rules, std::span<const Handler> handlers,
                 const Circumstances& circumstances, Instant now);

// true, a number other than 0, and any text other than "", "false", "no", "off", "0" (case ignored)
// are true-like.
bool is_true_like(const Json& value);

}  // namespace cb::model
