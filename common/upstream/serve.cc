#include "upstream/serve.h"

#include <istream>
#include <ostream>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/version.h"

namespace cb::upstream {
namespace {

using Print = std::function<void(const Json&)>;

[[noreturn]] void refuse(const std::string& cause) { throw Error(Fault::data, cause); }

bool is_maybe_sent(const Json& request) {
  const auto member = request.find("maybe_sent");
  if (member == request.end()) return false;
  if (!member->is_boolean()) refuse("\"maybe_sent\" is not a boolean");
  return member->get<bool>();
}

std::optional<std::string> cursor_of(const Json& request) {
  const auto member = request.find("cursor");
  if (member == request.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) refuse("\"cursor\" is not a string");
  return member->get<std::string>();
}

Json answer_of(const Failure& failure) {
  Json error = {{"kind", to_string(failure.kind)}, {"message", failure.message}};
  if (failure.retry_after) error["retry_after_ms"] = failure.retry_after->count();
  return {{"ok", false}, {"error", std::move(error)}};
}

Json answer_of(const Listed& listed) {
  Json answer = {{"ok", true},
                 {"cursor", listed.cursor ? Json(*listed.cursor) : Json(nullptr)},
                 {"complete", listed.is_complete}};
  if (listed.is_full) answer["full"] = true;
  return answer;
}

Json answer_of(const Json& task) { return {{"ok", true}, {"task", task}}; }

Json answer_of(const Written& written) {
  Json answer = {{"ok", true}};
  if (!written.version.empty()) answer["version"] = written.version;
  return answer;
}

template <typename Result>
Json answer_of(const std::variant<Result, Failure>& result) {
  return std::visit([](const auto& value) { return answer_of(value); }, result);
}

// The machine's failures may pass, and say nothing about the request.
Kind kind_of(Fault fault) { return fault == Fault::data ? Kind::invalid : Kind::transient; }

Hello read_hello(const Json& request) {
  const auto protocol = request.find("protocol");
  if (protocol == request.end() || *protocol != kProtocol) {
    refuse("this helper speaks protocol " + std::to_string(kProtocol));
  }
  const auto options = request.find("options");
  if (options == request.end() || !options->is_object()) refuse("no object \"options\"");
  const auto statuses = request.find("statuses");
  const bool has_statuses = statuses != request.end() && statuses->is_object();
  return {require_text(request, "source"), *options, has_statuses ? *statuses : Json::object()};
}

class Server {
 public:
  explicit Server(Tracker& tracker) : tracker_(tracker) {}

  void answer(const std::string& line, const Print& print) {
    std::string op = "read the request";
    try {
      const Json request = parse_json(line);
      if (!request.is_object()) refuse("not an object");
      op = printable(require_text(request, "op"));
      print(op == "hello" ? greet(request) : act(op, request, print));
    } catch (const Error& error) {
      print(answer_of(
          Failure{kind_of(error.fault()), excerpt(op, 40) + ": " + printable(error.what()), {}}));
    }
  }

 private:
  Json greet(const Json& request) {
    if (const auto failure = tracker_.greet(read_hello(request))) return answer_of(*failure);
    is_greeted_ = true;
    return {{"ok", true},
            {"helper", tracker_.name()},
            {"version", kVersion},
            {"can", {"list", "get", "set_status", "comment", "attach"}}};
  }

  Json act(const std::string& op, const Json& request, const Print& print) {
    if (!is_greeted_) refuse("hello must come first");
    if (op == "list") {
      return answer_of(tracker_.list(cursor_of(request),
                                     [&](const Json& task) { print(Json{{"task", task}}); }));
    }
    if (op == "get") return answer_of(tracker_.get(require_text(request, "task")));
    return write(op, request);
  }

  Json write(const std::string& op, const Json& request) {
    if (op == "set_status") {
      return answer_of(tracker_.set_status({.op = require_text(request, "id"),
                                            .task = require_text(request, "task"),
                                            .status = require_text(request, "status"),
                                            .maybe_sent = is_maybe_sent(request)}));
    }
    if (op == "comment") {
      return answer_of(tracker_.comment({.op = require_text(request, "id"),
                                         .task = require_text(request, "task"),
                                         .text = require_text(request, "text"),
                                         .maybe_sent = is_maybe_sent(request)}));
    }
    if (op == "attach") {
      return answer_of(tracker_.attach({.op = require_text(request, "id"),
                                        .task = require_text(request, "task"),
                                        .path = require_path(request, "path"),
                                        .name = require_text(request, "name"),
                                        .maybe_sent = is_maybe_sent(request)}));
    }
    refuse("no such operation");
  }

  Tracker& tracker_;
  bool is_greeted_ = false;
};

}  // namespace

std::string require_text(const Json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) {
    refuse(std::string("no string \"") + name + "\"");
  }
  auto text = member->get<std::string>();
  if (text.empty()) refuse(std::string("\"") + name + "\" is empty");
  return text;
}

std::string require_path(const Json& object, const char* name) {
  std::string path = require_text(object, name);
  if (path.find('\0') != std::string::npos) refuse(std::string("\"") + name + "\" contains a NUL");
  return path;
}

void serve(std::istream& in, std::ostream& out, Tracker& tracker) {
  Server server(tracker);
  // What cb waits for is each line; and only a listing prints more than one.
  for (std::string line; out && std::getline(in, line);) {
    server.answer(line, [&](const Json& value) { out << to_line(value) << '\n'; });
    out.flush();
  }
}

}  // namespace cb::upstream
