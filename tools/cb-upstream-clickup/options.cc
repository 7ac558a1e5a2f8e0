#include "options.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"

namespace cb::upstream_clickup {
namespace {

constexpr size_t kMostIds = 200;  // they stand in one URL
constexpr std::array kLevels = {Level::space, Level::folder, Level::list};

[[noreturn]] void refuse(const std::string& name, const std::string& cause) {
  throw Error(Fault::data, pointer("/options", name) + ": " + cause);
}

const Json* find(const Json& options, const std::string& name) {
  const auto member = options.find(name);
  return member == options.end() ? nullptr : &*member;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

// Ids look like numbers, so some people write them as such.
std::string read_id(const std::string& name, const Json& value) {
  std::string id = value.is_number_integer() ? to_line(value)
                   : value.is_string()       ? value.get<std::string>()
                                             : std::string();
  if (!is_id(id) || id.front() == '-')
    refuse(name, "expected an id such as \"90140000011\", not " + excerpt(to_line(value), 60));
  return id;
}

std::vector<std::string> read_ids(const std::string& name, const Json& value) {
  if (!value.is_array()) return {read_id(name, value)};
  if (value.empty()) refuse(name, "must not be empty");
  if (value.size() > kMostIds) refuse(name, "more than " + std::to_string(kMostIds) + " ids");
  std::vector<std::string> ids;
  for (const Json& id : value) ids.push_back(read_id(name, id));
  return ids;
}

Scope read_scope(const Json& options) {
  const Json* workspace = find(options, "workspace");
  if (!workspace) refuse("workspace", "missing: the number after app.clickup.com/ in a browser");
  Scope scope{.workspace = read_id("workspace", *workspace), .level = {}, .ids = {}};
  for (const Level level : kLevels) {
    const Json* value = find(options, to_string(level));
    if (!value) continue;
    if (!scope.ids.empty())
      refuse(to_string(level), "only one of space, folder and list may be given");
    scope.level = level;
    scope.ids = read_ids(to_string(level), *value);
  }
  if (scope.ids.empty()) refuse("space", "missing: give one of space, folder and list");
  return scope;
}

std::string read_text(const Json& options, const std::string& name, const std::string& fallback) {
  const Json* value = find(options, name);
  if (!value) return fallback;
  const auto* text = value->get_ptr<const std::string*>();
  if (!text || text->empty() || printable(*text) != *text) refuse(name, "expected a text");
  return *text;
}

Duration read_duration(const Json& options, const std::string& name, Duration fallback) {
  if (!find(options, name)) return fallback;
  const auto duration = parse_duration(read_text(options, name, ""));
  if (!duration || *duration <= Duration::zero())
    refuse(name, "expected a duration such as \"30s\"");
  return *duration;
}

bool is_loopback(std::string_view rest) {
  for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!rest.starts_with(host)) continue;
    const auto after = rest.substr(host.size());
    if (after.empty() || after.front() == ':' || after.front() == '/') return true;
  }
  return false;
}

// The token goes there: in clear only to this machine.
std::string read_base_url(const Json& options, const std::string& fallback) {
  std::string url = read_text(options, "base_url", fallback);
  const bool is_safe = url.starts_with("https://") ||
                       (url.starts_with("http://") && is_loopback(std::string_view(url).substr(7)));
  if (!is_safe || url.find_first_of("?#@ ") != std::string::npos) {
    refuse("base_url", "expected a URL that begins with https:// (http:// only for this machine)");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string read_kind_field(const Json& options) {
  constexpr std::string_view kPrefix = "fields.";
  const std::string kind = read_text(options, "kind", "type");
  if (kind == "type") return "";
  if (!kind.starts_with(kPrefix) || kind.size() == kPrefix.size()) {
    refuse("kind", "expected \"type\" or \"fields.NAME\", not \"" + excerpt(kind, 60) + "\"");
  }
  return kind.substr(kPrefix.size());
}

std::optional<int> read_reserve(const Json& options) {
  const Json* value = find(options, "reserve");
  if (!value) return std::nullopt;
  if (!value->is_number_integer() || *value < 0 || *value > 10'000)
    refuse("reserve", "expected a number of requests");
  return value->get<int>();
}

}  // namespace

std::string to_string(Level level) {
  switch (level) {
    case Level::space:
      return "space";
    case Level::folder:
      return "folder";
    case Level::list:
      return "list";
  }
  return "";
}

Options read_options(const Json& options) {
  const std::string kKnown[] = {"workspace", "space",    "folder", "list",    "token_file",
                                "token_env", "base_url", "kind",   "timeout", "connect_timeout",
                                "max_wait",  "settle",   "reserve"};
  refuse_unknown_members(options, "/options", kKnown);
  Options read;
  read.scope = read_scope(options);
  if (find(options, "token_file") && find(options, "token_env")) {
    refuse("token_env", "only one of token_file and token_env may be given");
  }
  read.token_file = read_text(options, "token_file", "");
  read.token_env = read_text(options, "token_env", read.token_env);
  read.base_url = read_base_url(options, read.base_url);
  read.kind_field = read_kind_field(options);
  read.connect_timeout = read_duration(options, "connect_timeout", read.connect_timeout);
  read.timeout = read_duration(options, "timeout", read.timeout);
  read.max_wait = read_duration(options, "max_wait", read.max_wait);
  read.settle = read_duration(options, "settle", read.settle);
  read.reserve = read_reserve(options);
  return read;
}

}  // namespace cb::upstream_clickup
