// Tasks from a file or a pipe, one JSON object per line.
#pragma once

#include <string>

#include "job.h"

namespace cb::poll {

// Reads `path` ("-": standard input) to its end. What came so far is stored whenever a batch is
// full or nothing more comes for a moment. Lines that are refused are reported; the others go on.
// Throws Error{Fault::data} when it cannot be read.
void read_input(const Job& job, const std::string& path);

}  // namespace cb::poll
