// The parts of the helper for one source, put together.
#pragma once

#include "api.h"
#include "options.h"
#include "throttle.h"
#include "token.h"
#include "workspace.h"
#include "write.h"

namespace cb::upstream_clickup {

struct Connection {
  // The token is read at once: throws Error{Fault::configuration}.
  Connection(Options given, const Places& places, const Timer& timer, const Now& now,
             Workspace::Problem problem);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Options options;
  Api api;
  Workspace workspace;
  Writer writer;
};

// The real clocks and randomness.
Timer real_timer();

}  // namespace cb::upstream_clickup
