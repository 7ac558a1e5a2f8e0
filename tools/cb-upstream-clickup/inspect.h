// Looks at one configured source: the token, what it sees, and the words for statuses.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "connection.h"
#include "statuses.h"

namespace cb::upstream_clickup {

enum class Verdict { fine, look, unreachable };

struct Finding {
  Verdict verdict = Verdict::fine;
  std::string about;     // "token", "workspace", "space", "folder", "list", "status"
  std::string id, name;  // of that thing; "" where it has none
  std::string text;      // for people, one line
};

// The configured words with what they mean to cb, in the order written: {"to do", "ready"}.
using Words = std::vector<std::pair<std::string, std::string>>;
Words words_in(const Json& statuses);

// One finding for each word that `list` does not have.
std::vector<Finding> missing_words(const TaskList& list, const Words& words);

// Tells each finding as soon as it is known. `token_origin` is where the token is from.
void inspect(Connection& connection, const Words& words, const std::string& token_origin,
             const std::function<void(const Finding&)>& tell);

}  // namespace cb::upstream_clickup
