// HTTP over libcurl: one connection that is reused, one request at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "rate.h"

namespace cb::upstream_clickup {

enum class Method { get, put, post };

struct Upload {
  std::string path, name;  // sent as the part "attachment"
};

struct Request {
  Method method = Method::get;
  std::string url;
  std::string body = {};              // JSON; of put and post
  std::optional<Upload> upload = {};  // instead of a body
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;
};

// No whole response came.
struct NoResponse {
  bool is_maybe_sent = true;  // false: the server has certainly not seen the request
  std::string cause;          // one line
};

// Throws Error{Fault::temporary} when libcurl has no memory.
class Http {
 public:
  struct Timeouts {
    Duration connect, total;
  };

  explicit Http(Timeouts timeouts);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  // Sent with every request from now on.
  void set_authorization(const std::string& value);

  // Follows no redirection. An upload may take longer than the total timeout, but is given
  // up when it hardly moves for so long.
  std::variant<Response, NoResponse> send(const Request& request);

  // `text` for use in a URL.
  std::string escape(const std::string& text) const;

  uint64_t requests() const { return requests_; }
  uint64_t bytes_received() const { return bytes_received_; }

 private:
  struct Handle;

  std::unique_ptr<Handle> handle_;
  Timeouts timeouts_;
  std::string authorization_;
  uint64_t requests_ = 0, bytes_received_ = 0;
};

}  // namespace cb::upstream_clickup
