// Tasks as ClickUp tells them: whatever is in them, what is made of them is a task of the protocol.
#include "base/error.h"
#include "fuzz.h"
#include "model/task.h"
#include "task.h"
#include "walk.h"

namespace cb::fuzz {
namespace {

namespace clickup = upstream_clickup;

std::optional<Json> parse(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void read(const Json& task, const std::string& kind_field) {
  const clickup::Reading reading{.kind_field = kind_field,
                                 .clock = os::utc_time,
                                 .type_name = [](int64_t) { return std::string("Type"); }};
  const auto converted = clickup::to_protocol(task, reading);
  if (const auto* problem = std::get_if<std::string>(&converted)) {
    require(!problem->empty(), "a refusal has a cause");
    return require_printable(*problem);
  }
  // What the store may still refuse is text that nothing can be made of; never a form.
  const auto taken = model::read_task(std::get<Json>(converted), "board");
  const auto* problem = std::get_if<model::Problem>(&taken);
  const bool is_text = problem && (problem->line.find("NUL") != std::string::npos ||
                                   problem->line.starts_with("/id: not 1 to 256") ||
                                   problem->line.starts_with("/fields: longer") ||
                                   problem->line.starts_with("/after: not a task"));
  require(!problem || is_text, "the store takes it", problem ? problem->line : "");
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  const auto task = parse(input.take_rest());
  if (!task) return 0;
  read(*task, "");
  read(*task, "Work Category");
  cb::upstream_clickup::is_in_scope(*task, {.workspace = "1", .level = {}, .ids = {"2"}});
  cb::upstream_clickup::has_dates(*task);
  cb::upstream_clickup::Walk walk(cb::upstream_clickup::Order::updated, std::nullopt);
  for (int page = 0; page < 5 && !walk.is_done(); ++page) {
    walk.advance(*task, false);
    require(!walk.query().empty(), "there is a next page");
  }
  require(walk.is_done(), "pages without anything new end");
  return 0;
}
