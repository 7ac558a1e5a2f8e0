#include "flow/deliver.h"

#include <algorithm>

#include "model/outcome.h"
#include "os/pipe.h"
#include "upstream/protocol.h"

namespace cb::flow {
namespace {

using upstream::Kind;

constexpr int kSendBatch = 64;
constexpr model::Backoff kBackoff = {
    .first = std::chrono::seconds(5), .factor = 2, .max = std::chrono::hours(1)};
constexpr auto kUnauthorized = std::chrono::minutes(5);

// Refused for this write alone, and for good.
bool is_permanent(Kind kind) {
  return kind == Kind::not_found || kind == Kind::forbidden || kind == Kind::invalid;
}

Json request_of(const state::Owed& owed, bool maybe_sent) {
  switch (owed.kind) {
    case state::Owed::Kind::set_status:
      return to_request(upstream::SetStatus{owed.op, owed.name.id, owed.text, maybe_sent});
    case state::Owed::Kind::comment:
      return to_request(upstream::Comment{owed.op, owed.name.id, owed.text, maybe_sent});
    case state::Owed::Kind::attach:
      return to_request(upstream::Attach{owed.op, owed.name.id, owed.path, owed.text, maybe_sent});
  }
  return {};
}

Instant retry_at(const state::Owed& owed, const upstream::Failure& failure, Instant now) {
  auto wait = model::backoff_before(owed.tries + 2, kBackoff, 0);
  if (failure.kind == Kind::unauthorized) wait = std::max<Duration>(wait, kUnauthorized);
  return now + std::max(wait, failure.retry_after.value_or(Duration(0)));
}

std::string version_in(const Json& body) {
  const auto version = body.find("version");
  if (version == body.end() || version->is_null()) return "";
  return version->is_string() ? version->get<std::string>() : version->dump();
}

}  // namespace

upstream::Settings helper_settings(const config::Config& config, const config::Source& source,
                                   std::vector<std::string> environment) {
  return {.source = source.rules.name,
          .argv = source.kind.empty() ? source.helper : upstream::find_helper(source.kind),
          .directory = config.directory,
          .environment = std::move(environment),
          .options = source.options,
          .statuses = source.statuses,
          .deadline = source.deadline};
}

Courier::Courier(state::Store& store, upstream::Client& client) : store_(store), client_(client) {}

void Courier::add_fresh(const std::string& op) {
  if (!op.empty()) fresh_.insert(op);
}

void Courier::prefer(int64_t task) { preferred_.push_back(task); }

// What another process delivered meanwhile is gone; what it may have tried is read anew.
std::optional<state::Owed> Courier::next_of(int64_t task, Instant now) const {
  auto owed = state::next_owed_of(*store_.db, task);
  const auto is_preferred =
      std::find(preferred_.begin(), preferred_.end(), task) != preferred_.end();
  if (owed && !is_preferred && owed->next_try > now) return std::nullopt;
  return owed;
}

bool Courier::try_send(int64_t task, Instant now) {
  auto lock = os::ByteLock::try_take(store_.layout.outbox_locks(), task);
  if (!lock) return false;
  const auto owed = next_of(task, now);
  if (!owed) return false;
  const auto is_fresh = fresh_.erase(owed->op) > 0;
  if (!owed->maybe_sent) {
    db::Transaction transaction(*store_.db);
    state::mark_sent(*store_.db, *owed);
    transaction.commit();
  }
  in_flight_.emplace(InFlight{*owed, std::move(*lock)});
  client_.send(request_of(*owed, owed->maybe_sent && !is_fresh));
  return true;
}

void Courier::pump(Instant now) {
  if (in_flight_ || (quiet_until_ && *quiet_until_ > now)) return;
  for (const auto task : preferred_)
    if (try_send(task, now)) return;
  for (const auto& owed : state::next_owed(*store_.db, client_.settings().source, now, kSendBatch))
    if (try_send(owed.task, now)) return;
}

bool Courier::is_idle(Instant now) {
  if (in_flight_) return false;
  if (quiet_until_ && *quiet_until_ > now) return true;
  return state::next_owed(*store_.db, client_.settings().source, now, 1).empty();
}

Delivery Courier::record(state::Owed owed, const upstream::Answer& answer, Instant now) {
  Delivery delivery{std::move(owed), answer.failure, false};
  db::Transaction transaction(*store_.db);
  if (!answer.failure) {
    state::mark_delivered(*store_.db, delivery.owed, version_in(answer.body), now);
  } else if (is_permanent(answer.failure->kind)) {
    delivery.is_parked = true;
    state::give_up(*store_.db, delivery.owed, state::GivenUp::parked, answer.failure->message, now);
  } else {
    const auto next_try = retry_at(delivery.owed, *answer.failure, now);
    state::mark_failed(*store_.db, delivery.owed, answer.failure->message, next_try);
    quiet_until_ = next_try;
  }
  transaction.commit();
  return delivery;
}

std::optional<Delivery> Courier::advance(Instant now) {
  if (!in_flight_) return std::nullopt;
  const auto answer = client_.advance();
  if (!answer) return std::nullopt;
  auto owed = std::move(in_flight_->owed);
  std::erase(preferred_, owed.task);
  const auto lock = std::move(in_flight_->lock);  // until it is recorded
  in_flight_.reset();
  return record(std::move(owed), *answer, now);
}

std::vector<Delivery> deliver_due(state::Store& store, upstream::Client& client, const Now& now) {
  std::vector<Delivery> tried;
  Courier courier(store, client);
  for (;;) {
    courier.pump(now());
    if (!courier.is_busy()) return tried;
    std::optional<Delivery> delivery;
    while (!(delivery = courier.advance(now()))) {
      auto descriptors = client.interest();
      os::wait_for(descriptors, client.time_left());
    }
    tried.push_back(std::move(*delivery));
    if (tried.back().failure && !tried.back().is_parked) return tried;
  }
}

}  // namespace cb::flow
