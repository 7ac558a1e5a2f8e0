#include "serve.h"

#include <istream>
#include <ostream>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "os/file.h"

namespace cb::upstream_file {
namespace {

using upstream::Failure;
using upstream::Kind;

[[noreturn]] void refuse(const std::string& cause) { throw Error(Fault::data, cause); }

std::string text_of(const Json& request, const char* name) {
  const auto member = request.find(name);
  if (member == request.end() || !member->is_string()) {
    refuse(std::string("no string \"") + name + "\"");
  }
  auto text = member->get<std::string>();
  if (text.empty()) refuse(std::string("\"") + name + "\" is empty");
  return text;
}

bool is_maybe_sent(const Json& request) {
  const auto member = request.find("maybe_sent");
  if (member == request.end()) return false;
  if (!member->is_boolean()) refuse("\"maybe_sent\" is not a boolean");
  return member->get<bool>();
}

// A path ends at its first NUL for the kernel.
std::string path_of(const Json& object, const char* name) {
  std::string path = text_of(object, name);
  if (path.find('\0') != std::string::npos) refuse(std::string("\"") + name + "\" contains a NUL");
  return path;
}

std::optional<std::string> cursor_of(const Json& request) {
  const auto member = request.find("cursor");
  if (member == request.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) refuse("\"cursor\" is not a string");
  return member->get<std::string>();
}

Json failed(const Failure& failure) {
  Json error = {{"kind", upstream::to_string(failure.kind)}, {"message", failure.message}};
  return {{"ok", false}, {"error", std::move(error)}};
}

Json to_answer(const std::variant<Version, Failure>& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) return failed(*failure);
  return {{"ok", true}, {"version", std::get<Version>(result)}};
}

Json to_answer(const std::variant<Json, Failure>& result) {
  if (const auto* failure = std::get_if<Failure>(&result)) return failed(*failure);
  return {{"ok", true}, {"task", std::get<Json>(result)}};
}

// The machine's failures may pass, and say nothing about the request.
Kind kind_of(Fault fault) { return fault == Fault::data ? Kind::invalid : Kind::transient; }

}  // namespace

void Server::answer(const std::string& line, const std::function<void(const Json&)>& print) {
  std::string op = "read the request";
  try {
    const Json request = parse_json(line);
    if (!request.is_object()) refuse("not an object");
    op = printable(text_of(request, "op"));
    if (op == "hello") return print(hello(request));
    if (!board_) refuse("hello must come first");
    if (op == "list") return print(list(request, print));
    print(act(op, request));
  } catch (const Error& error) {
    print(failed({kind_of(error.fault()), excerpt(op, 40) + ": " + printable(error.what()), {}}));
  }
}

Json Server::hello(const Json& request) {
  const auto protocol = request.find("protocol");
  if (protocol == request.end() || *protocol != upstream::kProtocol) {
    refuse("this helper speaks protocol " + std::to_string(upstream::kProtocol));
  }
  const auto options = request.find("options");
  if (options == request.end() || !options->is_object()) refuse("no object \"options\"");
  const std::string kKnown[] = {"path"};
  refuse_unknown_members(*options, "/options", kKnown);
  const std::string name = path_of(*options, "path");
  const std::string path = os::resolve_path(name, surroundings_.directory, surroundings_.home);
  board_.emplace(BoardFile(path, name, surroundings_.patience), text_of(request, "source"));
  return {{"ok", true},
          {"helper", "file"},
          {"version", kVersion},
          {"can", {"list", "get", "set_status", "comment", "attach"}}};
}

Json Server::list(const Json& request, const std::function<void(const Json&)>& print) const {
  const auto result = board_->list(cursor_of(request));
  if (const auto* failure = std::get_if<Failure>(&result)) return failed(*failure);
  const Listing& listing = std::get<Listing>(result);
  for (const std::string& problem : listing.problems) surroundings_.problem(problem);
  for (const Json& task : listing.tasks) print(Json{{"task", task}});
  Json answer = {{"ok", true}, {"cursor", listing.cursor}, {"complete", listing.problems.empty()}};
  if (listing.is_full) answer["full"] = true;
  return answer;
}

Json Server::act(const std::string& op, const Json& request) const {
  if (op == "get") return to_answer(board_->get(text_of(request, "task")));
  if (op == "set_status") {
    return to_answer(board_->set_status({.op = text_of(request, "id"),
                                         .task = text_of(request, "task"),
                                         .status = text_of(request, "status"),
                                         .maybe_sent = is_maybe_sent(request)}));
  }
  if (op == "comment") {
    return to_answer(board_->comment({.op = text_of(request, "id"),
                                      .task = text_of(request, "task"),
                                      .text = text_of(request, "text"),
                                      .maybe_sent = is_maybe_sent(request)},
                                     surroundings_.now()));
  }
  if (op == "attach") {
    return to_answer(board_->attach({.op = text_of(request, "id"),
                                     .task = text_of(request, "task"),
                                     .path = path_of(request, "path"),
                                     .name = text_of(request, "name"),
                                     .maybe_sent = is_maybe_sent(request)}));
  }
  refuse("no such operation");
}

void serve(std::istream& in, std::ostream& out, Server& server) {
  for (std::string line; out && std::getline(in, line);) {
    server.answer(line, [&](const Json& value) { out << to_line(value) << '\n'; });
    out.flush();
  }
}

}  // namespace cb::upstream_file
