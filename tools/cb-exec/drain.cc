#include "drain.h"

#include <algorithm>
#include <csignal>

#include "base/text.h"
#include "flow/recover.h"
#include "flow/refresh.h"
#include "os/clock.h"
#include "os/env.h"
#include "state/reserve.h"

namespace cb::exec {
namespace {

using model::Ending;

constexpr Duration kRefresh = std::chrono::seconds(10);     // of what only time changes
constexpr Duration kTick = std::chrono::milliseconds(200);  // to notice other processes' work
constexpr Duration kNotice = std::chrono::milliseconds(20);

void sooner(std::optional<Duration>& least, std::optional<Duration> other) {
  if (other && (!least || *other < *least)) least = other;
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
  state::keep_reserve(store_.layout, config_.backup.headroom);
  data_version_ = store_.db->data_version();
  for (;;) {
    now_ = os::system_now();
    boot_now_ = os::boot_time();
    heed_signals();
    take_exits();
    tick_jobs();
    take_deliveries();
    notice_others();
    heed_space();
    commit();
    deliver();
    if (is_done()) break;
    wait();
  }
  report_.finish();
  if (has_failed_run_ || has_refused_) return 1;
  if (is_busy_elsewhere_ || is_disk_short_) return exit_code(Fault::temporary);
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
