// The files that were attached to the tasks of a board: BOARD.files/TASK/NAME.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cb::upstream_file {

// `name` as the name of one visible file: without directories and control characters, and not too
// long; its ending is kept.
std::string safe_name(std::string_view name);

// Copies `source` to where the attachments of `task` are kept, durably, and returns the copy's path
// relative to the directory of `board`. A file that has the name already stays: unless it has the
// same bytes, the new one becomes "name-2.ext", … nullopt when `source` is no regular file. Callers
// exclude each other by the board's lock.
std::optional<std::string> keep_attachment(const std::string& board, const std::string& task,
                                           const std::string& source, std::string_view name);

}  // namespace cb::upstream_file
