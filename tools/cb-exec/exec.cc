#include "exec.h"

#include "command.h"
#include "config/config.h"
#include "drain.h"
#include "flow/admit.h"
#include "flow/open.h"
#include "names.h"
#include "os/clock.h"
#include "os/file.h"

namespace cb::exec {
namespace {

state::Filter filter_of(const Options& options) {
  return {.source = options.source, .kind = options.kind, .excluded_sources = {}};
}

std::vector<int64_t> numbers_of(const std::vector<state::TaskRow>& rows) {
  std::vector<int64_t> numbers;
  for (const auto& row : rows) numbers.push_back(row.n);
  return numbers;
}

// A new start for what has failed; what is still open or running needs none.
void retry_failed(state::Store& store, const config::Config& config,
                  const std::vector<int64_t>& tasks, Instant now) {
  db::Transaction transaction(*store.db);
  for (const auto n : tasks) {
    auto row = state::get_task(*store.db, n);
    if (!model::is_final(row.state)) continue;
    row.attempts = 0;
    const auto rules = config.rules_of(row.task.name.source);
    flow::reevaluate(*store.db, {rules, config.handlers}, row, model::Cause::retried_by_user, now);
  }
  transaction.commit();
}

std::string command_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const auto& word : argv) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::vector<std::string> would_run(const config::Config& config, const model::Task& task,
                                   const state::TaskRow& row) {
  const auto* handler = config.find_handler(row.handler);
  if (handler == nullptr) return {};
  auto argv = model::expand_all(handler->run, task, std::nullopt);
  const auto* words = std::get_if<std::vector<std::string>>(&argv);
  return words ? *words : std::vector<std::string>();
}

int show_plan(const Options& options, const config::Config& config, const std::string& directory) {
  cli::Records records({{.title = "TASK", .shrinks = true},
                        {.title = "HANDLER"},
                        {.title = "WOULD RUN", .shrinks = true}},
                       options.common);
  if (!os::exists(state::Layout{directory}.database())) return 0;
  auto store = flow::open_store(directory, db::Access::read);
  const auto limit = static_cast<int>(options.limit.value_or(INT32_MAX));
  const auto rows = options.tasks.empty() ? state::ready_in_order(*store.db, filter_of(options),
                                                                  os::system_now(), limit)
                                          : find_targets(*store.db, options.tasks);
  for (const auto& row : rows) {
    const auto argv = would_run(config, state::full_task(*store.db, row), row);
    records.add({model::to_string(row.task.name), row.handler, command_line(argv)}, [&] {
      return Json{{"task", model::to_string(row.task.name)},
                  {"handler", row.handler},
                  {"argv", argv},
                  {"state", model::to_string(row.state)}};
    });
  }
  records.finish();
  return 0;
}

int drain(const Options& options, const config::Config& config, state::Store store) {
  os::SignalWait signals;
  os::become_subreaper();
  std::optional<std::vector<int64_t>> targets;
  if (!options.tasks.empty()) targets = numbers_of(find_targets(*store.db, options.tasks));
  if (options.retry)
    retry_failed(
        store, config,
        targets ? *targets : state::tasks_in(*store.db, model::State::failed, filter_of(options)),
        os::system_now());
  Drain drain(options, config, std::move(store), signals);
  if (targets) drain.set_targets(*targets);
  return drain.run();
}

}  // namespace

int run(const Options& options) {
  const auto directory = config::state_directory(options.common.state);
  if (options.command) return run_command(options, flow::open_store(directory, db::Access::create));
  const auto config = config::load(options.common.config);
  if (options.dry_run) return show_plan(options, config, directory);
  return drain(options, config, flow::open_store(directory, db::Access::create));
}

}  // namespace cb::exec
