// Several rows to a statement: most of what one row costs SQLite is the statement.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"

namespace cb::state {

// How many rows such a statement takes. More take longer to compile, and save little.
constexpr size_t kAtOnce = 16;

// A statement in two forms: for one row, and for kAtOnce.
class RowsSql {
 public:
  // `head`, the rows in brackets between commas, `tail`. Each $ in `row` is the next parameter.
  RowsSql(std::string_view head, std::string_view row, std::string_view tail = "");

  const char* for_rows(size_t rows) const { return (rows == 1 ? one_ : many_).c_str(); }

 private:
  std::string one_, many_;
};

// Calls `each` with one part of `rows` after the other: of kAtOnce rows while there are so many,
// then of one.
template <typename Row, typename Each>
void in_parts(std::span<Row> rows, Each each) {
  while (!rows.empty()) {
    const size_t size = rows.size() >= kAtOnce ? kAtOnce : 1;
    each(rows.first(size));
    rows = rows.subspan(size);
  }
}

}  // namespace cb::state
