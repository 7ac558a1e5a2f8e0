// What a command writes into its result file, up to what becomes of its task.
#include <cmath>

#include "fuzz.h"
#include "model/outcome.h"

namespace cb::fuzz {
namespace {

using model::Result;

bool leads_out(const std::string& path) {
  return path.empty() || path.front() == '/' || path == ".." || path.starts_with("../") ||
         path.ends_with("/..") || path.find("/../") != std::string::npos ||
         path.find('\0') != std::string::npos;
}

void require_valid(const Result& result) {
  for (const std::string& path : result.artifacts) {
    require(!leads_out(path), "an artifact is inside its directory", path);
  }
  require(!result.cost_usd || (std::isfinite(*result.cost_usd) && *result.cost_usd >= 0),
          "a cost is a number of at least 0");
  require(!result.retry_after || *result.retry_after >= Duration(0), "it waits forwards");
  require(result.data.empty() || to_line(parse_json(result.data)) == result.data,
          "its data is one line of JSON", result.data);
}

void check_conclusion(const model::Ending& ending, int attempt) {
  const model::Policy policy;
  const model::Conclusion conclusion = model::conclude(ending, policy, attempt, 0.5);
  require_printable(conclusion.message);
  require(conclusion.message.size() <= 500, "a message is short", conclusion.message);
  require(!conclusion.reason.empty(), "it has a reason");
  require(model::is_legal(model::State::running, conclusion.cause, conclusion.state),
          "its change of state is legal", conclusion.reason);
  const bool is_zero = ending.exit == 0 && ending.signal == 0;
  const bool succeeded = conclusion.outcome == model::Outcome::succeeded;
  require(!succeeded || (is_zero && !ending.result_problem), "only exit 0 succeeds");
  require(!conclusion.wait || conclusion.state == model::State::ready, "what waits is ready");
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  namespace model = cb::model;
  Input input(data, size);
  model::Ending ending;
  ending.exit = input.take_byte();
  ending.signal = ending.exit == 255 ? 9 : 0;
  const int attempt = input.take_byte() + 1;
  auto read = model::read_result(input.take_rest());
  if (const auto* problem = std::get_if<model::Problem>(&read)) {
    require_printable(problem->line);
    ending.result_problem = problem->line;
  } else {
    ending.result = std::get<model::Result>(read);
    require_valid(*ending.result);
  }
  check_conclusion(ending, attempt);
  return 0;
}
