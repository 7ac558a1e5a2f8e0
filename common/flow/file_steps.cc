#include "flow/file_steps.h"

#include "base/text.h"
#include "flow/evaluate.h"

namespace cb::flow {

using model::Cause;
using model::State;

bool is_own_task(const state::FileRow& file, const state::TaskRow& task) {
  return task.task.name.source == file.watch;
}

bool has_begun(const state::TaskRow& task) {
  return !model::is_open(task.state) || task.attempts > 0;
}

void save_file(db::Connection& db, state::FileRow& file) {
  if (file.n == 0)
    state::insert_file(db, file);
  else
    state::update_file(db, file);
}

void set_stage(state::FileRow& file, state::FileStage stage, Instant now) {
  file.stage = stage;
  file.since = now;
  file.missed = 0;
}

void give_file(db::Connection& db, const config::Config& config, state::FileRow& file,
               state::TaskRow& task, Instant now) {
  set_stage(file, state::FileStage::given, now);
  file.task = task.n;
  save_file(db, file);
  judge_by_file(db, config, task, note_of_file(file), now);
}

void judge_by_file(db::Connection& db, const config::Config& config, state::TaskRow& task,
                   const std::string& note, Instant now) {
  if (!is_judged_by_rules(task)) return;
  const auto rules = config.rules_of(task.task.name.source);
  reevaluate(db, {rules, config.handlers}, task, Cause::evaluated, now, note);
}

void withdraw_own_task(db::Connection& db, state::TaskRow& task, const std::string& detail,
                       Instant now) {
  task.not_before.reset();
  task.recheck.reset();
  state::change_state(
      db, task, {Cause::withdrawn, State::canceled, model::reason::gone_upstream, detail}, now);
}

std::string note_of_file(const state::FileRow& file) { return "file " + excerpt(file.name, 200); }

}  // namespace cb::flow
