// Which files of a directory count, by their names alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/scan.h"

namespace cb::watch {

struct NameRules {
  // Wildcards over the last part of the name or, with a "/" in them, over all of it.
  std::vector<std::string> match = {};  // empty: everything
  std::vector<std::string> ignore = {};
  bool recursive = false;
  std::vector<std::string> excluded = {};  // directories, relative: never gone into
};

// Names are relative to the directory. Whatever the rules say, what is hidden (".x") or unfinished
// by its name ("x.part", "x~") does not count, in no part of it, unless a `match` asks for just
// that: one that begins with "." or ends in ".part".
class Names {
 public:
  explicit Names(NameRules rules);

  bool is_wanted(std::string_view file) const;        // those above it have been asked about
  bool is_entered(std::string_view directory) const;  // the same
  // The same with all directories above it.
  bool counts(std::string_view file) const;
  bool enters(std::string_view directory) const;

  // Owned by this object.
  os::Interest interest() const;

 private:
  bool fits_any(const std::vector<std::string>& patterns, std::string_view name) const;
  bool is_asked_for(std::string_view name, std::string_view mark) const;

  NameRules rules_;
};

// What a name that does not count by itself begins with or ends in: "." or ".part"; "" for any
// other. `part`: one part of a path.
std::string_view mark_of_unfinished(std::string_view part);

}  // namespace cb::watch
