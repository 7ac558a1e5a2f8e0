#include "options.h"

#include <utility>

#include "base/text.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "state/store.h"

namespace cb::task {
namespace {

constexpr const char* kDefaultSource = "local";
constexpr const char* kUnmadeId = "-";  // stands in for an id that is still to be made

struct Typed {
  std::string title, id, kind, due, source = kDefaultSource;
  std::optional<int64_t> priority;
  std::vector<std::string> fields, after;
};

constexpr std::pair<const char*, Command> kCommands[] = {
    {"add", Command::add},       {"hold", Command::hold},   {"release", Command::release},
    {"cancel", Command::cancel}, {"retry", Command::retry}, {"forget", Command::forget},
};

constexpr std::pair<const char*, const char*> kOnTasks[] = {
    {"hold", "Keep tasks from running until they are released"},
    {"release", "Let held tasks run again, if nothing else is in the way"},
    {"cancel", "Withdraw tasks; one that runs is ended"},
    {"retry", "Run tasks again, with all their attempts"},
    {"forget", "Remove tasks from the store, with their runs"},
};

[[noreturn]] void refuse(const std::string& line) { throw Error(Fault::usage, line); }

void add_text(CLI::App& app, const std::string& name, std::string& target, const std::string& type,
              const std::string& description) {
  app.add_option(name, target, description)->type_name(type)->allow_extra_args(false);
}

void add_common(CLI::App& command, Options& options) {
  command.add_flag("-n,--dry-run", options.dry_run, "Show what would change; change nothing");
}

void add_add_command(CLI::App& app, Options& options, Typed& typed) {
  auto& add = *app.add_subcommand("add", "Store a new task and print its name");
  add.add_option("TITLE", typed.title, "What is to be done")->required();
  add_text(add, "--id", typed.id, "ID", "Its id (default: a new one)");
  add_text(add, "--source", typed.source, "NAME", "Its source (default: local)");
  add_text(add, "--kind", typed.kind, "KIND", "Its kind, which handlers match");
  cli::add_list(add, "--field", typed.fields,
                "A field with a text; NAME:=JSON for any other value; may be repeated")
      ->type_name("NAME=VALUE");
  add_text(add, "--due", typed.due, "TIME", "When it is due, such as 2026-11-30");
  cli::add_integer(add, "--priority", typed.priority, {1, 4}, "1 urgent to 4 low (default: 3)");
  cli::add_list(add, "--after", typed.after, "A task it waits for; may be repeated")
      ->type_name("TASK");
  add_common(add, options);
}

void add_commands_on_tasks(CLI::App& app, Options& options) {
  for (const auto& [name, description] : kOnTasks) {
    auto& command = *app.add_subcommand(name, description);
    cli::add_list(command, "TASK", options.tasks, "source:id, or id where only one source has it")
        ->required();
    add_text(command, "--reason", options.reason, "TEXT", "Why; kept with the event");
    add_common(command, options);
  }
}

// NAME=VALUE is a text, NAME:=VALUE is JSON.
void put_field(Json& fields, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || text.substr(0, equals) == ":")
    refuse("option --field: '" + excerpt(text, 80) + "' is not NAME=VALUE or NAME:=JSON");
  const auto value = text.substr(equals + 1);
  if (text[equals - 1] != ':') {
    if (!is_valid_utf8(value)) refuse("option --field: '" + excerpt(text, 80) + "' is not UTF-8");
    fields[text.substr(0, equals)] = value;
    return;
  }
  try {
    fields[text.substr(0, equals - 1)] = parse_json(value);
  } catch (const Error& error) {
    refuse("option --field: '" + excerpt(text, 80) + "': " + error.what());
  }
}

std::string read_due(const std::string& text) {
  const auto due = parse_time_or_date(text);
  if (!due)
    refuse("option --due: '" + excerpt(text, 80) +
           "' is not a time such as 2026-11-30 or 2026-11-30T08:00:00Z");
  return format_rfc3339(*due);
}

Json to_json(const Typed& typed) {
  auto fields = Json::object();
  for (const auto& field : typed.fields) put_field(fields, field);
  Json json = {{"id", typed.id.empty() ? kUnmadeId : typed.id},
               {"source", typed.source},
               {"title", typed.title},
               {"kind", typed.kind},
               {"priority", typed.priority.value_or(3)},
               {"after", typed.after},
               {"fields", std::move(fields)}};
  if (!typed.due.empty()) json["due"] = read_due(typed.due);
  return json;
}

model::Task read_added(const Typed& typed) {
  auto read = model::read_task(to_json(typed), kDefaultSource);
  if (const auto* problem = std::get_if<model::Problem>(&read)) refuse("add: " + problem->line);
  auto task = std::get<model::Task>(std::move(read));
  if (typed.id.empty()) task.name.id.clear();
  return task;
}

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

}  // namespace

std::string to_string(Command command) {
  for (const auto& [name, value] : kCommands)
    if (value == command) return name;
  return "";
}

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  Typed typed;
  cli::App app("cb-task", "Add a task, or hold, release, cancel, retry or forget some", versions());
  app.app().require_subcommand(1);
  add_add_command(app.app(), options, typed);
  add_commands_on_tasks(app.app(), options);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  const auto& chosen = app.app().get_subcommands().front()->get_name();
  for (const auto& [name, command] : kCommands)
    if (chosen == name) options.command = command;
  if (options.command == Command::add) options.added = read_added(typed);
  return options;
}

}  // namespace cb::task
