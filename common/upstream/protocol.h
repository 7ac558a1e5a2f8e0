// The helper protocol: what is asked, what is answered. docs/protocol.md is its specification.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace cb::upstream {

inline constexpr int kProtocol = 1;

enum class Kind {
  transient,        // try again later
  rate_limited,     // try again after retry_after
  unauthorized,     // the token is wrong
  forbidden,        // not for this token
  not_found,        // no such task
  invalid,          // upstream refuses the request itself: an unknown status, a bad path
  unknown_outcome,  // it may or may not have been applied: send again with maybe_sent
  broken,           // the helper itself: died, hung, printed rubbish, could not be started
};
std::string_view to_string(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

struct Failure {
  Kind kind = Kind::transient;
  std::string message;  // one line, printable
  std::optional<Duration> retry_after;
};

// One answer: a failure, or the members of an {"ok":true} line.
struct Answer {
  std::optional<Failure> failure;
  Json body;
};

// Operations of the outbox.
struct SetStatus {
  std::string op, task, status;
  bool maybe_sent = false;
};
struct Comment {
  std::string op, task, text;
  bool maybe_sent = false;
};
struct Attach {
  std::string op, task, path, name;
  bool maybe_sent = false;
};

Json hello_request(const std::string& source, const Json& options, const Json& statuses);
Json list_request(const std::optional<std::string>& cursor);
Json get_request(const std::string& task);
Json to_request(const SetStatus& operation);
Json to_request(const Comment& operation);
Json to_request(const Attach& operation);

// Reads one {"ok":…} line, the answer to operation `op` ("list", "comment", …); what is not the
// protocol becomes a Failure of kind broken that quotes an excerpt of it.
Answer read_answer(const Json& line, std::string_view op);

}  // namespace cb::upstream
