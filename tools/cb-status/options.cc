#include "options.h"

#include <algorithm>

#include "base/text.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "state/store.h"

namespace cb::status {
namespace {

constexpr int64_t kMost = 1'000'000'000;

// What CLI11 fills in, before it means anything.
struct Typed {
  std::vector<std::string> tasks;  // the words after no command
  std::vector<std::string> states;
  std::string order = "age";
  std::optional<int64_t> list_limit;
  std::string log_task, event_task, since;
};

constexpr std::pair<const char*, state::Order> kOrders[] = {
    {"age", state::Order::age},           {"newest", state::Order::newest},
    {"since", state::Order::since},       {"due", state::Order::due},
    {"priority", state::Order::priority}, {"name", state::Order::name},
};

constexpr std::pair<const char*, Command> kCommands[] = {
    {"summary", Command::summary}, {"list", Command::list}, {"show", Command::show},
    {"why", Command::why},         {"log", Command::log},   {"events", Command::events},
};

template <typename Pairs>
std::vector<std::string> words_of(const Pairs& pairs) {
  std::vector<std::string> words;
  for (const auto& [word, value] : pairs) words.push_back(word);
  return words;
}

template <typename Value, size_t size>
Value meaning_of(const std::pair<const char*, Value> (&pairs)[size], const std::string& word) {
  const auto* found = std::find_if(std::begin(pairs), std::end(pairs),
                                   [&](const auto& pair) { return pair.first == word; });
  return found->second;
}

const std::vector<std::string> kStates = {"held",      "blocked", "ready",   "running",
                                          "succeeded", "failed",  "canceled"};

void add_text(CLI::App& app, const std::string& name, std::string& target, const std::string& type,
              const std::string& description) {
  app.add_option(name, target, description)->type_name(type)->allow_extra_args(false);
}

void add_list_command(CLI::App& app, Options& options, Typed& typed) {
  auto& list = *app.add_subcommand("list", "One line per task");
  cli::add_list(list, "--state", typed.states, "Only tasks in this state; may be repeated")
      ->type_name(join(kStates, "|"));
  add_text(list, "--source", options.filter.source, "NAME", "Only tasks of this source");
  add_text(list, "--kind", options.filter.kind, "KIND", "Only tasks of this kind");
  add_text(list, "--reason", options.filter.reason, "WORD",
           "Only tasks with this reason, such as no_handler or retry");
  add_text(list, "--handler", options.filter.handler, "NAME", "Only tasks of this handler");
  add_text(list, "--key", options.filter.key, "KEY", "Only tasks of this key");
  add_text(list, "--match", options.filter.match, "TEXT", "Only tasks with this in their title");
  cli::add_integer(list, "--limit", typed.list_limit, {1, kMost}, "At most so many");
  cli::add_choice(list, "--sort", typed.order, words_of(kOrders),
                  "Order of the tasks (default: age)");
  list.add_flag("--names", options.names_only, "Print source:id only")->group("");
}

void add_task_commands(CLI::App& app, Options& options) {
  auto& show = *app.add_subcommand("show", "Everything about a task, with its runs");
  cli::add_list(show, "TASK", options.tasks, "source:id, or id where only one source has it")
      ->required();
  auto& why = *app.add_subcommand("why", "What is first in the way of a task, and until when");
  cli::add_list(why, "TASK", options.tasks, "source:id, or id where only one source has it")
      ->required();
}

void add_log_command(CLI::App& app, Options& options, Typed& typed) {
  auto& log =
      *app.add_subcommand("log", "The output of a run: of a task's newest, or of the one named");
  log.add_option("TASK", typed.log_task, "A task, or a run's id")->required();
  log.add_flag("-f,--follow", options.follow, "Go on printing until the run ends");
  cli::add_integer(log, "-n,--lines", options.lines, {0, kMost}, "Only so many lines from the end");
  log.add_flag("--raw", options.raw, "Do not make it safe for a terminal");
}

void add_events_command(CLI::App& app, Options& options, Typed& typed) {
  auto& events = *app.add_subcommand("events", "Every change of state, oldest first");
  events.add_option("TASK", typed.event_task, "Only of this task");
  events.add_flag("-f,--follow", options.follow, "Go on with those to come");
  add_text(events, "--since", typed.since, "TIME",
           "From this time on, or since so long ago (2h, 3d)");
  cli::add_integer(events, "--limit", options.limit, {1, kMost}, "Only so many of the newest");
}

std::variant<Duration, Instant> parse_since(const std::string& text) {
  if (const auto duration = parse_duration(text)) return *duration;
  if (const auto time = parse_time_or_date(text)) return *time;
  throw Error(Fault::usage,
              "option --since: '" + excerpt(text, 80) +
                  "' is neither a time such as 2026-11-30T08:00:00Z nor a duration such as 2h");
}

// All tools take --state DIR, here as well as before the command; no state has a '/'.
void add_state(Options& options, const std::string& word) {
  if (const auto state = model::parse_state(word)) return options.filter.states.push_back(*state);
  if (word.find('/') == std::string::npos)
    throw Error(Fault::usage, "option --state: '" + excerpt(word, 80) + "' is none of " +
                                  join(kStates) + ", nor the path of a directory");
  options.common.state = word;
}

// The options of commands share their names, so all of them are read whatever the command.
void understand(Options& options, const Typed& typed) {
  for (const auto& word : typed.states) add_state(options, word);
  options.filter.order = meaning_of(kOrders, typed.order);
  options.filter.limit = typed.list_limit.value_or(0);
  if (!typed.since.empty()) options.since = parse_since(typed.since);
  for (const auto& task : {typed.log_task, typed.event_task})
    if (!task.empty()) options.tasks.push_back(task);
}

void choose_command(const CLI::App& app, Options& options, const Typed& typed) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    options.tasks = typed.tasks;
    options.command = typed.tasks.empty() ? Command::summary : Command::show;
    return;
  }
  const auto& name = chosen.front()->get_name();
  if (!typed.tasks.empty())
    throw Error(Fault::usage, "unexpected argument '" + excerpt(typed.tasks.front(), 80) +
                                  "'; see cb-status " + name + " --help");
  options.command = meaning_of(kCommands, name);
  if (options.command == Command::log && options.common.json)
    throw Error(Fault::usage,
                "option --json: a log is printed as it is; cb-status show --json names its file");
}

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  if (argc < 2) return options;
  Typed typed;
  cli::App app("cb-status", "Show what the store knows of tasks and runs, and explain it",
               versions());
  app.add_usage("[OPTION]... [summary|list|events]");
  app.add_usage("[OPTION]... [show] TASK...");
  app.add_usage("[OPTION]... why TASK...");
  app.add_usage("[OPTION]... log TASK|RUN");
  cli::add_list(app.app(), "TASK", typed.tasks,
                "Tasks to show: source:id, or id where only one source has it");
  app.app().add_subcommand("summary",
                           "Counts, what runs, what failed last, what is owed (the default)");
  add_list_command(app.app(), options, typed);
  add_task_commands(app.app(), options);
  add_log_command(app.app(), options, typed);
  add_events_command(app.app(), options, typed);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  understand(options, typed);
  choose_command(app.app(), options, typed);
  return options;
}

}  // namespace cb::status
