#include "report.h"

namespace cb::reconcile {
namespace {

cli::Style done_style(std::string_view word) {
  return word == "done" ? cli::Style::good : cli::Style::busy;
}

std::vector<cli::Column> columns() {
  return {{.title = "TASK"},
          {.title = "LOCAL"},
          {.title = "UPSTREAM"},
          {.title = "ACTION"},
          {.title = "DONE", .style = done_style},
          {.title = "REASON", .shrinks = true}};
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

// What the summary says of so many records.
std::string counted(const Record& record, bool is_done) {
  if (record.action == "deliver") return is_done ? "delivered" : "not delivered";
  if (record.action == "recover") return is_done ? "recovered" : "to be recovered";
  if (record.action == "forget") return "task forgotten";
  if (record.action == "forget_run") return "run forgotten";
  if (record.action == "remove") return "left-over removed";
  if (record.action == "let_finish") return "decided otherwise upstream while they run";
  if (record.action == "missing") return "not listed";
  return is_done ? "repaired" : "not repaired";
}

// "1 task forgotten", "2 tasks forgotten", "2 repaired".
std::string numbered(int64_t count, const std::string& what) {
  auto text = std::to_string(count) + " " + what;
  const auto is_noun = what.ends_with(" forgotten") || what.ends_with(" removed");
  if (count != 1 && is_noun) text.insert(text.rfind(' '), "s");
  return text;
}

}  // namespace

Json to_json(const Record& record) {
  return {{"task", or_null(record.task)},
          {"local", or_null(record.local)},
          {"upstream", or_null(record.upstream)},
          {"action", record.action},
          {"done", record.done},
          {"reason", record.reason}};
}

Report::Report(const Options& options)
    : messages_("cb-reconcile", options.common),
      records_(columns(), options.common),
      follow_(options.follow),
      check_(options.check),
      only_reports_(options.only_reports()) {}

void Report::add(const Record& record) {
  if (record.kind == Record::Kind::drift) has_drift_ = true;
  if (record.needs_person) needs_person_ = true;
  const auto is_meant = only_reports_ && !record.needs_person;
  ++counts_[counted(record, record.done || is_meant)];
  std::vector<std::string> cells = {or_dash(record.task),
                                    or_dash(record.local),
                                    or_dash(record.upstream),
                                    record.action,
                                    record.done ? "done" : "not yet",
                                    record.reason};
  const auto json = [&] { return to_json(record); };
  if (follow_)
    records_.stream(std::move(cells), json);
  else
    records_.add(std::move(cells), json);
}

void Report::finish() { records_.finish(); }

void Report::begin() { counts_.clear(); }

void Report::summarize(const std::string& label, const std::string& first, std::string_view idle) {
  auto line = label + ": " + first;
  if (counts_.empty()) line += idle;
  auto separator = first.empty() ? "" : ", ";
  if (!counts_.empty() && only_reports_) {
    line += std::string(separator) + "would be: ";
    separator = "";
  }
  for (const auto& [what, count] : counts_) {
    line += separator + numbered(count, what);
    separator = ", ";
  }
  if (follow_ && counts_.empty())
    messages_.detail(line);
  else
    messages_.note(line);
}

void Report::refuse(std::string_view line) {
  any_refused_ = true;
  messages_.problem(line);
}

void Report::unreachable(std::string_view line) {
  any_unreachable_ = true;
  messages_.problem(line);
}

void Report::busy(std::string_view line) {
  any_busy_ = true;
  messages_.problem(line);
}

int Report::exit_code() const {
  if (any_unreachable_) return cb::exit_code(Fault::unavailable);
  if (any_busy_) return cb::exit_code(Fault::temporary);
  if (any_refused_) return cb::exit_code(Fault::data);
  return needs_person_ || (check_ && has_drift_) ? 1 : 0;
}

}  // namespace cb::reconcile
