// What cb-exec tells upstream, and what the answers mean for its claims.
#include "drain.h"

#include <algorithm>

namespace cb::exec {
namespace {

// Before an unreachable upstream is tried again.
constexpr Duration kUnreachable = std::chrono::seconds(30);

}  // namespace

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
      .state = is_parked ? model::State::held : model::State::ready,
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

}  // namespace cb::exec
