// What the helper learns of the workspace, once, when it is first needed: the token's user, the
// names of task types.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api.h"
#include "task.h"

namespace cb::upstream_clickup {

struct User {
  std::string id, name, email, time_zone;
};
User read_user(const Json& answer);  // of GET /user

class Workspace {
 public:
  using Problem = std::function<void(std::string_view)>;  // tells people, one line

  // `api` outlives it.
  Workspace(Api& api, const Options& options, Problem problem);

  // Asks for what the task needs, so that reading() can read it.
  std::optional<upstream::Failure> prepare(const Json& task);
  // The user of the token.
  std::variant<User, upstream::Failure> user();

  const Reading& reading() const { return reading_; }

 private:
  std::optional<upstream::Failure> learn_types();
  os::LocalTime local_time(Instant at);

  Api& api_;
  const std::string workspace_;
  Problem problem_;
  std::optional<User> user_;
  std::map<int64_t, std::string> types_;
  bool has_told_of_zone_ = false;
  Reading reading_;
};

}  // namespace cb::upstream_clickup
