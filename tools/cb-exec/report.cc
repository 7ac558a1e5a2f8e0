#include "report.h"

namespace cb::exec {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Duration duration_of(const state::RunRow& run) {
  return run.ended_at ? *run.ended_at - run.claimed_at : Duration(0);
}

cli::Style style_of(std::string_view outcome) {
  if (outcome == "succeeded") return cli::Style::good;
  if (outcome == "snoozed" || outcome == "interrupted") return cli::Style::busy;
  return cli::Style::bad;
}

std::string ending_of(const state::RunRow& run) {
  if (run.signal) return "signal " + std::to_string(*run.signal);
  return run.exit ? "exit " + std::to_string(*run.exit) : "-";
}

std::string next_of(const state::TaskRow& row) {
  const auto state = std::string(model::to_string(row.state));
  if (!row.not_before) return state;
  return state + " in " + describe_duration(*row.not_before - row.since);
}

}  // namespace

Json run_record(const state::Layout& layout, const state::TaskRow& row, const state::RunRow& run) {
  Json record;
  record["task"] = model::to_string(row.task.name);
  record["run"] = run.id;
  record["attempt"] = run.attempt;
  record["outcome"] = run.outcome ? model::to_string(*run.outcome) : "";
  record["exit"] = or_null(run.exit);
  record["signal"] = or_null(run.signal);
  record["duration_ms"] = duration_of(run).count();
  record["state"] = model::to_string(row.state);
  record["not_before"] = row.not_before ? Json(format_rfc3339(*row.not_before)) : Json(nullptr);
  record["log"] = layout.log(run.id);
  record["message"] = run.message;
  record["title"] = row.task.title;
  return record;
}

Report::Report(const cli::CommonOptions& options)
    : records_({{.title = "TASK", .shrinks = true},
                {.title = "OUTCOME", .style = style_of},
                {.title = "ENDING"},
                {.title = "TIME", .align = cli::Align::right},
                {.title = "NOW"},
                {.title = "MESSAGE", .shrinks = true},
                {.title = "TITLE", .shrinks = true}},
               options) {}

void Report::run_ended(const state::Layout& layout, const state::TaskRow& row,
                       const state::RunRow& run) {
  records_.stream({model::to_string(row.task.name),
                   std::string(run.outcome ? model::to_string(*run.outcome) : ""), ending_of(run),
                   describe_duration(duration_of(run)), next_of(row), run.message, row.task.title},
                  [&] { return run_record(layout, row, run); });
}

}  // namespace cb::exec
