// The board of one source, as the upstream protocol asks for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "board.h"
#include "upstream/serve.h"

namespace cb::upstream_file {

struct Surroundings {
  std::string directory;  // where relative paths start
  std::string home;
  Now now;
  std::function<void(std::string_view)> problem;  // tells people, one line
  Patience patience = {};
};

class FileTracker : public upstream::Tracker {
 public:
  explicit FileTracker(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  std::string name() const override { return "file"; }
  std::optional<upstream::Failure> greet(const upstream::Hello& hello) override;
  std::variant<upstream::Listed, upstream::Failure> list(const std::optional<std::string>& cursor,
                                                         const OnTask& on_task) override;
  std::variant<Json, upstream::Failure> get(const std::string& task) override;
  std::variant<upstream::Written, upstream::Failure> set_status(
      const upstream::SetStatus& operation) override;
  std::variant<upstream::Written, upstream::Failure> comment(
      const upstream::Comment& operation) override;
  std::variant<upstream::Written, upstream::Failure> attach(
      const upstream::Attach& operation) override;

 private:
  Surroundings surroundings_;
  std::optional<Board> board_;  // once greeted
};

}  // namespace cb::upstream_file
