// Rows as JSON, whatever columns they have: a new column is journaled by itself; a new table is an
// entry in image_tables.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.h"

namespace cb::state {

// Makes lines of the journal from the store of one connection.
class EventLines {
 public:
  // Appends a line to `text` for each event above `above`, oldest first and at most `limit`: the
  // event, and the rows of its task as they are now. Returns the number of the last one; `above`
  // when there was none.
  int64_t append(db::Connection& db, int64_t above, int64_t limit, std::string& text);

 private:
  using Names = std::vector<std::string>;  // of columns, as they stand in a line: ,"name":

  void learn(const db::Rows& rows);
  void append_event(std::string& text, const db::Rows& rows) const;
  void append_tables(std::string& text, db::Connection& db, const db::Rows& rows);
  void append_table(std::string& text, db::Connection& db, size_t table, const db::Rows& event);

  // What the results of these look like, learnt from the first.
  Names event_names_, task_names_;
  std::vector<Names> table_names_;
  int event_ = 0, task_ = 0;  // where in select_ their columns begin
  int source_ = 0, id_ = 0;
};

}  // namespace cb::state
