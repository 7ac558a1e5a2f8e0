#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#include "base/error.h"
#include "base/text.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/numbered.h"
#include "os/pinned.h"
#include "os/relocate.h"

namespace cb::os {
namespace {

// Of a file that is pinned: whether it is the one that has another name by now.
using IsPlaced = std::function<bool(int pinned)>;

// One name in an open directory.
struct OldName {
  Fd directory;
  std::string path;
  std::string name;
  std::string aside = {};  // what it is renamed to, so that nothing else can come to have it

  bool rename_aside() const;
  void put_back() const;
  void finish_earlier(const IsPlaced& is_placed) const;
  bool is_same_file_as_aside() const;
  void remove_aside() const {
    if (unlinkat(directory.get(), aside.c_str(), 0) != 0 && errno != ENOENT) {
      fail("remove", path, errno);
    }
  }
};

// Without a directory when that is gone.
OldName open_old_name(const std::string& path) {
  const size_t slash = path.rfind('/');
  Fd directory(open(parent_path(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory && errno != ENOENT && errno != ENOTDIR) fail("open", parent_path(path), errno);
  OldName old{.directory = std::move(directory),
              .path = path,
              .name = slash == path.npos ? path : path.substr(slash + 1)};
  // Another call for this name must find it: it depends on nothing else.
  char number[17];
  std::snprintf(number, sizeof number, "%016jx", static_cast<uintmax_t>(hash64(old.name)));
  old.aside = std::string(".cb-leaving-") + number;
  return old;
}

// False when it is gone.
bool OldName::rename_aside() const {
  int result =
      renameat2(directory.get(), name.c_str(), directory.get(), aside.c_str(), RENAME_NOREPLACE);
  // Nobody else uses the hidden name, and it was free just now.
  if (result != 0 && (errno == EINVAL || errno == ENOSYS)) {
    result = renameat(directory.get(), name.c_str(), directory.get(), aside.c_str());
  }
  if (result == 0) return true;
  if (errno == ENOENT) return false;
  fail("remove", path, errno);
}

// Under its name or, when something still newer has that, under the next that is free.
void OldName::put_back() const {
  for (int number = 1; number <= kMostNumbers; ++number) {
    if (give_free_name(directory.get(), aside, numbered_name(directory.get(), name, number)))
      return;
  }
  throw Error(Fault::permanent, "put back " + path + ": all its numbers are taken");
}

bool OldName::is_same_file_as_aside() const {
  struct stat a{}, b{};
  return fstatat(directory.get(), name.c_str(), &a, AT_SYMLINK_NOFOLLOW) == 0 &&
         fstatat(directory.get(), aside.c_str(), &b, AT_SYMLINK_NOFOLLOW) == 0 &&
         a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

void OldName::finish_earlier(const IsPlaced& is_placed) const {
  const Fd left = pin(directory.get(), aside);
  if (!left && errno == ENOENT) return;
  if (!left) fail("open", path, errno);
  if (is_placed(left.get()) || is_same_file_as_aside()) {
    remove_aside();
  } else {
    put_back();
  }
}

Removed remove_if(const std::string& source, const IsPlaced& is_placed) {
  const OldName old = open_old_name(source);
  if (!old.directory) return Removed::yes;
  old.finish_earlier(is_placed);
  const Fd pinned = pin(old.directory.get(), old.name);
  if (!pinned && errno == ENOENT) return Removed::yes;
  if (!pinned) fail("open", source, errno);
  if (!is_placed(pinned.get())) return Removed::replaced;
  if (!old.rename_aside()) return Removed::yes;
  // Something else may have come to have the name since it was looked at.
  const Fd taken = pin(old.directory.get(), old.aside);
  if (taken && !is_placed(taken.get())) {
    old.put_back();
    return Removed::replaced;
  }
  old.remove_aside();
  return Removed::yes;
}

bool is_same_as(int pinned, int placed, const std::string& path) {
  const auto a = file_status(pinned), b = file_status(placed);
  if (!a || !b || a->size != b->size) return false;
  if (a->device == b->device && a->inode == b->inode) return true;
  const Fd left = open_pinned(pinned), right = open_pinned(placed);
  if (!left || !right) fail("read", path, errno);
  return have_equal_bytes(left.get(), right.get(), path);
}

}  // namespace

Removed remove_placed(const std::string& source, const FileStatus& expected) {
  return remove_if(source, [&](int pinned) {
    const auto status = file_status(pinned);
    return status && status->is_same_content(expected);
  });
}

Removed remove_placed(const std::string& source, const std::string& placed) {
  const Fd kept = pin(placed);
  if (!kept && errno != ENOENT && errno != ENOTDIR) fail("open", placed, errno);
  return remove_if(source,
                   [&](int pinned) { return kept && is_same_as(pinned, kept.get(), source); });
}

}  // namespace cb::os
