#include "job.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/json.h"
#include "base/text.h"
#include "os/file.h"

namespace cb::exec {
namespace {

using Event = model::Ending::Event;

constexpr int kNotFound = 127, kNotExecutable = 126;

}  // namespace

Job::Job(const state::Layout& layout, model::Task task, state::TaskRow row, state::RunRow run,
         os::ByteLock lock)
    : layout_(layout),
      task_(std::move(task)),
      row_(std::move(row)),
      run_(std::move(run)),
      lock_(std::move(lock)) {}

void Job::prepare() {
  os::make_directory(layout_.run(run_.id));
  os::make_directory(layout_.artifacts(run_.id));
  os::write_file(layout_.task_file(run_.id), to_line(model::to_json(task_)) + "\n");
  os::make_directories(layout_.work(row_.task.name));
}

std::vector<std::string> Job::environment(const Surroundings& surroundings) const {
  auto environment = surroundings.environment;
  const auto set = [&](const char* name, const std::string& value) {
    const auto prefix = std::string(name) + "=";
    std::erase_if(environment, [&](const auto& entry) { return entry.starts_with(prefix); });
    environment.push_back(prefix + value);
  };
  set("CB_TASK", model::to_string(row_.task.name));
  set("CB_RUN", run_.id);
  set("CB_ATTEMPT", std::to_string(run_.attempt));
  set("CB_STEP", "run");
  set("CB_TASK_FILE", layout_.task_file(run_.id));
  set("CB_RESULT", layout_.result(run_.id));
  set("CB_ARTIFACTS", layout_.artifacts(run_.id));
  set("CB_STATE", layout_.root);
  return environment;
}

void Job::start(const Surroundings& surroundings, Duration now) {
  os::Started started;
  try {
    prepare();
    os::Fd task_file;
    if (surroundings.input < 0) task_file = os::open_to_read(layout_.task_file(run_.id));
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
  const auto may_run_again = ended.exit != 0 || ended.signal != 0;
  // Who closed the lock is found by its tag alone; before the next attempt, it is worth the look.
  const auto left_something =
      os::is_byte_locked(layout_.run_locks(), static_cast<int64_t>(run_.tag)) ||
      (may_run_again && !os::processes_of(run_.tag).empty());
  if (left_something && !termination_) termination_.emplace(run_.tag, run_.policy.grace, now);
}

// What has happened must not be only in memory until the store has it: killed before that, the
// command would run again.
void Job::keep_end() const {
  try {
    flow::spool_end(layout_, run_.id, *end_, os::Sync::none);
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
