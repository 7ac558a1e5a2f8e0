// A directory with a configuration, a board, a store and a ledger, and tools that run in it and may
// be killed.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "check.h"

namespace cb::crash {

struct Call {
  std::string program;
  std::vector<std::string> arguments = {};
};

// Where a tool dies; crashpoint.cc knows the kinds.
struct Crash {
  std::string tool, kind;
  int64_t at = 0;
  bool is_after = false;
  std::string from =
      {};  // counts from the first rename to a file of that name on; "": from the start
};
std::string to_string(const Crash& crash);

class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  const std::string& directory() const { return directory_; }
  Place place() const;
  void set_edited() { is_edited_ = true; }  // from now on the checker knows that people edit
  void skip_hours(int64_t hours) { hours_ += hours; }  // of the clock of run_later()
  void write(const std::string& name, const std::string& text) const;
  void add_to_board(const std::string& task) const;  // as a person would

  // Starts the tool and does not wait; its stdout is appended to `output`, unless that is "".
  // `extra` are variables for crashpoint.cc. The caller reaps it.
  pid_t launch(const Call& call, const std::map<std::string, std::string>& extra,
               const std::string& output = "") const;
  // Runs the tool to its end. What it should never do is returned: a hang, a signal, an exit code
  // for bugs.
  std::vector<std::string> run(const Call& call);
  // Each such call sees a clock one hour ahead of the one before, so that nothing is left to wait
  // for.
  std::vector<std::string> run_later(const Call& call);
  // Runs it until it is killed at `crash`; false when it was not, since it never got there.
  // Its stdout is appended to `output`, unless that is "".
  bool run_killed(const Call& call, const Crash& crash, const std::string& output = "");
  // Runs it undisturbed; the number of calls by kind.
  std::map<std::string, int64_t> count_calls(const Call& call, const std::string& tool);
  // A process that nobody ended.
  std::vector<std::string> left_processes() const;

  void save();     // as it is now
  void restore();  // as it was saved
  std::string keep(
      const std::string& name) const;  // copies it for a person to look at; returns where

 private:
  struct Ending {
    bool is_hung = false;
    int exit = 0, signal = 0;
  };
  Ending start(const Call& call, const std::map<std::string, std::string>& extra,
               const std::string& output = "") const;
  std::vector<std::string> complain(const Call& call, const Ending& ending) const;

  std::string root_, directory_, saved_;
  bool is_edited_ = false;
  int64_t hours_ = 0;
};

}  // namespace cb::crash
