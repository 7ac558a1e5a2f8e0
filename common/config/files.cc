// The sections about files: watches, backups and what is kept.
#include "config/sections.h"
#include "model/task.h"

namespace cb::config {
namespace {

constexpr int kMaxKept = 1'000'000;

void read_for(const Value& value, Watch& watch) {
  const Members members(value, {"source", "kind"});
  watch.for_source = read_text(members.require("source"));
  members.read("kind", watch.for_kind, read_text);
}

Watch read_watch(const std::string& name, const Value& value, const Places& places) {
  if (!model::is_source_name(name))
    refuse(value, "the name of a watch consists of 1 to 64 letters, digits, '.', '_' and '-'");
  const Members members(value, {"dir", "match", "ignore", "recursive", "settle", "kind", "for",
                                "on_success", "on_failure"});
  Watch watch;
  watch.name = name;
  watch.dir = read_path(members.require("dir"), places);
  members.read("match", watch.match, read_texts);
  members.read("ignore", watch.ignore, read_texts);
  members.read("recursive", watch.recursive, read_flag);
  members.read("settle", watch.settle, read_duration);
  members.read("kind", watch.kind, read_text);
  if (const auto task = members.find("for")) read_for(*task, watch);
  const auto read_target = [&](const Value& v) { return read_path(v, {watch.dir, places.home}); };
  members.read("on_success", watch.on_success, read_target);
  members.read("on_failure", watch.on_failure, read_target);
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
  const Members members(value, {"dest", "keep", "full_every", "to_command", "headroom"});
  Backup backup;
  members.read("dest", backup.dest, [&](const Value& v) { return read_path(v, places); });
  members.read("keep", backup.keep, read_prune_rules);
  members.read("full_every", backup.full_every, read_duration);
  members.read("to_command", backup.to_command,
               [&](const Value& v) { return read_argv(v, places, Templates::refused); });
  members.read("headroom", backup.headroom, read_size);
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
