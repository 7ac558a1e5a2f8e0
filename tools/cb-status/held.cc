#include "held.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace cb::status {
namespace {

namespace reason = model::reason;

struct Entry {
  std::string_view reason, text, next;
};

// {detail} and the other names stand for what is known of the task.
constexpr Entry kEntries[] = {
    {reason::no_handler, "no handler of the configuration fits it: {detail}",
     "add a handler that fits it to \"handlers\" in {config}, then run cb-poll {source}"},
    {reason::not_opted_in, "source {source} runs only tasks that opt in: {detail}",
     "set {opt_in} of the task where it comes from, or take \"opt_in\" from the source in "
     "{config}"},
    {reason::no_due_date, "source {source} runs only tasks with a due date, and it has none",
     "give it a due date where it comes from, or write \"no_due_date\": \"run\" for the source in "
     "{config}"},
    {reason::due_too_far, "its due date is too far away: {detail}",
     "nothing needs to be done; to run it sooner, change its due date or \"due_within\" of the "
     "source in {config}"},
    {reason::missing_field, "its command cannot be filled in: it {detail}",
     "fill that in where the task comes from, then run cb-poll {source}"},
    {reason::waiting_for_file, "it waits for a file {detail}",
     "put the file into the folder of that watch, named after the task, and run cb-watch"},
    {reason::in_progress_elsewhere, "somebody else is at work on it: {detail}",
     "set it back to a ready status where it comes from, if cb shall do it"},
    {reason::held_by_user, "a person holds it: {detail}", "cb-task release {task}"},
    {reason::crashed,
     "its last run died with its supervisor, and its handler holds it then: {detail}",
     "look at cb-status log {task}; then cb-task release {task}"},
    {reason::dependency_cycle, "it waits for itself: {detail}",
     "take one of these tasks out of what the next waits for, where they come from"},
    {reason::refused_upstream, "upstream refused a write that must come first: {detail}",
     "repair that upstream, then cb-task release {task}"},
    {reason::restored, "the store was restored from a copy made while it may have run: {detail}",
     "find out whether it was done; then cb-task release {task}, or cb-task cancel {task}"},
};
// The same reason for something else: no field is missing.
constexpr Entry kNoFile = {
    reason::missing_field, "its command names {{file}}, and no file is tied to it",
    "give its handler in {config} a \"needs_file\", so that it waits for one, or take {{file}} out "
    "of its command"};
constexpr Entry kOther = {"", "{reason}: {detail}", "cb-task release {task}"};

void replace_all(std::string& text, std::string_view name, std::string_view value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
    text.replace(at, name.size(), value);
}

std::string opt_in_of(const state::TaskRow& row, const config::Config* config) {
  if (config != nullptr)
    if (const auto rules = config->rules_of(row.task.name.source); rules.opt_in)
      return *rules.opt_in;
  return "the field that opts in";
}

std::string fill(std::string_view pattern, const state::TaskRow& row,
                 const config::Config* config) {
  std::string text(pattern);
  if (row.detail.empty()) replace_all(text, ": {detail}", "");
  replace_all(text, "{config}",
              config == nullptr || config->path.empty() ? "the configuration" : config->path);
  replace_all(text, "{opt_in}", opt_in_of(row, config));
  replace_all(text, "{reason}", row.reason);
  replace_all(text, "{source}", row.task.name.source);
  replace_all(text, "{task}", model::to_string(row.task.name));
  replace_all(text, "{{file}}", "{file}");
  replace_all(text, "{detail}", row.detail);  // last: a person's text may hold braces
  return printable(text);
}

}  // namespace

Advice advise(const state::TaskRow& row, const config::Config* config) {
  const auto* found = std::find_if(std::begin(kEntries), std::end(kEntries),
                                   [&](const Entry& entry) { return entry.reason == row.reason; });
  const auto lacks_file = row.reason == reason::missing_field && row.detail == "needs file";
  const auto& entry = lacks_file ? kNoFile : found == std::end(kEntries) ? kOther : *found;
  return {fill(entry.text, row, config), fill(entry.next, row, config)};
}

}  // namespace cb::status
