#include "base/text.h"
#include "cli/output.h"
#include "commands.h"
#include "records.h"
#include "state/files.h"
#include "state/list.h"
#include "state/mending.h"
#include "state/sources.h"
#include "text.h"

namespace cb::status {
namespace {

constexpr int kFailed = 5;
constexpr Duration kMendingShown = std::chrono::weeks(1);

// Everything the summary tells.
struct Summary {
  std::vector<state::Count> counts;
  std::vector<state::TaskRow> running, failed;
  std::vector<state::SourceRow> troubled;  // sources whose last listing failed
  state::OwedCounts owed;
  int64_t unmatched_files = 0;
  std::optional<Instant> next_wake, next_recheck, last_event;
  std::optional<state::Mending> mending;  // of the last week
};

Summary read_summary(db::Connection& db, Instant now) {
  Summary summary;
  summary.counts = state::read_counts(db);
  state::list_tasks(db, {.states = {model::State::running}},
                    [&](const state::TaskRow& row) { summary.running.push_back(row); });
  summary.failed = state::last_failed(db, kFailed);
  for (auto& source : state::all_sources(db))
    if (!source.error.empty() || source.breaker.is_open())
      summary.troubled.push_back(std::move(source));
  summary.owed = state::count_owed(db);
  summary.unmatched_files = state::count_unmatched(db);
  summary.next_wake = state::next_wake(db);
  summary.next_recheck = state::next_recheck(db);
  summary.last_event = state::newest_event_time(db);
  summary.mending = state::last_mending(db);
  if (summary.mending && summary.mending->at < now - kMendingShown) summary.mending.reset();
  return summary;
}

// --- JSON

Json brief_json(state::Store& store, const state::TaskRow& row) {
  Json json = {{"task", model::to_string(row.task.name)}, {"title", row.task.title}};
  json["reason"] = state::shown_reason(*store.db, row);
  json["since"] = format_rfc3339(row.since);
  if (!row.run.empty()) json["run"] = row.run;
  return json;
}

Json briefs_json(state::Store& store, const std::vector<state::TaskRow>& rows) {
  auto json = Json::array();
  for (const auto& row : rows) json.push_back(brief_json(store, row));
  return json;
}

Json source_json(const state::SourceRow& row) {
  Json json = {{"source", row.source}, {"error", row.error}, {"failures", row.failures}};
  if (row.error_at) json["error_at"] = format_rfc3339(*row.error_at);
  if (row.listed_at) json["listed_at"] = format_rfc3339(*row.listed_at);
  if (const auto until = row.breaker.opens_until()) json["next_try"] = format_rfc3339(*until);
  if (row.breaker.is_open()) {
    json["breaker"] = row.breaker.probe_at ? "half_open" : "open";
    json["left_alone"] = row.breaker.reason;
  }
  return json;
}

Json mending_json(const state::Mending& mending) {
  Json json = {{"at", format_rfc3339(mending.at)}, {"how", mending.how}};
  if (mending.how != "restore") return json;
  json["backup"] = mending.backup;
  json["held"] = mending.held;
  json["missing"] = mending.missing;
  return json;
}

Json summary_json(state::Store& store, const Summary& summary) {
  auto counts = Json::array();
  for (const auto& count : summary.counts)
    counts.push_back({{"source", count.source},
                      {"state", count.state},
                      {"reason", count.reason},
                      {"tasks", count.tasks}});
  auto sources = Json::array();
  for (const auto& row : summary.troubled) sources.push_back(source_json(row));
  Json json = {{"counts", counts},
               {"running", briefs_json(store, summary.running)},
               {"failed", briefs_json(store, summary.failed)},
               {"sources", sources},
               {"outbox", {{"owed", summary.owed.owed}, {"parked", summary.owed.parked}}}};
  if (summary.next_wake) json["next_wake"] = format_rfc3339(*summary.next_wake);
  if (summary.next_recheck) json["next_recheck"] = format_rfc3339(*summary.next_recheck);
  if (summary.last_event) json["last_event"] = format_rfc3339(*summary.last_event);
  if (summary.mending) json["mended"] = mending_json(*summary.mending);
  if (summary.unmatched_files > 0) json["files"] = {{"unmatched", summary.unmatched_files}};
  return json;
}

// --- lines and tables

// Records of one kind: a table under a heading on a terminal, elsewhere lines that begin with the
// heading's word.
struct Section {
  std::string word;
  std::vector<cli::Column> columns = {};
  std::vector<std::vector<std::string>> rows = {};
};

void print_section(Section section, bool is_table, const cli::CommonOptions& options) {
  if (!is_table) section.columns.insert(section.columns.begin(), cli::Column{.title = ""});
  cli::Records records(section.columns, options);
  if (is_table) cli::print(section.word + "\n");
  for (auto& row : section.rows) {
    if (!is_table) row.insert(row.begin(), section.word);
    records.add(std::move(row), nullptr);
  }
  records.finish();
}

void print_sections(const std::vector<Section>& sections, const cli::CommonOptions& options) {
  const auto is_table = cli::Records({}, options).form() == cli::Records::Form::table;
  bool is_first = true;
  for (const auto& section : sections) {
    if (section.rows.empty()) continue;
    if (is_table && !is_first) cli::print("\n");
    is_first = false;
    print_section(section, is_table, options);
  }
}

Section count_section(const Summary& summary) {
  Section section{.word = "tasks",
                  .columns = {{.title = "SOURCE"},
                              {.title = "STATE", .style = state_style},
                              {.title = "REASON"},
                              {.title = "TASKS", .align = cli::Align::right}}};
  for (const auto& count : summary.counts)
    section.rows.push_back({count.source, count.state, count.reason, std::to_string(count.tasks)});
  return section;
}

Section task_section(state::Store& store, const char* word,
                     const std::vector<state::TaskRow>& rows) {
  Section section{.word = word,
                  .columns = {{.title = "TASK"},
                              {.title = "SINCE"},
                              {.title = "TITLE", .shrinks = true},
                              {.title = "REASON", .shrinks = true}}};
  for (const auto& row : rows)
    section.rows.push_back({model::to_string(row.task.name), format_rfc3339(row.since),
                            row.task.title, state::shown_reason(*store.db, row)});
  return section;
}

// A breaker that is open says when the source is asked again.
std::string next_try(const model::Breaker& breaker) {
  if (!breaker.is_open()) return "";
  const auto until = breaker.opens_until();
  return until ? format_rfc3339(*until) : "after a change of its token or the configuration";
}

Section source_section(const Summary& summary) {
  Section section{.word = "sources with errors",
                  .columns = {{.title = "SOURCE"},
                              {.title = "FAILURES", .align = cli::Align::right},
                              {.title = "NEXT TRY"},
                              {.title = "ERROR", .shrinks = true}}};
  for (const auto& row : summary.troubled)
    section.rows.push_back({row.source, std::to_string(row.failures), next_try(row.breaker),
                            row.breaker.is_open() ? row.breaker.reason : row.error});
  return section;
}

std::string describe_mending(const state::Mending& mending, Instant now) {
  const auto at = describe_time(mending.at, now);
  if (mending.how != "restore") return at + ", its indexes: " + mending.told;
  return at + " from backup " + mending.backup + ", tasks held: " + std::to_string(mending.held) +
         ", events lost: " + std::to_string(mending.missing);
}

void add_time(Section& section, const char* name, const std::optional<Instant>& at, Instant now) {
  if (at) section.rows.push_back({name, describe_time(*at, now)});
}

Section fact_section(const Summary& summary, Instant now) {
  Section section{.word = "store", .columns = {{.title = "FACT"}, {.title = "VALUE"}}};
  if (summary.owed.owed > 0)
    section.rows.push_back({"writes owed upstream", std::to_string(summary.owed.owed)});
  if (summary.owed.parked > 0)
    section.rows.push_back({"writes refused upstream", std::to_string(summary.owed.parked)});
  if (summary.unmatched_files > 0)
    section.rows.push_back({"files without a task", std::to_string(summary.unmatched_files)});
  if (summary.mending)
    section.rows.push_back({summary.mending->how == "restore" ? "restored" : "repaired",
                            describe_mending(*summary.mending, now)});
  add_time(section, "next retry", summary.next_wake, now);
  add_time(section, "next recheck", summary.next_recheck, now);
  add_time(section, "last change", summary.last_event, now);
  return section;
}

void print_people(state::Store& store, const Summary& summary, const Options& options,
                  Instant now) {
  print_sections({count_section(summary), task_section(store, "running", summary.running),
                  task_section(store, "failed last", summary.failed), source_section(summary),
                  fact_section(summary, now)},
                 options.common);
  if (summary.counts.empty())
    cli::Messages("cb-status", options.common).note("the store has no tasks");
}

}  // namespace

int print_summary(state::Store& store, const Options& options, Instant now) {
  const auto summary = read_summary(*store.db, now);
  if (options.common.json)
    cli::print(to_line(summary_json(store, summary)) + "\n");
  else
    print_people(store, summary, options, now);
  return 0;
}

}  // namespace cb::status
