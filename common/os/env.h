// Environment and disk, as seen by main().
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cb::os {

std::optional<std::string> environment(
    const std::string& name);                 // unset and empty are both nullopt
std::vector<std::string> environment_list();  // NAME=value
std::string home_directory();                 // $HOME, else the user database
bool is_terminal(int fd);
int terminal_width(int fd, int fallback);  // $COLUMNS, else the terminal's, else `fallback`

// The name of the file system of `path` if it is reached over a network (nfs, cifs, smb, 9p, fuse);
// nullopt for a local one.
std::optional<std::string> network_file_system(const std::string& path);

}  // namespace cb::os
