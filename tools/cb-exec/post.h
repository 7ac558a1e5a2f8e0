// All that goes upstream from here: one courier per source that is owed something.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "flow/deliver.h"
#include "state/store.h"

namespace cb::exec {

class Post {
 public:
  Post(state::Store& store, const config::Config& config);
  ~Post();

  // The operation was created by this process a moment ago: it goes first, and its source's other
  // writes after it.
  void send_first(const std::string& source, int64_t task, const std::string& op);

  // Sends what is due, as far as nothing is under way.
  void pump(Instant now);
  // What was answered. A store that cannot record it now is no error here: the write stays owed.
  std::vector<flow::Delivery> collect(Instant now);

  bool is_busy() const;
  bool is_idle(Instant now);
  // The source is left alone for now: its breaker, which knows until when.
  std::optional<model::Breaker> left_alone(const std::string& source, Instant now);

  std::vector<pollfd> interest() const;
  std::optional<Duration> time_left() const;

 private:
  struct Route;
  Route* route(const std::string& source);  // nullptr: it has no upstream

  state::Store& store_;
  const config::Config& config_;
  const bool has_upstream_;
  std::map<std::string, std::unique_ptr<Route>> routes_;
};

}  // namespace cb::exec
