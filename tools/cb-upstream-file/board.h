// The tasks of a board, as the upstream protocol asks for them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "board_file.h"
#include "upstream/protocol.h"

namespace cb::upstream_file {

struct Listing {
  std::vector<Json> tasks;  // in the form of the protocol
  std::vector<std::string>
      problems;         // a line for each entry that is no task: "board.json: /tasks/3/due: cause"
  std::string cursor;   // changes with the content
  bool is_full = true;  // false: nothing changed since the cursor, so nothing is listed
};

// Failures and Errors are those of BoardFile; besides, `not_found` for a task that is not on the
// board, and `invalid` for one that is not in the form of the protocol.
class Board {
 public:
  // The tasks of `file` belong to `source`.
  Board(BoardFile file, std::string source);

  std::variant<Listing, upstream::Failure> list(const std::optional<std::string>& cursor) const;
  std::variant<Json, upstream::Failure> get(const std::string& task) const;

  // Each is harmless when repeated with the same `op`.
  std::variant<Version, upstream::Failure> set_status(const upstream::SetStatus& operation) const;
  std::variant<Version, upstream::Failure> comment(const upstream::Comment& operation,
                                                   Instant now) const;
  std::variant<Version, upstream::Failure> attach(const upstream::Attach& operation) const;

 private:
  using Edit = std::function<BoardFile::Edited(const Content&, size_t index)>;
  using MakeEntry = std::function<std::variant<Json, upstream::Failure>(const Content&)>;

  std::optional<std::string> problem_of(const Json& entry) const;
  std::variant<size_t, upstream::Failure> find(const Content& content,
                                               const std::string& task) const;
  std::variant<Version, upstream::Failure> change(const std::string& task, const Edit& edit) const;
  std::variant<Version, upstream::Failure> append_once(const std::string& task,
                                                       const std::string& op, const char* list,
                                                       const MakeEntry& make_entry) const;

  BoardFile file_;
  std::string source_;
};

}  // namespace cb::upstream_file
