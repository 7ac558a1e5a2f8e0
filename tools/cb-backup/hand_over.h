// Giving finished backups to a command that takes them elsewhere.
#pragma once

#include "job.h"

namespace cb::backup {

// Runs the command of --to-command, or of the configuration, for each sound backup that it has not
// had, the oldest first; what fails is reported and tried again the next time. Only inside of
// Shelf::enter().
void hand_over(const Job& job);

// `argv` with {dir}, {id}, {file} and {manifest} replaced in each argument.
std::vector<std::string> filled(std::vector<std::string> argv, const Shelf& shelf,
                                const Manifest& manifest);

}  // namespace cb::backup
