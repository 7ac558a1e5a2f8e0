#include "os/env.h"

#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "os/file.h"

namespace cb::os {

std::optional<std::string> environment(const std::string& name) {
  const char* value = getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::vector<std::string> environment_list() {
  std::vector<std::string> list;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    list.push_back(*entry);
  return list;
}

std::string home_directory() {
  if (auto home = environment("HOME")) return *home;
  const passwd* user = getpwuid(getuid());
  return user != nullptr ? user->pw_dir : "/";
}

bool is_terminal(int fd) { return isatty(fd) == 1; }

int terminal_width(int fd, int fallback) {
  const auto columns = parse_integer(environment("COLUMNS").value_or(""));
  if (columns && *columns > 0 && *columns < 10'000) return static_cast<int>(*columns);
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return fallback;
}

std::optional<std::string> network_file_system(const std::string& path) {
  // Magic numbers of statfs(2) and linux/magic.h.
  static constexpr struct {
    uint32_t magic;
    const char* name;
  } kNetwork[] = {{0x6969, "nfs"},      {0xff534d42, "cifs"}, {0xfe534d42, "smb2"},
                  {0x517b, "smb"},      {0x01021997, "9p"},   {0x65735546, "fuse"},
                  {0x00c36400, "ceph"}, {0x5346414f, "afs"},  {0x73757245, "coda"}};
  struct statfs info{};
  while (statfs(path.c_str(), &info) != 0) {
    if (errno != EINTR) fail("examine the file system of", path, errno);
  }
  for (const auto& [magic, name] : kNetwork) {
    if (static_cast<uint32_t>(info.f_type) == magic) return name;
  }
  return std::nullopt;
}

}  // namespace cb::os
