// Files whose task has ended are moved, or left where they are. Killed between any two steps, the
// next call goes on: a file has its new name before the old one goes, and meanwhile the store knows
// both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "job.h"
#include "os/scan.h"
#include "state/files.h"

namespace cb::watch {

class After {
 public:
  // Both must outlive it.
  After(const Job& job, const config::Watch& watch) : job_(job), watch_(watch) {}

  // Sees to the given files whose task has ended, and first to those that an earlier call, killed,
  // has seen to in part.
  void see_to_all();
  // Whether something was not possible, which was told: worth another try later.
  bool has_trouble() const { return !told_.empty(); }

 private:
  struct Step {
    state::EndedFile ended;
    std::string path = {};  // the new name; "": it is left, because of
    std::string reason = {};
    os::FileStatus status = {};  // of the file before it got it
    bool is_link = false;        // the new name is one more of the same file
  };
  struct Leaving {
    state::FileRow file;
    std::optional<os::FileStatus> status =
        {};  // of what got the new name; absent: an earlier call did it
  };
  enum class Found { it, something_else, busy };

  void finish_leaving();
  void see_to_ended();
  std::string target_of(const state::EndedFile& ended) const;
  void see_to(const std::vector<state::EndedFile>& page);
  void prepare(const state::EndedFile& ended, std::vector<Step>& steps);
  void place(const state::EndedFile& ended, const os::FileStatus& status, std::vector<Step>& steps);
  std::vector<Leaving> record(std::vector<Step>& steps);
  void take_back(const Step& step) const;
  void finish(std::vector<Leaving> leaving);
  bool remove_old_name(Leaving& leaving);
  bool may_be_written(const Leaving& leaving);

  Found look(const state::FileRow& row, const std::string& path, const os::FileStatus& status);
  void report(Verdict verdict, const state::FileRow& row, const std::string& reason);
  void tell(int64_t n, const Error& error);

  const Job& job_;
  const config::Watch& watch_;
  std::set<int64_t> seen_;               // by the last see_to_all()
  std::map<int64_t, std::string> told_;  // by file; "": it only has to wait
};

}  // namespace cb::watch
