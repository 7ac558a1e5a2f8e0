#include "job.h"

#include "os/env.h"
#include "os/file.h"
#include "state/layout.h"

namespace cb::backup {

std::string destination(const Options& options, const config::Config& config,
                        const std::string& state_directory) {
  if (options.dest)
    return os::resolve_path(*options.dest, os::working_directory(), os::home_directory());
  if (!config.backup.dest.empty()) return config.backup.dest;
  return state::Layout{state_directory}.backups();
}

int run(const Job& job) {
  switch (job.options.command) {
    case Command::create:
      return create(job);
    case Command::list:
      return list(job);
    case Command::verify:
      return verify(job);
    case Command::prune:
      return prune(job);
    case Command::restore:
      return restore(job);
    case Command::check:
      return check(job);
    case Command::repair:
      return repair(job);
  }
  return 0;
}

int list(const Job& job) {
  const auto now = job.now();
  const auto entries = job.shelf.entries();
  for (const auto& entry : entries) job.report.add(entry, "listed", now);
  job.report.finish();
  if (entries.empty())
    throw Error(Fault::answer, "list " + job.shelf.path() + ": there is no backup yet");
  return 0;
}

}  // namespace cb::backup
