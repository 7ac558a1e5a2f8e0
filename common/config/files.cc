// The sections about files: watches, backups and what is kept.
#include <algorithm>

#include "config/sections.h"
#include "model/handler.h"
#include "model/name_pattern.h"
#include "model/task.h"

namespace cb::config {
namespace {

constexpr int kMaxKept = 1'000'000;

// What cb-watch itself understands in the place of a watch's name.
constexpr std::string_view kCommands[] = {"tie", "list"};

std::string read_for_key(const Value& value) {
  std::string text = read_text(value);
  if (const auto wrong = model::check_template(text)) refuse(value, *wrong);
  return text;
}

void read_for(const Value& value, Watch& watch) {
  const Members members(value, {"source", "kind", "key"});
  watch.for_source = read_text(members.require("source"));
  members.read("kind", watch.for_kind, read_text);
  members.read("key", watch.for_key, read_for_key);
}

std::string read_pattern(const Value& value) {
  std::string text = read_text(value);
  if (const auto wrong = model::check_name_pattern(text)) refuse(value, *wrong);
  return text;
}

std::vector<std::string> read_patterns(const Value& value) {
  if (!value.json.is_array()) return {read_pattern(value)};
  std::vector<std::string> patterns;
  for (const Value& item : read_list(value)) patterns.push_back(read_pattern(item));
  return patterns;
}

void check_watch_name(const std::string& name, const Value& value) {
  if (!model::is_source_name(name))
    refuse(value, "the name of a watch consists of 1 to 64 letters, digits, '.', '_' and '-'");
  if (std::find(std::begin(kCommands), std::end(kCommands), name) != std::end(kCommands))
    refuse(value, "a watch cannot have the name of a command of cb-watch");
}

// Relative to the watched directory, and never that itself: what was moved would come in again.
std::string read_target(const Value& value, const Watch& watch, const Places& places) {
  auto path = read_path(value, {watch.dir, places.home});
  if (path == watch.dir) refuse(value, "must not be the watched directory itself");
  return path;
}

Watch read_watch(const std::string& name, const Value& value, const Places& places) {
  check_watch_name(name, value);
  const Members members(value, {"dir", "match", "ignore", "recursive", "settle", "kind", "fields",
                                "for", "on_success", "on_failure"});
  Watch watch;
  watch.name = name;
  watch.dir = read_path(members.require("dir"), places);
  members.read("match", watch.match, read_texts);
  members.read("ignore", watch.ignore, read_texts);
  members.read("recursive", watch.recursive, read_flag);
  members.read("settle", watch.settle, read_duration);
  members.read("kind", watch.kind, read_text);
  members.read("fields", watch.fields, read_patterns);
  if (const auto task = members.find("for")) read_for(*task, watch);
  const auto target = [&](const Value& v) { return read_target(v, watch, places); };
  members.read("on_success", watch.on_success, target);
  members.read("on_failure", watch.on_failure, target);
  return watch;
}

model::PruneRules read_prune_rules(const Value& value) {
  const Members members(value, {"hourly", "daily", "weekly", "monthly"});
  model::PruneRules rules{.hourly = 0, .daily = 0, .weekly = 0, .monthly = 0};
  const auto read = [&](const char* period, int& count) {
    members.read(period, count, [](const Value& v) { return read_integer(v, {0, kMaxKept}); });
  };
  read("hourly", rules.hourly);
  read("daily", rules.daily);
  read("weekly", rules.weekly);
  read("monthly", rules.monthly);
  return rules;
}

}  // namespace

std::vector<Watch> read_watches(const Value& value, const Places& places) {
  std::vector<Watch> watches;
  for (const auto& [name, watch] : Members(value).all())
    watches.push_back(read_watch(name, watch, places));
  return watches;
}

Backup read_backup(const Value& value, const Places& places) {
  const Members members(
      value, {"dest", "keep", "full_every", "to_command", "journal", "headroom", "auto_restore"});
  Backup backup;
  members.read("dest", backup.dest, [&](const Value& v) { return read_path(v, places); });
  members.read("keep", backup.keep, read_prune_rules);
  members.read("full_every", backup.full_every, read_duration);
  members.read("to_command", backup.to_command,
               [&](const Value& v) { return read_argv(v, places, Templates::refused); });
  members.read("journal", backup.journal, read_duration);
  members.read("headroom", backup.headroom, read_size);
  members.read("auto_restore", backup.auto_restore, read_flag);
  return backup;
}

Keep read_keep(const Value& value) {
  const Members members(value, {"succeeded", "failed", "canceled", "runs"});
  Keep keep;
  for (const char* state : {"succeeded", "failed", "canceled"})
    if (const auto age = members.find(state)) keep.states[state] = read_duration(*age);
  members.read("runs", keep.runs, [](const Value& v) { return read_integer(v, {1, kMaxKept}); });
  return keep;
}

}  // namespace cb::config
