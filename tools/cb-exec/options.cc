#include "options.h"

#include "base/error.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "state/store.h"

namespace cb::exec {
namespace {

constexpr const char* kFooter = R"(EXAMPLES
  cb-exec                        run everything that is ready, then exit
  cb-exec --follow --jobs 4      keep running what becomes ready, four at a time
  cb-exec board:86a1             run this one now
  cb-exec --retry                give every failed task a new start
  cb-exec --dry-run              show what would run, in order
  cb-exec nightly -- backup.sh   run a command as the task local:nightly: never twice at
                                 once, logged, its exit code passed on (for cron)

EXIT STATUS
  0 done   1 a run failed, or a named task could not run   64 wrong arguments
  69 upstream unavailable   70 cannot go on   75 try again   78 wrong configuration
  With -- COMMAND: the command's own; 75 already running; 124 timed out; 126, 127 not startable.)";

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

void check(const Options& options) {
  const auto refuse = [](const char* why) { throw Error(Fault::usage, why); };
  if (!options.command) {
    if (options.timeout) refuse("--timeout goes with -- COMMAND; a handler has its own");
    if (options.attempts) refuse("--attempts goes with -- COMMAND; a handler has its own");
    if (options.follow && !options.tasks.empty()) refuse("--follow does not go with TASK");
    return;
  }
  if (options.tasks.size() != 1) refuse("-- COMMAND needs exactly one TASK before it");
  if (options.command->empty()) refuse("-- needs a command after it");
  if (options.jobs || options.limit || options.retry || options.follow || !options.kind.empty())
    refuse("--jobs, --limit, --kind, --retry and --follow do not go with -- COMMAND");
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  if (argc < 2) return options;  // as cron calls it, every minute
  cli::App app("cb-exec", "Run ready tasks, and record how each ended.", versions());
  app.add_usage("[OPTION]... [TASK... | -]");
  app.add_usage("[OPTION]... TASK -- COMMAND [ARG]...");
  auto& cli = app.app();
  cli::add_list(cli, "TASK", options.tasks, "run only these (- reads names from standard input)");
  cli::add_integer(cli, "-j,--jobs", options.jobs, {1, 1000}, "run so many commands at once");
  cli::add_integer(cli, "--limit", options.limit, {1, 1'000'000'000}, "start at most so many runs");
  cli.add_option("--kind", options.kind, "only tasks of this kind");
  cli.add_option("--source", options.source, "only tasks of this source");
  cli.add_flag("--retry", options.retry, "give failed tasks a new start (all, or those named)");
  cli.add_flag("--dry-run", options.dry_run, "show what would run and change nothing");
  std::optional<Duration> grace;
  app.add_duration("--grace", grace, "after a stop signal, let commands go on so long (30s)");
  app.add_loop(options.follow, options.every);
  app.add_duration("--timeout", options.timeout, "with -- COMMAND: end it after so long (24h)");
  cli::add_integer(cli, "--attempts", options.attempts, {1, 1000},
                   "with -- COMMAND: try so often, waiting in between (1)");
  app.take_command(options.command);
  cli.footer(kFooter);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  if (grace) options.grace = *grace;
  check(options);
  return options;
}

}  // namespace cb::exec
