#include "connection.h"

#include <utility>

#include "os/clock.h"

namespace cb::upstream_clickup {
namespace {

Api::Settings settings_of(const Options& options, const Places& places, const Timer& timer,
                          const Now& now) {
  return {.base_url = options.base_url,
          .workspace = options.scope.workspace,
          .timeouts = {.connect = options.connect_timeout, .total = options.timeout},
          .throttle = {.max_wait = options.max_wait, .reserve = options.reserve},
          .read_token = [options, places] { return read_token(options, places); },
          .timer = timer,
          .now = now};
}

}  // namespace

Connection::Connection(Options given, const Places& places, const Timer& timer, const Now& now,
                       Workspace::Problem problem)
    : options(std::move(given)),
      api(settings_of(options, places, timer, now)),
      workspace(api, options, std::move(problem)),
      writer({.api = api, .workspace = workspace, .timer = timer, .settle = options.settle}) {
  api.authorize();
}

Timer real_timer() {
  return {.elapsed = os::boot_time,
          .sleep = [](Duration time) { os::sleep_for(time); },
          .jitter =
              [](Duration most) {
                const auto steps = static_cast<uint64_t>(most.count()) + 1;
                return Duration(static_cast<int64_t>(os::random64() % steps));
              }};
}

}  // namespace cb::upstream_clickup
