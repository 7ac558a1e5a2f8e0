// Rows from JSON: what images.h made.
#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "db/connection.h"

namespace cb::state {

// Writes lines of the journal into one database, all inside of db::Transactions.
class LineApplier {
 public:
  explicit LineApplier(db::Connection& db) : db_(db) {}

  // The event of the line, and the rows of its task as the line has them; a task without a row is
  // removed. Throws Error{Fault::data} "cause" when the line does not fit the schema.
  void apply(const Json& line);

 private:
  void apply_event(const Json& line);
  void apply_task(int64_t n, const Json& rows, Instant at);
  void clear(int64_t n, Instant at);
  void remove(int64_t n, Instant at);
  void write(const std::string& table, const Json& row, const char* conflict);
  const std::vector<std::string>& columns_of(const std::string& table);
  const char* statement(const std::string& table, const Json& row, const char* conflict);

  db::Connection& db_;
  std::map<std::string, std::vector<std::string>> columns_;
  std::map<std::string, const char*> statements_;  // by table and members
};

}  // namespace cb::state
