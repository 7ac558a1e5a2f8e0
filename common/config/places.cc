// Where the configuration file and the state directory are, from the command line and the
// environment.
#include "base/error.h"
#include "config/config.h"
#include "os/env.h"
#include "os/file.h"

namespace cb::config {
namespace {

constexpr size_t kLargestFile = size_t{16} << 20;

std::string resolve(const std::string& path) {
  return os::resolve_path(path, os::working_directory(), os::home_directory());
}

// $`variable`/cb, else ~/`fallback`/cb. A relative value does not count (XDG Base Directory
// Specification).
std::string xdg_directory(const std::string& variable, const std::string& fallback) {
  const auto base = os::environment(variable);
  return (base && base->starts_with('/') ? *base : os::home_directory() + "/" + fallback) + "/cb";
}

std::optional<std::string> named_file(const std::optional<std::string>& given) {
  return given ? given : os::environment("CB_CONFIG");
}

std::optional<std::string> read(const std::string& path) {
  try {
    return os::read_file(path, kLargestFile);
  } catch (const Error& error) {
    if (error.fault() == Fault::temporary) throw;
    throw Error(Fault::configuration, error.what());
  }
}

}  // namespace

Config load(const std::optional<std::string>& given) {
  const auto named = named_file(given);
  const std::string path =
      named ? resolve(*named) : xdg_directory("XDG_CONFIG_HOME", ".config") + "/config.json";
  if (const auto text = read(path))
    return parse(*text, path, os::parent_path(path), os::home_directory());
  if (named) throw Error(Fault::configuration, "read " + path + ": there is no such file");
  Config config;
  config.directory = os::working_directory();
  return config;
}

std::string state_directory(const std::optional<std::string>& given) {
  if (given) return resolve(*given);
  if (const auto directory = os::environment("CB_STATE")) return resolve(*directory);
  // systemd separates several with ':'; cb takes the first.
  if (const auto list = os::environment("STATE_DIRECTORY"))
    return resolve(list->substr(0, list->find(':')));
  return resolve(xdg_directory("XDG_STATE_HOME", ".local/state"));
}

}  // namespace cb::config
