// Calls of the ClickUp API: in turn, with the token, repeated where that is harmless, and with
// every failure as the protocol knows it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "base/json.h"
#include "base/time.h"
#include "errors.h"
#include "http.h"
#include "throttle.h"
#include "upstream/protocol.h"

namespace cb::upstream_clickup {

using Answer = std::variant<Json, upstream::Failure>;

// The value of `answer`, or nullptr and its failure.
inline const Json* value_in(const Answer& answer) { return std::get_if<Json>(&answer); }

class Api {
 public:
  struct Settings {
    std::string base_url;
    std::string workspace;
    Http::Timeouts timeouts;
    Throttle::Settings throttle;
    std::function<std::string()> read_token;  // throws Error; asked again when one is refused
    Timer timer;
    Now now;
  };

  explicit Api(Settings settings);

  // The token is read; throws the Error of read_token. For the first call it must have been.
  void authorize();

  // A request of cb begins: what it needs may take a while from now on.
  void begin();
  Throttle& throttle() { return throttle_; }
  // When the server last answered, by its own clock.
  std::optional<Instant> server_time() const { return server_time_; }

  // `path` begins with '/'; `what` begins the message of a failure: "get task 86c6d5j11". A `get`
  // is repeated a few times when it fails for a passing reason, a write never.
  Answer get(const std::string& path, const std::string& what);
  Answer put(const std::string& path, const Json& body, const std::string& what);
  Answer post(const std::string& path, const Json& body, const std::string& what);
  Answer upload(const std::string& path, const Upload& file, const std::string& what);

  std::string escape(const std::string& text) const { return http_.escape(text); }
  uint64_t requests() const { return http_.requests(); }
  uint64_t bytes_received() const { return http_.bytes_received(); }

 private:
  Answer call(const Request& request, const std::string& what);
  Answer try_once(const Request& request, const std::string& what);
  std::optional<upstream::Failure> await_turn(const std::string& what);
  Answer read(const Response& response, Effect effect, const std::string& what);
  bool has_new_token();
  Answer explain(upstream::Failure failure, const std::string& what);

  Settings settings_;
  Http http_;
  Throttle throttle_;
  std::string token_;
  std::optional<Instant> server_time_;
  bool is_begun_ = false;                      // the current request of cb has made a call
  std::optional<Duration> workspace_seen_at_;  // when the token was last known to see it
  bool is_about_visibility_ = false;           // the last response said "not visible"
};

}  // namespace cb::upstream_clickup
