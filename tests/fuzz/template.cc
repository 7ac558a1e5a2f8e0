// Templates of arguments: a value never becomes two arguments, and never a placeholder.
#include <algorithm>

#include "fuzz.h"
#include "model/handler.h"

namespace cb::fuzz {
namespace {

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '{' || c == '}' ? 2 : 1, c);
  return escaped;
}

std::string expand_or_empty(std::string_view text, const model::Task& task) {
  auto expanded = model::expand(text, task, model::RunValues{.run = "R", .attempt = 1});
  require(std::holds_alternative<std::string>(expanded), "all its values are there", text);
  return std::get<std::string>(std::move(expanded));
}

void check_text(std::string_view text, const model::Task& task) {
  if (text.find('\0') != std::string_view::npos) return;
  require(!model::check_template(escape(text)), "escaped text is a template", text);
  require(expand_or_empty(escape(text), task) == text, "it stands for itself", text);
  require(expand_or_empty("{title}" + escape(text) + "{{id}}{fields.X}", task) ==
              task.title + std::string(text) + "{id}" + task.title,
          "a value is inserted as it is, once", text);
}

void check_template(std::string_view text, const model::Task& task) {
  const auto mistake = model::check_template(text);
  if (mistake) require_printable(*mistake);
  const std::vector<std::string> argv = {"program", std::string(text), "{title}"};
  const auto expanded = model::expand_all(argv, task, std::nullopt);
  if (const auto* missing = std::get_if<model::Missing>(&expanded)) {
    require(text.find("{" + missing->name + "}") != std::string_view::npos,
            "what is missing was asked for", missing->name);
    return;
  }
  const auto& arguments = std::get<std::vector<std::string>>(expanded);
  require(arguments.size() == argv.size(), "an argument stays one argument", text);
  require(arguments[0] == "program" && arguments[2] == task.title, "others are left alone", text);
  if (text.find_first_of("{}") == std::string_view::npos && !mistake)
    require(arguments[1] == text, "text without braces stands for itself", text);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  cb::model::Task task;
  task.name = {"board", "86a1"};
  task.title = input.take_text();
  task.kind = input.take_text();
  task.fields = cb::to_line({{"X", task.title}, {"List", {"a", task.kind}}, {"N", 1.5}});
  // What a task may say: valid UTF-8.
  if (!cb::is_valid_utf8(task.title) || !cb::is_valid_utf8(task.kind)) return 0;
  const std::string_view text = input.take_rest();
  check_text(text, task);
  check_template(text, task);
  return 0;
}
