// Files that cb-watch has noticed, as seen from their tasks.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "config/config.h"
#include "state/files.h"
#include "state/tasks.h"

namespace cb::status {

// The task's file: path, watch, stage, how it was tied, with which score and which runner-up.
Json file_json(const state::FileRow& file, const std::string& task);
// The same on one line.
std::string describe_file(const state::FileRow& file, const std::string& task);

// An unmatched file that may be what a task waits for.
struct PossibleFile {
  std::string path;  // bytes as they are
  double score = 0;
  std::string why;
};
// The likeliest first, at most 5; of a task that does not wait for a file, or without a
// configuration (nullptr), none.
std::vector<PossibleFile> possible_files(db::Connection& db, const state::TaskRow& row,
                                         const config::Config* config);
Json to_json(const PossibleFile& file);
std::string describe(const PossibleFile& file);

}  // namespace cb::status
