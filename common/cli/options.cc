#include "cli/options.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace cb::cli {
namespace {

// "-j,--jobs" → "option --jobs", "TITLE" → "TITLE".
std::string shown_name(const std::string& names) {
  const std::string last = names.substr(names.rfind(',') + 1);
  return last.starts_with('-') ? "option " + last : last;
}

// An option with one value, read by `read(value)`, which returns what it should have been when it
// is not that.
template <typename Read>
CLI::Option* add_value(CLI::App& app, const std::string& names, const std::string& description,
                       Read read) {
  const auto callback = [name = shown_name(names), read](const CLI::results_t& values) {
    const std::string expected = read(values.back());
    if (!expected.empty())
      throw Error(Fault::usage, name + ": '" + excerpt(values.back(), 80) + "' is not " + expected);
    return true;
  };
  return app.add_option(names, callback, description)->allow_extra_args(false);
}

}  // namespace

CLI::Option* add_duration(CLI::App& app, const std::string& names, std::optional<Duration>& target,
                          const std::string& description) {
  const auto read = [&target](const std::string& value) -> std::string {
    target = parse_duration(value);
    return target ? "" : "a duration such as 90s, 5m, 1h30m or 3w";
  };
  return add_value(app, names, description, read)->type_name("DURATION");
}

CLI::Option* add_integer(CLI::App& app, const std::string& names, std::optional<int64_t>& target,
                         Range range, const std::string& description) {
  const auto read = [&target, range](const std::string& value) -> std::string {
    target = parse_integer(value);
    if (target && *target >= range.least && *target <= range.most) return "";
    return "a whole number from " + std::to_string(range.least) + " to " +
           std::to_string(range.most);
  };
  return add_value(app, names, description, read)->type_name("N");
}

CLI::Option* add_path(CLI::App& app, const std::string& names, std::optional<std::string>& target,
                      const std::string& description) {
  const auto read = [&target](const std::string& value) -> std::string {
    target = value;
    return value.empty() ? "a path" : "";
  };
  return add_value(app, names, description, read)->type_name("FILE");
}

CLI::Option* add_choice(CLI::App& app, const std::string& names, std::string& target,
                        const std::vector<std::string>& choices, const std::string& description) {
  const auto read = [&target, choices](const std::string& value) -> std::string {
    target = value;
    const bool known = std::find(choices.begin(), choices.end(), value) != choices.end();
    return known ? "" : "one of " + join(choices);
  };
  return add_value(app, names, description, read)->type_name(join(choices, "|"));
}

CLI::Option* add_list(CLI::App& app, const std::string& names, std::vector<std::string>& target,
                      const std::string& description) {
  CLI::Option* option = app.add_option(names, target, description);
  // Without extra arguments CLI11 neither takes "[a,b]" apart nor lets an option eat the
  // positionals behind it. A positional then takes what is left only while its least number has not
  // been reached, hence that number.
  option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  constexpr int kEndless = CLI::detail::expected_max_vector_size;
  if (option->get_positional()) option->expected(kEndless, kEndless);
  return option;
}

}  // namespace cb::cli
