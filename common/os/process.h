// Starting commands, and knowing for certain whether they live.
//
// Every command gets a tag: a number put into its RLIMIT_RTTIME limit (which only real-time
// processes feel), inherited by all its descendants through fork, exec, setsid and closed
// descriptors, and readable by anyone in /proc. It tells the processes of a run from all others,
// whatever they do; a pid is believed only together with its tag or start time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "os/fd.h"

namespace cb::os {

using Tag = uint64_t;  // 0: none

// A process, told apart from every other that had or will have its pid.
struct ProcessId {
  std::string boot = {};  // the kernel's boot id
  pid_t pid = 0;
  uint64_t start = 0;  // clock ticks since boot (field 22 of /proc/<pid>/stat)

  bool operator==(const ProcessId&) const = default;
};

ProcessId this_process();
std::string boot_id();
std::string host_name();
// Alive on this boot, with that start time. A zombie counts as dead.
bool is_alive(const ProcessId& process);

// The name of a process as ps shows it, at most 15 bytes; nullopt when it is gone.
std::optional<std::string> process_name(pid_t pid);

// A random tag that this process may give to a command (below its own hard limit).
Tag new_tag();
// The living processes (zombies not counted) that carry `tag`, and all their descendants; never
// this process. 0 finds nothing.
std::vector<pid_t> processes_of(Tag tag);
// The same for many tags in one pass over /proc: those tags of `tags` that a living process
// carries.
std::vector<Tag> living_tags(const std::vector<Tag>& tags);
// Sends `signal` to each; those that are gone are no error.
void signal_all(const std::vector<pid_t>& pids, int signal);

struct Command {
  std::vector<std::string> argv =
      {};  // argv[0] is looked up in the PATH of `environment` unless it has a '/'
  std::vector<std::string> environment = {};  // NAME=value
  std::string directory = {};                 // "" = this process's
  // What becomes 0, 1 and 2. `log_path`, when set, is created by the child (O_EXCL, append) as its
  // last act before exec and becomes what of 1 and 2 is not given: that the file exists shows that
  // the command was started.
  int input = -1, output = -1, error = -1;  // -1: /dev/null
  std::string log_path = {};
  int kept = -1;  // inherited besides 0-2, at its own number
  Tag tag = 0;
  enum class Session {
    shared,
    own
  } session = Session::own;  // own: a new session, hence a new process group
  int death_signal = 0;      // sent to the child when this process dies; 0: none
};

struct Started {
  pid_t pid = 0;
  // Set instead of a pid when the command could not be started: an errno, and what was tried
  // ("start /usr/bin/x").
  int error = 0;
  std::string what = {};
};

// Starts `command` with default signal dispositions and an empty mask. Does not throw for what the
// command or the machine refuses: see Started. Uses vfork, so the cost does not grow with this
// process.
Started start(const Command& command);

// How a child ended. Exactly one of exit and signal is meaningful.
struct Ended {
  pid_t pid = 0;
  int exit = 0;
  int signal = 0;  // 0: it exited
};

// Reaps every child that has ended, adopted ones included; never waits.
std::vector<Ended> reap();
// Whether any child is left, ended or not.
bool has_children();
// Adopts orphaned descendants from now on, so that they cannot escape (PR_SET_CHILD_SUBREAPER).
void become_subreaper();
// The living children of this process (of its main thread), adopted ones included.
std::vector<pid_t> children();
// Those of them that start() did not start. A command that was reaped and left something running
// has left it here, if this process is a subreaper: what it left is adopted before it can be
// reaped.
std::vector<pid_t> adopted_children();

// A shortage of the machine (memory, processes, descriptors, disk; a program file being written),
// as opposed to a command that cannot be run.
bool is_shortage(int error_number);

}  // namespace cb::os
