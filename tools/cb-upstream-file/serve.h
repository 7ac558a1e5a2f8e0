// The file helper's side of the upstream protocol.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "board.h"

namespace cb::upstream_file {

struct Surroundings {
  std::string directory;  // where relative paths start
  std::string home;
  Now now;
  std::function<void(std::string_view)> problem;  // tells people, one line
  Patience patience = {};
};

class Server {
 public:
  explicit Server(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  // Answers one line; an answer, the last line, follows the tasks it lists. `print` gets each line
  // as a value.
  void answer(const std::string& line, const std::function<void(const Json&)>& print);

 private:
  Json hello(const Json& request);
  Json list(const Json& request, const std::function<void(const Json&)>& print) const;
  Json act(const std::string& op, const Json& request) const;

  Surroundings surroundings_;
  std::optional<Board> board_;  // once greeted
};

// Answers the lines of `in` on `out` until either ends.
void serve(std::istream& in, std::ostream& out, Server& server);

}  // namespace cb::upstream_file
