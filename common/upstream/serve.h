// The helper's side of the protocol: reads requests, checks their form, prints answers. What a
// tracker does is up to the helper.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "upstream/protocol.h"

namespace cb::upstream {

struct Hello {
  std::string source;
  Json options;   // an object, otherwise unchecked
  Json statuses;  // as written in the configuration; {} when not given
};

struct Listed {
  std::optional<std::string> cursor;
  bool is_complete = true;
  bool is_full = false;  // everything was listed, although a cursor was given
};

// The version of the task after a write; "" when the tracker does not tell.
struct Written {
  std::string version;
};

// One tracker as a helper sees it. An operation is called only after a hello that did not fail.
// What is foreseen is a Failure; an Error{Fault::data} makes the request invalid, any other Error
// is transient.
class Tracker {
 public:
  using OnTask = std::function<void(const Json&)>;  // prints one task of a listing at once

  virtual ~Tracker() = default;
  virtual std::string name() const = 0;  // "file", "clickup"
  virtual std::optional<Failure> greet(const Hello& hello) = 0;
  virtual std::variant<Listed, Failure> list(const std::optional<std::string>& cursor,
                                             const OnTask& on_task) = 0;
  virtual std::variant<Json, Failure> get(const std::string& task) = 0;
  virtual std::variant<Written, Failure> set_status(const SetStatus& operation) = 0;
  virtual std::variant<Written, Failure> comment(const Comment& operation) = 0;
  virtual std::variant<Written, Failure> attach(const Attach& operation) = 0;
};

// The member `name` of an object, a text that is not empty. Throws Error{Fault::data}.
std::string require_text(const Json& object, const char* name);
// The same for a path, which ends at its first NUL for the kernel.
std::string require_path(const Json& object, const char* name);

// Answers the requests of `in` on `out`, each on a line and flushed, until either ends. `tracker`
// outlives the call.
void serve(std::istream& in, std::ostream& out, Tracker& tracker);

}  // namespace cb::upstream
