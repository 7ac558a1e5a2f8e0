#include "config/sections.h"
#include "model/handler.h"
#include "os/file.h"

namespace cb::config {
namespace {

void check_argument(const Value& argument, const std::string& text) {
  if (const auto wrong = model::check_template(text)) refuse(argument, *wrong);
}

// A name is looked up on PATH and a placeholder is filled later; anything else with a '/' is a
// path.
bool is_path(const std::string& program) {
  return program.find('/') != std::string::npos && !program.starts_with('{');
}

}  // namespace

std::string read_path(const Value& value, const Places& places) {
  return os::resolve_path(read_text(value), places.directory, places.home);
}

std::vector<std::string> read_argv(const Value& value, const Places& places, Templates templates) {
  std::vector<std::string> argv;
  if (!value.json.is_array() || value.json.empty())
    refuse_other_than(value, "a list of a program and its arguments");
  for (const Value& item : read_list(value)) {
    const bool is_program = argv.empty();
    const bool is_text = item.json.is_string() && !is_program;
    // An argument, unlike a program, may be empty or of several lines.
    const std::string text = is_text ? item.json.get<std::string>() : read_text(item);
    if (text.find('\0') != std::string::npos) refuse(item, "must not contain NUL");
    if (templates == Templates::allowed) check_argument(item, text);
    argv.push_back(text);
  }
  if (is_path(argv[0])) argv[0] = os::resolve_path(argv[0], places.directory, places.home);
  return argv;
}

}  // namespace cb::config
