#include "state/many.h"

namespace cb::state {
namespace {

std::string repeat(std::string_view head, std::string_view row, std::string_view tail,
                   size_t times) {
  std::string sql(head);
  int parameter = 0;
  for (size_t i = 0; i < times; ++i) {
    sql += i == 0 ? "(" : ", (";
    for (const char c : row) {
      sql += c;
      if (c == '$') sql += std::to_string(++parameter);
    }
    sql += ')';
  }
  return sql.append(tail);
}

}  // namespace

RowsSql::RowsSql(std::string_view head, std::string_view row, std::string_view tail)
    : one_(repeat(head, row, tail, 1)), many_(repeat(head, row, tail, kAtOnce)) {}

}  // namespace cb::state
