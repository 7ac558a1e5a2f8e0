#include "store.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace cb::crash {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string text_of(sqlite3_value* value) {
  const auto* text = sqlite3_value_text(value);
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

// same_file(a, b): both are there, and hold the same bytes.
void same_file(sqlite3_context* context, int, sqlite3_value** values) {
  const auto a = text_of(values[0]), b = text_of(values[1]);
  const auto are_there = std::filesystem::is_regular_file(a) && std::filesystem::is_regular_file(b);
  sqlite3_result_int(context, are_there && bytes_of(a) == bytes_of(b));
}

[[noreturn]] void fail(sqlite3* db, const std::string& verb) {
  throw std::runtime_error(verb + ": " + sqlite3_errmsg(db));
}

}  // namespace

Store::Store(const std::string& directory) {
  const auto path = directory + "/state.db";
  if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
    const std::string cause = sqlite3_errmsg(db_);
    sqlite3_close(db_);
    throw std::runtime_error("open " + path + ": " + cause);
  }
  sqlite3_busy_timeout(db_, 2000);
  // Or the last to close would take the log away.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_create_function(db_, "same_file", 2, SQLITE_UTF8, nullptr, same_file, nullptr, nullptr);
}

Store::~Store() { sqlite3_close(db_); }

void Store::step_all(const std::string& sql, std::initializer_list<std::string> values,
                     const std::function<void(const char*)>& each) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    fail(db_, "prepare " + sql);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  int index = 0;
  for (const auto& value : values)
    sqlite3_bind_text(raw, ++index, value.c_str(), -1, SQLITE_TRANSIENT);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    const auto* text = sqlite3_column_text(raw, 0);
    each(text == nullptr ? "(null)" : reinterpret_cast<const char*>(text));
  }
  if (code != SQLITE_DONE) fail(db_, "read");
}

void Store::run(const std::string& sql, std::initializer_list<std::string> values) {
  step_all(sql, values, [](const char*) {});
}

std::vector<std::string> Store::texts(const std::string& sql) {
  std::vector<std::string> found;
  step_all(sql, {}, [&](const char* text) { found.emplace_back(text); });
  return found;
}

std::string Store::text(const std::string& sql) {
  const auto found = texts(sql);
  return found.empty() ? "" : found.front();
}

}  // namespace cb::crash
