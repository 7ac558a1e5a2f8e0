#include "os/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

mode_t mode_of(const std::string& path) {
  struct stat info{};
  stat(path.c_str(), &info);
  return info.st_mode & 07777;
}

class File : public ::testing::Test {
 protected:
  std::string error_of(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::permanent);
      return error.what();
    }
    return "";
  }
  cb::testing::TemporaryDirectory dir_;
};

TEST_F(File, ReadsBackWhatWasWritten) {
  const std::string bytes = std::string("a\0b\n", 4) + std::string(100'000, 'x');

  write_file(dir_ / "f", bytes, Sync::file_and_directory);

  EXPECT_EQ(read_file(dir_ / "f"), bytes);
  EXPECT_EQ(mode_of(dir_ / "f"), 0600u);
}

TEST_F(File, AnAbsentFileIsNoContent) {
  write_file(dir_ / "f", "");

  EXPECT_EQ(read_file(dir_ / "none"), std::nullopt);
  EXPECT_EQ(read_file(dir_ / "f/below"), std::nullopt);
  EXPECT_EQ(read_file(dir_ / "f"), "");
}

TEST_F(File, ReadsFilesOfTheKernelThatHaveNoSize) {
  EXPECT_THAT(read_file("/proc/self/status").value(), HasSubstr("Pid:"));
}

TEST_F(File, RefusesToReadMoreThanTheLimit) {
  write_file(dir_ / "f", "12345");

  EXPECT_EQ(read_file(dir_ / "f", 5), "12345");
  EXPECT_THAT(error_of([&] { read_file(dir_ / "f", 4); }), HasSubstr("File too large"));
  EXPECT_THAT(error_of([&] { read_file("/proc/self/status", 4); }), HasSubstr("File too large"));
}

TEST_F(File, RefusesToReadAFifoOrADirectoryAndDoesNotWait) {
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);

  for (const std::string& path : {dir_ / "fifo", dir_.path(), std::string("/dev/null")}) {
    EXPECT_EQ(error_of([&] { read_file(path); }), "read " + path + ": not a regular file");
  }
}

TEST_F(File, ReplacingKeepsTheModeOfTheOldFile) {
  write_file(dir_ / "f", "old");
  chmod((dir_ / "f").c_str(), 0640);

  replace_file(dir_ / "f", "new", Sync::file);

  EXPECT_EQ(read_file(dir_ / "f"), "new");
  EXPECT_EQ(mode_of(dir_ / "f"), 0640u);
}

TEST_F(File, ReplacingCreatesAPrivateFile) {
  replace_file(dir_ / "f", "new", Sync::none);

  EXPECT_EQ(mode_of(dir_ / "f"), 0600u);
  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre("f"));
}

TEST_F(File, ReplacingGivesTheNameToANewFile) {
  write_file(dir_ / "f", "old");
  const Fd reader(open((dir_ / "f").c_str(), O_RDONLY | O_CLOEXEC));

  replace_file(dir_ / "f", "new bytes", Sync::none);

  char bytes[16];
  EXPECT_EQ(read(reader.get(), bytes, sizeof bytes), 3);  // who reads the old file keeps it whole
}

TEST_F(File, ReplacingFollowsALinkEvenADanglingOne) {
  make_directory(dir_ / "real");
  std::filesystem::create_symlink("real/f", dir_ / "link");

  replace_file(dir_ / "link", "one", Sync::file_and_directory);
  replace_file(dir_ / "link", "two", Sync::none);

  EXPECT_TRUE(std::filesystem::is_symlink(dir_ / "link"));
  EXPECT_EQ(read_file(dir_ / "real/f"), "two");
}

TEST_F(File, ReplacingRefusesALoopOfLinks) {
  std::filesystem::create_symlink("b", dir_ / "a");
  std::filesystem::create_symlink("a", dir_ / "b");

  EXPECT_THAT(error_of([&] { replace_file(dir_ / "a", "x", Sync::none); }), HasSubstr("symbolic"));
}

TEST_F(File, ReplacingAFileOfTheLongestNameWorks) {
  const std::string name(255, 'n');

  replace_file(dir_ / name, "x", Sync::none);

  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre(name));
}

TEST_F(File, AFailedReplacementLeavesNothingBehind) {
  make_directories(dir_ / "f/full");

  EXPECT_THAT(error_of([&] { replace_file(dir_ / "f", "x", Sync::none); }),
              HasSubstr("replace " + (dir_ / "f") + ": Is a directory"));

  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre("f"));
}

TEST_F(File, ReplacingInAnAbsentDirectoryNamesThePath) {
  EXPECT_THAT(error_of([&] { replace_file(dir_ / "no/f", "x", Sync::none); }),
              HasSubstr("create " + (dir_ / "no/.f.")));
}

TEST_F(File, AFullDiskIsTemporary) {
  try {
    write_file("/dev/full", "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::temporary);
    EXPECT_STREQ(error.what(), "write /dev/full: No space left on device");
  }
}

TEST_F(File, ShortagesAreTemporaryAndTheRestPermanent) {
  for (const int error : {ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, EAGAIN}) {
    EXPECT_EQ(fault_of(error), Fault::temporary) << error;
  }
  for (const int error : {EACCES, ENOENT, EIO, EROFS}) EXPECT_EQ(fault_of(error), Fault::permanent);
}

TEST_F(File, MakesMissingParentsPrivate) {
  make_directories(dir_ / "a/b/c");
  make_directories(dir_ / "a/b/c");

  EXPECT_TRUE(is_directory(dir_ / "a/b/c"));
  EXPECT_EQ(mode_of(dir_ / "a"), 0700u);
}

TEST_F(File, AFileInTheWayOfADirectoryIsAnError) {
  write_file(dir_ / "f", "");

  EXPECT_THAT(error_of([&] { make_directory(dir_ / "f"); }), HasSubstr("File exists"));
  EXPECT_THAT(error_of([&] { make_directories(dir_ / "f/a/b"); }), HasSubstr("Not a directory"));
}

TEST_F(File, ExistsSeesADanglingLink) {
  std::filesystem::create_symlink("nowhere", dir_ / "link");

  EXPECT_TRUE(exists(dir_ / "link"));
  EXPECT_FALSE(exists(dir_ / "nowhere"));
  EXPECT_FALSE(is_directory(dir_ / "link"));
}

TEST_F(File, IdTellsOneFileFromAnotherUnderTheSameName) {
  write_file(dir_ / "f", "one");
  const auto before = file_id(dir_ / "f");

  write_file(dir_ / "f", "same");
  EXPECT_EQ(file_id(dir_ / "f"), before);
  EXPECT_EQ(file_size(dir_ / "f"), 4u);
  replace_file(dir_ / "f", "another", Sync::none);

  EXPECT_NE(file_id(dir_ / "f"), before);
  EXPECT_EQ(file_id(dir_ / "none"), std::nullopt);
  EXPECT_EQ(file_size(dir_ / "none"), std::nullopt);
}

TEST_F(File, LibrariesCreatePrivateFilesWhenTold) {
  const mode_t before = umask(022);
  {
    const PrivateCreation creation;
    Fd(open((dir_ / "f").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644)).reset();
  }
  EXPECT_EQ(mode_of(dir_ / "f"), 0600u);
  EXPECT_EQ(umask(before), 022u);
}

TEST_F(File, ListingAnAbsentDirectoryIsEmpty) {
  write_file(dir_ / ".hidden", "");

  EXPECT_TRUE(list_directory(dir_ / "none").empty());
  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre(".hidden"));
  EXPECT_THAT(error_of([&] { list_directory(dir_ / ".hidden"); }), HasSubstr("Not a directory"));
}

TEST_F(File, RemovesATreeWithoutFollowingLinks) {
  make_directories(dir_ / "tree/sub");
  write_file(dir_ / "kept", "");
  std::filesystem::create_symlink(dir_ / "kept", dir_ / "tree/sub/link");
  std::filesystem::create_directory_symlink(dir_.path(), dir_ / "tree/up");

  remove_all(dir_ / "tree");
  remove_all(dir_ / "tree");

  EXPECT_THAT(list_directory(dir_.path()), UnorderedElementsAre("kept"));
}

TEST_F(File, RemovingAnAbsentFileIsNoError) {
  write_file(dir_ / "f", "");

  remove_file(dir_ / "f");
  remove_file(dir_ / "f");

  EXPECT_FALSE(exists(dir_ / "f"));
}

TEST_F(File, NoDescriptorIsInheritedOrLeft) {
  const int next = dup(0);
  close(next);

  write_file(dir_ / "f", "x", Sync::file_and_directory);
  replace_file(dir_ / "f", "y", Sync::file_and_directory);
  read_file(dir_ / "f");
  list_directory(dir_.path());

  const int same = dup(0);
  close(same);
  EXPECT_EQ(same, next);
}

TEST(Path, ResolvesByTextAlone) {
  static constexpr struct {
    const char *path, *resolved;
  } kCases[] = {{"a", "/base/a"},         {"./a/../b", "/base/b"}, {"../x", "/x"},
                {"/abs//x/", "/abs/x"},   {"~/in", "/home/u/in"},  {"~", "/home/u"},
                {"~u/in", "/base/~u/in"}, {"", "/base"},           {"../../..", "/"}};
  for (const auto& [path, resolved] : kCases) {
    EXPECT_EQ(resolve_path(path, "/base", "/home/u"), resolved) << path;
  }
}

TEST(Path, ParentIsWhatHoldsTheEntry) {
  static constexpr struct {
    const char *path, *parent;
  } kCases[] = {{"/a/b", "/a"}, {"/a", "/"},   {"/", "/"},   {"a", "."},
                {"a/b/", "a"},  {"a//b", "a"}, {"//a", "/"}, {"./a", "."}};
  for (const auto& [path, parent] : kCases) EXPECT_EQ(parent_path(path), parent) << path;
}

TEST(Path, KnowsWhereTheProgramAndTheProcessAre) {
  EXPECT_EQ(working_directory(), std::filesystem::current_path());
  EXPECT_TRUE(is_directory(program_directory()));
}

TEST(ReadFile, ReadsWhatTheKernelTellsInOneReadOnly) {
  const auto value = read_file("/proc/sys/fs/inotify/max_queued_events");
  if (!value) GTEST_SKIP() << "no inotify";

  EXPECT_TRUE(value->ends_with('\n')) << *value;
}

}  // namespace
}  // namespace cb::os
