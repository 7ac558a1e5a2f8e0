#include "options.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/app.h"
#include "cli/options.h"
#include "db/connection.h"
#include "model/task.h"
#include "state/store.h"

namespace cb::watch {
namespace {

// What CLI11 fills in, before it means anything.
struct Typed {
  std::vector<std::string> names;       // the words after no command
  std::vector<std::string> list_names;  // those after "list"
  std::vector<std::string> stages;
  std::optional<std::string> dir;
  std::optional<Duration> settle;
  bool no_hint = false;
};

const std::vector<std::string> kStages = {"listed",  "unmatched", "given", "leaving",
                                          "settled", "replaced",  "gone"};

[[noreturn]] void refuse(const std::string& line) { throw Error(Fault::usage, line); }

std::string versions() {
  return "SQLite " + db::Connection::library_version() + ", schema " +
         std::to_string(state::schema_version());
}

void add_filter_options(CLI::App& app, Options& options, Typed& typed) {
  cli::add_path(app, "--dir", typed.dir,
                "Print the finished files of this directory, each once; needs no configuration")
      ->type_name("DIR");
  cli::add_list(app, "--match", options.match,
                "With --dir: only files whose name fits; may be repeated")
      ->type_name("GLOB");
  cli::add_list(app, "--ignore", options.ignore,
                "With --dir: not the files whose name fits; may be repeated")
      ->type_name("GLOB");
  app.add_flag("-r,--recursive", options.recursive, "With --dir: the directories below it too");
  cli::add_duration(app, "--settle", typed.settle,
                    "With --dir: believe a file that did not change for so long (default: 2s)");
  app.add_option("--as", options.as,
                 "With --dir: remember what was printed under this name (default: the directory's)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_flag("--again", options.again, "With --dir: print what was printed before too");
  app.add_flag("-0,--print0", options.print0, "With --dir: end each name with NUL, not a new line");
}

void add_commands(CLI::App& app, Options& options, Typed& typed) {
  auto& tie = *app.add_subcommand("tie", "Say for which task a file is");
  tie.add_option("FILE", options.file, "A path, a name in a watch, or a number of the list")
      ->required();
  tie.add_option("TASK", options.task, "source:id, or id where only one source has it")->required();
  auto& list = *app.add_subcommand("list", "The files that are known, with their tasks");
  cli::add_list(list, "NAME", typed.list_names, "Only files of these watches (default: all)");
  cli::add_list(list, "--stage", typed.stages, "Only files in this stage; may be repeated")
      ->type_name(join(kStages, "|"));
}

void check_filter(const Options& options) {
  if (!options.names.empty())
    refuse("option --dir: it goes without NAME, which is for a configured watch");
  if (options.as && !model::is_source_name(*options.as))
    refuse("option --as: '" + excerpt(*options.as, 80) +
           "' is not a name of letters, digits, '_', '.' and '-'");
  if (options.print0 && options.common.json)
    refuse("options --json and --print0: they are two forms of the same");
}

void check_watch(const Options& options, const Typed& typed) {
  const auto needs_dir = [](bool is_given, const std::string& option, const std::string& member) {
    if (!is_given) return;
    refuse("option " + option + ": only with --dir" +
           (member.empty() ? "" : "; a watch has \"" + member + "\" in the configuration"));
  };
  needs_dir(!options.match.empty(), "--match", "match");
  needs_dir(!options.ignore.empty(), "--ignore", "ignore");
  needs_dir(options.recursive, "--recursive", "recursive");
  needs_dir(typed.settle.has_value(), "--settle", "settle");
  needs_dir(options.as.has_value(), "--as", "");
  needs_dir(options.again, "--again", "");
  needs_dir(options.print0, "--print0", "");
}

void understand_list(Options& options, const Typed& typed) {
  options.names = typed.list_names;
  for (const auto& word : typed.stages) {
    const auto stage = state::parse_file_stage(word);
    if (!stage)
      refuse("option --stage: '" + excerpt(word, 80) + "' is not one of " + join(kStages));
    options.stages.push_back(*stage);
  }
}

void choose_command(const CLI::App& app, Options& options, const Typed& typed) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    options.names = typed.names;
    options.command = typed.dir ? Command::filter : Command::watch;
    return;
  }
  const auto& name = chosen.front()->get_name();
  const auto unexpected = [&](const std::string& what) {
    refuse("unexpected argument '" + excerpt(what, 80) + "'; see cb-watch " + name + " --help");
  };
  if (!typed.names.empty()) unexpected(typed.names.front());
  if (typed.dir) unexpected("--dir");
  if (options.follow) unexpected(options.every ? "--every" : "--follow");
  if (options.dry_run && name == "list") unexpected("--dry-run");
  options.command = name == "tie" ? Command::tie : Command::list;
  if (options.command == Command::list) understand_list(options, typed);
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  if (argc < 2) return options;  // as cron calls it, every minute
  Typed typed;
  cli::App app("cb-watch", "Notice finished files, once each, and tie them to tasks", versions());
  app.add_usage("[OPTION]... [NAME]...");
  app.add_usage("[OPTION]... --dir DIR [--match GLOB]...");
  app.add_usage("[OPTION]... tie FILE TASK");
  app.add_usage("[OPTION]... list [NAME]... [--stage STAGE]...");
  cli::add_list(app.app(), "NAME", typed.names, "Only these configured watches (default: all)");
  add_filter_options(app.app(), options, typed);
  app.app().add_flag("-n,--dry-run", options.dry_run, "Show what would change; change nothing");
  app.add_loop(options.follow, options.every);
  app.app().add_flag("--no-hint", typed.no_hint,
                     "Only look at the directories; do not let the kernel say when");
  add_commands(app.app(), options, typed);
  if (!app.parse(argc, argv)) return std::nullopt;
  options.common = app.common();
  options.use_hints = !typed.no_hint;
  options.settle = typed.settle.value_or(options.settle);
  options.dir = typed.dir.value_or("");
  choose_command(app.app(), options, typed);
  if (options.dry_run && options.follow)
    refuse("option --follow: --dry-run shows once what would change");
  if (options.command == Command::filter)
    check_filter(options);
  else
    check_watch(options, typed);
  return options;
}

}  // namespace cb::watch
