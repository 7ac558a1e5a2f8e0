#include "tmpfs.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace cb::crash {
namespace {

namespace fs = std::filesystem;

void write_to(const char* path, const std::string& text) { std::ofstream(path) << text; }

std::string ballast(const Tmpfs& tmpfs) { return tmpfs.path() + "/ballast"; }
std::string names(const Tmpfs& tmpfs) { return tmpfs.path() + "/ballast.d"; }

Skip skip(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

}  // namespace

void enter_own_namespace() {
  const auto user = geteuid(), group = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) throw skip("enter a namespace");
  write_to("/proc/self/setgroups", "deny");
  write_to("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
  write_to("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

Tmpfs::Tmpfs(std::string path, const std::string& options) : path_(std::move(path)) {
  fs::create_directories(path_);
  if (mount("tmpfs", path_.c_str(), "tmpfs", 0, options.c_str()) != 0) throw skip("mount a tmpfs");
}

Tmpfs::~Tmpfs() { umount2(path_.c_str(), MNT_DETACH); }

void Tmpfs::set_read_only(bool is_read_only) const {
  const unsigned long flags = is_read_only ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT;
  if (mount("tmpfs", path_.c_str(), "tmpfs", flags, nullptr) != 0) throw skip("remount a tmpfs");
}

void fill(const Tmpfs& tmpfs, uint64_t left) {
  const auto free = fs::space(tmpfs.path()).free;
  std::ofstream file(ballast(tmpfs), std::ios::binary);
  const std::string block(4096, 'x');
  for (uint64_t used = 0; free > left && used < free - left; used += block.size()) file << block;
}

// The directory needs one itself.
void take_names(const Tmpfs& tmpfs, int64_t left) {
  constexpr int kMost = 4096;
  fs::create_directory(names(tmpfs));
  const auto path = [&](int i) { return names(tmpfs) + "/" + std::to_string(i); };
  int made = 0;
  while (made < kMost && std::ofstream(path(made))) ++made;
  for (int64_t i = 0; i < left && made > 0; ++i) fs::remove(path(--made));
}

void give_back(const Tmpfs& tmpfs) {
  fs::remove(ballast(tmpfs));
  fs::remove_all(names(tmpfs));
}

}  // namespace cb::crash
