#include "flow/breaker.h"

#include "flow/judge.h"
#include "state/sources.h"

namespace cb::flow {
namespace {

using model::Reply;
using upstream::Kind;

// What refuses one write says nothing of the source; of a listing it is all there is to say.
Reply::Kind kind_of(const upstream::Failure& failure, Asked asked) {
  switch (failure.kind) {
    case Kind::unauthorized:
      return Reply::Kind::refused;
    case Kind::forbidden:
      return asked == Asked::for_listing ? Reply::Kind::refused : Reply::Kind::answered;
    case Kind::rate_limited:
      return Reply::Kind::asked;
    case Kind::broken:
      return Reply::Kind::broken;
    case Kind::transient:
    case Kind::unknown_outcome:
      return failure.retry_after ? Reply::Kind::asked : Reply::Kind::failed;
    case Kind::not_found:
    case Kind::invalid:
      return asked == Asked::for_listing ? Reply::Kind::failed : Reply::Kind::answered;
  }
  return Reply::Kind::failed;
}

Reply reply_of(const std::optional<upstream::Failure>& failure, Asked asked) {
  if (!failure) return {};
  return {.kind = kind_of(*failure, asked),
          .patience = failure->retry_after,
          .message = failure->message};
}

std::string shown_by(const upstream::Settings& settings) {
  return settings.fingerprint ? settings.fingerprint() : "";
}

}  // namespace

SourceGate look_at_gate(db::Connection& db, const upstream::Settings& settings, Instant now) {
  auto breaker = state::load_breaker(db, settings.source);
  if (!breaker.is_open()) return {model::Gate::pass, std::move(breaker)};
  const auto gate = model::gate(breaker, shown_by(settings), now);
  return {gate, std::move(breaker)};
}

bool enter_gate(db::Connection& db, const upstream::Settings& settings, Instant now,
                Wanted wanted) {
  const auto is_probe = [&](const SourceGate& looked) {
    return looked.gate == model::Gate::probe || (wanted == Wanted::yes && looked.is_shut());
  };
  const auto looked = look_at_gate(db, settings, now);
  if (!is_probe(looked)) return !looked.is_shut();
  db::Transaction transaction(db);
  const auto again = look_at_gate(db, settings, now);
  if (!is_probe(again)) return !again.is_shut();
  state::save_breaker(db, settings.source, model::begin_probe(again.breaker, now));
  transaction.commit();
  return true;
}

void note_reply(db::Connection& db, const upstream::Settings& settings,
                const std::optional<upstream::Failure>& failure, Asked asked, Instant now) {
  const auto before = state::load_breaker(db, settings.source);
  const auto shown = failure ? shown_by(settings) : "";
  const auto next = model::after(before, reply_of(failure, asked), shown, now, random_jitter());
  if (next != before) state::save_breaker(db, settings.source, next);
}

std::optional<std::string> why_not_ask(db::Connection& db, const upstream::Settings& settings,
                                       const Asking& asking, Instant now) {
  const auto may_ask =
      asking.purpose == Purpose::change
          ? enter_gate(db, settings, now, asking.wanted)
          : asking.wanted == Wanted::yes || !look_at_gate(db, settings, now).is_shut();
  if (may_ask) return std::nullopt;
  return settings.source + ": " + describe(state::load_breaker(db, settings.source));
}

std::string describe(const model::Breaker& breaker) {
  const auto until = breaker.opens_until();
  return "left alone until " +
         (until ? format_rfc3339(*until) : "its token or the configuration changes") + ": " +
         breaker.reason;
}

}  // namespace cb::flow
