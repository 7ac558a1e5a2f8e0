#include "run.h"

#include "filter.h"
#include "flow/changes.h"
#include "flow/recover.h"
#include "flow/refresh.h"
#include "flow/workplace.h"
#include "intake.h"
#include "os/clock.h"
#include "watches.h"

namespace cb::watch {
namespace {

void wait_until(Duration until) {
  for (auto left = until - os::boot_time(); left > Duration::zero(); left = until - os::boot_time())
    os::sleep_for(left);
}

// Everything that waits was seen by one scan, so one look when the last had its time is enough;
// what still changes then is for the next call.
void look_and_wait(const Job& job, Watchings& watchings) {
  std::vector<Watching*> begun;
  for (auto& watching : watchings) {
    if (!watching->begin()) {
      tell_busy(job, *watching);
      continue;
    }
    watching->turn(os::boot_time());
    begun.push_back(watching.get());
  }
  for (auto* watching : begun) {
    if (const auto due = watching->last_due()) {
      wait_until(*due);
      watching->take_due(os::boot_time());
      watching->tell_waiting();
    }
    watching->tend();
  }
}

}  // namespace

void tell_busy(const Job& job, const Watching& watching) {
  job.report.busy("somebody else is watching " + watching.label());
}

Watchings make_watchings(const Job& job, os::Hints* hints) {
  Watchings watchings;
  if (job.options.command == Command::filter) {
    const auto settings = settings_of(job.options);
    const auto name = filter_name(job.options, settings.dir);
    watchings.push_back(std::make_unique<Watching>(job, name, settings,
                                                   std::make_unique<Filter>(job, name), hints));
    return watchings;
  }
  for (const auto* watch : chosen_watches(job.options, job.config))
    watchings.push_back(std::make_unique<Watching>(job, watch->name, settings_of(*watch),
                                                   std::make_unique<Intake>(job, *watch), hints));
  return watchings;
}

void catch_up(const Job& job) {
  if (job.options.dry_run) return;
  const auto recovery = flow::recover(job.store, job.config, job.now());
  for (const auto& line : flow::describe(*job.store.db, recovery)) job.report.messages().note(line);
  flow::refresh(job.store, job.config, job.now());
}

int run_once(const Call& call) {
  const auto purpose = call.options.dry_run ? flow::Purpose::rehearse : flow::Purpose::change;
  flow::Workplace place(call.state_directory, purpose, call.now());
  std::set<std::string> unremembered;
  const Job job{call.options,
                call.config,
                place.store(),
                call.report,
                call.now,
                [&] { return call.options.command != Command::filter || !cli::is_output_closed(); },
                unremembered};
  try {
    catch_up(job);
    auto watchings = make_watchings(job, nullptr);
    look_and_wait(job, watchings);
  } catch (const Error&) {
    call.report.finish();  // what was done so far
    throw;
  }
  call.report.finish();
  return call.report.exit_code();
}

}  // namespace cb::watch
