#include "upstream/client.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/pipe.h"
#include "upstream/process.h"

namespace cb::upstream {
namespace {

constexpr size_t kQuoted = 120;
constexpr Duration kFarewell = std::chrono::milliseconds(500);

bool is_task_line(const Json& line) {
  return line.is_object() && line.contains("task") && !line.contains("ok");
}

// Kinds that refuse a request. In the answer to hello they would be taken for a refusal of the one
// that waits, which the helper has not even seen.
bool is_refusal(Kind kind) {
  return kind == Kind::forbidden || kind == Kind::not_found || kind == Kind::invalid ||
         kind == Kind::unknown_outcome;
}

std::string quote(std::string_view output) {
  const std::string_view line = output.substr(0, output.find('\n'));
  return line.empty() ? "an empty line" : excerpt(line.substr(0, 4 * kQuoted), kQuoted);
}

}  // namespace

struct Client::Request {
  std::string op;
  std::string line;
  Duration deadline{};
  size_t tasks = 0;
  std::optional<Answer> answer;  // known without asking the helper, or once it failed
};

Client::Client(Settings settings) : settings_(std::move(settings)) {}

Client::~Client() {
  if (process_) process_->close(kFarewell);
}

void Client::send(const Json& request) {
  const std::string op = request.at("op").get<std::string>();
  request_ = std::make_unique<Request>();
  request_->op = op;
  request_->line = to_line(request);
  request_->deadline = os::boot_time() + settings_.deadline;
  try {
    if (!process_) {
      start();
    } else if (is_quiet()) {
      ask();
    }
  } catch (const Error& error) {
    give_up(error.what());
  }
}

void Client::start() {
  operations_.clear();
  process_ = std::make_unique<Process>(settings_.argv, settings_.directory, settings_.environment);
  is_greeted_ = false;
  process_->queue(to_line(hello_request(settings_.source, settings_.options, settings_.statuses)));
}

// Whether the helper kept silent since its last answer; what it said would be taken for the next
// one.
bool Client::is_quiet() {
  process_->pump();
  if (process_->has_output()) {
    give_up("printed after its answer: " + quote(process_->output()));
    return false;
  }
  if (process_->has_closed()) give_up("ended without being asked to");
  return !request_->answer;
}

void Client::ask() {
  if (std::find(operations_.begin(), operations_.end(), request_->op) == operations_.end()) {
    request_->answer = Answer{Failure{Kind::invalid, name() + ": cannot " + request_->op, {}}, {}};
    return;
  }
  process_->queue(request_->line);
  request_->deadline = os::boot_time() + settings_.deadline;
}

bool Client::is_busy() const { return request_ != nullptr; }

std::vector<pollfd> Client::interest() const {
  if (!request_ || request_->answer || !process_) return {};
  return process_->interest();
}

std::optional<Duration> Client::time_left() const {
  if (!request_) return std::nullopt;
  if (request_->answer) return Duration::zero();
  return std::max(Duration::zero(), request_->deadline - os::boot_time());
}

std::optional<Answer> Client::advance(const OnTask& on_task) {
  if (!request_) return std::nullopt;
  if (!request_->answer) listen(on_task);
  if (!request_->answer) return std::nullopt;
  Answer answer = std::move(*request_->answer);
  request_.reset();
  return answer;
}

void Client::listen(const OnTask& on_task) {
  try {
    process_->pump();
  } catch (const Error& error) {
    return give_up(error.what());
  }
  while (const auto line = process_->take_line()) {
    hear(*line, on_task);
    if (request_->answer) return;
  }
  if (process_->is_line_too_long()) {
    give_up("printed a line of more than 16 MiB");
  } else if (process_->has_closed()) {
    const std::string how = process_->ending();
    give_up("ended before it answered " + request_->op + (how.empty() ? "" : " (" + how + ")"));
  } else if (os::boot_time() >= request_->deadline) {
    give_up("no answer to " + std::string(is_greeted_ ? request_->op : "hello") + " within " +
            format_duration(settings_.deadline));
  }
}

void Client::hear(const std::string& line, const OnTask& on_task) {
  Json value;
  try {
    value = parse_json(line);
  } catch (const Error& error) {
    return give_up("printed " + quote(line) + ": " + error.what());
  }
  if (!is_greeted_) return hear_hello(value);
  if (request_->op == "list" && is_task_line(value)) return hear_task(value, on_task);
  conclude(read_answer(value, request_->op));
}

void Client::hear_hello(const Json& value) {
  Answer answer = read_answer(value, "hello");
  if (answer.failure) {
    if (is_refusal(answer.failure->kind)) return give_up("hello: " + answer.failure->message);
    conclude(std::move(answer));
    process_.reset();
    return;
  }
  is_greeted_ = true;
  operations_ = answer.body.at("can").get<std::vector<std::string>>();
  ask();
}

void Client::hear_task(const Json& value, const OnTask& on_task) {
  if (++request_->tasks > settings_.most_tasks) {
    return give_up("listed more than " + std::to_string(settings_.most_tasks) + " tasks");
  }
  if (on_task) on_task(value.at("task"));
  request_->deadline = os::boot_time() + settings_.deadline;
}

void Client::conclude(Answer answer) {
  if (answer.failure && answer.failure->kind == Kind::broken) {
    return give_up(answer.failure->message);
  }
  const auto is_refused = answer.failure && answer.failure->kind == Kind::unauthorized;
  request_->answer = std::move(answer);
  if (is_refused) process_.reset();
}

void Client::give_up(const std::string& cause) {
  request_->answer = Answer{Failure{Kind::broken, name() + ": " + printable(cause), {}}, {}};
  process_.reset();
}

std::string Client::name() const {
  const std::string program = settings_.argv.empty() ? "" : settings_.argv.front();
  return "helper " + printable(program.substr(program.rfind('/') + 1));
}

Answer Client::call(const Json& request, const OnTask& on_task) {
  send(request);
  while (true) {
    if (auto answer = advance(on_task)) return std::move(*answer);
    auto descriptors = interest();
    os::wait_for(descriptors, time_left());
  }
}

std::vector<std::string> find_helper(const std::string& kind) {
  const std::string name = "cb-upstream-" + kind;
  const std::string directory = os::program_directory();
  for (const std::string& place : {directory, os::parent_path(directory) + "/libexec/cb"}) {
    if (!directory.empty() && os::exists(place + "/" + name)) return {place + "/" + name};
  }
  return {name};
}

}  // namespace cb::upstream
