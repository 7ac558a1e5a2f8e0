#include "backup_world.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "os/child.h"
#include "os/file.h"
#include "os/process.h"
#include "scenario.h"
#include "store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostInQuarantine = 3;
const Call kCreate = {"cb-backup", {"--quiet"}}, kRestore = {"cb-backup", {"restore"}};

std::string backups_of(const World& world) { return world.place().state + "/backups"; }

// --- what was there before

void begin(World& world) {
  lay_out_board(world);
  world.run({"cb-poll"});
}

void make_one(World& world) {
  begin(world);
  world.run(kCreate);
  world.run({"cb-exec"});
}

// Several that were made in one hour, of which the rules keep the newest alone.
void make_many(World& world) {
  make_one(world);
  world.run(kCreate);
  const auto state = world.place().state;
  for (const char* task : {"three", "four"}) {
    world.run({"cb-task", {"add", task}});
    world.run({"cb-backup", {"create", "--full", "--dest", "state/other", "--quiet"}});
    for (const auto& name : os::list_directory(state + "/other"))
      if (!name.starts_with('.')) fs::rename(state + "/other/" + name, state + "/backups/" + name);
  }
}

// --- what is done to the store

void run_sql(const World& world, const std::string& sql, const std::function<void()>& meanwhile) {
  sqlite3* db = nullptr;
  int error = sqlite3_open((world.place().state + "/state.db").c_str(), &db);
  if (error == SQLITE_OK) error = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  if (error == SQLITE_OK) meanwhile();
  sqlite3_close(db);
  if (error != SQLITE_OK) throw std::runtime_error("damage the store");
}

// The header is lost, and a log is left behind that would change whatever database it lies beside.
void lose_header(const World& world) {
  const auto path = world.place().state + "/state.db";
  run_sql(world, "PRAGMA wal_autocheckpoint = 0; UPDATE tasks SET attempts = attempts + 70", [&] {
    for (const char* suffix : {"", "-wal"}) fs::copy_file(path + suffix, path + suffix + ".kept");
  });
  for (const char* suffix : {"", "-wal"}) fs::rename(path + suffix + ".kept", path + suffix);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file << std::string(100, '\0');
}

// What the WAL-reset bug of SQLite leaves: an index that does not have all rows.
void lose_index_rows(const World& world) {
  const auto change = [](const char* from, const char* to) {
    return std::string(
               "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '") +
           from + "', '" + to + "') WHERE name = 'tasks_state'; PRAGMA writable_schema = RESET; ";
  };
  constexpr const char *kAll = "WHERE state <>", *kFew = "WHERE id = ''one'' AND state <>";
  const auto sql = change(kAll, kFew) + "REINDEX tasks_state; " + change(kFew, kAll);
  run_sql(world, sql, [] {});
}

// --- the command that takes backups

Call hand_over_call() {
  return {
      "cb-backup",
      {"create", "--quiet", "--to-command", "--", "sh", "-c", "echo \"$1\" >>taken", "sh", "{id}"}};
}

std::multiset<std::string> taken(const World& world) {
  std::multiset<std::string> ids;
  std::ifstream file(world.directory() + "/taken");
  for (std::string id; std::getline(file, id);) ids.insert(id);
  return ids;
}

bool is_noted(const World& world, const std::string& id) {
  return fs::exists(backups_of(world) + "/" + id + "/handed-over");
}

Lines noted_but_not_taken(const World& world) {
  Lines lines;
  const auto ids = taken(world);
  for (const auto& backup : list_backups(world))
    if (is_noted(world, backup.id) && !ids.contains(backup.id))
      lines.push_back("noted as handed over, but lost: " + backup.id);
  return lines;
}

Lines not_handed_over(const World& world) {
  auto lines = noted_but_not_taken(world);
  for (const auto& backup : list_backups(world))
    if (!is_noted(world, backup.id)) lines.push_back("never handed over: " + backup.id);
  return lines;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool is_none_yet(const Ran& ran) {
  return ran.error.find("there is no backup yet") != std::string::npos;
}

}  // namespace

const std::vector<BackupScenario>& backup_scenarios() {
  static const std::vector<BackupScenario> all = {
      {"create-first", begin, kCreate},
      {"create", make_one, kCreate},
      {"create-full", make_one, {"cb-backup", {"create", "--full", "--quiet"}}},
      {"prune", make_many, {"cb-backup", {"prune"}}},
      {"restore", make_one, kRestore, lose_header},
      {"restore-sound", make_one, kRestore},
      {"verify", make_many, {"cb-backup", {"verify", "--all"}}},
      {"repair", make_one, {"cb-backup", {"repair"}}, lose_index_rows},
      {"hand-over", make_one, hand_over_call(), {}, noted_but_not_taken, not_handed_over},
  };
  return all;
}

const BackupScenario& find_backup_scenario(const std::string& name) {
  std::string names;
  for (const auto& scenario : backup_scenarios()) {
    if (scenario.name == name) return scenario;
    names += " " + scenario.name;
  }
  throw std::runtime_error("no scenario " + name + "; there are" + names);
}

Ran run_tool(const World& world, const Call& call) {
  const auto output = world.directory() + "/printed", error = world.directory() + "/told";
  for (const auto& path : {output, error}) fs::remove(path);
  const os::Child child(world.launch(call, {}, output, error));
  if (!child.wait(std::chrono::seconds(60))) throw std::runtime_error(to_string(call) + ": hangs");
  const auto ended = child.reap().value();
  return {ended.signal != 0 ? 128 + ended.signal : ended.exit, os::read_file(output).value_or(""),
          os::read_file(error).value_or("")};
}

std::string store_content(const World& world) {
  return Store(world.place().state)
      .text(
          "SELECT (SELECT group_concat(n || id || state || reason || attempts || unmet || "
          "coalesce(run, '')) FROM (SELECT * FROM tasks ORDER BY n)) || (SELECT "
          "group_concat(seq || cause || new || task) FROM (SELECT * FROM events ORDER BY seq)) || "
          "(SELECT group_concat(op) FROM (SELECT * FROM outbox ORDER BY n)) || (SELECT "
          "group_concat(id || coalesce(outcome, '')) FROM (SELECT * FROM runs ORDER BY id))");
}

std::vector<BackupSeen> list_backups(const World& world) {
  std::vector<BackupSeen> seen;
  for (const auto& line : lines_of(run_tool(world, {"cb-backup", {"list", "--json"}}).output)) {
    const auto json = nlohmann::json::parse(line);
    const auto text = [&](const char* name) {
      return json.at(name).is_string() ? json.at(name).get<std::string>() : "";
    };
    seen.push_back({text("id"), text("problem"),
                    json.at("newest_event").is_number() ? json.at("newest_event").get<int64_t>()
                                                        : int64_t{0}});
  }
  return seen;
}

BackupRules::BackupRules(const World& world) : content_(store_content(world)) {
  const auto seen = list_backups(world);
  if (!seen.empty()) newest_ = seen.front().id;
}

BackupRules BackupRules::with_content(std::string content) const {
  auto rules = *this;
  rules.content_ = std::move(content);
  return rules;
}

BackupRules BackupRules::with_newest(std::string id) const {
  auto rules = *this;
  rules.newest_ = std::move(id);
  return rules;
}

// What `list` says is looked at before `verify`, whose word replaces what was said before.
Lines BackupRules::broken(const World& world) const {
  Lines lines;
  const auto store = run_tool(world, {"cb-status", {"list"}});
  const auto says_how = store.error.find("run cb-backup ") != std::string::npos;
  if (store.exit != 0 && !says_how) lines.push_back("the store: " + store.error);
  if (store.exit == 0 && store_content(world) != content_)
    lines.push_back("the store is not as it was");
  const auto seen = list_backups(world);
  for (const auto& backup : seen)
    if (!backup.problem.empty())
      lines.push_back("backup " + backup.id + " is said to be damaged: " + backup.problem);
  if (!newest_.empty() && (seen.empty() || seen.front().id < newest_))
    lines.push_back("backup " + newest_ + " is lost, and no newer one is there");
  const auto verified = run_tool(world, {"cb-backup", {"verify", "--all"}});
  if (verified.exit != 0 && !(newest_.empty() && is_none_yet(verified)))
    lines.push_back("the backups: " + verified.error);
  return lines;
}

Lines BackupRules::unsettled(const World& world, const BackupScenario& scenario) const {
  Lines lines;
  const auto require = [&](const Call& call) {
    const auto ran = run_tool(world, call);
    if (ran.exit != 0) lines.push_back(to_string(call) + ": " + ran.output + ran.error);
  };
  require(scenario.call);
  append(lines, backup_leftovers(world));
  if (scenario.settled) append(lines, scenario.settled(world));
  require(kRestore);
  require({"cb-backup", {"check"}});
  if (lines.empty() && store_content(world) != content_)
    lines.push_back("restored: " + store_content(world) + "\n  not:      " + content_);
  return lines;
}

Lines backup_leftovers(const World& world) {
  Lines lines;
  const auto state = world.place().state;
  for (const auto& name : os::list_directory(state + "/backups"))
    if (name.starts_with(".tmp")) lines.push_back("left: " + name);
  for (const auto& name : os::list_directory(state))
    if (name.starts_with("state.db.restore")) lines.push_back("left: " + name);
  if (os::list_directory(state + "/quarantine").size() > kMostInQuarantine)
    lines.push_back("the quarantine grows");
  return lines;
}

}  // namespace cb::crash
