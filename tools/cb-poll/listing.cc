#include "listing.h"

namespace cb::poll {
namespace {

flow::Scope scope_of(const Options& options) {
  return options.full ? flow::Scope::everything : flow::Scope::changes;
}

}  // namespace

Listing::Listing(const Job& job, const config::Source& source, const upstream::Settings& settings)
    : job_(job),
      name_(source.rules.name),
      listing_({.store = job.store,
                .config = job.config,
                .source = source,
                .settings = settings,
                .scope = scope_of(job.options)},
               *this, job.now),
      progress_("listing " + name_, job.options.common) {
  job.report.begin();
}

void Listing::took(const model::Task&, const flow::Admitted& admitted) {
  job_.report.count(admitted.kind);
}

void Listing::take(const Json& value) {
  listing_.take(value);
  progress_.update(listing_.listed(), 0);
}

void Listing::finish(const Json& answer) {
  listing_.finish(answer);
  progress_.finish();
  if (!flow::is_complete(answer))
    job_.report.messages().note(name_ +
                                ": the listing is not complete; tasks may be missing in it");
  job_.report.summarize(name_);
}

void Listing::fail(const upstream::Failure& failure) {
  listing_.fail(failure);
  progress_.finish();
  job_.report.unreachable(name_ + ": " + failure.message);
}

}  // namespace cb::poll
