#include "os/relocate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "os/copy.h"
#include "os/file.h"
#include "os/hidden_copy.h"
#include "os/numbered.h"
#include "os/pinned.h"

namespace cb::os {
namespace {

bool is_absent(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

bool cannot_link(int error) {
  return error == EXDEV || error == EPERM || error == EMLINK || error == EOPNOTSUPP ||
         error == ENOSYS;
}

// Creates what is missing, durably.
void make_durable_directories(const std::string& path) {
  if (is_directory(path)) return;
  const std::string parent = parent_path(path);
  if (parent != path) make_durable_directories(parent);
  make_directory(path);
  sync_path(parent);
}

// The directory that is to hold the file, and the name there.
struct Destination {
  Fd directory;
  std::string path;  // of the directory
  std::string name = {};
};

Destination prepare(const std::string& directory, const std::string& name) {
  make_durable_directories(directory);
  Destination to{.directory = Fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
                 .path = directory};
  if (!to.directory) fail("open", directory, errno);
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    to.name = name.substr(begin, end - begin);
    if (to.name.empty() || to.name == "." || to.name == "..") {
      throw Error(Fault::permanent, "place " + name + ": not the relative name of a file");
    }
    if (end < name.size()) {
      to.directory = open_directory(to.directory.get(), to.name);
      to.path += '/' + to.name;
    }
    begin = end + 1;
  }
  return to;
}

// The file that is placed: held by a descriptor, so that nothing that comes to have its name is
// taken for it.
struct Original {
  std::string path;
  FileStatus status = {};
  Fd pinned;
  Fd bytes = {};  // none: may not be read
};

bool is_linked(int pinned) {
  struct stat status{};
  return fstat(pinned, &status) == 0 && status.st_nlink > 0;
}

Fd opened_again(const Original& file) {
  Fd fd = open_pinned(file.pinned.get());
  if (!fd) fail("read", file.path, errno);
  return fd;
}

// Its own name, in its own directory.
bool is_own_entry(const Original& file, const Destination& to, const std::string& name) {
  const size_t slash = file.path.rfind('/');
  const auto here = file_id(parent_path(file.path));
  return file.path.substr(slash == file.path.npos ? 0 : slash + 1) == name && here &&
         here == file_id(path_of_pinned(to.directory.get()));
}

// Whether what has the name is the file already; then it is made durable.
bool is_there(const Original& file, const Destination& to, const std::string& name) {
  if (is_own_entry(file, to, name)) return false;
  const Fd pinned = pin(to.directory.get(), name);
  const auto status = pinned ? file_status(pinned.get()) : std::nullopt;
  if (!status || status->size != file.status.size) return false;
  if (status->device == file.status.device && status->inode == file.status.inode) return true;
  const Fd other = open_pinned(pinned.get());
  if (!file.bytes || !other) return false;
  if (!have_equal_bytes(opened_again(file).get(), other.get(), file.path)) return false;
  if (fsync(other.get()) != 0) fail("sync", to.path + '/' + name, errno);
  return true;
}

class Placing {
 public:
  Placing(const Original& file, const Destination& to) : file_(file), to_(to) {}

  enum class Try { done, taken, changed };
  Try give(const std::string& name) {
    if (is_there(file_, to_, name)) return Try::done;
    return copy_ ? give_copy(name) : give_link(name);
  }

 private:
  Try give_link(const std::string& name) {
    if (linkat(AT_FDCWD, path_of_pinned(file_.pinned.get()).c_str(), to_.directory.get(),
               name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      return Try::done;
    }
    const int error = errno;
    if (error == EEXIST) return Try::taken;
    if (!is_linked(file_.pinned.get())) return Try::changed;
    if (!cannot_link(error)) fail("create", to_.path + '/' + name, error);
    return make_copy() ? give_copy(name) : Try::changed;
  }

  // False when the file changed meanwhile.
  bool make_copy() {
    const Fd source = opened_again(file_);
    copy_.emplace(to_.directory.get(), to_.path + "/.cb-copying");
    const uint64_t size = copy_->fill(source.get(), status_of(source.get(), file_.path));
    const auto now = file_status(source.get());
    return size == static_cast<uint64_t>(file_.status.size) && now == file_.status;
  }

  Try give_copy(const std::string& name) { return copy_->give_name(name) ? Try::done : Try::taken; }

  const Original& file_;
  const Destination& to_;
  std::optional<HiddenCopy> copy_;
};

}  // namespace

Placed place(const std::string& source, const FileStatus& expected, const std::string& directory,
             const std::string& name) {
  Original file{.path = source, .pinned = pin(source)};
  if (!file.pinned && is_absent(errno)) return {};
  if (!file.pinned) fail("open", source, errno);
  const auto status = file_status(file.pinned.get());
  if (!status || !status->is_same_content(expected)) return {};
  file.status = *status;
  file.bytes = open_pinned(file.pinned.get());
  // A link is as durable as the bytes that it leads to.
  if (file.bytes && fsync(file.bytes.get()) != 0) fail("sync", source, errno);

  const Destination to = prepare(directory, name);
  if (is_own_entry(file, to, to.name)) {
    throw Error(Fault::configuration, "move " + source + ": it is to stay where it is");
  }
  Placing placing(file, to);
  for (int number = 1; number <= kMostNumbers; ++number) {
    const std::string free = numbered_name(to.directory.get(), to.name, number);
    switch (placing.give(free)) {
      case Placing::Try::changed:
        return {};
      case Placing::Try::taken:
        continue;
      case Placing::Try::done:
        if (fsync(to.directory.get()) != 0) fail("sync", to.path, errno);
        return {.is = Placed::Is::placed, .path = to.path + '/' + free};
    }
  }
  throw Error(Fault::permanent,
              "create " + to.path + '/' + to.name + ": all its numbers are taken");
}

}  // namespace cb::os
