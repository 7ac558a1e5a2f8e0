#include "command.h"

#include "cli/output.h"
#include "config/config.h"
#include "flow/finish.h"
#include "flow/recover.h"
#include "job.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/file.h"
#include "os/signal.h"
#include "report.h"
#include "state/files.h"
#include "state/reserve.h"
#include "tee.h"

namespace cb::exec {
namespace {

using model::Cause;
using model::Ending;
using model::State;

constexpr const char* kSource = "local";
constexpr Duration kTimeout = std::chrono::hours(24);
constexpr Duration kCommandTick = std::chrono::milliseconds(200);
constexpr Duration kEndPatience =
    std::chrono::seconds(30);  // with a store that cannot record the end
constexpr int kTimedOut = 124;

// One invocation: as many runs of one command as its attempts allow.
class CommandTask {
 public:
  CommandTask(const Options& options, state::Store store)
      : options_(options),
        store_(std::move(store)),
        ends_(store_.layout),
        messages_("cb-exec", options.common),
        name_(name_of(options)) {
    if (name_.source != kSource) config_ = config::load(options.common.config);
  }

  int run() {
    os::become_subreaper();
    recover();
    for (bool is_first = true;; is_first = false) {
      auto job = has_room() ? claim(is_first) : nullptr;
      if (!job) return exit_code(Fault::temporary);
      run_job(*job);
      const auto row = record(*job);
      const auto is_last = !row || row->state != State::ready || !row->not_before ||
                           row->reason != model::reason::retry || signals_.stops() > 0;
      if (is_last || !wait_until(*row->not_before)) return code_of(job->end());
    }
  }

 private:
  static model::TaskName name_of(const Options& options) {
    const auto name = model::parse_task_name(options.tasks.front(), kSource);
    if (!name)
      throw Error(Fault::usage, "run " + options.tasks.front() + ": not a name for a task");
    return *name;
  }

  // Whatever is left of an earlier run of this task is ended before it may run again.
  void recover() {
    for (;;) {
      const auto recovery = flow::recover(store_, config_, os::system_now());
      std::vector<Termination> endings;
      for (const auto& orphan : recovery.orphans)
        if (state::get_task(*store_.db, orphan.task).task.name == name_)
          endings.emplace_back(orphan.tag, orphan.policy.grace, os::boot_time());
      if (endings.empty()) return;
      for (auto& ending : endings)
        while (!ending.is_over(os::boot_time()) && signals_.stops() < 2)
          signals_.wait({}, kCommandTick);
      if (signals_.stops() > 0) return;
    }
  }

  // A command of its own needs no configuration: one that is wrong keeps it from nothing.
  uint64_t headroom() const {
    try {
      return config::load(options_.common.config).backup.headroom;
    } catch (const Error&) {
      return config::Backup().headroom;
    }
  }

  bool has_room() const {
    if (state::has_headroom(store_.layout, headroom())) return true;
    messages_.problem("run " + model::to_string(name_) + ": less than backup.headroom is free in " +
                      store_.layout.root + "; it is not started until there is room");
    return false;
  }

  state::TaskRow known_row(Instant now) {
    if (auto row = state::find_task(*store_.db, name_)) return *row;
    state::TaskRow row;
    row.task.name = name_;
    row.task.title = name_.id;
    row.task.kind = "command";
    row.fingerprint = model::fingerprint(row.task);
    row.state = State::ready;
    row.reason = model::reason::ready;
    state::insert_task(*store_.db, row, now);
    return row;
  }

  bool refuse(const state::TaskRow& row) {
    const auto is_held = row.state == State::held && row.reason == model::reason::held_by_user;
    if (row.state != State::running && row.state != State::blocked && !is_held) return false;
    const auto why = row.state == State::running ? "already running"
                     : is_held                   ? "held by a person"
                                                 : "blocked";
    messages_.problem("run " + model::to_string(name_) + ": " + why +
                      (row.detail.empty() ? "" : ": " + row.detail));
    return true;
  }

  std::unique_ptr<Job> claim(bool is_first) {
    const auto now = os::system_now();
    auto lock =
        os::ByteLock::try_take(store_.layout.run_locks(), static_cast<int64_t>(os::new_tag()));
    if (!lock) return nullptr;
    db::Transaction transaction(*store_.db);
    auto row = known_row(now);
    if (refuse(row)) return nullptr;
    if (is_first) row.attempts = 0;
    if (row.state != State::ready)
      state::change_state(*store_.db, row, {Cause::rerun, State::ready, model::reason::ready, ""},
                          now);
    state::RunRow run;
    run.id = os::new_id(now);
    run.argv = *options_.command;
    run.policy.timeout = options_.timeout.value_or(kTimeout);
    run.policy.attempts = static_cast<int>(options_.attempts.value_or(1));
    run.host = os::host_name();
    run.supervisor = os::this_process();
    run.tag = static_cast<os::Tag>(lock->offset());
    state::start_run(*store_.db, row, run, now);
    const auto file =
        name_.source == kSource ? std::nullopt : state::file_of_task(*store_.db, row.n);
    transaction.commit();
    return std::make_unique<Job>(store_.layout, ends_, row.task, row, run, std::move(*lock), file);
  }

  void run_job(Job& job) {
    Tee out(1), error(2);
    job.start({.environment =
                   without_own(config::environment_for_commands(config_, os::environment_list())),
               .directory = os::working_directory(),
               .input = 0,
               .output = out.writer(),
               .error = error.writer()},
              os::boot_time());
    out.close_writer();
    error.close_writer();
    os::Fd log;
    if (job.is_started()) log = os::open_to_append(store_.layout.log(job.run().id));
    int stops = signals_.stops();
    auto version = store_.db->data_version();
    while (!job.is_over()) {
      wait(job, out, error);
      for (const auto& ended : os::reap())
        if (ended.pid == job.pid()) job.on_exit(ended, os::boot_time());
      heed_signals(job, stops);
      obey_cancellation(job, version);
      job.tick(os::boot_time());
      move(out, error, log.get());
    }
    pass_on_rest(out, error, log.get());
  }

  void wait(const Job& job, const Tee& out, const Tee& error) {
    std::vector<pollfd> interest;
    out.add_interest(interest);
    error.add_interest(interest);
    auto timeout = kCommandTick;
    if (const auto next = job.next_tick())
      timeout = std::clamp(*next - os::boot_time(), Duration(0), kCommandTick);
    signals_.wait(interest, timeout);
  }

  void move(Tee& out, Tee& error, int log) {
    try {
      out.move(log);
      error.move(log);
    } catch (const Error& problem) {
      if (!is_log_broken_) messages_.problem(problem.what());
      is_log_broken_ = true;
      out.move(-1);
      error.move(-1);
    }
  }

  // What the command wrote before it ended; a reader that stands still gets a little time.
  void pass_on_rest(Tee& out, Tee& error, int log) {
    const auto until = os::boot_time() + std::chrono::seconds(5);
    do {
      move(out, error, log);
      if (!out.has_output_left() && !error.has_output_left()) return;
      std::vector<pollfd> interest;
      out.add_interest(interest);
      error.add_interest(interest);
      signals_.wait(interest, kCommandTick);
    } while (os::boot_time() < until);
  }

  void heed_signals(Job& job, int& stops) {
    if (signals_.stops() == stops) return;
    stops = signals_.stops();
    job.terminate(Ending::Event::interrupted, "cb-exec was told to stop", os::boot_time());
    if (stops >= 2) job.kill_now();
  }

  void obey_cancellation(Job& job, int64_t& version) {
    const auto current = store_.db->data_version();
    if (current == version || job.is_terminating()) return;
    version = current;
    if (state::get_task(*store_.db, job.row().n).wish == "cancel")
      job.terminate(Ending::Event::canceled, "canceled", os::boot_time());
  }

  // The task after the run; nullopt when the store could not be brought to record it: then its end
  // waits beside the log.
  std::optional<state::TaskRow> record(const Job& job) {
    const auto judgement = flow::judge(store_.layout, job.run(), job.end(), flow::random_jitter());
    const auto until = os::boot_time() + kEndPatience;
    for (bool is_first = true;; is_first = false) {
      try {
        return try_record(judgement);
      } catch (const Error& problem) {
        state::give_up_reserve(store_.layout);
        if (is_first) ends_.keep(job.run().id, job.end(), os::Sync::file);
        if (problem.fault() == Fault::permanent || os::boot_time() >= until) {
          messages_.problem(std::string(problem.what()) + "; the outcome is kept in " +
                            store_.layout.ends() + " and recorded by the next tool");
          return std::nullopt;
        }
        signals_.wait({}, kCommandTick);
      }
    }
  }

  state::TaskRow try_record(const flow::Judgement& judgement) {
    db::Transaction transaction(*store_.db);
    flow::finish(*store_.db, config_.rules_of(name_.source), judgement, os::system_now());
    transaction.commit();
    ends_.recorded(judgement.run.id);
    auto row = state::get_task(*store_.db, judgement.run.task);
    if (options_.common.json) {
      Report report(options_.common);
      report.run_ended(store_.layout, row, *state::find_run(*store_.db, judgement.run.id));
      report.finish();
    } else if (judgement.run.outcome != model::Outcome::succeeded) {
      messages_.note(model::to_string(name_) + ": " + judgement.run.message);
    }
    return row;
  }

  bool wait_until(Instant then) {
    messages_.note("trying again in " + describe_duration(then - os::system_now()));
    const auto until = os::boot_time() + (then - os::system_now());
    while (os::boot_time() < until && signals_.stops() == 0)
      signals_.wait({}, until - os::boot_time());
    return signals_.stops() == 0;
  }

  int code_of(const flow::ProcessEnd& end) const {
    if (end.event == Ending::Event::timed_out) return kTimedOut;
    if (end.event == Ending::Event::shortage) return exit_code(Fault::temporary);
    if (end.signal != 0) return 128 + end.signal;
    return end.exit;
  }

  const Options& options_;
  state::Store store_;
  flow::Ends ends_;
  config::Config config_;
  cli::Messages messages_;
  model::TaskName name_;
  os::SignalWait signals_;
  bool is_log_broken_ = false;
};

}  // namespace

int run_command(const Options& options, state::Store store) {
  return CommandTask(options, std::move(store)).run();
}

}  // namespace cb::exec
