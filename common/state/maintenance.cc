#include "state/maintenance.h"

#include <string>

#include "base/text.h"
#include "os/file.h"
#include "os/process.h"
#include "state/sources.h"

namespace cb::state {
namespace {

constexpr const char* kGeneration = "generation";

void take(os::FileLock& lock, const Layout& layout, Duration patience) {
  if (lock.lock(patience)) return;
  const auto holder = lock.holder();
  std::string who = "another process";
  if (holder)
    who =
        "pid " + std::to_string(*holder) + " (" + os::process_name(*holder).value_or("ended") + ")";
  throw Error(Fault::temporary, "maintain " + layout.database() + ": it is in use by " + who);
}

}  // namespace

// Announced first: whoever comes while this still waits is told, and does not queue up before it.
Maintenance::Maintenance(const Layout& layout, std::string_view what, Duration patience)
    : announcement_(layout.maintenance()), gate_(layout.gate()) {
  take(announcement_, layout, Duration::zero());
  os::write_file(layout.maintenance(), what);
  take(gate_, layout, patience);
}

Maintenance::~Maintenance() {
  try {
    gate_.unlock();
    announcement_.unlock();
  } catch (const Error&) {
    // The kernel releases them when the descriptors are closed.
  }
}

int64_t generation(db::Connection& db) {
  return parse_integer(get_meta(db, kGeneration)).value_or(1);
}

void set_generation(db::Connection& db, int64_t generation) {
  set_meta(db, kGeneration, std::to_string(generation));
}

}  // namespace cb::state
