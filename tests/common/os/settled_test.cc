#include "os/settled.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/digest.h"
#include "os/fd.h"
#include "os/file.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using Is = Reading::Is;

bool always() { return true; }

std::string digest_of(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.hex();
}

struct Settled : ::testing::Test {
  // Read, as it is now; `meanwhile` happens before the second block.
  Reading read_now(const std::function<void()>& meanwhile = {}) {
    return read_settled(path_, *file_status(path_), during(meanwhile));
  }
  std::function<bool()> during(const std::function<void()>& meanwhile) {
    return [meanwhile, calls = 0]() mutable {
      if (++calls == 2 && meanwhile) meanwhile();
      return true;
    };
  }
  Fd open_path(int flags) { return Fd(open(path_.c_str(), flags | O_CLOEXEC)); }

  cb::testing::TemporaryDirectory dir_;
  std::string path_ = dir_ / "file";
  std::string bytes_ = std::string(1'000'000, 'x') + "end";
};

TEST_F(Settled, IsReadWhole) {
  write_file(path_, bytes_);

  const Reading reading = read_now();

  EXPECT_EQ(reading.is, Is::whole);
  EXPECT_EQ(reading.digest, digest_of(bytes_));
}

TEST_F(Settled, AnEmptyFileIsWhole) {
  write_file(path_, "");

  EXPECT_EQ(read_now().is, Is::whole);
  EXPECT_EQ(read_now().digest, digest_of(""));
}

TEST_F(Settled, WhatSomebodyReadsIsWhole) {
  write_file(path_, bytes_);
  const Fd reader = open_path(O_RDONLY);

  EXPECT_EQ(read_now().is, Is::whole);
}

TEST_F(Settled, WhatThisProcessWritesIsBeingWritten) {
  write_file(path_, bytes_);
  Fd writer = open_path(O_WRONLY);

  EXPECT_EQ(read_now().is, Is::being_written);

  writer.reset();
  EXPECT_EQ(read_now().is, Is::whole);
}

TEST_F(Settled, WhatAnotherProcessWritesIsBeingWritten) {
  write_file(path_, bytes_);
  cb::testing::Forked child([&](const auto& ready) {
    const Fd writer = open_path(O_WRONLY | O_APPEND);
    ready();
    pause();
    return 0;
  });

  EXPECT_EQ(read_now().is, Is::being_written);

  child.kill_now();
  EXPECT_EQ(read_now().is, Is::whole);
}

TEST_F(Settled, WhatIsMappedForWritingIsBeingWritten) {
  write_file(path_, bytes_);
  Fd writer = open_path(O_RDWR);
  void* map = mmap(nullptr, bytes_.size(), PROT_READ | PROT_WRITE, MAP_SHARED, writer.get(), 0);
  ASSERT_NE(map, MAP_FAILED);
  writer.reset();

  EXPECT_EQ(read_now().is, Is::being_written);

  munmap(map, bytes_.size());
  EXPECT_EQ(read_now().is, Is::whole);
}

TEST_F(Settled, AWriterWhoComesWhileItIsReadIsSeen) {
  write_file(path_, bytes_);
  Fd writer;

  EXPECT_EQ(read_now([&] { writer = open_path(O_WRONLY); }).is, Is::being_written);
}

TEST_F(Settled, AWriterWhoCameAndWentIsSeen) {
  write_file(path_, bytes_);
  const FileStatus before = *file_status(path_);
  const auto write_in_place = [&] {
    do {  // the clock of the file system may stand for some milliseconds
      const Fd writer = open_path(O_WRONLY);
      ASSERT_EQ(pwrite(writer.get(), "y", 1, 0), 1);
    } while (file_status(path_) == before);
  };

  EXPECT_EQ(read_settled(path_, before, during(write_in_place)).is, Is::changed);
}

TEST_F(Settled, WhatGrewOrShrankIsChanged) {
  write_file(path_, bytes_);
  EXPECT_EQ(read_now([&] { write_file(path_, bytes_ + "more"); }).is, Is::changed);
  EXPECT_EQ(read_now([&] { EXPECT_EQ(truncate(path_.c_str(), 5), 0); }).is, Is::changed);
}

TEST_F(Settled, WhatWasReplacedWhileItWasReadIsChanged) {
  write_file(path_, bytes_);
  write_file(dir_ / "new", bytes_);

  EXPECT_EQ(read_now([&] { rename_path(dir_ / "new", path_); }).is, Is::changed);
}

TEST_F(Settled, WhatIsNotWhatWasExpectedIsChanged) {
  write_file(path_, bytes_);
  const FileStatus expected = *file_status(path_);
  for (auto FileStatus::* member : {&FileStatus::size, &FileStatus::mtime, &FileStatus::ctime}) {
    FileStatus other = expected;
    other.*member += 1;
    EXPECT_EQ(read_settled(path_, other, always).is, Is::changed);
  }
  remove_file(path_);
  EXPECT_EQ(read_settled(path_, expected, always).is, Is::changed);
  EXPECT_EQ(read_settled(path_ + "/below", expected, always).is, Is::changed);
}

TEST_F(Settled, NothingButARegularFileIsOpened) {
  write_file(path_, bytes_);
  const FileStatus expected = *file_status(path_);
  remove_file(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  // Somebody who waits for a reader of the FIFO must not be woken.
  cb::testing::Forked writer([&](const auto& ready) {
    ready();
    const Fd fifo = open_path(O_WRONLY);
    return 0;
  });

  EXPECT_EQ(read_settled(path_, expected, always).is, Is::changed);

  usleep(20'000);
  EXPECT_EQ(kill(writer.pid(), 0), 0);
  int status = 0;
  EXPECT_EQ(waitpid(writer.pid(), &status, WNOHANG), 0) << "it was woken";
}

TEST_F(Settled, ALinkADirectoryOrADeviceInItsPlaceIsChanged) {
  write_file(path_, bytes_);
  const FileStatus expected = *file_status(path_);
  rename_path(path_, dir_ / "real");
  std::filesystem::create_symlink("real", path_);
  EXPECT_EQ(read_settled(path_, expected, always).is, Is::changed);
  remove_file(path_);
  make_directory(path_);
  EXPECT_EQ(read_settled(path_, expected, always).is, Is::changed);
  EXPECT_EQ(read_settled("/dev/zero", expected, always).is, Is::changed);
}

// As somebody whom modes concern.
TEST_F(Settled, WhatMayNotBeReadIsRefused) {
  write_file(path_, bytes_);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod(path_.c_str(), 0), 0);
  cb::testing::Forked child([&](const auto&) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 1;
    const Reading reading = read_now();
    return reading.is == Is::refused && reading.error == EACCES ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

// The kernel tells nothing of writers of other people's files, nor lets us leave the access time.
TEST_F(Settled, AnotherUsersFileIsWhole) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  write_file(path_, bytes_);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  cb::testing::Forked child([&](const auto&) {
    if (setgid(65534) != 0 || setuid(65534) != 0) return 1;
    return read_now().is == Is::whole ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(SettledErrors, AReadThatFailsIsRefused) {
  const std::string path = "/proc/self/mem";  // at its beginning is nothing: EIO
  const auto status = file_status(path);
  ASSERT_TRUE(status);

  const Reading reading = read_settled(path, *status, always);

  EXPECT_EQ(reading.is, Is::refused);
  EXPECT_EQ(reading.error, EIO);
}

TEST_F(Settled, StopsWhenItIsTold) {
  write_file(path_, bytes_);
  int calls = 0;

  const Reading reading = read_settled(path_, *file_status(path_), [&] { return ++calls < 3; });

  EXPECT_EQ(reading.is, Is::stopped);
  EXPECT_EQ(calls, 3);
}

TEST_F(Settled, LeavesTheAccessTime) {
  write_file(path_, bytes_);
  const timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 2000, .tv_nsec = 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);

  EXPECT_EQ(read_now().is, Is::whole);

  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_atim.tv_sec, 1000);
}

// A writer who comes in the moment of the lease makes the kernel send a signal, which must not end
// us.
TEST_F(Settled, WritersNeverEndTheReaderNorWait) {
  write_file(path_, "short");
  cb::testing::Forked writer([&](const auto& ready) {
    ready();
    for (int i = 0; i < 20'000; ++i) {
      const Fd fd = open_path(O_WRONLY);
      if (!fd) return 1;
    }
    return 0;
  });
  cb::testing::Forked reader([&](const auto&) {
    for (int i = 0; i < 20'000; ++i) {
      const Is is = read_now().is;
      if (is != Is::whole && is != Is::being_written) return 1;
    }
    return 0;
  });

  EXPECT_EQ(reader.wait(), 0);
  EXPECT_EQ(writer.wait(), 0);
}

TEST_F(Settled, LeavesNoDescriptorOpen) {
  write_file(path_, bytes_);
  const size_t before = list_directory("/proc/self/fd").size();

  read_now();
  Fd writer = open_path(O_WRONLY);
  read_now();
  writer.reset();

  EXPECT_EQ(list_directory("/proc/self/fd").size(), before);
}

}  // namespace
}  // namespace cb::os
