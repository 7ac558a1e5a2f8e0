// Tools that run beside each other in a world and may be killed at any moment.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "world.h"

namespace cb::crash {

using Random = std::mt19937_64;
// In [0, limit).
int64_t pick(Random& random, int64_t limit);

class Crew {
 public:
  // `clock` tells how many seconds ahead the clock of a tool that is started now is.
  Crew(World& world, Random& random, std::function<int64_t()> clock);

  void keep(const Call& call);   // started again whenever it has ended
  void start(const Call& call);  // once
  // Sees who has ended, and starts again who is kept.
  void tick();
  // Any process at all: a tool, a helper, or now and then a command.
  void kill_one();
  // Everything that lives; returns when it is gone.
  void kill_all();

  const std::map<std::string, int64_t>& kills() const { return kills_; }  // by program
  // A tool that ended in a way in which none should.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Member {
    Call call;
    pid_t pid = 0;
    bool is_kept = false, is_killed = false;
  };
  void launch(Member& member);
  void kill(pid_t pid);
  Member* find(pid_t pid);

  World& world_;
  Random& random_;
  std::function<int64_t()> clock_;
  std::vector<Member> members_;
  std::map<std::string, int64_t> kills_;
  std::vector<std::string> problems_;
  int started_ = 0;
};

}  // namespace cb::crash
