#include "run.h"

#include <functional>

#include "base/text.h"
#include "flow/deliver.h"
#include "flow/open.h"
#include "flow/recover.h"
#include "flow/refresh.h"
#include "input.h"
#include "listing.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/signal.h"
#include "sources.h"

namespace cb::poll {
namespace {

constexpr Duration kPace = std::chrono::seconds(60);

std::string describe(const flow::Delivery& delivery) {
  const auto task = model::to_string(delivery.owed.name);
  return task + ": deliver '" + excerpt(delivery.owed.text, 80) +
         "': " + delivery.failure->message + (delivery.is_parked ? "; it is not tried again" : "");
}

void deliver(const Job& job, upstream::Client& client) {
  int64_t delivered = 0;
  for (const auto& delivery : flow::deliver_due(job.store, client, job.now)) {
    if (delivery.failure)
      job.report.messages().problem(describe(delivery));
    else
      ++delivered;
  }
  if (delivered > 0)
    job.report.messages().note(client.settings().source + ": " + std::to_string(delivered) +
                               (delivered == 1 ? " write" : " writes") + " delivered");
}

// Its breaker is open. A person who names it, and waits for the answer, wants to know all the same.
bool is_left_alone(const Job& job, const upstream::Settings& settings) {
  const auto is_wanted = !job.options.sources.empty() && !job.options.follow;
  const flow::Asking asking{
      .wanted = is_wanted ? flow::Wanted::yes : flow::Wanted::no,
      .purpose = job.options.dry_run ? flow::Purpose::rehearse : flow::Purpose::change};
  const auto why = flow::why_not_ask(*job.store.db, settings, asking, job.now());
  if (why && job.options.follow)
    job.report.messages().detail(*why);
  else if (why)
    job.report.unreachable(*why);
  return why.has_value();
}

void list(const Job& job, const config::Source& source, upstream::Client& client) {
  Listing listing(job, source, client.settings());
  const auto answer = client.call(upstream::list_request(listing.cursor()),
                                  [&](const Json& task) { listing.take(task); });
  if (answer.failure)
    listing.fail(*answer.failure);
  else
    listing.finish(answer.body);
}

void poll_source(const Job& job, const config::Source& source) {
  const auto& name = source.rules.name;
  // An older listing must not be taken in after a newer one.
  os::FileLock lock(flow::listing_lock(job.store.layout, name));
  if (!lock.lock(source.deadline)) return job.report.busy(name + ": another process is listing it");
  upstream::Client client(flow::helper_settings(job.config, source, job.environment));
  if (!job.options.dry_run) deliver(job, client);
  if (is_left_alone(job, client.settings())) return;
  list(job, source, client);
}

void catch_up(const Job& job) {
  if (job.options.dry_run) return;
  const auto recovery = flow::recover(job.store, job.config, job.now());
  for (const auto& line : flow::describe(*job.store.db, recovery)) job.report.messages().note(line);
  std::vector<state::ChangedTask> changes;
  for (const auto& judged : flow::refresh(job.store, job.config, job.now()))
    changes.push_back(state::changed(*job.store.db, judged.row, judged.before));
  job.report.add(changes);
}

void poll_once(const Job& job, const std::function<bool()>& is_stopped) {
  catch_up(job);
  for (const auto* source : chosen_sources(job.options, job.config)) {
    if (is_stopped()) return;
    poll_source(job, *source);
  }
}

int follow(const Job& job) {
  os::SignalWait signals;
  const auto is_stopped = [&] { return signals.stops() > 0 || cli::is_output_closed(); };
  while (!is_stopped()) {
    try {
      poll_once(job, is_stopped);
    } catch (const Error& error) {
      if (error.fault() != Fault::temporary) throw;
      job.report.messages().problem(error.what());
      flow::reopen(job.store);
    }
    const auto until = os::boot_time() + job.options.every.value_or(kPace);
    while (!is_stopped() && os::boot_time() < until) signals.wait({}, until - os::boot_time());
  }
  return 0;
}

void poll_or_read(const Job& job) {
  if (!job.options.input) return poll_once(job, [] { return false; });
  catch_up(job);
  read_input(job, *job.options.input);
}

}  // namespace

int run(const Job& job) {
  if (job.options.follow) return follow(job);
  try {
    poll_or_read(job);
  } catch (const Error&) {
    job.report.finish();  // what was stored so far
    throw;
  }
  job.report.finish();
  return job.report.exit_code();
}

}  // namespace cb::poll
