#include "flow/refresh.h"

#include "state/sources.h"

namespace cb::flow {
namespace {

constexpr int kRefreshBatch = 500;

// One transaction. A task that is still waiting for the same moment stays as it is.
void judge_again(state::Store& store, const config::Config& config,
                 const std::vector<int64_t>& numbers, Instant now, std::vector<Admitted>& changed) {
  db::Transaction transaction(*store.db);
  for (const auto n : numbers) {
    auto row = state::get_task(*store.db, n);
    const auto before = row.state;
    const auto rules = config.rules_of(row.task.name.source);
    if (row.recheck && *row.recheck <= now) row.recheck.reset();
    if (is_judged_by_rules(row) &&
        reevaluate(*store.db, {rules, config.handlers}, row, model::Cause::evaluated, now))
      changed.push_back({Admitted::Kind::changed, before, row, "", model::Action::evaluate});
    else
      state::update_notes(*store.db, row);
  }
  transaction.commit();
}

void judge_all(state::Store& store, const config::Config& config, Instant now,
               std::vector<Admitted>& changed) {
  int64_t last = 0;
  for (;;) {
    const auto numbers = state::open_tasks(*store.db, last, kRefreshBatch);
    if (numbers.empty()) break;
    judge_again(store, config, numbers, now, changed);
    last = numbers.back();
  }
  db::Transaction transaction(*store.db);
  state::set_meta(*store.db, "rules", config.fingerprint);
  transaction.commit();
}

}  // namespace

std::vector<Admitted> refresh(state::Store& store, const config::Config& config, Instant now) {
  std::vector<Admitted> changed;
  if (config.path.empty())
    return changed;  // an ad-hoc call must not judge by rules it does not have
  if (state::get_meta(*store.db, "rules") != config.fingerprint)
    judge_all(store, config, now, changed);
  for (;;) {
    const auto due = state::due_rechecks(*store.db, now, kRefreshBatch);
    if (due.empty()) return changed;
    judge_again(store, config, due, now, changed);
  }
}

}  // namespace cb::flow
