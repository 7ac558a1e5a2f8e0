// Names for files whose name is taken.
#pragma once

#include <string>

namespace cb::os {

inline constexpr int kMostNumbers = 10'000;

// "name.ext" for 1, else "name (2).ext" …, cut in the middle to what the open directory allows.
std::string numbered_name(int directory, const std::string& name, int number);

}  // namespace cb::os
