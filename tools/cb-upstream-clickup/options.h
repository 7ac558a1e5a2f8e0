// The options of a source with "upstream": "clickup".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace cb::upstream_clickup {

enum class Level { space, folder, list };
std::string to_string(Level level);

// What of a workspace belongs to the source.
struct Scope {
  std::string workspace;
  Level level = Level::space;
  std::vector<std::string> ids;  // at least one
};

struct Options {
  Scope scope;
  std::string token_file;  // as written; "" = token_env
  std::string token_env = "CB_CLICKUP_TOKEN";
  std::string base_url = "https://api.clickup.com/api/v2";  // without a '/' at its end
  std::string kind_field;  // the custom field that holds a task's kind; "" = its ClickUp task type

  // --- what nobody need change; tests do
  Duration connect_timeout = std::chrono::seconds(10);
  Duration timeout = std::chrono::seconds(30);   // of one HTTP request, uploads excepted
  Duration max_wait = std::chrono::seconds(25);  // how long no line may be printed on purpose
  Duration settle = std::chrono::seconds(2);     // between two looks for an earlier write
  std::optional<int> reserve;                    // requests of each minute that are left to people
};

// Throws Error{Fault::data}, "/options/NAME: cause".
Options read_options(const Json& options);

}  // namespace cb::upstream_clickup
