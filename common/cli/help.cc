#include "cli/help.h"

#include <algorithm>
#include <sstream>

#include "cli/output.h"

namespace cb::cli {
namespace {

constexpr int kWidth = 80;
constexpr int kIndent = 2;
constexpr int kWidestLabel = 24;

struct Entry {
  std::string label;  // "-q, --quiet"
  std::string text;
};

struct Section {
  std::string title;
  std::vector<Entry> entries;
};

// Words of `text` in lines that begin at `column`; the first is there already.
std::string wrapped(const std::string& text, int column) {
  std::istringstream words(text);
  std::string out, word;
  int at = column;
  while (words >> word) {
    const int width = display_width(word);
    if (at > column && at + 1 + width > kWidth) {
      out += "\n" + std::string(static_cast<size_t>(column), ' ');
      at = column;
    }
    if (at > column) out += ' ', ++at;
    out += word;
    at += width;
  }
  return out + "\n";
}

std::string rendered(const Entry& entry, int column) {
  std::string line = std::string(kIndent, ' ') + entry.label;
  const int width = kIndent + display_width(entry.label);
  if (entry.text.empty()) return line + "\n";
  line += width + 2 > column ? "\n" + std::string(static_cast<size_t>(column), ' ')
                             : std::string(static_cast<size_t>(column - width), ' ');
  return line + wrapped(entry.text, column);
}

// Where the texts begin: behind the widest label, except for labels so wide that they get a line of
// their own.
int text_column(const std::vector<Section>& sections) {
  int widest = 0;
  for (const Section& section : sections)
    for (const Entry& entry : section.entries)
      if (const int width = display_width(entry.label); width <= kWidestLabel)
        widest = std::max(widest, width);
  return kIndent + widest + 2;
}

std::string rendered(const std::vector<Section>& sections) {
  const int column = text_column(sections);
  std::string out;
  for (const Section& section : sections) {
    if (section.entries.empty()) continue;
    out += "\n" + section.title + ":\n";
    for (const Entry& entry : section.entries) out += rendered(entry, column);
  }
  return out;
}

std::string option_label(const CLI::Option& option) {
  std::string label;
  for (const std::string& name : option.get_snames()) label += "-" + name + ", ";
  if (label.empty()) label = "    ";
  for (const std::string& name : option.get_lnames()) label += "--" + name + ", ";
  label.resize(label.size() - 2);
  const std::string value = value_name(option);
  return value.empty() ? label : label + " " + value;
}

std::string positional_label(const CLI::Option& option) {
  const std::string name = option.get_name(true) + (takes_many(option) ? "..." : "");
  return option.get_required() ? name : "[" + name + "]";
}

std::vector<const CLI::Option*> positionals(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) {
    return option->get_positional() && !option->get_group().empty();
  });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app, const std::string& group) {
  return app.get_options([&group](const CLI::Option* option) {
    return option->nonpositional() && option->get_group() == group;
  });
}

std::string made_usage(const CLI::App& app) {
  std::string usage = "[OPTION]...";
  if (!visible_commands(app).empty())
    usage += app.get_require_subcommand_min() > 0 ? " COMMAND" : " [COMMAND]";
  for (const CLI::Option* option : positionals(app)) usage += " " + positional_label(*option);
  return usage;
}

std::string usage_lines(const CLI::App& app, const std::vector<std::string>& usage) {
  const std::string name = command_line(app);
  if (usage.empty() || app.get_parent()) return "Usage: " + name + " " + made_usage(app) + "\n";
  std::string out;
  for (const std::string& line : usage)
    out += (out.empty() ? "Usage: " : "       ") + name + " " + line + "\n";
  return out;
}

Section option_section(const CLI::App& app, const std::string& group) {
  Section section{group, {}};
  for (const CLI::Option* option : options_of(app, group))
    section.entries.push_back({option_label(*option), option->get_description()});
  return section;
}

Section positional_section(const CLI::App& app) {
  Section section{"Arguments", {}};
  for (const CLI::Option* option : positionals(app))
    section.entries.push_back({option->get_name(true), option->get_description()});
  return section;
}

Section command_section(const CLI::App& app) {
  Section section{"Commands", {}};
  for (const CLI::App* command : visible_commands(app))
    section.entries.push_back({command->get_name(), command->get_description()});
  return section;
}

std::vector<Section> sections(const CLI::App& app) {
  std::vector<Section> all = {positional_section(app), command_section(app)};
  for (const std::string& group : app.get_groups())
    if (!group.empty() && group != kCommonGroup) all.push_back(option_section(app, group));
  const CLI::App* root = &app;
  while (root->get_parent()) root = root->get_parent();
  all.push_back(option_section(*root, kCommonGroup));
  return all;
}

}  // namespace

const CLI::App& selected_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) {
    return !command->get_name().empty() && !command->get_group().empty();
  });
}

std::string command_line(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent ? command_line(*parent) + " " + app.get_name() : app.get_name();
}

bool takes_many(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

std::string value_name(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  const std::string name = option.get_type_name();
  return name.substr(0, name.find(':'));  // without the descriptions of validators
}

std::string help_text(const CLI::App& app, const std::vector<std::string>& usage) {
  const CLI::App& command = selected_command(app);
  std::string out = command_line(command) + ": " + command.get_description() + "\n\n";
  out += usage_lines(command, usage) + rendered(sections(command));
  const std::string footer = command.get_footer();
  return footer.empty() ? out : out + "\n" + footer + (footer.ends_with('\n') ? "" : "\n");
}

}  // namespace cb::cli
