#include "task.h"

#include <algorithm>
#include <vector>

#include "act.h"
#include "add.h"
#include "cli/output.h"
#include "find.h"
#include "flow/open.h"
#include "flow/recover.h"
#include "flow/workplace.h"
#include "os/clock.h"
#include "state/list.h"

namespace cb::task {
namespace {

// What both ways through the tool work with.
struct Work {
  state::Store& store;
  const config::Config& config;
  const Options& options;
  const Now& now;
  cli::Messages messages;

  flow::Rules rules_for(const model::SourceRules& source) const {
    return {source, config.handlers};
  }
  void commit(db::Transaction& transaction) const {
    if (!options.dry_run) transaction.commit();
  }
};

void recover(const Work& work) {
  if (work.options.dry_run) return;
  const auto recovery = flow::recover(work.store, work.config, work.now());
  for (const auto& line : flow::describe(*work.store.db, recovery)) work.messages.note(line);
}

std::string made_id(Instant now) {
  auto id = os::new_id(now);
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return id;
}

state::ChangedTask store_added(const Work& work) {
  const auto now = work.now();
  auto task = work.options.added;
  if (task.name.id.empty()) task.name.id = made_id(now);
  const auto source = work.config.rules_of(task.name.source);
  db::Transaction transaction(*work.store.db);
  auto change = add(*work.store.db, work.rules_for(source), task, now);
  work.commit(transaction);
  return change;
}

int run_add(const Work& work) {
  recover(work);
  const auto change = store_added(work);
  cli::Records records({{.title = "TASK"},
                        {.title = "VERDICT"},
                        {.title = "REASON"},
                        {.title = "TITLE", .shrinks = true}},
                       work.options.common);
  records.add(flow::cells_of(change), [&] { return flow::to_json(change); });
  records.finish();
  return 0;
}

struct Result {
  Acted acted;
  std::string previous, state, reason;
};

Result act_on(const Work& work, const model::TaskName& name) {
  auto& db = *work.store.db;
  db::Transaction transaction(db);
  auto row = state::find_task(db, name);
  if (!row) return {{Acted::Kind::refused, "is no longer stored"}, "", "", ""};
  Result result{.acted = {},
                .previous = std::string(to_string(row->state)),
                .state = "forgotten",
                .reason = "forgotten"};
  const auto source = work.config.rules_of(name.source);
  result.acted = act(db, work.rules_for(source), work.options, *row, work.now());
  if (work.options.command != Command::forget) {
    result.state = to_string(row->state);
    result.reason = state::shown_reason(db, *row);
  }
  work.commit(transaction);
  return result;
}

void print(const Work& work, cli::Records& records, const std::string& name, const Result& result) {
  const auto action = to_string(work.options.command);
  records.add({name, action, result.state, result.reason}, [&] {
    return Json{{"task", name},
                {"action", action},
                {"state", result.state},
                {"previous", result.previous},
                {"reason", result.reason}};
  });
}

void tell(const Work& work, cli::Records& records, const std::string& name, const Result& result) {
  const auto line = name + " " + result.acted.line;
  if (result.acted.kind != Acted::Kind::done)
    return work.messages.problem(to_string(work.options.command) + ": " + line);
  print(work, records, name, result);
  if (!result.acted.line.empty()) work.messages.note(line);
}

int run_actions(const Work& work) {
  recover(work);
  cli::Records records({{.title = "TASK"},
                        {.title = "ACTION"},
                        {.title = "STATE"},
                        {.title = "REASON", .shrinks = true}},
                       work.options.common);
  bool any_refused = false, any_busy = false;
  for (const auto& row : find_all(*work.store.db, work.options.tasks)) {
    const auto result = act_on(work, row.task.name);
    tell(work, records, model::to_string(row.task.name), result);
    any_refused |= result.acted.kind == Acted::Kind::refused;
    any_busy |= result.acted.kind == Acted::Kind::busy;
  }
  records.finish();
  if (any_refused) return exit_code(Fault::answer);
  return any_busy ? exit_code(Fault::temporary) : 0;
}

}  // namespace

int run(const Options& options, const config::Config& config, const Now& now) {
  const auto directory = config::state_directory(options.common.state);
  const cli::Messages messages("cb-task", options.common);
  if (options.dry_run) messages.note("dry run: nothing is changed");
  if (options.command != Command::add) {
    auto store = flow::open_store(directory, db::Access::write);
    return run_actions({store, config, options, now, messages});
  }
  const auto purpose = options.dry_run ? flow::Purpose::rehearse : flow::Purpose::change;
  flow::Workplace place(directory, purpose, now());
  return run_add({place.store(), config, options, now, messages});
}

}  // namespace cb::task
