// What a person should know although the work goes on, from places that know no output.
#pragma once

#include <functional>
#include <string>

namespace cb {

// Hands `line` (of the form of an Error's) to whom on_warning() named; dropped when there is
// nobody.
void warn(const std::string& line);

// For the one place that owns standard error.
void on_warning(std::function<void(const std::string&)> tell);

}  // namespace cb
