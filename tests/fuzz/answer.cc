// Lines that a helper prints.
#include "base/error.h"
#include "fuzz.h"
#include "upstream/protocol.h"

namespace cb::fuzz {
namespace {

constexpr std::string_view kOperations[] = {"hello",      "list",    "get",
                                            "set_status", "comment", "attach"};

void require_failure(const upstream::Failure& failure) {
  require_printable(failure.message);
  require(failure.message.size() <= 1200, "a message is short", failure.message);
  require(upstream::parse_kind(upstream::to_string(failure.kind)) == failure.kind, "it has a kind");
  require(!failure.retry_after || (*failure.retry_after >= Duration(0) &&
                                   *failure.retry_after <= std::chrono::days(30)),
          "it waits for 30 days at most");
}

// What callers take for granted.
void require_body(const Json& body, std::string_view op) {
  require(body.is_object() && body.at("ok") == true, "a success says so");
  if (op == "hello") body.at("can").get<std::vector<std::string>>();
  if (op == "list") body.at("complete").get<bool>();
  if (op == "get") require(body.at("task").is_object(), "the task is there");
  require(!body.contains("version") || body.at("version").is_string(), "a version is a text");
}

void check(const Json& line, std::string_view op) {
  const upstream::Answer answer = upstream::read_answer(line, op);
  if (answer.failure) return require_failure(*answer.failure);
  require_body(answer.body, op);
}

}  // namespace
}  // namespace cb::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cb::fuzz;
  Input input(data, size);
  try {
    const cb::Json line = cb::parse_json(input.take_rest());
    for (const std::string_view op : kOperations) check(line, op);
  } catch (const cb::Error& error) {
    require_printable(error.what());
  }
  return 0;
}
