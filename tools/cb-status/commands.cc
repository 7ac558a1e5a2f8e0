#include "commands.h"

namespace cb::status {

int run(state::Store& store, const Options& options, Instant now) {
  switch (options.command) {
    case Command::summary:
      return print_summary(store, options, now);
    case Command::list:
      return print_list(store, options, now);
    case Command::show:
      return print_tasks(store, options, now);
    case Command::why:
      return print_why(store, options, now);
    case Command::log:
      return print_log(store, options);
    case Command::events:
      return print_events(store, options, now);
  }
  return 0;
}

}  // namespace cb::status
