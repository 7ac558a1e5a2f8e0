#include "base/json.h"
#include "base/text.h"
#include "cli/output.h"
#include "commands.h"
#include "files.h"
#include "find.h"
#include "records.h"
#include "state/deps.h"
#include "state/list.h"
#include "text.h"

namespace cb::status {
namespace {

void print_text(const char* label, const std::string& text) {
  if (!text.empty()) print_line(label, text);
}

void print_time(const char* label, const std::optional<Instant>& at, Instant now) {
  if (at) print_line(label, describe_time(*at, now));
}

// Prints `label` before the first of several lines only.
class Lines {
 public:
  explicit Lines(const char* label) : label_(label) {}
  void print(const std::string& value) {
    print_line(label_, value);
    label_ = "";
  }

 private:
  const char* label_;
};

void print_dependencies(state::Store& store, const state::TaskRow& row) {
  Lines lines("after");
  for (const auto& dependency : state::dependencies_of(*store.db, row.n)) {
    const auto found = state::find_task(*store.db, dependency.name);
    const auto known = found ? std::string(model::to_string(found->state))
                             : std::string(dependency.is_met ? "done" : "not seen yet");
    lines.print(model::to_string(dependency.name) + " (" + known + ")");
  }
}

void print_fields(const state::TaskRow& row) {
  Lines lines("fields");
  const auto fields = parse_json(row.task.fields);
  for (const auto& [name, value] : fields.items())
    lines.print(name + " = " + (value.is_string() ? value.get<std::string>() : to_line(value)));
}

void print_file(state::Store& store, const state::TaskRow& row) {
  if (const auto file = state::file_of_task(*store.db, row.n))
    print_line("file", describe_file(*file, model::to_string(row.task.name)));
}

void print_run(Lines& lines, const state::RunRow& run, Instant now) {
  auto text = run.id + "  attempt " + std::to_string(run.attempt) + "  " + describe_outcome(run);
  text += run.ended_at ? " after " + describe_duration(age(run.claimed_at, *run.ended_at)) + ", " +
                             describe_time(*run.ended_at, now)
                       : " since " + describe_time(run.claimed_at, now);
  if (!run.message.empty()) text += ": " + run.message;
  lines.print(text);
}

void print_runs(state::Store& store, const state::TaskRow& row, Instant now) {
  Lines lines("runs");
  const auto runs = state::runs_of(*store.db, row.n);
  for (const auto& run : runs) print_run(lines, run, now);
  if (!runs.empty()) print_line("log", store.layout.log(runs.back().id));
}

void print_owed(state::Store& store, const state::TaskRow& row, Instant now) {
  Lines lines("owed");
  for (const auto& owed : state::owed_by(*store.db, row.n)) {
    auto text = owed.kind + " " + excerpt(owed.text, 120);
    text += owed.state == "parked" ? ", refused for good"
                                   : ", next try " + describe_time(owed.next_try, now);
    if (!owed.error.empty()) text += ": " + owed.error;
    lines.print(text);
  }
}

void print_task(state::Store& store, const state::TaskRow& row, const Options& options,
                Instant now) {
  const auto& task = row.task;
  const auto state = model::to_string(row.state);
  const auto reason = state::shown_reason(*store.db, row);
  print_line("task", model::to_string(task.name));
  print_line("title", task.title);
  print_text("kind", task.kind);
  print_text("status", task.status);
  print_line("state", state, state_style(state), cli::use_color(options.common.color, 1));
  if (reason != state) print_line("reason", reason);
  if (row.state != model::State::blocked && row.detail != reason) print_text("detail", row.detail);
  print_time("since", row.since, now);
  print_time("not before", row.not_before, now);
  print_time("first seen", row.first_seen, now);
  print_time("due", task.due, now);
  print_line("priority", std::to_string(task.priority));
  print_line("attempts", std::to_string(row.attempts));
  print_text("handler", row.handler);
  print_text("key", row.key);
  print_text("url", task.url);
  print_dependencies(store, row);
  print_fields(row);
  print_file(store, row);
  print_owed(store, row, now);
  print_runs(store, row, now);
}

}  // namespace

int print_tasks(state::Store& store, const Options& options, Instant now) {
  bool is_first = true;
  return for_each_named(*store.db, options, [&](const state::TaskRow& row) {
    if (options.common.json) return cli::print(to_line(task_json(store, row)) + "\n");
    if (!is_first) cli::print("\n");
    is_first = false;
    print_task(store, row, options, now);
  });
}

}  // namespace cb::status
