#include "follow.h"

#include <poll.h>

#include "cli/output.h"

namespace cb::status {

bool Follow::wait() {
  cli::flush();
  pollfd output{.fd = 1, .events = 0, .revents = 0};  // a reader that goes away is always reported
  signals_.wait({&output, 1}, std::chrono::milliseconds(200));
  return signals_.stops() == 0 && output.revents == 0 && !cli::is_output_closed();
}

}  // namespace cb::status
