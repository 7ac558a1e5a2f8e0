// Whether a store is whole: what SQLite can tell, and what cb knows of its own rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "db/connection.h"

namespace cb::state {

// What a copy of a store must tell as well.
struct Facts {
  int64_t schema = 0;
  int64_t newest_event = 0;             // 0: none
  int64_t generation = 0;               // how often the store was restored
  std::map<std::string, int64_t> rows;  // of each table

  bool operator==(const Facts&) const = default;
};
Facts read_facts(db::Connection& db);

// Damage that SQLite finds, one line each; empty: none. Reads the whole file: 6 s for a gigabyte.
// A file that is too damaged to be read throws Error{Fault::permanent}.
struct Damage {
  std::vector<std::string> index;  // what building the indexes anew repairs
  std::vector<std::string> other;

  bool is_none() const { return index.empty() && other.empty(); }
};
Damage find_damage(db::Connection& db);

// Builds every index anew from its table. Inside a db::Transaction.
void rebuild_indexes(db::Connection& db);

// Rows that contradict each other, one line each; at most `limit`. Of a schema other than this
// program's nothing is known: empty.
std::vector<std::string> find_contradictions(db::Connection& db, int limit = 20);

}  // namespace cb::state
