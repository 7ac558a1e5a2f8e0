#include "options.h"

#include "base/text.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "model/task.h"
#include "state/store.h"

namespace cb::poll {
namespace {

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

void refuse(const std::string& line) { throw Error(Fault::usage, line); }

void check(const Options& options) {
  if (options.input && !options.sources.empty())
    refuse(
        "option --input: tasks are read from it instead of SOURCE; to name theirs, use --source");
  if (options.input && options.full) refuse("option --full: there is no listing with --input");
  if (options.input && options.follow)
    refuse("option --follow: --input is read to its end, however long that takes");
  if (options.source && !options.input)
    refuse("option --source: only with --input; to poll one source, name it");
  if (options.source && !model::is_source_name(*options.source))
    refuse("option --source: '" + excerpt(*options.source, 80) +
           "' is not a name of letters, digits, '_', '.' and '-'");
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  if (argc < 2) return options;  // as cron calls it, every minute
  cli::App app("cb-poll", "Learn of tasks, decide which are ready, and say why the others are not",
               versions());
  app.add_usage("[OPTION]... [SOURCE]...");
  app.add_usage("[OPTION]... --input FILE|- [--source NAME]");
  cli::add_list(app.app(), "SOURCE", options.sources,
                "Poll only these sources (default: all that have an upstream)");
  app.app().add_flag("--full", options.full, "List everything, not only what changed");
  cli::add_path(app.app(), "--input", options.input,
                "Read tasks from this file, one JSON object per line; -: standard input");
  app.app()
      .add_option("--source", options.source, "Source of the tasks of --input (default: input)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.app().add_flag("-n,--dry-run", options.dry_run, "Show what would change; change nothing");
  app.add_loop(options.follow, options.every);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  check(options);
  return options;
}

}  // namespace cb::poll
