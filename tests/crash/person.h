// People at work on a board while tools run: they move, add and remove tasks, and use cb-task.
#pragma once

#include <string>
#include <vector>

#include "crew.h"
#include "world.h"

namespace cb::crash {

class Person {
 public:
  // Lays out a configuration and a board of `tasks` tasks with keys, dependencies, retries and
  // timeouts.
  Person(World& world, Random& random, int tasks);

  // One thing, chosen by chance.
  void act(Crew& crew);

  int64_t edits() const { return edits_; }

 private:
  std::string any_task();
  void edit(Crew& crew);
  void command(Crew& crew);

  World& world_;
  Random& random_;
  std::vector<std::string> tasks_;  // ids ever on the board
  int64_t edits_ = 0, added_ = 0, removed_ = 0;
};

}  // namespace cb::crash
