#include "claims.h"

#include <algorithm>
#include <tuple>

#include "flow/owe.h"
#include "os/clock.h"
#include "state/files.h"

namespace cb::exec {
namespace {

auto order_of(const state::TaskRow& row) {
  return std::tuple(row.task.priority, row.task.due.value_or(Instant::max()), row.n);
}

bool has_room(db::Connection& db, const model::Handler& handler) {
  return handler.concurrency == 0 || state::count_running(db, handler.name) < handler.concurrency;
}

bool may_name_file(const model::Handler& handler) {
  return std::any_of(handler.run.begin(), handler.run.end(), [](const std::string& argument) {
    return argument.find("{file}") != std::string::npos;
  });
}

void hold_for(db::Connection& db, state::TaskRow& row, const model::Missing& missing, Instant now) {
  row.not_before.reset();
  state::change_state(db, row,
                      {model::Cause::evaluated, model::State::held, model::reason::missing_field,
                       "needs " + missing.name},
                      now);
}

}  // namespace

Claims::Claims(const state::Layout& layout, const config::Config& config, state::Filter filter)
    : layout_(layout), config_(config), filter_(std::move(filter)) {}

void Claims::exclude_source(const std::string& source) {
  if (filter_.excluded_sources.empty()) filter_.excluded_sources = "|";
  filter_.excluded_sources += source + "|";
}

std::optional<state::TaskRow> Claims::best(db::Connection& db) {
  std::optional<state::TaskRow> best;
  for (const auto& handler : config_.handlers) {
    if (!has_room(db, handler)) continue;
    auto row = state::next_ready(db, handler.name, filter_);
    if (row && (!best || order_of(*row) < order_of(*best))) best = std::move(row);
  }
  return best;
}

bool Claims::has_next(db::Connection& db) { return state::has_ready(db) && best(db).has_value(); }

// Run ids are made at the claim, so that they sort by it; the lock may have been prepared long
// before.
os::ByteLock Claims::take_lock() {
  if (spare_) {
    auto lock = std::move(*spare_);
    spare_.reset();
    return lock;
  }
  for (;;)
    if (auto lock =
            os::ByteLock::try_take(layout_.run_locks(), static_cast<int64_t>(os::new_tag())))
      return std::move(*lock);
}

// Asked of the store only where a file can be: its handler wants one, or it came from a watch.
std::optional<state::FileRow> Claims::file_of(db::Connection& db, const state::TaskRow& row,
                                              const model::Handler& handler) const {
  const auto may_have_one = handler.needs_file || may_name_file(handler) ||
                            config_.find_watch(row.task.name.source) != nullptr;
  if (!may_have_one) return std::nullopt;
  return state::file_of_task(db, row.n);
}

// A file that was seen to after an earlier end is to be seen to again after this one.
void Claims::give_again(db::Connection& db, state::FileRow& file, Instant now) const {
  if (file.stage != state::FileStage::settled) return;
  file.stage = state::FileStage::given;
  file.since = now;
  state::update_file(db, file);
}

std::optional<Claim> Claims::begin(db::Connection& db, state::TaskRow row, Instant now) {
  const auto* handler = config_.find_handler(row.handler);
  if (handler == nullptr) return std::nullopt;
  auto lock = take_lock();
  state::RunRow run;
  run.id = os::new_id(now);
  run.handler = handler->name;
  run.policy = handler->policy;
  if (!self_) self_ = os::this_process();
  run.host = os::host_name();
  run.supervisor = *self_;
  run.tag = static_cast<os::Tag>(lock.offset());
  auto file = file_of(db, row, *handler);
  const model::RunValues values{.run = run.id,
                                .work = layout_.work(row.task.name),
                                .artifacts = layout_.artifacts(run.id),
                                .config_dir = config_.directory,
                                .file = file ? file->path : "",
                                .attempt = row.attempts + 1};
  auto task = state::full_task(db, row);
  auto argv = model::expand_all(handler->run, task, values);
  if (const auto* missing = std::get_if<model::Missing>(&argv)) {
    spare_ = std::move(lock);
    hold_for(db, row, *missing, now);
    return std::nullopt;
  }
  run.argv = std::move(std::get<std::vector<std::string>>(argv));
  state::start_run(db, row, run, now);
  if (file) give_again(db, *file, now);
  const auto rules = config_.rules_of(row.task.name.source);
  const auto op =
      flow::owe_status(db, rules, row, model::Meaning::running, run.id, flow::Send::now, now);
  return Claim{.task = std::move(task),
               .row = std::move(row),
               .run = std::move(run),
               .lock = std::move(lock),
               .file = std::move(file),
               .fresh_op = op};
}

std::optional<Claim> Claims::next(db::Connection& db, Instant now) {
  state::wake_waiting(db, now);
  // Each round claims one, or holds one that cannot run and so gets out of the way.
  while (auto row = best(db))
    if (auto claim = begin(db, std::move(*row), now)) return claim;
  return std::nullopt;
}

std::optional<Claim> Claims::take(db::Connection& db, state::TaskRow row, Instant now) {
  if (row.state != model::State::ready) return std::nullopt;
  if (!row.key.empty() && !state::has_turn(db, row.n)) return std::nullopt;
  return begin(db, std::move(row), now);
}

}  // namespace cb::exec
