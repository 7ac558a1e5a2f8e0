// The tasks that wait for a file of one watch, and which of them a file is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/files.h"
#include "flow/match_note.h"
#include "model/match.h"

namespace cb::flow {

struct Decision {
  MatchNote note;
  std::optional<int64_t> task;  // surely this one; the caller take()s it
};

struct Waiting::State {
  struct Task {
    int64_t n = 0;
    std::string name;
    bool is_taken = false;  // it got a file; for others it stays a rival, whichever came first
  };

  State(db::Connection& db, const config::Config& config, const config::Watch& watch)
      : db_(db), config_(config), watch_(watch) {}

  bool is_empty();
  Decision decide(std::string_view file_name);  // relative
  void take(int64_t task);                      // it has its file

 private:
  void read();
  void add(const state::TaskRow& row);

  db::Connection& db_;
  const config::Config& config_;
  const config::Watch& watch_;
  bool is_read_ = false;
  std::vector<Task> tasks_;
  std::vector<model::Wanted> wanted_;  // until `titles_` is made of them
  std::optional<model::Titles> titles_;
};

}  // namespace cb::flow
