#include "drain.h"

#include <algorithm>
#include <csignal>

#include "base/text.h"
#include "flow/finish.h"
#include "flow/open.h"
#include "flow/recover.h"
#include "flow/refresh.h"
#include "os/clock.h"
#include "os/env.h"

namespace cb::exec {
namespace {

using model::Ending;
using model::State;

constexpr Duration kRefresh = std::chrono::seconds(10);     // of what only time changes
constexpr Duration kTick = std::chrono::milliseconds(200);  // to notice other processes' work
constexpr Duration kNotice = std::chrono::milliseconds(20);
constexpr Duration kUnreachable =
    std::chrono::seconds(30);  // before an unreachable upstream is tried again
constexpr Duration kPatience = std::chrono::seconds(30);  // with a store that cannot record
constexpr Duration kFirstRetry = std::chrono::milliseconds(200);
constexpr Duration kLongestRetry = std::chrono::seconds(5);
constexpr Duration kGateWhileBusy =
    std::chrono::seconds(2);  // running commands have timeouts to be kept

void sooner(std::optional<Duration>& least, std::optional<Duration> other) {
  if (other && (!least || *other < *least)) least = other;
}

bool is_look_here(model::Outcome outcome) {
  return outcome == model::Outcome::failed || outcome == model::Outcome::timed_out ||
         outcome == model::Outcome::crashed;
}

}  // namespace

Drain::Drain(const Options& options, const config::Config& config, state::Store store,
             os::SignalWait& signals)
    : options_(options),
      config_(config),
      store_(std::move(store)),
      signals_(signals),
      messages_("cb-exec", options.common),
      report_(options.common),
      claims_(store_.layout, config,
              {.source = options.source, .kind = options.kind, .excluded_sources = {}}),
      post_(store_, config),
      environment_(without_own(config::environment_for_commands(config, os::environment_list()))),
      slots_(static_cast<size_t>(options.jobs.value_or(config.jobs))),
      ends_(store_.layout),
      starts_left_(options.limit.value_or(INT64_MAX)) {
  store_.db->set_patience(kGateWhileBusy);
}

void Drain::set_targets(std::vector<int64_t> tasks) { targets_ = std::move(tasks); }

int Drain::run() {
  now_ = os::system_now();
  boot_now_ = os::boot_time();
  recover();
  flow::refresh(store_, config_, now_);
  heed_breakers();
  next_refresh_ = boot_now_ + kRefresh;
  data_version_ = store_.db->data_version();
  for (;;) {
    now_ = os::system_now();
    boot_now_ = os::boot_time();
    heed_signals();
    take_exits();
    tick_jobs();
    take_deliveries();
    notice_others();
    commit();
    deliver();
    if (is_done()) break;
    wait();
  }
  report_.finish();
  if (has_failed_run_ || has_refused_) return 1;
  if (is_busy_elsewhere_) return exit_code(Fault::temporary);
  return is_upstream_down_ ? exit_code(Fault::unavailable) : 0;
}

// --- signals, exits, time

void Drain::heed_signals() {
  const auto stops = signals_.stops();
  if (stops == stops_) return;
  if (stops_ == 0) {
    stop_deadline_ = boot_now_ + options_.grace;
    for (const auto& job : jobs_)
      if (!job->is_started())
        job->terminate(Ending::Event::interrupted, "cb-exec was told to stop", boot_now_);
    if (!jobs_.empty())
      messages_.note("stopping: " + std::to_string(jobs_.size()) + " running, given " +
                     describe_duration(options_.grace) + " to end; a second signal ends them now");
  }
  if (stops >= 2) {
    stop_deadline_ = boot_now_;
    stop_jobs();
    for (const auto& job : jobs_) job->kill_now();
  }
  stops_ = stops;
}

void Drain::stop_jobs() {
  for (const auto& job : jobs_)
    if (!job->is_over() && !job->is_terminating())
      job->terminate(Ending::Event::interrupted, "cb-exec was told to stop", boot_now_);
}

void Drain::take_exits() {
  for (const auto& ended : os::reap())
    for (const auto& job : jobs_)
      if (job->pid() == ended.pid) job->on_exit(ended, boot_now_);
}

void Drain::tick_jobs() {
  if (stop_deadline_ && boot_now_ >= *stop_deadline_) stop_jobs();
  for (const auto& job : jobs_) {
    job->tick(boot_now_);
    if (job->is_over()) conclude(*job);
  }
  std::erase_if(jobs_, [&](const auto& job) {
    if (!job->is_over()) return false;
    std::erase_if(unconfirmed_, [&](const auto& entry) { return entry.second == job.get(); });
    return true;
  });
  if (strays_.tick(boot_now_)) recover_strays();
}

// Unrecorded, their runs are left to the next tool.
void Drain::recover_strays() {
  try {
    recover();
  } catch (const Error& error) {
    on_store_trouble(error);
  }
}

void Drain::conclude(const Job& job) {
  ended_.push_back(
      {.judgement = flow::judge(store_.layout, job.run(), job.end(), flow::random_jitter()),
       .end = job.end(),
       .source = job.row().task.name.source});
}

// --- upstream

// Nothing is sent while its answer could not be recorded: it would be sent again and again.
void Drain::deliver() {
  if (stops_ >= 2 || trouble_) return;
  try {
    post_.pump(now_);
    release_left_alone();
  } catch (const Error& error) {
    on_store_trouble(error);
  }
}

// Where a claim has to be confirmed, none is made while its tracker is left alone.
void Drain::heed_breakers() {
  claims_.include_all_sources();
  for (const auto& source : config_.sources) {
    const auto& rules = source.rules;
    if (!rules.has_upstream || rules.claim != model::Claim::confirmed) continue;
    const auto breaker = post_.left_alone(rules.name, now_);
    if (!breaker) continue;
    claims_.exclude_source(rules.name);
    const auto line = rules.name + ": " + flow::describe(*breaker);
    if (options_.follow)
      messages_.detail(line);
    else
      messages_.note(line);
  }
}

// Another process found out, after the claim, that the tracker does not answer.
void Drain::release_left_alone() {
  if (unconfirmed_.empty() || post_.is_busy()) return;
  for (const auto& source : config_.sources) {
    const auto breaker = post_.left_alone(source.rules.name, now_);
    if (!breaker) continue;
    const auto until = breaker->opens_until();
    give_up_unconfirmed(source.rules.name, {upstream::Kind::transient, flow::describe(*breaker),
                                            until ? std::optional(*until - now_) : std::nullopt});
  }
}

void Drain::take_deliveries() {
  try {
    for (const auto& delivery : post_.collect(now_)) {
      failing_since_.reset();  // the answer is recorded
      take_delivery(delivery);
    }
  } catch (const Error& error) {
    // The answer is lost, the write stays owed; a run that waited for it is given back.
    give_up_all_unconfirmed(error);
    on_store_trouble(error);
  }
}

void Drain::take_delivery(const flow::Delivery& delivery) {
  const auto waiting = unconfirmed_.find(delivery.owed.op);
  auto* job = waiting == unconfirmed_.end() ? nullptr : waiting->second;
  if (job != nullptr) unconfirmed_.erase(waiting);
  if (!delivery.failure) {
    if (job != nullptr) start(*job);
    return;
  }
  const auto& failure = *delivery.failure;
  messages_.problem(model::to_string(delivery.owed.name) + ": tell upstream: " + failure.message);
  is_upstream_down_ = true;
  if (job != nullptr) conclude_unconfirmed(*job, failure, delivery.is_parked);
  if (!delivery.is_parked) give_up_unconfirmed(delivery.owed.name.source, failure);
}

void Drain::give_up_unconfirmed(const std::string& source, const upstream::Failure& failure) {
  claims_.exclude_source(source);
  for (auto entry = unconfirmed_.begin(); entry != unconfirmed_.end();) {
    auto* job = entry->second;
    if (job->row().task.name.source != source) {
      ++entry;
      continue;
    }
    entry = unconfirmed_.erase(entry);
    conclude_unconfirmed(*job, failure, false);
  }
}

void Drain::give_up_all_unconfirmed(const Error& error) {
  for (const auto& source : config_.sources)
    give_up_unconfirmed(source.rules.name, {upstream::Kind::transient, error.what(), std::nullopt});
}

// Upstream did not agree that the task is ours now: it is as if the run had not been.
void Drain::conclude_unconfirmed(Job& job, const upstream::Failure& failure, bool is_parked) {
  Ended ended{.judgement = {}, .end = {}, .source = job.row().task.name.source};
  ended.judgement.run = job.run();
  ended.judgement.run.message = failure.message;
  ended.judgement.conclusion = {
      .outcome = model::Outcome::interrupted,
      .cause = model::Cause::interrupted,
      .state = is_parked ? State::held : State::ready,
      .reason = std::string(is_parked ? model::reason::refused_upstream
                                      : model::reason::upstream_unreachable),
      .message = failure.message,
      .wait = is_parked ? std::nullopt
                        : std::optional(
                              std::max(kUnreachable, failure.retry_after.value_or(Duration(0)))),
      .counts_attempt = false};
  ended_.push_back(std::move(ended));
  std::erase_if(jobs_, [&](const auto& other) { return other.get() == &job; });
}

// --- other processes

// What only time brings about, for those who follow.
void Drain::keep_current() {
  if (boot_now_ < next_refresh_) return;
  next_refresh_ = boot_now_ + kRefresh;
  flow::refresh(store_, config_, now_);
  heed_breakers();
  recover();
}

void Drain::notice_others() {
  if (trouble_ || boot_now_ < next_notice_) return;
  next_notice_ = boot_now_ + kNotice;
  try {
    if (options_.follow && stops_ == 0) keep_current();
  } catch (const Error& error) {
    return on_store_trouble(error);
  }
  const auto version = store_.db->data_version();
  const auto is_awake = state::next_wake(*store_.db).value_or(Instant::max()) <= now_;
  if (is_awake) looks_for_work_ = true;
  if (version == data_version_) return;
  data_version_ = version;
  looks_for_work_ = true;
  obey_cancellations();
}

void Drain::obey_cancellations() {
  for (const auto& job : jobs_) {
    if (job->is_over() || job->is_terminating()) continue;
    const auto row = state::get_task(*store_.db, job->row().n);
    if (row.wish == "cancel" && row.run == job->run().id)
      job->terminate(Ending::Event::canceled, "canceled", boot_now_);
  }
}

void Drain::recover() {
  auto recovery = flow::recover(store_, config_, now_);
  for (const auto& judgement : recovery.ended) {
    const auto row = state::get_task(*store_.db, judgement.run.task);
    messages_.note("recovered " + model::to_string(row.task.name) + ": " + judgement.run.message +
                   "; now " + std::string(model::to_string(row.state)));
  }
  for (const auto& orphan : recovery.orphans) {
    messages_.note("run " + orphan.id + ": its cb-exec is gone but its command lives; ending it");
    strays_.adopt(orphan, boot_now_);
  }
  if (!recovery.ended.empty()) looks_for_work_ = true;
}

// --- the store

bool Drain::may_claim() const {
  return stops_ == 0 && !trouble_ && starts_left_ > 0 && jobs_.size() < slots_;
}

// Saves the transaction when there is nothing to be found in it.
bool Drain::looks_worthwhile() {
  if (!looks_for_work_ || !may_claim()) return false;
  if (targets_) return looks_for_work_ = !targets_->empty();
  if (state::next_wake(*store_.db).value_or(Instant::max()) <= now_ || claims_.has_next(*store_.db))
    return true;
  looks_for_work_ = false;
  return false;
}

void Drain::commit() {
  if (trouble_ && boot_now_ < retry_at_) return;
  if (trouble_ && !reopen()) return;
  try {
    if (!ended_.empty() || looks_worthwhile()) record_and_claim();
  } catch (const Error& error) {
    on_store_trouble(error);
  }
}

void Drain::record_and_claim() {
  std::vector<Claim> claims;
  db::Transaction transaction(*store_.db);
  for (auto& ended : ended_) record(ended);
  if (may_claim()) claim(claims);
  transaction.commit();
  failing_since_.reset();
  after_commit(std::exchange(ended_, {}), std::move(claims));
}

void Drain::record(Ended& ended) {
  auto& run = ended.judgement.run;
  auto finished = flow::finish(*store_.db, config_.rules_of(ended.source), ended.judgement, now_);
  run.outcome = finished.finish == state::Finish::superseded ? model::Outcome::superseded
                                                             : ended.judgement.conclusion.outcome;
  run.ended_at = now_;
  ended.row = std::move(finished.row);
}

void Drain::claim(std::vector<Claim>& claims) {
  if (targets_) return claim_targets(claims);
  const auto most = std::min<int64_t>(static_cast<int64_t>(slots_ - jobs_.size()), starts_left_);
  while (static_cast<int64_t>(claims.size()) < most) {
    auto claim = claims_.next(*store_.db, now_);
    if (!claim) {
      looks_for_work_ = false;
      return;
    }
    claims.push_back(std::move(*claim));
  }
}

void Drain::claim_targets(std::vector<Claim>& claims) {
  std::vector<int64_t> later;
  for (const auto task : *targets_) {
    bool is_waiting = jobs_.size() + claims.size() >= slots_;
    auto claim = is_waiting ? std::nullopt : claim_target(task, is_waiting);
    if (claim) claims.push_back(std::move(*claim));
    if (is_waiting) later.push_back(task);
  }
  targets_ = std::move(later);
  looks_for_work_ = false;  // until one of our own has ended
}

std::optional<Claim> Drain::claim_target(int64_t task, bool& is_waiting) {
  auto row = state::get_task(*store_.db, task);
  auto claim = claims_.take(*store_.db, row, now_);
  if (claim) return claim;
  // Its key may be busy with one of our own.
  is_waiting = row.state == State::ready && !jobs_.empty();
  if (!is_waiting) refuse_target(row);
  return std::nullopt;
}

void Drain::refuse_target(const state::TaskRow& row) {
  const auto name = model::to_string(row.task.name);
  if (row.state == State::running || (row.state == State::ready && !row.key.empty())) {
    is_busy_elsewhere_ = true;
    messages_.problem("run " + name + ": " +
                      (row.state == State::running ? "already running: " + row.detail
                                                   : "another task of its key runs"));
    return;
  }
  has_refused_ = true;
  auto why = std::string(model::to_string(row.state)) + " (" + row.reason + ")";
  if (!row.detail.empty()) why += ", " + row.detail;
  if (model::is_final(row.state)) why += "; --retry gives it a new start";
  messages_.problem("run " + name + ": it is " + why);
}

void Drain::after_commit(const std::vector<Ended>& recorded, std::vector<Claim> claims) {
  for (const auto& ended : recorded) {
    ends_.recorded(ended.judgement.run.id);
    report(ended);
  }
  if (!recorded.empty()) looks_for_work_ = true;
  for (auto& claim : claims) begin(std::move(claim));
}

void Drain::report(const Ended& ended) {
  const auto& run = ended.judgement.run;
  if (is_look_here(*run.outcome)) has_failed_run_ = true;
  report_.run_ended(store_.layout, ended.row, run);
}

void Drain::begin(Claim claim) {
  starts_left_ -= 1;
  const auto source = claim.row.task.name.source;
  const auto number = claim.row.n;
  jobs_.push_back(std::make_unique<Job>(store_.layout, ends_, std::move(claim.task),
                                        std::move(claim.row), std::move(claim.run),
                                        std::move(claim.lock)));
  auto& job = *jobs_.back();
  if (!claim.fresh_op.empty()) post_.send_first(source, number, claim.fresh_op);
  const auto must_confirm =
      !claim.fresh_op.empty() && config_.rules_of(source).claim == model::Claim::confirmed;
  if (must_confirm)
    unconfirmed_[claim.fresh_op] = &job;
  else
    start(job);
}

void Drain::start(Job& job) {
  const auto* handler = config_.find_handler(job.run().handler);
  job.start(
      {.environment = environment_, .directory = handler && handler->cwd ? *handler->cwd : ""},
      boot_now_);
}

// What has happened must not be lost: it goes to disk beside the run, and is recorded once the
// store can.
void Drain::on_store_trouble(const Error& error) {
  if (!failing_since_) {
    messages_.problem(std::string(error.what()) + "; trying again");
    failing_since_ = boot_now_;
    retry_wait_ = kFirstRetry;
  }
  trouble_ = error;
  retry_at_ = boot_now_ + retry_wait_;
  retry_wait_ = std::min(retry_wait_ * 2, kLongestRetry);
  for (auto& ended : ended_) {
    const auto& run = ended.judgement.run;
    if (ended.is_synced || !ended.end) continue;
    try {
      ends_.keep(run.id, *ended.end, os::Sync::file);
      ended.is_synced = true;
    } catch (const Error&) {
      // No room for even that; it is tried again with the store.
    }
  }
}

bool Drain::reopen() {
  const auto failing_for = boot_now_ - failing_since_.value_or(boot_now_);
  const auto is_hopeless =
      trouble_->fault() == Fault::permanent || (!options_.follow && failing_for > kPatience);
  if (is_hopeless) {
    give_up_all_unconfirmed(*trouble_);
    if (jobs_.empty()) throw Error(*trouble_);
  }
  try {
    auto opened = flow::open_store(store_.layout.root, db::Access::write);
    store_.db = std::move(opened.db);
    store_.db->set_patience(kGateWhileBusy);
    release_unknown_claims();
  } catch (const Error& error) {
    on_store_trouble(error);
    return false;
  }
  trouble_.reset();
  looks_for_work_ = true;
  data_version_ = store_.db->data_version();
  return true;
}

// A commit whose outcome was not known may have claimed what nobody started.
void Drain::release_unknown_claims() {
  const auto self = os::this_process();
  std::vector<flow::Judgement> unknown;
  for (const auto& run : state::live_runs(*store_.db)) {
    const auto is_job = std::any_of(jobs_.begin(), jobs_.end(),
                                    [&](const auto& job) { return job->run().id == run.id; });
    const auto is_ended = std::any_of(ended_.begin(), ended_.end(), [&](const auto& ended) {
      return ended.judgement.run.id == run.id;
    });
    if (run.supervisor != self || is_job || is_ended) continue;
    const flow::ProcessEnd end{.event = Ending::Event::interrupted,
                               .message = "the store failed before the command was started"};
    unknown.push_back(flow::judge(store_.layout, run, end, 0));
  }
  if (unknown.empty()) return;
  db::Transaction transaction(*store_.db);
  for (const auto& judgement : unknown) {
    const auto row = state::get_task(*store_.db, judgement.run.task);
    flow::finish(*store_.db, config_.rules_of(row.task.name.source), judgement, now_);
  }
  transaction.commit();
}

// --- the wait

bool Drain::is_done() {
  if (!jobs_.empty() || !ended_.empty() || post_.is_busy()) return false;
  if (strays_.is_ending_any()) return stops_ >= 2;
  if (stops_ > 0) return stops_ >= 2 || boot_now_ >= *stop_deadline_ || post_.is_idle(now_);
  if (options_.follow || trouble_) return false;
  if (looks_for_work_ && may_claim()) return false;
  return post_.is_idle(now_);
}

void Drain::wait() {
  std::optional<Duration> wake;  // on the boot clock
  if (looks_for_work_ && may_claim()) wake = boot_now_;
  for (const auto& job : jobs_) sooner(wake, job->next_tick());
  sooner(wake, strays_.next_tick());
  if (stop_deadline_ && !jobs_.empty() && boot_now_ < *stop_deadline_) sooner(wake, stop_deadline_);
  if (trouble_) sooner(wake, retry_at_);
  if (options_.follow || !jobs_.empty() || post_.is_busy())
    sooner(wake, boot_now_ + options_.every.value_or(kTick));
  auto timeout =
      wake ? std::optional(std::max(Duration(0), *wake - os::boot_time())) : std::optional(kTick);
  if (const auto left = post_.time_left()) timeout = std::min(*timeout, *left);
  auto descriptors = post_.interest();
  signals_.wait(descriptors, timeout);
}

}  // namespace cb::exec
