// What must hold, as questions whose every answer is a violation.
#pragma once

#include <span>

#include "check.h"

namespace cb::crash {

struct Rule {
  When when;        // any_time: always
  const char* sql;  // one column, the violation; over the store and the tables of load.cc
};
std::span<const Rule> rules();

}  // namespace cb::crash
