// The sections of a configuration, one by one. All throw Error{Fault::data} "POINTER: cause".
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/reader.h"

namespace cb::config {

// Where relative paths of a configuration start, and what "~" stands for.
struct Places {
  std::string directory, home;
};

std::string read_path(const Value& value, const Places& places);  // absolute
// argv, not empty; a program with a '/' is made absolute. With templates: every argument is checked
// as one.
enum class Templates { refused, allowed };
std::vector<std::string> read_argv(const Value& value, const Places& places, Templates templates);

std::vector<Source> read_sources(const Value& value, const Places& places);
std::vector<model::Handler> read_handlers(const Value& value, const Places& places);
std::vector<Watch> read_watches(const Value& value, const Places& places);
Backup read_backup(const Value& value, const Places& places);
Keep read_keep(const Value& value);

}  // namespace cb::config
