// Delivers what a source is owed: in order per task, at least once, one request at a time.
#pragma once

#include <poll.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "flow/breaker.h"
#include "os/lock.h"
#include "state/outbox.h"
#include "state/store.h"
#include "upstream/client.h"

namespace cb::flow {

// The settings of a source's helper.
upstream::Settings helper_settings(const config::Config& config, const config::Source& source,
                                   std::vector<std::string> environment);

// One write that was tried.
struct Delivery {
  state::Owed owed;
  std::optional<upstream::Failure> failure;  // absent: delivered
  bool is_parked = false;                    // refused for good, not tried again
};

// Never waits; the owner waits on interest() and time_left() and then calls advance(). No two
// processes deliver for one task at the same time: each holds a byte of locks/outbox.
class Courier {
 public:
  // `client` and `store` must outlive it; nobody else may use the client while is_busy().
  Courier(state::Store& store, upstream::Client& client);

  // The operation was created by this process and has certainly not been sent yet.
  void add_fresh(const std::string& op);
  // The writes of this task go first, even if an earlier try failed a moment ago.
  void prefer(int64_t task);

  // Sends the next write that is due, unless busy or the source is left alone.
  void pump(Instant now);
  bool is_busy() const { return in_flight_.has_value(); }
  // Nothing in flight, and nothing due that could be sent now.
  bool is_idle(Instant now);

  // What became of the write in flight, recorded in the store already; nullopt while it is still
  // under way.
  std::optional<Delivery> advance(Instant now);

  // Why the source is left alone now (its breaker is open); nullopt when it is not.
  std::optional<model::Breaker> left_alone(Instant now) const;

 private:
  struct InFlight {
    state::Owed owed;
    os::ByteLock lock;
  };
  bool try_send(int64_t task, Instant now);
  std::optional<state::Owed> next_of(int64_t task, Instant now) const;
  Delivery record(state::Owed owed, const upstream::Answer& answer, Instant now);

  state::Store& store_;
  upstream::Client& client_;
  std::optional<InFlight> in_flight_;
  std::set<std::string> fresh_;
  std::vector<int64_t> preferred_;
};

// Delivers all that is due for the client's source, waiting for each answer; what was tried, in
// order. Stops when the source is left alone, or its helper is broken.
std::vector<Delivery> deliver_due(state::Store& store, upstream::Client& client, const Now& now);

}  // namespace cb::flow
