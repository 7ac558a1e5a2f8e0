// The kernel's word that something may have changed in a directory. A hint only: it shortens the
// wait for the next scan, and nothing is believed because of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace cb::os {

class Hints {
 public:
  Hints();  // has no descriptor when the kernel gives none: see why_not()
  Hints(const Hints&) = delete;
  Hints& operator=(const Hints&) = delete;
  ~Hints();

  // Asks for hints about `directory` itself (not below it). False when there will be none: a
  // network file system, a limit of the kernel, no such directory. Asking again for one that is
  // watched already is cheap, and needed: it notices that the path leads to another directory by
  // now. To be called before the directory is scanned: what comes between would have no hint.
  bool add(const std::string& directory);
  // Why the last add() gave none, for people, naming the sysctl to raise when it is a limit:
  // "fs.inotify.max_user_watches (8192) is reached; …". "" when it is only a network file system or
  // a missing directory.
  const std::string& why_not() const;

  int descriptor() const;  // to poll for reading; -1: none. add() tries again to get one

  // What was hinted at since the last call, each once; never waits. Of a flood it is a part: then
  // the descriptor stays readable.
  struct News {
    std::vector<std::string>
        files;  // paths (as added, "/" and the name): came, written and closed, went
    // Came, went or were replaced: scan them as a whole. There are no hints about them, nor about
    // what lies below, until they are added again.
    std::vector<std::string> directories;
    bool is_all_lost = false;  // the queue overflowed: scan everything
  };
  News take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cb::os
