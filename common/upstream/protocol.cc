#include "upstream/protocol.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace cb::upstream {
namespace {

constexpr size_t kRubbish = 120;   // bytes of rubbish that a message quotes
constexpr size_t kMessage = 1000;  // bytes of a helper's own message that are believed
constexpr Duration kLongestRetry = std::chrono::days(30);

constexpr std::array<std::pair<Kind, std::string_view>, 8> kKinds{{
    {Kind::transient, "transient"},
    {Kind::rate_limited, "rate_limited"},
    {Kind::unauthorized, "unauthorized"},
    {Kind::forbidden, "forbidden"},
    {Kind::not_found, "not_found"},
    {Kind::invalid, "invalid"},
    {Kind::unknown_outcome, "unknown_outcome"},
    {Kind::broken, "broken"},
}};

Answer refuse(const Json& line, std::string_view cause) {
  return {Failure{Kind::broken,
                  "printed " + excerpt(to_line(line), kRubbish) + ": " + std::string(cause),
                  {}},
          {}};
}

const Json* find(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

bool is_string_or_absent(const Json* value) { return value == nullptr || value->is_string(); }

bool is_list_of_strings(const Json* value) {
  if (value == nullptr || !value->is_array()) return false;
  for (const Json& item : *value) {
    if (!item.is_string()) return false;
  }
  return true;
}

// What is wrong with the members of a success; "" when nothing is.
std::string_view mistake_in(const Json& body, std::string_view op) {
  if (op == "hello" && !is_list_of_strings(find(body, "can"))) {
    return "no list \"can\" of operations";
  }
  if (op == "list") {
    const Json* cursor = find(body, "cursor");
    const Json* complete = find(body, "complete");
    const Json* full = find(body, "full");
    if (complete == nullptr || !complete->is_boolean()) return "no boolean \"complete\"";
    if (!is_string_or_absent(cursor) && !cursor->is_null()) return "\"cursor\" is not a string";
    if (full != nullptr && !full->is_boolean()) return "\"full\" is not a boolean";
  }
  if (op == "get") {
    const Json* task = find(body, "task");
    if (task == nullptr || !task->is_object()) return "no object \"task\"";
  }
  if (!is_string_or_absent(find(body, "version"))) return "\"version\" is not a string";
  return {};
}

Answer read_failure(const Json& line) {
  const Json* error = find(line, "error");
  if (error == nullptr || !error->is_object()) return refuse(line, "no object \"error\"");
  const Json* kind = find(*error, "kind");
  const Json* message = find(*error, "message");
  const Json* retry = find(*error, "retry_after_ms");
  const auto known = kind != nullptr && kind->is_string() ? parse_kind(kind->get<std::string>())
                                                          : std::optional<Kind>();
  if (!known) return refuse(line, "no known \"kind\" of error");
  if (message == nullptr || !message->is_string()) return refuse(line, "no string \"message\"");
  Failure failure{*known, excerpt(message->get<std::string>(), kMessage), {}};
  if (retry != nullptr && !retry->is_null()) {
    if (!retry->is_number_integer() || *retry < 0) {
      return refuse(line, "\"retry_after_ms\" is not a whole number");
    }
    failure.retry_after =
        *retry > kLongestRetry.count() ? kLongestRetry : Duration(retry->get<int64_t>());
  }
  return {std::move(failure), {}};
}

Json operation(const char* name, const std::string& id, const std::string& task) {
  return {{"op", name}, {"id", id}, {"task", task}};
}

}  // namespace

std::string_view to_string(Kind kind) {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "broken";
}

std::optional<Kind> parse_kind(std::string_view text) {
  for (const auto& [kind, known] : kKinds) {
    if (known == text) return kind;
  }
  return std::nullopt;
}

Json hello_request(const std::string& source, const Json& options, const Json& statuses) {
  return {{"op", "hello"},
          {"protocol", kProtocol},
          {"source", source},
          {"options", options},
          {"statuses", statuses}};
}

Json list_request(const std::optional<std::string>& cursor) {
  return {{"op", "list"}, {"cursor", cursor ? Json(*cursor) : Json(nullptr)}};
}

Json get_request(const std::string& task) { return {{"op", "get"}, {"task", task}}; }

Json to_request(const SetStatus& operation) {
  Json request = upstream::operation("set_status", operation.op, operation.task);
  request["status"] = operation.status;
  request["maybe_sent"] = operation.maybe_sent;
  return request;
}

Json to_request(const Comment& operation) {
  Json request = upstream::operation("comment", operation.op, operation.task);
  request["text"] = operation.text;
  request["maybe_sent"] = operation.maybe_sent;
  return request;
}

Json to_request(const Attach& operation) {
  Json request = upstream::operation("attach", operation.op, operation.task);
  request["path"] = operation.path;
  request["name"] = operation.name;
  request["maybe_sent"] = operation.maybe_sent;
  return request;
}

Answer read_answer(const Json& line, std::string_view op) {
  if (!line.is_object()) return refuse(line, "not an object");
  const Json* ok = find(line, "ok");
  if (ok == nullptr || !ok->is_boolean()) return refuse(line, "no boolean \"ok\"");
  if (!ok->get<bool>()) return read_failure(line);
  if (const auto mistake = mistake_in(line, op); !mistake.empty()) return refuse(line, mistake);
  return {std::nullopt, line};
}

}  // namespace cb::upstream
