// What must hold, as questions whose every answer is a violation.
#pragma once

#include <span>

#include "check.h"

namespace cb::crash {

struct Rule {
  When when;        // any_time: always
  const char* sql;  // one column, the violation; over the store and the tables of check.cc
  bool needs_untouched = false;  // holds only while nobody edits the board
};
std::span<const Rule> rules();
// Of dropped files, and what became of them.
std::span<const Rule> file_rules();
// Of what came before what, and of what tools have answered.
std::span<const Rule> order_rules();

}  // namespace cb::crash
