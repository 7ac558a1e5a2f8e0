// Task lines: what is taken survives being written, what is refused says where.
#include "model/task.h"

#include "fuzz.h"

namespace cb::fuzz {
namespace {

void require_valid(const model::Task& task) {
  require(model::is_source_name(task.name.source), "it has a source", task.name.source);
  require(model::is_task_id(task.name.id), "it has an id", task.name.id);
  require(!task.title.empty(), "it has a title");
  require(task.priority >= 1 && task.priority <= 4, "its priority is 1 to 4");
  require(model::fields_of(task).is_object(), "its fields are an object", task.fields);
  for (const model::TaskName& name : task.after) {
    require(model::is_source_name(name.source) && model::is_task_id(name.id), "it waits for tasks",
            model::to_string(name));
    const auto read = model::parse_task_name(model::to_string(name), "other");
    require(read == name, "the whole name of a task says which", model::to_string(name));
  }
  const std::string all = task.title + task.kind + task.status + task.url + task.version;
  require(all.find('\0') == std::string::npos, "no NUL would cut an argument", all);
}

void require_round_trip(const model::Task& task) {
  const std::string line = to_line(model::to_json(task));
  const auto read = model::read_task_line(line, "other");
  const auto* again = std::get_if<model::Task>(&read);
  require(again != nullptr, "what was written is taken", line);
  require(*again == task, "a task survives being written", line);
  require(model::fingerprint(*again) == model::fingerprint(task), "so does its fingerprint", line);
}

void require_order(std::string_view a, std::string_view b) {
  const auto order = model::compare_versions(a, b);
  require((order < 0) == (model::compare_versions(b, a) > 0), "versions have one order", a);
  require(a.empty() || model::compare_versions(a, a) == 0, "a version equals itself", a);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  namespace model = cb::model;
  Input input(data, size);
  const std::string_view line = input.take_rest();
  const auto read = model::read_task_line(line, "board");
  if (const auto* problem = std::get_if<model::Problem>(&read)) {
    require(!problem->line.empty(), "a refusal has a cause");
    require_printable(problem->line);
    return 0;
  }
  const auto& task = std::get<model::Task>(read);
  require_valid(task);
  require_round_trip(task);
  require_order(task.version, task.status);
  return 0;
}
