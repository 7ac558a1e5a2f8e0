// What the libraries that are preloaded into the tools have in common. They need nothing that other
// programs, which inherit them, do not have; nothing here allocates.
#pragma once

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace cb::crash {

template <typename... Arguments>
long call(long number, Arguments... arguments) {
  return syscall(number, arguments...);
}

// Whether this process runs that program.
inline bool is_named(const char* tool) {
  char path[4096];
  const long size = call(SYS_readlink, "/proc/self/exe", path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  const char* slash = strrchr(path, '/');
  return slash != nullptr && strcmp(slash + 1, tool) == 0;
}

inline long number_in(const char* name) {
  const char* text = getenv(name);
  return text != nullptr ? atol(text) : 0;
}

// The function that ours stands before.
template <typename Function>
Function next(Function& known, const char* name) {
  if (known == nullptr) known = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  return known;
}

}  // namespace cb::crash
