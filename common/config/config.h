// The configuration file, validated as a whole before anything starts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/evaluate.h"
#include "model/handler.h"
#include "model/prune.h"

namespace cb::config {

struct Source {
  model::SourceRules rules;  // rules.name is the key in the file
  std::string kind;  // "file", "clickup"; "" when `helper` is given as argv, or there is none
  std::vector<std::string>
      helper;  // argv as configured; empty when kind is set or it has no upstream
  Json options = Json::object();                 // handed to the helper as they are
  Json statuses = Json::object();                // the same, as written
  Duration deadline = std::chrono::seconds(60);  // "deadline": of one request
  Duration full_every =
      std::chrono::hours(1);  // "full_every": a complete listing at least so often
};

struct Watch {
  std::string name;
  std::string dir;  // absolute
  std::vector<std::string> match, ignore;
  bool recursive = false;
  Duration settle = std::chrono::seconds(2);
  std::string kind;                                 // each file is a task of this kind, or …
  std::optional<std::string> for_source, for_kind;  // … is for a waiting task
  std::optional<std::string> for_key;               // template: what names a task exactly
  std::vector<std::string> fields;                  // patterns of names; the first that fits counts
  std::string on_success, on_failure;               // absolute; "" = leave
};

struct Keep {
  std::map<std::string, Duration> states;  // "succeeded", "failed", "canceled"
  int runs = 10;
};

struct Backup {
  std::string dest;        // absolute; "" = the state directory's backups/
  model::PruneRules keep;  // once "keep" is there, what it does not name is 0
  Duration full_every = std::chrono::weeks(1);
  // argv that is given each finished backup; empty: none
  std::vector<std::string> to_command;
  Duration journal = std::chrono::weeks(1);  // no file of the journal is removed before that age
  bool auto_restore = false;                 // a damaged store is restored without a person, once
  // Bytes that stay free: below, no new work is begun, and no backup made.
  uint64_t headroom = uint64_t{64} << 20;
};

struct Config {
  std::string path;                      // the file; "" when none was found and none is needed
  std::string fingerprint;               // changes when the file's text does; "" without a file
  std::string directory;                 // of the file; the working directory when there is none
  std::vector<Source> sources;           // in the order written
  std::vector<model::Handler> handlers;  // in the order written
  int jobs = 2;
  std::vector<Watch> watches;
  Backup backup;
  Keep keep;

  const Source* find_source(const std::string& name) const;
  const Watch* find_watch(const std::string& name) const;
  // The rules of a source; for one that is not configured, rules without conditions.
  model::SourceRules rules_of(const std::string& name) const;
  const model::Handler* find_handler(const std::string& name) const;
};

// Reads the file of --config (`given`), else $CB_CONFIG, else $XDG_CONFIG_HOME/cb/config.json
// (~/.config/cb/config.json). A file that was named must exist; without any, an empty
// configuration. Paths in it are made absolute, from its own directory. Throws
// Error{Fault::configuration}: "FILE: POINTER: cause" or "FILE: line L, column C: cause".
Config load(const std::optional<std::string>& given);

// The same from text; `directory` stands for that of the file.
Config parse(std::string_view text, const std::string& path, const std::string& directory,
             const std::string& home);

// --state (`given`), else $CB_STATE, $STATE_DIRECTORY, $XDG_STATE_HOME/cb, ~/.local/state/cb;
// absolute.
std::string state_directory(const std::optional<std::string>& given);

// The environment without the variables that the sources take secrets from ("token_env" of any
// source, and CB_CLICKUP_TOKEN).
std::vector<std::string> environment_for_commands(const Config& config,
                                                  std::vector<std::string> environment);

}  // namespace cb::config
