#include "job.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/json.h"
#include "base/text.h"
#include "given_file.h"
#include "os/file.h"

namespace cb::exec {
namespace {

using Event = model::Ending::Event;

constexpr int kNotFound = 127, kNotExecutable = 126;

constexpr const char* kOwnNames[] = {"CB_TASK=",      "CB_RUN=",    "CB_ATTEMPT=",   "CB_STEP=",
                                     "CB_TASK_FILE=", "CB_RESULT=", "CB_ARTIFACTS=", "CB_STATE="};
constexpr const char* kFileName = "CB_FILE=";  // only of a task that has one

}  // namespace

std::vector<std::string> without_own(std::vector<std::string> environment) {
  std::erase_if(environment, [](const std::string& variable) {
    return variable.starts_with(kFileName) ||
           std::any_of(std::begin(kOwnNames), std::end(kOwnNames),
                       [&](const char* name) { return variable.starts_with(name); });
  });
  return environment;
}

Job::Job(const state::Layout& layout, flow::Ends& ends, model::Task task, state::TaskRow row,
         state::RunRow run, os::ByteLock lock, std::optional<state::FileRow> file)
    : layout_(layout),
      ends_(ends),
      task_(std::move(task)),
      row_(std::move(row)),
      run_(std::move(run)),
      lock_(std::move(lock)),
      file_(std::move(file)) {}

os::Fd Job::prepare() {
  os::make_directory(layout_.run(run_.id));
  os::make_directory(layout_.artifacts(run_.id));
  os::make_directories(layout_.work(row_.task.name));
  return os::create_to_read(layout_.task_file(run_.id), to_line(model::to_json(task_)) + "\n");
}

std::vector<std::string> Job::environment(const Surroundings& surroundings) const {
  const auto number = [](int value) { return std::to_string(value); };
  auto environment = surroundings.environment;
  const std::string values[] = {model::to_string(row_.task.name),
                                run_.id,
                                number(run_.attempt),
                                "run",
                                layout_.task_file(run_.id),
                                layout_.result(run_.id),
                                layout_.artifacts(run_.id),
                                layout_.root};
  for (size_t i = 0; i < std::size(kOwnNames); ++i) environment.push_back(kOwnNames[i] + values[i]);
  if (file_) environment.push_back(kFileName + file_->path);
  return environment;
}

void Job::start(const Surroundings& surroundings, Duration now) {
  os::Started started;
  try {
    const auto trouble = file_ ? trouble_with(*file_) : "";
    if (!trouble.empty()) return give_up(Event::shortage, trouble);
    const auto task_file = prepare();
    started = os::start({.argv = run_.argv,
                         .environment = environment(surroundings),
                         .directory = surroundings.directory.empty() ? layout_.work(row_.task.name)
                                                                     : surroundings.directory,
                         .input = surroundings.input < 0 ? task_file.get() : surroundings.input,
                         .output = surroundings.output,
                         .error = surroundings.error,
                         .log_path = layout_.log(run_.id),
                         .kept = lock_->descriptor(),
                         .tag = run_.tag,
                         .death_signal = SIGTERM});
  } catch (const Error& error) {
    return give_up(Event::shortage, error.what());
  }
  if (started.error != 0) return fail_to_start(started);
  pid_ = started.pid;
  is_waiting_ = true;
  if (run_.policy.timeout > Duration(0)) deadline_ = now + run_.policy.timeout;
}

void Job::fail_to_start(const os::Started& started) {
  const auto message = started.what + ": " + std::strerror(started.error);
  if (os::is_shortage(started.error)) return give_up(Event::shortage, message);
  give_up(Event::not_startable, message);
  end_->exit = started.error == ENOENT || started.error == ENOTDIR ? kNotFound : kNotExecutable;
}

void Job::give_up(Event event, const std::string& message) {
  end_ = flow::ProcessEnd{.event = event, .message = message};
  lock_.reset();
}

void Job::terminate(Event event, const std::string& message, Duration now) {
  if (!is_started()) return give_up(event, message);
  if (termination_ || is_over()) return;
  reason_ = {.event = event, .message = message};
  deadline_.reset();
  termination_.emplace(run_.tag, run_.policy.grace, now);
}

void Job::kill_now() {
  if (termination_) termination_->kill_now();
}

void Job::on_exit(const os::Ended& ended, Duration now) {
  is_waiting_ = false;
  deadline_.reset();
  end_ = flow::ProcessEnd{.exit = ended.exit,
                          .signal = ended.signal,
                          .event = reason_.event,
                          .message = reason_.message};
  keep_end();
  lock_.reset();
  const auto may_have_left_something = !os::adopted_children().empty();
  if (may_have_left_something && !termination_)
    termination_.emplace(run_.tag, run_.policy.grace, now);
}

// What has happened must not be only in memory until the store has it: killed before that, the
// command would run again.
void Job::keep_end() {
  try {
    ends_.keep(run_.id, *end_, os::Sync::none);
  } catch (const Error&) {
    // No room; the store will say so too, and then it is tried again.
  }
}

void Job::tick(Duration now) {
  if (deadline_ && now >= *deadline_)
    terminate(Event::timed_out, "timed out after " + describe_duration(run_.policy.timeout), now);
  if (termination_ && now >= termination_->next_look() && termination_->is_over(now) &&
      !is_waiting_)
    termination_.reset();
}

std::optional<Duration> Job::next_tick() const {
  if (termination_) return termination_->next_look();
  return deadline_;
}

}  // namespace cb::exec
