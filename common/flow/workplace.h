// The store that a tool works on, real or for a rehearsal.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "state/store.h"

namespace cb::flow {

enum class Purpose {
  change,    // made when missing
  rehearse,  // a dry run, whose transactions are taken back; a missing store is stood in for by an
             // empty one, removed at the end
};

class Workplace {
 public:
  Workplace(const std::string& directory, Purpose purpose, Instant now);
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace();

  state::Store& store() { return *store_; }

 private:
  std::string scratch_;  // "" = none
  std::optional<state::Store> store_;
};

}  // namespace cb::flow
