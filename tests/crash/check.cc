#include "check.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "answers.h"
#include "content.h"
#include "event_log.h"
#include "rules.h"
#include "store.h"

namespace cb::crash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kTables[] = {
    "CREATE TEMP TABLE ledger (line INTEGER, word TEXT, task TEXT, run TEXT, code INTEGER, rest "
    "TEXT)",
    "CREATE INDEX temp.ledger_by_run ON ledger (run, word)",
    "CREATE INDEX temp.ledger_by_task ON ledger (task, word, line)",
    "CREATE TEMP TABLE board (name TEXT, status TEXT)",
    "CREATE TEMP TABLE posted (name TEXT, kind TEXT, op TEXT, path TEXT, text TEXT)",
    "CREATE TEMP TABLE attached_files (path TEXT)",
    "CREATE TEMP TABLE kept (run TEXT)",  // runs whose end a cb-exec wrote down
    "CREATE TEMP TABLE legal (cause TEXT, old TEXT, new TEXT)",
    "CREATE TEMP TABLE journal (line INTEGER, good INTEGER, seq INTEGER, n INTEGER, cause TEXT, "
    "old TEXT, new TEXT, reason TEXT, detail TEXT, run TEXT, state TEXT)",
    // What tools answered: "verdict", an outcome, or the cause that a person's action has.
    "CREATE TEMP TABLE answers (tool TEXT, task TEXT, run TEXT, what TEXT, old TEXT, new TEXT)",
    "CREATE TEMP TABLE dropped (id TEXT, fate TEXT, path TEXT)",
    "CREATE TEMP TABLE lying (id TEXT, path TEXT)",  // whole; id '' = it is none of those
    "CREATE TEMP TABLE printed (path TEXT)",
    "CREATE TEMP VIEW got AS SELECT task, run, rest AS content FROM ledger WHERE word = 'got'",
    // Whom a person took off the board.
    "CREATE TEMP VIEW gone AS SELECT n FROM tasks WHERE source = 'board' AND "
    "source || ':' || id NOT IN (SELECT name FROM board)",
    // Asked for by name for each line of the ledger.
    "CREATE TEMP TABLE keyed AS SELECT source || ':' || id AS name, key FROM tasks "
    "WHERE key IS NOT NULL",
    "CREATE INDEX temp.keyed_by_name ON keyed (name)",
    "CREATE INDEX temp.keyed_by_key ON keyed (key)",
    "CREATE TEMP TABLE named AS "
    "SELECT n, source || ':' || id AS name, state, reason, run AS current, unmet FROM tasks",
    "CREATE INDEX temp.named_by_name ON named (name)",
    "CREATE INDEX temp.named_by_number ON named (n)",
};

constexpr const char* kOpen = " held blocked ready ";
constexpr const char* kRunning = " running ";
constexpr const char* kFinal = " succeeded failed canceled ";

struct Legal {
  const char* cause;
  std::string old_states, new_states;
};

std::vector<Legal> legal_changes() {
  const std::string open = kOpen, final = kFinal, running = kRunning;
  return {
      {"discovered", " unknown ", open},
      {"evaluated", open + " canceled ", open},
      {"dependencies_met", " blocked ", " ready "},
      {"dependency_reopened", " ready ", " blocked "},
      {"claimed", " ready ", running},
      {"run_succeeded", running, " succeeded "},
      {"run_failed", running, " failed "},
      {"retry_scheduled", running, open},
      {"snoozed", running, open},
      {"interrupted", running, open},
      {"crashed", running, open + " failed "},
      {"withdrawn", open, " canceled "},
      {"put_back", final, open},
      {"held_by_user", open, " held "},
      {"released_by_user", " held ", open},
      {"canceled_by_user", open + " running failed ", " canceled "},
      {"retried_by_user", open + final, open},
      {"rerun", open + final, open},
      // A person's wish about a task that runs changes nothing until the run ends.
      {"held_by_user", running, running},
      {"released_by_user", running, running},
      {"canceled_by_user", running, running},
  };
}

// What was there before the store was looked at is in the store; not the other way round. So this
// comes first.
struct Surroundings {
  std::vector<std::vector<std::string>> ledger;
  std::vector<Answer> answers;
  json board;
  std::vector<LogLine> journal;
};

std::vector<std::vector<std::string>> read_ledger(const std::string& path) {
  std::vector<std::vector<std::string>> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    auto& fields = lines.emplace_back(4);
    for (auto& field : fields) words >> field;
  }
  return lines;
}

json read_board(const std::string& path) {
  if (path.empty()) return {{"tasks", json::array()}};
  std::ifstream file(path);
  if (!file) throw std::runtime_error("read " + path + ": it is not there");
  auto board = json::parse(file, nullptr, false);
  if (board.is_discarded() || !board.contains("tasks"))
    throw std::runtime_error("read " + path + ": not a board");
  return board;
}

void load_ledger(Store& store, const std::vector<std::vector<std::string>>& ledger) {
  int line = 0;
  for (const auto& fields : ledger)
    store.run(
        "INSERT INTO ledger VALUES (CAST(?1 AS INTEGER), ?2, ?3, ?4, CAST(?5 AS INTEGER), ?5)",
        {std::to_string(++line), fields[0], fields[1], fields[2], fields[3]});
}

void load_board(Store& store, const json& board, const fs::path& directory) {
  for (const auto& task : board["tasks"]) {
    const auto name = "board:" + task.value("id", "");
    store.run("INSERT INTO board VALUES (?1, ?2)", {name, task.value("status", "")});
    for (const auto& comment : task.value("comments", json::array()))
      store.run("INSERT INTO posted VALUES (?1, 'comment', ?2, '', ?3)",
                {name, comment.value("id", ""), comment.value("text", "")});
    for (const auto& file : task.value("attachments", json::array()))
      store.run("INSERT INTO posted VALUES (?1, 'attach', ?2, ?3, '')",
                {name, file.value("id", ""), (directory / file.value("path", "")).string()});
  }
}

// A power cut, or a full disk, may have torn a line.
void load_ends(Store& store, const fs::path& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (const auto end = json::parse(line, nullptr, false); end.is_object())
      store.run("INSERT INTO kept VALUES (?1)", {end.value("run", "")});
}

void load_files(Store& store, const Place& place) {
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(place.board + ".files", none))
    if (!entry.is_directory())
      store.run("INSERT INTO attached_files VALUES (?1)", {entry.path().string()});
  for (const auto& entry : fs::directory_iterator(place.state + "/ends", none))
    load_ends(store, entry.path());
  load_ends(store, place.ends);
}

void load_journal(Store& store, const std::vector<LogLine>& journal) {
  int64_t number = 0;
  for (const auto& line : journal)
    store.run(
        "INSERT INTO journal VALUES (CAST(?1 AS INTEGER), CAST(?2 AS INTEGER), CAST(?3 AS "
        "INTEGER), CAST(?4 AS INTEGER), ?5, nullif(?6, '(null)'), ?7, ?8, ?9, "
        "nullif(?10, '(null)'), ?11)",
        {std::to_string(++number), std::to_string(line.is_good), std::to_string(line.seq),
         std::to_string(line.n), line.cause, line.before, line.after, line.reason, line.detail,
         line.run, line.state});
}

void load_answers(Store& store, const std::vector<Answer>& answers) {
  for (const auto& answer : answers)
    store.run("INSERT INTO answers VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), ?6)",
              {answer.tool, answer.task, answer.run, answer.what, answer.before, answer.after});
}

// What the tools make in a directory of their own would be seen here too.
void load_lying(Store& store, const std::string& root) {
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(root, none)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const auto content = parse_content({std::string(std::istreambuf_iterator<char>(file), {})});
    store.run("INSERT INTO lying VALUES (?1, ?2)",
              {content ? content->id : "", entry.path().string()});
  }
}

void load_dropped(Store& store, const Place& place) {
  std::ifstream file(place.drops);
  for (std::string id, fate, path;
       std::getline(file, id, '\t') && std::getline(file, fate, '\t') && std::getline(file, path);)
    store.run("INSERT INTO dropped VALUES (?1, ?2, ?3)", {id, fate, path});
  std::ifstream lines(place.printed);
  for (std::string path; std::getline(lines, path);)
    store.run("INSERT INTO printed VALUES (?1)", {path});
  for (const auto& root : place.roots)
    if (!root.empty()) load_lying(store, root);
}

void load(Store& store, const Surroundings& surroundings, const Place& place) {
  for (const char* table : kTables) store.run(table);
  for (const auto& [cause, old_states, new_states] : legal_changes())
    store.run("INSERT INTO legal VALUES (?1, ?2, ?3)", {cause, old_states, new_states});
  load_ledger(store, surroundings.ledger);
  load_answers(store, surroundings.answers);
  load_journal(store, surroundings.journal);
  load_board(store, surroundings.board, fs::path(place.board).parent_path());
  load_files(store, place);
  load_dropped(store, place);
}

int64_t count(Store& store, const std::string& table) {
  return std::stoll(store.text("SELECT count(*) FROM " + table));
}

// Nobody may have begun before there is a store; one that was never finished has no version.
Checked without_store(const Surroundings& surroundings) {
  Checked checked;
  for (const auto& fields : surroundings.ledger)
    checked.violations.push_back(fields[1] + ": run " + fields[2] +
                                 " began, but there is no store");
  return checked;
}

}  // namespace

Checked check(const Place& place, When when) {
  const Surroundings surroundings{read_ledger(place.ledger), read_answers(place.answers),
                                  read_board(place.board), read_event_log(place.state)};
  // As long as it has that journal, it is still being made.
  const auto database = place.state + "/state.db";
  if (!fs::exists(database) || fs::exists(database + "-journal"))
    return without_store(surroundings);
  Store store(place.state);
  if (store.text("PRAGMA user_version") == "0") return without_store(surroundings);
  load(store, surroundings, place);
  Checked checked;
  for (const auto& rules_of_kind : {rules(), order_rules(), file_rules()})
    for (const auto& rule : rules_of_kind) {
      if (rule.when == When::settled && when != When::settled) continue;
      if (rule.needs_untouched && place.is_edited) continue;
      for (auto& violation : store.texts(rule.sql))
        checked.violations.push_back(std::move(violation));
    }
  checked.tasks = count(store, "tasks");
  checked.runs = count(store, "runs");
  checked.events = count(store, "events");
  checked.ends_unseen =
      std::stoll(store.text("SELECT count(*) FROM ledger JOIN runs ON id = run WHERE word = 'end' "
                            "AND code = 0 AND outcome = 'crashed'"));
  checked.states = store.text(
      "SELECT coalesce(group_concat(line, ', '), '') FROM (SELECT name || ' ' || state AS line "
      "FROM named ORDER BY name)");
  return checked;
}

}  // namespace cb::crash
