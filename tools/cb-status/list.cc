#include "state/list.h"
#include "base/text.h"
#include "cli/output.h"
#include "commands.h"
#include "records.h"
#include "text.h"

namespace cb::status {
namespace {

constexpr int64_t kMostNames = 1000;

// For shell completion: open tasks are not told from others, but the newest come first.
int print_names(state::Store& store, const Options& options) {
  auto filter = options.filter;
  if (filter.limit == 0 || filter.limit > kMostNames) filter.limit = kMostNames;
  if (filter.order == state::Order::age) filter.order = state::Order::newest;
  state::list_tasks(*store.db, filter, [](const state::TaskRow& row) {
    cli::print(printable(model::to_string(row.task.name)) + "\n");
  });
  return 0;
}

}  // namespace

int print_list(state::Store& store, const Options& options, Instant now) {
  if (options.names_only) return print_names(store, options);
  using Form = cli::Records::Form;
  cli::Records records({{.title = "TASK", .shrinks = false},
                        {.title = "STATE", .style = state_style},
                        {.title = "REASON", .shrinks = true},
                        {.title = "AGE", .align = cli::Align::right},
                        {.title = "KIND", .shrinks = true},
                        {.title = "TITLE", .shrinks = true}},
                       options.common);
  const auto form = records.form();
  state::list_tasks(*store.db, options.filter, [&](const state::TaskRow& row) {
    std::vector<std::string> cells;
    if (form != Form::json)
      cells = {
          model::to_string(row.task.name),
          std::string(model::to_string(row.state)),
          state::shown_reason(*store.db, row),
          form == Form::table ? describe_duration(age(row.since, now)) : format_rfc3339(row.since),
          row.task.kind,
          row.task.title};
    records.add(std::move(cells), [&] { return task_json(store, row); });
  });
  records.finish();
  return 0;
}

}  // namespace cb::status
