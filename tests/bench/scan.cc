// The floor of a scan: every entry of a directory read, and the kernel asked about each. bench_scan
// DIRECTORY
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace {

struct LinuxDirent {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[];
};

alignas(LinuxDirent) char buffer[256 << 10];

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const int directory = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return 66;
  int64_t files = 0, bytes = 0;
  for (long size = 0; (size = syscall(SYS_getdents64, directory, buffer, sizeof buffer)) > 0;) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const LinuxDirent*>(buffer + at);
      at += entry->size;
      struct statx status{};
      if (statx(directory, entry->name, AT_SYMLINK_NOFOLLOW,
                STATX_TYPE | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_CTIME, &status) != 0)
        continue;
      if (!S_ISREG(status.stx_mode)) continue;
      ++files;
      bytes += static_cast<int64_t>(status.stx_size);
    }
  }
  std::printf("%lld files, %lld bytes\n", static_cast<long long>(files),
              static_cast<long long>(bytes));
  return 0;
}
