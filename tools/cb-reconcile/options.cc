#include "options.h"

#include "base/error.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "state/store.h"

namespace cb::reconcile {
namespace {

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

void check(const Options& options) {
  const auto refuse = [](const char* why) { throw Error(Fault::usage, why); };
  if (options.check && options.dry_run)
    refuse("options --check and --dry-run: both only report; --check also exits 1 on drift");
  if (options.only_reports() && options.follow)
    refuse("option --follow: --check and --dry-run report once");
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  if (argc < 2) return options;  // as cron calls it, every minute
  cli::App app("cb-reconcile",
               "Deliver what is owed, find and repair every disagreement, and clean up",
               versions());
  app.add_usage("[OPTION]... [SOURCE]...");
  cli::add_list(app.app(), "SOURCE", options.sources,
                "Only these sources, and no cleaning up (default: all that have an upstream)");
  app.app().add_flag("--check", options.check,
                     "Show what would be done; change nothing; exit 1 if anything disagrees");
  app.app().add_flag("-n,--dry-run", options.dry_run, "Show what would be done; change nothing");
  app.add_loop(options.follow, options.every);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  check(options);
  return options;
}

}  // namespace cb::reconcile
