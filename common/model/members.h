// Reading JSON objects that come from outside: members by name and type, and the first problem met.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "model/task.h"

namespace cb::model {

// Members of one object, which must outlive it. What is wrong is kept in `problem`, unless that
// holds an earlier one; reading then goes on with empty values.
class Members {
 public:
  // `path`: the pointer of `object`, "" for the root. A value that is no object is a problem.
  Members(const Json& object, std::string path, std::optional<Problem>& problem);

  void refuse_unknown(std::span<const std::string> known);
  void refuse(std::string_view name, std::string_view cause);

  // nullptr when it is absent or null.
  const Json* find(std::string_view name) const;
  // A text without NUL of at most `limit` bytes; "" when it is absent or null.
  std::string text(std::string_view name, size_t limit = 4096);

 private:
  const Json& object_;
  std::string path_;
  std::optional<Problem>& problem_;
};

bool has_nul(std::string_view text);

}  // namespace cb::model
