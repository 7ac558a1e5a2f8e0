#include "os/hint.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "os/fd.h"
#include "os/file.h"
#include "support/forked.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Hint : ::testing::Test {
  void SetUp() override {
    if (hints_.descriptor() < 0) GTEST_SKIP() << hints_.why_not();
    make_directory(root_);
    ASSERT_TRUE(hints_.add(root_)) << hints_.why_not();
  }
  bool is_readable() {
    pollfd wait{.fd = hints_.descriptor(), .events = POLLIN, .revents = 0};
    return poll(&wait, 1, 0) == 1;
  }

  cb::testing::TemporaryDirectory dir_;
  std::string root_ = dir_ / "root";
  Hints hints_;
};

TEST_F(Hint, NothingHappenedIsNoNews) {
  EXPECT_FALSE(is_readable());

  const auto news = hints_.take();

  EXPECT_THAT(news.files, IsEmpty());
  EXPECT_THAT(news.directories, IsEmpty());
  EXPECT_FALSE(news.is_all_lost);
}

TEST_F(Hint, EachWayAFileComesIsTold) {
  write_file(dir_ / "moved", "");
  write_file(dir_ / "linked", "");

  write_file(root_ + "/written", "x");
  rename_path(dir_ / "moved", root_ + "/moved");
  std::filesystem::create_hard_link(dir_ / "linked", root_ + "/linked");

  EXPECT_TRUE(is_readable());
  const auto news = hints_.take();
  EXPECT_THAT(news.files,
              UnorderedElementsAre(root_ + "/written", root_ + "/moved", root_ + "/linked"));
  EXPECT_THAT(news.directories, IsEmpty());
  EXPECT_FALSE(is_readable());
}

TEST_F(Hint, ClosingAfterWritingIsToldAgain) {
  Fd writer(open((root_ + "/a").c_str(), O_WRONLY | O_CREAT, 0600));
  hints_.take();
  ASSERT_EQ(write(writer.get(), "x", 1), 1);
  EXPECT_THAT(hints_.take().files, IsEmpty());

  writer.reset();

  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/a"));
}

TEST_F(Hint, EachWayAFileGoesIsTold) {
  write_file(root_ + "/removed", "");
  write_file(root_ + "/moved", "");
  hints_.take();

  remove_file(root_ + "/removed");
  rename_path(root_ + "/moved", dir_ / "moved");

  EXPECT_THAT(hints_.take().files, UnorderedElementsAre(root_ + "/removed", root_ + "/moved"));
}

TEST_F(Hint, EachFileIsToldOnce) {
  for (int i = 0; i < 10; ++i) {
    write_file(root_ + "/a", "x");
    write_file(root_ + "/b", "x");
  }
  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/a", root_ + "/b"));
  EXPECT_THAT(hints_.take().files, IsEmpty());
}

TEST_F(Hint, NamesAreKeptAsTheyAre) {
  for (const std::string name : {"a\nb", "\xff", "-rf"}) write_file(root_ + '/' + name, "");
  write_file(root_ + '/' + std::string(255, 'x'), "");

  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/a\nb", root_ + "/\xff", root_ + "/-rf",
                                               root_ + '/' + std::string(255, 'x')));
}

TEST_F(Hint, ASubDirectoryIsToldAsOne) {
  make_directory(root_ + "/sub");
  EXPECT_THAT(hints_.take().directories, ElementsAre(root_ + "/sub"));
  write_file(root_ + "/sub/a", "");
  EXPECT_THAT(hints_.take().files, IsEmpty()) << "it was not added";

  ASSERT_TRUE(hints_.add(root_ + "/sub"));
  write_file(root_ + "/sub/b", "");

  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/sub/b"));
}

TEST_F(Hint, ARenamedDirectoryGivesNoHintsUnderItsOldName) {
  make_directories(root_ + "/old/below");
  hints_.take();
  ASSERT_TRUE(hints_.add(root_ + "/old"));
  ASSERT_TRUE(hints_.add(root_ + "/old/below"));

  rename_path(root_ + "/old", root_ + "/new");
  EXPECT_THAT(hints_.take().directories, UnorderedElementsAre(root_ + "/old", root_ + "/new"));
  write_file(root_ + "/new/a", "");
  write_file(root_ + "/new/below/b", "");

  EXPECT_THAT(hints_.take().files, IsEmpty());
  ASSERT_TRUE(hints_.add(root_ + "/new"));
  write_file(root_ + "/new/a", "again");
  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/new/a"));
}

// Nobody tells of a directory above: only adding again notices it.
TEST_F(Hint, AddingAgainFollowsThePathToAnotherDirectory) {
  rename_path(root_, dir_ / "away");
  make_directory(root_);
  ASSERT_TRUE(hints_.add(root_));
  hints_.take();

  write_file(root_ + "/new", "");
  write_file(dir_ / "away/old", "");

  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/new"));
}

TEST_F(Hint, ADirectoryAddedUnderItsNewNameLosesTheOldOne) {
  make_directory(root_ + "/old");
  hints_.take();
  ASSERT_TRUE(hints_.add(root_ + "/old"));
  rename_path(root_ + "/old", dir_ / "new");

  ASSERT_TRUE(hints_.add(dir_ / "new"));
  write_file(dir_ / "new/a", "");

  const auto news = hints_.take();
  EXPECT_THAT(news.files, ::testing::Not(Contains(root_ + "/old/a")));
  EXPECT_THAT(news.directories, Contains(root_ + "/old"));
  // That it moved was still in the queue: once more, and it stays.
  ASSERT_TRUE(hints_.add(dir_ / "new"));
  write_file(dir_ / "new/b", "");
  EXPECT_THAT(hints_.take().files, ElementsAre(dir_ / "new/b"));
}

// Of what is renamed above nobody tells.
TEST_F(Hint, ADirectoryWhoseParentWasRenamedIsToldUnderItsNewPathOnly) {
  make_directories(dir_ / "x/sub");
  ASSERT_TRUE(hints_.add(dir_ / "x/sub"));
  rename_path(dir_ / "x", dir_ / "y");

  ASSERT_TRUE(hints_.add(dir_ / "y/sub"));
  write_file(dir_ / "y/sub/a", "");

  EXPECT_THAT(hints_.take().files, ElementsAre(dir_ / "y/sub/a"));
}

TEST_F(Hint, ADirectoryThatWentAndCameIsWatchedWhenAddedAgain) {
  remove_all(root_);
  EXPECT_THAT(hints_.take().directories, ElementsAre(root_));
  EXPECT_FALSE(hints_.add(root_));
  EXPECT_EQ(hints_.why_not(), "");

  make_directory(root_);
  ASSERT_TRUE(hints_.add(root_));
  write_file(root_ + "/a", "");

  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/a"));
}

TEST_F(Hint, ADirectoryWithTwoPathsIsToldUnderBoth) {
  std::filesystem::create_symlink("root", dir_ / "link");
  ASSERT_TRUE(hints_.add(dir_ / "link"));

  write_file(root_ + "/a", "");

  EXPECT_THAT(hints_.take().files, UnorderedElementsAre(root_ + "/a", dir_ / "link/a"));
}

TEST_F(Hint, AFileIsNoDirectory) {
  write_file(dir_ / "file", "");

  EXPECT_FALSE(hints_.add(dir_ / "file"));
  EXPECT_FALSE(hints_.add(dir_ / "missing"));
  EXPECT_EQ(hints_.why_not(), "");
}

TEST_F(Hint, AnOverflowOfTheQueueIsTold) {
  const auto most =
      parse_integer(trimmed(read_file("/proc/sys/fs/inotify/max_queued_events").value_or("")));
  if (!most || *most > 100'000) GTEST_SKIP() << "the queue is too long to be filled";
  for (int64_t i = 0; i <= *most / 3 + 1; ++i) {
    const std::string name = root_ + '/' + std::to_string(i % 2);
    write_file(name, "");  // at least three events with the removal
    remove_file(name);
  }

  bool is_lost = false;
  for (int i = 0; i < 1000 && is_readable(); ++i) is_lost |= hints_.take().is_all_lost;

  EXPECT_TRUE(is_lost);
  EXPECT_FALSE(is_readable());
  write_file(root_ + "/after", "");
  EXPECT_THAT(hints_.take().files, ElementsAre(root_ + "/after"));
}

TEST_F(Hint, TheDescriptorNeitherBlocksNorIsInherited) {
  EXPECT_NE(fcntl(hints_.descriptor(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(hints_.descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Hint, NoWatchIsLeaked) {
  const auto watches = [&] {
    const auto info = read_file("/proc/self/fdinfo/" + std::to_string(hints_.descriptor()));
    size_t count = 0;
    for (size_t at = info->find("inotify wd"); at != info->npos;
         at = info->find("inotify wd", at + 1))
      ++count;
    return count;
  };
  for (int i = 0; i < 20; ++i) {
    make_directories(root_ + "/a/b");
    hints_.take();
    hints_.add(root_ + "/a");
    hints_.add(root_ + "/a/b");
    EXPECT_EQ(watches(), 3U);
    rename_path(root_ + "/a", dir_ / "away" + std::to_string(i));
    hints_.take();
    EXPECT_EQ(watches(), 1U);
  }
}

// Limits of a user name space of our own, where lowering them disturbs nobody. 77: there is none.
int with_limit(const std::string& name, const std::string& value,
               const std::function<int()>& work) {
  cb::testing::Forked child([&](const auto&) {
    if (unshare(CLONE_NEWUSER) != 0) return 77;
    try {
      write_file("/proc/sys/user/" + name, value);
    } catch (const Error&) {
      return 77;
    }
    return work();
  });
  return child.wait();
}

TEST_F(Hint, NoInstanceLeftNamesTheSetting) {
  const int result = with_limit("max_inotify_instances", "0", [&] {
    Hints none;
    EXPECT_EQ(none.descriptor(), -1);
    EXPECT_FALSE(none.add(root_));
    EXPECT_THAT(none.why_not(), HasSubstr("user.max_inotify_instances (0) is reached"));
    EXPECT_THAT(none.why_not(), HasSubstr("sysctl -w user.max_inotify_instances=1024"));
    EXPECT_THAT(none.take().files, IsEmpty());
    write_file("/proc/sys/user/max_inotify_instances", "100");
    EXPECT_TRUE(none.add(root_)) << "raised meanwhile: " << none.why_not();
    EXPECT_GE(none.descriptor(), 0);
    return HasFailure() ? 1 : 0;
  });
  if (result == 77) GTEST_SKIP() << "no user name space";
  EXPECT_EQ(result, 0);
}

TEST_F(Hint, NoWatchLeftNamesTheSetting) {
  make_directory(root_ + "/sub");
  const int result = with_limit("max_inotify_watches", "1", [&] {
    Hints few;
    EXPECT_TRUE(few.add(root_)) << few.why_not();
    EXPECT_FALSE(few.add(root_ + "/sub"));
    EXPECT_THAT(few.why_not(), HasSubstr("user.max_inotify_watches (1) is reached"));
    EXPECT_TRUE(few.add(root_)) << "what is watched stays so";
    write_file(root_ + "/a", "");
    EXPECT_THAT(few.take().files, ElementsAre(root_ + "/a"));
    return HasFailure() ? 1 : 0;
  });
  if (result == 77) GTEST_SKIP() << "no user name space";
  EXPECT_EQ(result, 0);
}

TEST_F(Hint, NoDescriptorLeftIsNotTheSetting) {
  cb::testing::Forked child([&](const auto&) {
    while (open("/", O_PATH) >= 0) {
    }
    Hints none;
    EXPECT_EQ(none.descriptor(), -1);
    EXPECT_EQ(none.why_not(), "start inotify: Too many open files");
    return HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Hint, AnUnmountedDirectoryIsTold) {
  cb::testing::Forked child([&](const auto&) {
    make_directory(root_ + "/mount");
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        mount("none", (root_ + "/mount").c_str(), "tmpfs", 0, nullptr) != 0) {
      return 77;
    }
    Hints hints;
    EXPECT_TRUE(hints.add(root_ + "/mount")) << hints.why_not();
    EXPECT_EQ(umount((root_ + "/mount").c_str()), 0);
    EXPECT_THAT(hints.take().directories, ElementsAre(root_ + "/mount"));
    return HasFailure() ? 1 : 0;
  });
  const int result = child.wait();
  if (result == 77) GTEST_SKIP() << "no mount name space";
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace cb::os
