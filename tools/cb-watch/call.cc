#include "call.h"

#include "flow/open.h"
#include "list.h"
#include "run.h"
#include "tie.h"
#include "watches.h"

namespace cb::watch {
namespace {

// Everything is checked before anything is made.
int watch(const Options& options, const config::Config& config, const Now& now) {
  if (options.command == Command::watch) chosen_watches(options, config);
  Report report(options);
  const Call call{options, config, config::state_directory(options.common.state), report, now};
  return options.follow ? follow(call) : run_once(call);
}

}  // namespace

int call(const Options& options, const Now& now) {
  if (options.command == Command::filter) return watch(options, {}, now);
  const auto config = config::load(options.common.config);
  if (options.command == Command::watch) return watch(options, config, now);
  const auto directory = config::state_directory(options.common.state);
  const auto is_list = options.command == Command::list;
  auto store = flow::open_store(directory, is_list ? db::Access::read : db::Access::write);
  return is_list ? list_files(store, options) : tie(store, config, options, now);
}

}  // namespace cb::watch
