// The floors under cb-poll --input.
//   bench_ingest parse FILE       each line through nlohmann-json, nothing kept
//   bench_ingest insert FILE DB   each line into one indexed table, nothing parsed, 1000 a
//   transaction
#include <sqlite3.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

int parse(std::ifstream& file) {
  size_t titles = 0;
  for (std::string line; std::getline(file, line);)
    titles += nlohmann::json::parse(line)["title"].get_ref<const std::string&>().size();
  return titles > 0 ? 0 : 1;
}

int insert(std::ifstream& file, const char* path) {
  sqlite3* db = nullptr;
  sqlite3_open(path, &db);
  const auto run = [db](const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
    std::cerr << sqlite3_errmsg(db) << '\n';
    std::exit(1);
  };
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE tasks (n INTEGER PRIMARY KEY, id TEXT UNIQUE, line TEXT)");
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO tasks (id, line) VALUES (?1, ?2)", -1, &statement, nullptr);
  int n = 0;
  for (std::string line; std::getline(file, line); ++n) {
    if (n % 1000 == 0) run(n == 0 ? "BEGIN" : "COMMIT; BEGIN");
    const auto id = std::to_string(n);
    sqlite3_bind_text(statement, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, line.data(), static_cast<int>(line.size()), SQLITE_STATIC);
    sqlite3_step(statement);
    sqlite3_reset(statement);
  }
  run("COMMIT");
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  std::ifstream file(argv[2]);
  return argv[1] == std::string("parse") ? parse(file) : argc == 4 ? insert(file, argv[3]) : 64;
}
