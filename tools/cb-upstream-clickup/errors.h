// What a response of ClickUp means for cb: the classes of its errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "upstream/protocol.h"

namespace cb::upstream_clickup {

// Whether a request that may have been carried out did something.
enum class Effect { none, write };

// What the body of an error says of itself; ClickUp's gateways answer with HTML.
struct ErrorBody {
  std::string code;     // ECODE in upper case; "" when there is none
  std::string message;  // printable, at most 300 bytes; "" when there is none
};
ErrorBody read_error_body(std::string_view body);

// nullopt for 2xx. Otherwise a Failure whose message is "`what`: HTTP 400, Status not found
// (CRTSK_001)". A 5xx or a redirection of a write has an unknown outcome.
std::optional<upstream::Failure> classify(int status, std::string_view body, Effect effect,
                                          const std::string& what);

// Whether a 401 with this ECODE says "no such thing, or not visible to you", and not "wrong token".
bool is_about_visibility(std::string_view code);

}  // namespace cb::upstream_clickup
