#include "reconcile.h"

#include <functional>

#include "compare.h"
#include "deliver.h"
#include "flow/deliver.h"
#include "flow/listing.h"
#include "flow/open.h"
#include "leftovers.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/signal.h"
#include "recover.h"
#include "retention.h"
#include "state/sources.h"

namespace cb::reconcile {
namespace {

constexpr Duration kReconcilePace = std::chrono::minutes(5);

// Its breaker is open. A person who names it, and waits for the answer, wants to know all the same.
bool is_left_alone(const Job& job, const upstream::Settings& settings) {
  const auto is_wanted = !job.options.sources.empty() && !job.options.follow;
  const flow::Asking asking{
      .wanted = is_wanted ? flow::Wanted::yes : flow::Wanted::no,
      .purpose = job.only_reports() ? flow::Purpose::rehearse : flow::Purpose::change};
  const auto why = flow::why_not_ask(*job.store.db, settings, asking, job.now());
  if (why && job.options.follow)
    job.report.messages().detail(*why);
  else if (why)
    job.report.unreachable(*why);
  return why.has_value();
}

void reconcile_source(const Job& job, const config::Source& source) {
  const auto& name = source.rules.name;
  job.report.begin();
  os::FileLock lock(flow::listing_lock(job.store.layout, name));
  if (!lock.lock(source.deadline)) return job.report.busy(name + ": another process is listing it");
  upstream::Client client(flow::helper_settings(job.config, source, job.environment));
  deliver(job, client);
  if (is_left_alone(job, client.settings())) return;
  const auto compared = compare(job, source, client);
  if (!job.only_reports()) deliver(job, client);  // what the comparison owes
  const auto count = compared.value_or(0);
  const auto first = compared
                         ? std::to_string(count) + (count == 1 ? " task" : " tasks") + " compared"
                         : std::string("not compared");
  job.report.summarize(name, first, compared ? ", all agree" : "");
}

void clean(const Job& job) {
  job.report.begin();
  forget_old(job);
  remove_leftovers(job);
  job.report.summarize("store", "", "nothing to clean up");
}

void reconcile_once(const Job& job, const std::function<bool()>& is_stopped) {
  job.report.begin();
  recover(job);
  for (const auto* source : job.sources) {
    if (is_stopped()) return;
    reconcile_source(job, *source);
  }
  if (job.options.sources.empty() && !is_stopped()) clean(job);
}

int follow(const Job& job) {
  os::SignalWait signals;
  const auto is_stopped = [&] { return signals.stops() > 0 || cli::is_output_closed(); };
  while (!is_stopped()) {
    try {
      reconcile_once(job, is_stopped);
    } catch (const Error& error) {
      if (error.fault() != Fault::temporary) throw;
      job.report.messages().problem(error.what());
      flow::reopen(job.store);
    }
    const auto until = os::boot_time() + job.options.every.value_or(kReconcilePace);
    while (!is_stopped() && os::boot_time() < until) signals.wait({}, until - os::boot_time());
  }
  return 0;
}

}  // namespace

int run(const Job& job) {
  if (job.options.follow) return follow(job);
  try {
    reconcile_once(job, [] { return false; });
  } catch (const Error&) {
    job.report.finish();  // what was done so far
    throw;
  }
  job.report.finish();
  return job.report.exit_code();
}

}  // namespace cb::reconcile
