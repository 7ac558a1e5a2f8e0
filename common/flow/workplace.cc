#include "flow/workplace.h"

#include "flow/open.h"
#include "os/clock.h"
#include "os/env.h"
#include "os/file.h"

namespace cb::flow {

Workplace::Workplace(const std::string& directory, Purpose purpose, Instant now) {
  if (purpose == Purpose::change) {
    store_.emplace(open_store(directory, db::Access::create));
  } else if (os::exists(state::Layout{directory}.database())) {
    store_.emplace(open_store(directory, db::Access::write));
  } else {
    scratch_ = os::environment("TMPDIR").value_or("/tmp") + "/cb-" + os::new_id(now);
    store_.emplace(open_store(scratch_, db::Access::create));
  }
}

Workplace::~Workplace() {
  store_.reset();
  if (scratch_.empty()) return;
  try {
    os::remove_all(scratch_);
  } catch (const Error&) {
    // What is left among the temporary files harms nobody.
  }
}

}  // namespace cb::flow
