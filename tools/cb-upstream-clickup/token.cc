#include "token.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "os/env.h"
#include "os/file.h"

namespace cb::upstream_clickup {
namespace {

constexpr size_t kLongestToken = 4096;

[[noreturn]] void refuse(const std::string& line) { throw Error(Fault::configuration, line); }

std::string path_of(const Options& options, const Places& places) {
  return os::resolve_path(options.token_file, places.directory, places.home);
}

std::string read_private(const std::string& path) {
  if (!os::exists(path)) refuse("read token " + path + ": no such file");
  try {
    const os::Fd file = os::open_to_read(path);
    const unsigned mode = os::status_of(file.get(), path).st_mode;
    if ((mode & (S_IRWXG | S_IRWXO)) != 0) {
      refuse("read token " + path + ": others may read it; run: chmod 600 " + path);
    }
    return os::read_file(path, kLongestToken).value_or("");
  } catch (const Error& error) {
    refuse(error.fault() == Fault::configuration ? error.what()
                                                 : std::string("read token: ") + error.what());
  }
}

// What would break the header, and the log.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kLongestToken &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string read_token(const Options& options, const Places& places) {
  const std::string origin = origin_of_token(options, places);
  if (options.token_file.empty() && !os::environment(options.token_env)) {
    refuse("read token: " + origin + " is not set");
  }
  const std::string text = options.token_file.empty()
                               ? os::environment(options.token_env).value_or("")
                               : read_private(path_of(options, places));
  const std::string token(trimmed(text));
  if (token.empty()) refuse("read token: " + origin + " is empty");
  if (!is_token(token)) refuse("read token: " + origin + " holds more than a token");
  return token;
}

std::string origin_of_token(const Options& options, const Places& places) {
  return options.token_file.empty() ? "the variable " + printable(options.token_env)
                                    : "the file " + printable(path_of(options, places));
}

std::string authorization(std::string_view token) {
  return (token.starts_with("pk_") ? "" : "Bearer ") + std::string(token);
}

std::string without_token(std::string text, std::string_view token) {
  if (token.empty()) return text;
  for (size_t at = 0; (at = text.find(token, at)) != std::string::npos;) {
    text.replace(at, token.size(), "(token)");
    at += std::string_view("(token)").size();
  }
  return text;
}

}  // namespace cb::upstream_clickup
