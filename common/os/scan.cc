#include "os/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/text.h"

namespace cb::os {
namespace {

constexpr size_t kListingSize = 128 * 1024;
// Far above PATH_MAX; a file system that has loops ends here.
constexpr size_t kDeepest = 64 * 1024;

int64_t nanoseconds(const statx_timestamp& time) {
  return static_cast<int64_t>(static_cast<uint64_t>(time.tv_sec) * 1'000'000'000U + time.tv_nsec);
}

FileStatus to_status(const struct statx& info) {
  return {.device = makedev(info.stx_dev_major, info.stx_dev_minor),
          .inode = info.stx_ino,
          .size = static_cast<int64_t>(info.stx_size),
          .mtime = nanoseconds(info.stx_mtime),
          .ctime = nanoseconds(info.stx_ctime)};
}

// Returns errno, or 0. As stat() does, a network file system may be asked: what it remembers could
// be older than the directory.
int ask(int directory, const char* name, int flags, struct statx& info) {
  constexpr unsigned kWanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_MTIME | STATX_CTIME;
  const int result =
      statx(directory, name, flags | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, kWanted, &info);
  return result == 0 ? 0 : errno;
}

std::optional<FileStatus> regular_status(int directory, const char* name, int flags) {
  struct statx info;
  if (ask(directory, name, flags, info) != 0 || !S_ISREG(info.stx_mode)) return std::nullopt;
  return to_status(info);
}

// Component by component, so that no link is followed and no path is too long. None: see errno.
Fd open_below(int from, std::string_view name, int flags) {
  Fd fd;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string component(name.substr(begin, end - begin));
    const int how = end == name.size() ? flags : O_PATH;
    Fd next(openat(fd ? fd.get() : from, component.c_str(),
                   how | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return {};
    fd = std::move(next);
    begin = end + 1;
  }
  return fd;
}

bool is_vanished(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP; }

class Walk {
 public:
  Walk(const Interest& interest, const std::function<void(const Entry&)>& each)
      : interest_(interest), each_(each), listing_(std::make_unique<Listing>()) {}

  std::vector<Unreadable> run(const std::string& directory) {
    root_ = Fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
    if (!root_) return {{.name = "", .error = errno}};
    read_listing(root_.get());
    // The last found is the next one read: most often it lies right below the open one.
    while (!pending_.empty()) {
      const std::string name = std::move(pending_.back());
      pending_.pop_back();
      enter(name);
    }
    return std::move(unreadable_);
  }

 private:
  struct Listing {
    alignas(dirent64) std::array<char, kListingSize> bytes;
  };

  void enter(const std::string& name) {
    const bool is_below = here_ && name.size() > here_name_.size() &&
                          name.starts_with(here_name_) && name[here_name_.size()] == '/';
    const std::string_view way =
        is_below ? std::string_view(name).substr(here_name_.size() + 1) : std::string_view(name);
    Fd next = open_below(is_below ? here_.get() : root_.get(), way, O_RDONLY | O_NONBLOCK);
    if (!next) {
      if (!is_vanished(errno)) unreadable_.push_back({.name = name, .error = errno});
      return;
    }
    here_ = std::move(next);
    here_name_ = name;
    read_listing(here_.get());
  }

  // Of the root when here_name_ is empty.
  void read_listing(int directory) {
    name_ = here_name_;
    if (!name_.empty()) name_ += '/';
    prefix_ = name_.size();
    while (true) {
      const ssize_t size = getdents64(directory, listing_->bytes.data(), kListingSize);
      if (size == 0) return;
      if (size < 0) {
        if (errno != ENOENT || here_name_.empty()) give_up(errno);
        return;
      }
      for (ssize_t at = 0; at < size;) {
        const auto* entry = reinterpret_cast<const dirent64*>(listing_->bytes.data() + at);
        if (!see(directory, *entry)) return;
        at += entry->d_reclen;
      }
    }
  }

  void give_up(int error) { unreadable_.push_back({.name = here_name_, .error = error}); }

  // False when nothing of this directory can be asked about.
  bool see(int directory, const dirent64& entry) {
    const char* name = entry.d_name;
    if (name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'))) return true;
    const unsigned char type = entry.d_type;
    if (type != DT_REG && type != DT_DIR && type != DT_UNKNOWN) return true;
    name_.resize(prefix_);
    name_ += name;
    const bool may_enter = type != DT_REG && interest_.directory && interest_.directory(name_);
    const bool may_tell = type != DT_DIR && (!interest_.file || interest_.file(name_));
    if (type == DT_DIR && may_enter) enter_later();
    return type == DT_DIR || (!may_tell && !may_enter) ||
           ask_about(directory, name, may_tell, may_enter);
  }

  bool ask_about(int directory, const char* name, bool may_tell, bool may_enter) {
    struct statx info;
    const int error = ask(directory, name, 0, info);
    if (error == EACCES) {
      give_up(error);
      return false;
    }
    if (error != 0) {
      if (!is_vanished(error)) unreadable_.push_back({.name = name_, .error = error});
    } else if (S_ISREG(info.stx_mode) && may_tell) {
      each_({.name = name_, .status = to_status(info)});
    } else if (S_ISDIR(info.stx_mode) && may_enter) {
      enter_later();
    }
    return true;
  }

  void enter_later() {
    if (name_.size() <= kDeepest) {
      pending_.push_back(name_);
    } else {
      unreadable_.push_back({.name = name_, .error = ENAMETOOLONG});
    }
  }

  const Interest& interest_;
  const std::function<void(const Entry&)>& each_;
  std::unique_ptr<Listing> listing_;
  std::vector<Unreadable> unreadable_;
  std::vector<std::string> pending_;
  Fd root_, here_;
  std::string here_name_;
  std::string name_;  // of the entry, relative to the root
  size_t prefix_ = 0;
};

}  // namespace

bool FileStatus::is_same_content(const FileStatus& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         mtime == other.mtime;
}

int64_t stamp_of(std::string_view name, const FileStatus& status) {
  const std::array<uint64_t, 6> words{status.device,
                                      status.inode,
                                      static_cast<uint64_t>(status.size),
                                      static_cast<uint64_t>(status.mtime),
                                      static_cast<uint64_t>(status.ctime),
                                      hash64(name)};
  return static_cast<int64_t>(hash64({reinterpret_cast<const char*>(words.data()), sizeof(words)}));
}

std::vector<Unreadable> scan(const std::string& directory, const Interest& interest,
                             const std::function<void(const Entry&)>& each) {
  return Walk(interest, each).run(directory);
}

std::optional<FileStatus> file_status(const std::string& path) {
  return regular_status(AT_FDCWD, path.c_str(), 0);
}

std::optional<FileStatus> file_status(const std::string& directory, std::string_view name) {
  Fd fd(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const size_t slash = name.rfind('/');
  if (fd && slash != name.npos) fd = open_below(fd.get(), name.substr(0, slash), O_PATH);
  if (!fd) return std::nullopt;
  const std::string last(slash == name.npos ? name : name.substr(slash + 1));
  return regular_status(fd.get(), last.c_str(), 0);
}

std::optional<FileStatus> file_status(int descriptor) {
  return regular_status(descriptor, "", AT_EMPTY_PATH);
}

}  // namespace cb::os
