#include "options.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "state/store.h"

namespace cb::backup {
namespace {

constexpr std::pair<const char*, Command> kCommands[] = {
    {"create", Command::create}, {"list", Command::list},       {"verify", Command::verify},
    {"prune", Command::prune},   {"restore", Command::restore}, {"check", Command::check},
    {"repair", Command::repair},
};

// What CLI11 fills in, before it means anything.
struct Typed {
  bool is_handed_over = false;
  std::optional<std::vector<std::string>> argv;
  std::optional<Duration> timeout, wait;
  std::string at;
};

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

void add_dry_run(CLI::App& app, Options& options) {
  app.add_flag("-n,--dry-run", options.dry_run, "Show what would be done; change nothing");
}

void add_commands(cli::App& app, Options& options, Typed& typed) {
  auto& create = *app.app().add_subcommand("create",
                                           "Make a verified backup, if anything changed, "
                                           "and remove old ones (the default)");
  create.add_flag("--full", options.full, "All pages, not only those that changed");
  create.add_flag("--to-command", typed.is_handed_over,
                  "Hand each finished backup to the command after --, which may say {dir}, {id}, "
                  "{file} and {manifest}");
  cli::add_duration(create, "--timeout", typed.timeout,
                    "Longest time for that command (default: 1h)");
  add_dry_run(create, options);

  app.app().add_subcommand("list", "All backups, the newest first");

  auto& verify = *app.app().add_subcommand(
      "verify", "Restore backups beside the store and check them (default: the newest)");
  cli::add_list(verify, "ID", options.ids, "Only these");
  verify.add_flag("--all", options.all, "Every backup");

  auto& prune = *app.app().add_subcommand("prune", "Remove the backups that no rule keeps");
  add_dry_run(prune, options);

  auto& restore = *app.app().add_subcommand(
      "restore", "Rebuild the store from a backup and the journal (default: from the newest)");
  cli::add_list(restore, "ID", options.ids, "From this backup");
  restore.add_option("--at", typed.at, "The store as it was then, such as 2026-11-30T08:00:00Z")
      ->type_name("TIME")
      ->allow_extra_args(false);
  cli::add_path(restore, "--to", options.to, "Into this new file, and leave the store alone");
  add_dry_run(restore, options);

  app.app().add_subcommand("check", "Whether the store is whole, and what to do if not");

  auto& repair = *app.app().add_subcommand(
      "repair", "Build the indexes of the store anew, if they are all that is wrong");
  add_dry_run(repair, options);
}

// Whether an option is there that create has, and no command.
bool means_create(std::span<char* const> words) {
  constexpr std::string_view kOptions[] = {"--full", "--to-command", "--timeout", "--dry-run",
                                           "-n"};
  bool is_found = false;
  for (const std::string_view word : words) {
    if (word == "--") break;
    for (const auto& [name, command] : kCommands)
      if (word == name) return false;
    is_found |= std::ranges::count(kOptions, word.substr(0, word.find('='))) > 0;
  }
  return is_found;
}

Instant read_time(const std::string& text) {
  if (const auto at = parse_time_or_date(text)) return *at;
  throw Error(Fault::usage, "option --at: '" + excerpt(text, 80) +
                                "' is not a time such as 2026-11-30T08:00:00Z");
}

void check(const Options& options, const Typed& typed) {
  const auto refuse = [](const char* why) { throw Error(Fault::usage, why); };
  if (typed.is_handed_over && (!typed.argv || typed.argv->empty()))
    refuse(
        "option --to-command: the command must follow --, as in --to-command -- scp -r {dir} "
        "host:");
  if (typed.argv && !typed.is_handed_over) refuse("--: only --to-command takes a command");
  if (options.command == Command::restore && options.ids.size() > 1)
    refuse("restore: only one backup can be restored");
  if (options.all && !options.ids.empty()) refuse("option --all: with IDs there is nothing to add");
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  Typed typed;
  cli::App app("cb-backup", "Keep verified copies of the store", versions());
  app.app().require_subcommand(0, 1);
  app.add_usage("[create] [OPTION]... [--to-command -- COMMAND [ARG]...]");
  app.add_usage("list|prune [OPTION]...");
  app.add_usage("verify [OPTION]... [ID]...");
  app.add_usage("restore [OPTION]... [ID]");
  app.add_usage("check|repair [OPTION]...");
  cli::add_path(app.app(), "--dest", options.dest,
                "Where the backups are (default: that of the "
                "configuration, else backups/ in the state directory)")
      ->type_name("DIR");
  cli::add_duration(app.app(), "--wait", typed.wait,
                    "Longest time to wait for another cb-backup (default: 1m)");
  add_commands(app, options, typed);
  app.take_command(typed.argv);
  std::vector<char*> words(argv, argv + argc);
  std::string meant = "create";
  if (means_create(std::span(words).subspan(1))) words.insert(words.begin() + 1, meant.data());
  if (!app.parse(static_cast<int>(words.size()), words.data())) return std::nullopt;
  options.common = app.common();
  for (const auto* command : app.app().get_subcommands())
    for (const auto& [name, value] : kCommands)
      if (command->get_name() == name) options.command = value;
  check(options, typed);
  if (typed.is_handed_over) options.to_command = typed.argv;
  if (!typed.at.empty()) options.at = read_time(typed.at);
  if (typed.timeout) options.timeout = *typed.timeout;
  if (typed.wait) options.wait = *typed.wait;
  return options;
}

}  // namespace cb::backup
