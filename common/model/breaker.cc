#include "model/breaker.h"

#include <algorithm>

#include "base/json.h"
#include "model/outcome.h"

namespace cb::model {
namespace {

using BreakerCause = Breaker::Cause;

constexpr Duration kWindow = std::chrono::minutes(1);
constexpr int kFewest = 5;  // requests that tell anything
constexpr int kMostBroken = 2;
constexpr Duration kProbe = std::chrono::minutes(2);  // then whoever sent it is taken for dead
constexpr Duration kPatience = std::chrono::minutes(1);
constexpr Duration kLongest = std::chrono::hours(24);
constexpr Backoff kBreakerWaits = {
    .first = std::chrono::seconds(5), .factor = 2, .max = std::chrono::minutes(30)};

constexpr std::pair<BreakerCause, const char*> kBreakerCauses[] = {
    {BreakerCause::failures, "failures"},
    {BreakerCause::asked, "asked"},
    {BreakerCause::refused, "refused"}};

bool is_within(Instant since, Duration length, Instant now) {
  return since <= now && now - since < length;
}

Breaker closed() { return {}; }

void count(Breaker& breaker, bool has_failed, Instant now) {
  if (!is_within(breaker.window_began, kWindow, now)) {
    breaker.window_began = now;
    breaker.requests = breaker.failures = 0;
  }
  ++breaker.requests;
  if (has_failed) ++breaker.failures;
}

void open(Breaker& breaker, BreakerCause cause, Duration wait, const Reply& reply, Instant now) {
  breaker.cause = cause;
  breaker.opened_at = now;
  breaker.wait = wait;
  breaker.reason = reply.message;
  breaker.fingerprint.clear();
  breaker.probe_at.reset();
  breaker.requests = breaker.failures = 0;
  breaker.window_began = now;
}

Breaker after_failure(Breaker breaker, const Reply& reply, Instant now, double jitter) {
  count(breaker, true, now);
  if (reply.kind == Reply::Kind::broken) ++breaker.broken;
  const auto is_too_much = breaker.requests >= kFewest && 2 * breaker.failures > breaker.requests;
  if (!breaker.is_open() && !is_too_much && breaker.broken < kMostBroken) return breaker;
  ++breaker.openings;
  open(breaker, BreakerCause::failures, backoff_before(breaker.openings + 1, kBreakerWaits, jitter),
       reply, now);
  return breaker;
}

}  // namespace

std::optional<Instant> Breaker::opens_until() const {
  if (cause == BreakerCause::none || cause == BreakerCause::refused) return std::nullopt;
  return opened_at + wait;
}

Gate gate(const Breaker& breaker, std::string_view fingerprint, Instant now) {
  if (!breaker.is_open()) return Gate::pass;
  if (breaker.probe_at && is_within(*breaker.probe_at, kProbe, now)) return Gate::shut;
  if (breaker.cause == BreakerCause::refused)
    return breaker.fingerprint == fingerprint ? Gate::shut : Gate::probe;
  return is_within(breaker.opened_at, breaker.wait, now) ? Gate::shut : Gate::probe;
}

Breaker begin_probe(Breaker breaker, Instant now) {
  breaker.probe_at = now;
  return breaker;
}

Breaker after(Breaker breaker, const Reply& reply, std::string_view fingerprint, Instant now,
              double jitter) {
  switch (reply.kind) {
    case Reply::Kind::answered:
      // Only the answer to a probe opens the way again; one of before may come late.
      if (breaker.is_open() && !breaker.probe_at) return breaker;
      if (breaker.is_open()) return closed();
      breaker.broken = breaker.openings = 0;
      count(breaker, false, now);
      return breaker;
    case Reply::Kind::failed:
    case Reply::Kind::broken:
      if (breaker.is_open() && !breaker.probe_at) return breaker;
      return after_failure(std::move(breaker), reply, now, jitter);
    case Reply::Kind::asked:
      open(breaker, BreakerCause::asked,
           std::clamp<Duration>(reply.patience.value_or(kPatience), Duration(0), kLongest), reply,
           now);
      return breaker;
    case Reply::Kind::refused:
      open(breaker, BreakerCause::refused, Duration(0), reply, now);
      breaker.fingerprint = fingerprint;
      return breaker;
  }
  return breaker;
}

std::string to_text(const Breaker& breaker) {
  if (breaker == Breaker{}) return "";
  Json json = {{"since", to_millis(breaker.window_began)},
               {"requests", breaker.requests},
               {"failures", breaker.failures}};
  if (breaker.broken > 0) json["broken"] = breaker.broken;
  for (const auto& [cause, word] : kBreakerCauses)
    if (breaker.cause == cause) json["open"] = word;
  if (breaker.is_open()) {
    json["opened_at"] = to_millis(breaker.opened_at);
    json["wait_ms"] = breaker.wait.count();
    json["openings"] = breaker.openings;
    json["reason"] = breaker.reason;
  }
  if (breaker.cause == BreakerCause::refused) json["fingerprint"] = breaker.fingerprint;
  if (breaker.probe_at) json["probe_at"] = to_millis(*breaker.probe_at);
  return to_line(json);
}

Breaker parse_breaker(std::string_view text) {
  if (text.empty()) return {};
  try {
    const auto json = parse_json(text);
    Breaker breaker;
    breaker.window_began = from_millis(json.at("since").get<int64_t>());
    breaker.requests = json.at("requests").get<int>();
    breaker.failures = json.at("failures").get<int>();
    breaker.broken = json.value("broken", 0);
    const auto word = json.value("open", "");
    for (const auto& [cause, name] : kBreakerCauses)
      if (word == name) breaker.cause = cause;
    if (!breaker.is_open()) return breaker;
    breaker.opened_at = from_millis(json.at("opened_at").get<int64_t>());
    breaker.wait = Duration(json.at("wait_ms").get<int64_t>());
    breaker.openings = json.at("openings").get<int>();
    breaker.reason = json.at("reason").get<std::string>();
    breaker.fingerprint = json.value("fingerprint", "");
    if (json.contains("probe_at")) breaker.probe_at = from_millis(json["probe_at"].get<int64_t>());
    return breaker;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace cb::model
