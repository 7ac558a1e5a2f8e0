#include "flow/deliver.h"

#include <algorithm>

#include "base/text.h"
#include "flow/judge.h"
#include "model/outcome.h"
#include "os/env.h"
#include "os/file.h"
#include "os/pipe.h"
#include "upstream/protocol.h"

namespace cb::flow {
namespace {

using upstream::Kind;

constexpr int kSendBatch = 64;
constexpr model::Backoff kBackoff = {
    .first = std::chrono::seconds(5), .factor = 2, .max = std::chrono::hours(1)};

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

// A source that lets nobody in is no fault of the write: it is due once the breaker lets it out.
Instant retry_at(const state::Owed& owed, const upstream::Failure& failure, Instant now) {
  const auto tries = failure.kind == Kind::unauthorized ? 0 : owed.tries;
  const auto wait = model::backoff_before(tries + 2, kBackoff, random_jitter());
  return now + std::max(wait, failure.retry_after.value_or(Duration(0)));
}

// The tracker turned it away before it looked at it.
state::Arrived arrival(Kind kind) {
  const auto is_turned_away = kind == Kind::rate_limited || kind == Kind::unauthorized;
  return is_turned_away ? state::Arrived::no : state::Arrived::perhaps;
}

// What a helper is shown, as far as a refusal may depend on it. Of a token in the environment no
// more is kept than that it is another: 16 bits of a hash.
std::function<std::string()> fingerprint_of(const config::Config& config,
                                            const config::Source& source,
                                            const std::vector<std::string>& environment) {
  auto text = config.fingerprint;
  const auto member = [&](const char* name, const char* usual) -> std::string {
    const auto found = source.options.find(name);
    return found != source.options.end() && found->is_string() ? found->get<std::string>() : usual;
  };
  auto file = member("token_file", "");
  if (!file.empty()) file = os::resolve_path(file, config.directory, os::home_directory());
  const auto variable = member("token_env", "CB_CLICKUP_TOKEN") + "=";
  for (const auto& entry : environment)
    if (entry.starts_with(variable)) text += "/" + std::to_string(hash64(entry) & 0xffff);
  return [text, file] { return file.empty() ? text : text + "/" + os::file_stamp(file); };
}

std::string version_in(const Json& body) {
  const auto version = body.find("version");
  if (version == body.end() || version->is_null()) return "";
  return version->is_string() ? version->get<std::string>() : version->dump();
}

}  // namespace

upstream::Settings helper_settings(const config::Config& config, const config::Source& source,
                                   std::vector<std::string> environment) {
  auto fingerprint = fingerprint_of(config, source, environment);
  return {.source = source.rules.name,
          .argv = source.kind.empty() ? source.helper : upstream::find_helper(source.kind),
          .directory = config.directory,
          .environment = std::move(environment),
          .options = source.options,
          .statuses = source.statuses,
          .fingerprint = std::move(fingerprint),
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
  if (!owed || !enter_gate(*store_.db, client_.settings(), now)) return false;
  const auto is_fresh = fresh_.erase(owed->op) > 0;
  if (!owed->maybe_sent) {
    db::Transaction transaction(*store_.db);
    state::mark_sent(*store_.db, *owed);
    transaction.commit();
  }
  const auto maybe_sent = owed->maybe_sent && !is_fresh;
  in_flight_.emplace(InFlight{*owed, std::move(*lock)});
  in_flight_->owed.maybe_sent = maybe_sent;
  client_.send(request_of(*owed, maybe_sent));
  return true;
}

void Courier::pump(Instant now) {
  if (in_flight_) return;
  for (const auto task : preferred_)
    if (try_send(task, now)) return;
  if (left_alone(now)) return;
  for (const auto& owed : state::next_owed(*store_.db, client_.settings().source, now, kSendBatch))
    if (try_send(owed.task, now)) return;
}

bool Courier::is_idle(Instant now) {
  if (in_flight_) return false;
  return state::next_owed(*store_.db, client_.settings().source, now, 1).empty() || left_alone(now);
}

std::optional<model::Breaker> Courier::left_alone(Instant now) const {
  auto looked = look_at_gate(*store_.db, client_.settings(), now);
  if (!looked.is_shut()) return std::nullopt;
  return std::move(looked.breaker);
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
    state::mark_failed(*store_.db, delivery.owed, answer.failure->message, next_try,
                       arrival(answer.failure->kind));
  }
  note_reply(*store_.db, client_.settings(), answer.failure, Asked::to_write, now);
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
    if (tried.back().failure && tried.back().failure->kind == Kind::broken) return tried;
  }
}

}  // namespace cb::flow
