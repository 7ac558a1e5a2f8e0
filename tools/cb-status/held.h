// What each reason for being held means, and what to do about it.
#pragma once

#include <string>

#include "config/config.h"
#include "state/tasks.h"

namespace cb::status {

struct Advice {
  std::string text;  // what is the matter
  std::string next;  // what a person can do
};

// For a held task. `config` may be nullptr.
Advice advise(const state::TaskRow& row, const config::Config* config);

}  // namespace cb::status
