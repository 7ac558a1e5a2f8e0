// Files that cb-watch has noticed, as seen from their tasks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "state/files.h"
#include "state/tasks.h"

namespace cb::status {

// The task's file: path, watch, stage, how it was tied, with which score and which runner-up.
Json file_json(const state::FileRow& file, const std::string& task);
// The same on one line.
std::string describe_file(const state::FileRow& file, const std::string& task);

// An unmatched file that may be for a task.
struct PossibleFile {
  std::string path;  // bytes as they are
  double score = 0;
  std::string why;
};
// At most `kMostPossible`, the likeliest first.
constexpr size_t kMostPossible = 5;
std::vector<PossibleFile> possible_files(db::Connection& db, const std::string& watch,
                                         const std::string& task);
Json to_json(const PossibleFile& file);
std::string describe(const PossibleFile& file);

}  // namespace cb::status
