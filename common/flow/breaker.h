// The breaker of a source, kept in the store for all processes.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "db/connection.h"
#include "flow/workplace.h"
#include "model/breaker.h"
#include "upstream/client.h"

namespace cb::flow {

// Whether the source may be asked now, and what is known of it; reads one row.
struct SourceGate {
  model::Gate gate = model::Gate::pass;
  model::Breaker breaker;

  bool is_shut() const { return gate == model::Gate::shut; }
};
SourceGate look_at_gate(db::Connection& db, const upstream::Settings& settings, Instant now);

// Before a request: whether it may be sent. Of a breaker that is half open one process gets the
// probe, in a transaction of its own. `wanted`: a person named the source, so it is asked in any
// case.
enum class Wanted { no, yes };
bool enter_gate(db::Connection& db, const upstream::Settings& settings, Instant now,
                Wanted wanted = Wanted::no);

// What to say of a source that must not be asked now; nullopt: it may be, as enter_gate() says. A
// rehearsal takes no probe.
struct Asking {
  Wanted wanted = Wanted::no;
  Purpose purpose = Purpose::change;
};
std::optional<std::string> why_not_ask(db::Connection& db, const upstream::Settings& settings,
                                       const Asking& asking, Instant now);

// Inside a db::Transaction: what the request came to.
enum class Asked { for_listing, to_write };
void note_reply(db::Connection& db, const upstream::Settings& settings,
                const std::optional<upstream::Failure>& failure, Asked asked, Instant now);

// "left alone until 2026-11-22T20:00:00.000Z: slow down", "left alone until its token or the
// configuration changes: …".
std::string describe(const model::Breaker& breaker);

}  // namespace cb::flow
