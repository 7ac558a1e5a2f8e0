// One run in the hands of this cb-exec, from its claim until its outcome is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flow/judge.h"
#include "os/lock.h"
#include "os/process.h"
#include "state/files.h"
#include "state/layout.h"
#include "state/runs.h"
#include "state/tasks.h"
#include "termination.h"

namespace cb::exec {

// What the command gets besides its argv.
struct Surroundings {
  const std::vector<std::string>& environment;  // NAME=value, from without_own()
  std::string directory;  // "" = the task's work directory, created when missing
  // For a command that talks through: its 0, 1 and 2; -1: the task as JSON, and the log.
  int input = -1, output = -1, error = -1;
};

// The environment without the variables that a job sets.
std::vector<std::string> without_own(std::vector<std::string> environment);

class Job {
 public:
  // `lock` is the run's byte of locks/runs, taken before its claim was committed; `file` is the
  // task's, if it has one. Both references outlive the job.
  Job(const state::Layout& layout, flow::Ends& ends, model::Task task, state::TaskRow row,
      state::RunRow run, os::ByteLock lock, std::optional<state::FileRow> file);

  const state::RunRow& run() const { return run_; }
  const state::TaskRow& row() const { return row_; }
  bool is_started() const { return pid_ != 0; }
  pid_t pid() const { return pid_; }

  // Prepares the run's directory and starts the command. What stands in the way becomes the job's
  // end. `now` is os::boot_time(), here and below.
  void start(const Surroundings& surroundings, Duration now);
  // Ends it without having started it.
  void give_up(model::Ending::Event event, const std::string& message);
  // Ends the command and all it started; `message` says why.
  void terminate(model::Ending::Event event, const std::string& message, Duration now);
  void kill_now();  // what terminate() began, without more patience
  // The command itself has ended; what it left behind is ended too.
  void on_exit(const os::Ended& ended, Duration now);
  // Timeouts and terminations.
  void tick(Duration now);

  // The command has ended and left nothing behind.
  bool is_over() const { return end_ && !termination_ && !is_waiting_; }
  bool is_terminating() const { return termination_.has_value(); }
  const flow::ProcessEnd& end() const { return *end_; }  // is_over()
  // When tick() has something to do; nullopt: never.
  std::optional<Duration> next_tick() const;

 private:
  os::Fd prepare();  // the task file, to be read
  std::vector<std::string> environment(const Surroundings& surroundings) const;
  void fail_to_start(const os::Started& started);
  void keep_end();

  const state::Layout& layout_;
  flow::Ends& ends_;
  model::Task task_;
  state::TaskRow row_;
  state::RunRow run_;
  std::optional<os::ByteLock> lock_;
  std::optional<state::FileRow> file_;
  pid_t pid_ = 0;
  bool is_waiting_ = false;  // for the command's exit status
  std::optional<Duration> deadline_;
  std::optional<Termination> termination_;
  flow::ProcessEnd reason_;  // why it is being terminated
  std::optional<flow::ProcessEnd> end_;
};

}  // namespace cb::exec
