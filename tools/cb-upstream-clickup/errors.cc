#include "errors.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

using upstream::Failure;
using upstream::Kind;

constexpr size_t kLongestMessage = 300;

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string text_member(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto member = object.find(name);
    if (member != object.end() && member->is_string()) return member->get<std::string>();
  }
  return "";
}

// Refused by a proxy or a gateway, before ClickUp has seen it.
bool is_of_the_way(int status) {
  return status == 407 || status == 408 || status == 421 || status == 425;
}

Kind kind_of(int status, std::string_view code, Effect effect) {
  if (status == 429 || code == "APP_002") return Kind::rate_limited;
  if (status == 401) return is_about_visibility(code) ? Kind::not_found : Kind::unauthorized;
  if (status == 403) return Kind::forbidden;
  if (status == 404) return Kind::not_found;
  if (is_of_the_way(status)) return Kind::transient;
  if (status >= 400 && status < 500) return Kind::invalid;
  return effect == Effect::write ? Kind::unknown_outcome : Kind::transient;
}

std::string describe(int status, const ErrorBody& error, const std::string& what) {
  std::string line = what + ": HTTP " + std::to_string(status);
  if (!error.message.empty()) line += ", " + error.message;
  if (!error.code.empty()) line += " (" + error.code + ")";
  return line;
}

}  // namespace

bool is_about_visibility(std::string_view code) {
  constexpr std::string_view kArea = "OAUTH_";
  if (!code.starts_with(kArea) || code.size() != kArea.size() + 3) return false;
  const auto number = parse_integer(code.substr(kArea.size()));
  return number &&
         (*number == 23 || *number == 26 || *number == 27 || (*number >= 29 && *number <= 45));
}

ErrorBody read_error_body(std::string_view body) {
  try {
    const Json json = parse_json(body);
    if (!json.is_object()) return {};
    return {.code = upper(excerpt(text_member(json, {"ECODE", "ecode"}), 40)),
            .message = excerpt(text_member(json, {"err", "error", "message"}), kLongestMessage)};
  } catch (const Error&) {
    return {};  // HTML, or nothing
  }
}

std::optional<Failure> classify(int status, std::string_view body, Effect effect,
                                const std::string& what) {
  if (status >= 200 && status < 300) return std::nullopt;
  const ErrorBody error = read_error_body(body);
  return Failure{kind_of(status, error.code, effect), describe(status, error, what), {}};
}

}  // namespace cb::upstream_clickup
