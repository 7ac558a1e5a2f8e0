// A directory with a configuration, a board, a store and a ledger, and tools that run in it and may
// be killed.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "check.h"

namespace cb::crash {

struct Call {
  std::string program;
  std::vector<std::string> arguments = {};
  std::vector<std::string> wrapper = {};  // the command that runs it; empty: none
};
std::string to_string(const Call& call);

// Where a tool dies; crashpoint.cc knows the kinds.
struct Crash {
  std::string tool, kind;
  int64_t at = 0;
  bool is_after = false;
  std::string from =
      {};  // counts from the first file created in a directory of that name on; "": from the start
};
std::string to_string(const Crash& crash);

// Which of a tool's calls goes wrong, and how; crashpoint.cc knows the errors.
struct Fault {
  std::string tool, error;
  int64_t at = 0;  // of the calls to which that can happen
  bool does_last = false;
  std::string kind = "any";  // only calls of that kind
};
std::string to_string(const Fault& fault);

// What is to become of a dropped file.
enum class Fate {
  done,      // given to one command, once
  failed,    // the same, and the command fails
  replaced,  // another came at its name before anybody took it; it is no more
  kept,      // nobody is to have it
  printed,   // a filter tells of it
};

class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  const std::string& directory() const { return directory_; }
  Place place() const;
  void set_edited() { is_edited_ = true; }  // from now on the checker knows that people edit
  void set_without_links() { has_links_ = false; }     // for run_later(), too
  void skip_hours(int64_t hours) { hours_ += hours; }  // of the clock of run_later()
  void write(const std::string& name, const std::string& text) const;
  void add_to_board(const std::string& task) const;  // as a person would
  // Puts a file there in one piece; what it holds says that it is `id`. The checker then knows of
  // it.
  void drop(const std::string& name, const std::string& id, Fate fate = Fate::done) const;
  // An empty directory on another file system where there is one; emptied by restore().
  const std::string& elsewhere();

  // Starts the tool and does not wait; its stdout is appended to `output` and its stderr to
  // `error`, or to tools.log where that is "". `extra` are variables for crashpoint.cc. The caller
  // reaps it.
  pid_t launch(const Call& call, const std::map<std::string, std::string>& extra,
               const std::string& output = "", const std::string& error = "") const;
  // Runs the tool to its end. What it should never do is returned: a hang, a signal, an exit code
  // for bugs.
  std::vector<std::string> run(const Call& call);
  // Each such call sees a clock one hour ahead of the one before, so that nothing is left to wait
  // for.
  std::vector<std::string> run_later(const Call& call);
  // Runs it until it is killed at `crash`; false when it was not, since it never got there.
  // Its stdout is appended to `output`, unless that is "".
  bool run_killed(const Call& call, const Crash& crash, const std::string& output = "");
  struct Faulted {
    bool is_hit = false;  // it came to the call
    int exit = 0;
    std::vector<std::string> problems;
  };
  // Runs it to its end with that fault, and in haste, as it waits for better times. What it should
  // never do even then is returned: as run(), and a message of several lines or of none.
  Faulted run_faulted(const Call& call, const Fault& fault);
  // Runs it where it may fail; what it should never do even then, as run_faulted().
  std::vector<std::string> run_hindered(const Call& call,
                                        std::map<std::string, std::string> variables = {});
  // The number of its calls to which the error can happen.
  int64_t count_faults(const Call& call, const Fault& fault);
  // From now on the tools believe that the machine was started anew.
  void reboot();
  // Runs it, and appends to the journal of recorder.cc what is done meanwhile.
  std::vector<std::string> run_recorded(const Call& call, const std::string& journal,
                                        std::map<std::string, std::string> variables = {});
  // Runs it with more variables in its environment.
  std::vector<std::string> run_with(const Call& call,
                                    const std::map<std::string, std::string>& variables);
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
    std::string error = {};  // what it wrote to stderr
  };
  std::string log_path() const { return directory_ + "/tools.log"; }
  Ending start(const Call& call, const std::map<std::string, std::string>& extra,
               const std::string& output = "") const;
  Faulted run_badly(const Call& call, std::map<std::string, std::string> variables);
  void remember_ends() const;
  static std::vector<std::string> complain(const Call& call, const Ending& ending,
                                           const std::set<int>& good_exits);

  std::string root_, directory_, saved_, elsewhere_;
  bool is_edited_ = false, has_links_ = true;
  int64_t hours_ = 0;
  int boots_ = 0;
};

}  // namespace cb::crash
