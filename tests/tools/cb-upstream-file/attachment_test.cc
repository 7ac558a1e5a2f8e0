#include "attachment.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/error.h"
#include "os/file.h"
#include "support/temporary_directory.h"

namespace cb::upstream_file {
namespace {

class Attachment : public ::testing::Test {
 protected:
  std::string source(const std::string& name, const std::string& bytes) {
    os::write_file(dir_ / name, bytes);
    return dir_ / name;
  }
  std::optional<std::string> keep(const std::string& from, const std::string& name) {
    return keep_attachment(board_, "86a1", from, name);
  }

  cb::testing::TemporaryDirectory dir_;
  std::string board_ = dir_ / "board.json";
  std::string kept_ = dir_ / "board.json.files/86a1";
};

TEST_F(Attachment, IsACopyBesideTheBoard) {
  EXPECT_EQ(keep(source("x", "bytes"), "report.docx"), "board.json.files/86a1/report.docx");

  EXPECT_EQ(os::read_file(kept_ + "/report.docx"), "bytes");
}

TEST_F(Attachment, IsPrivate) {
  keep(source("x", "bytes"), "report.docx");

  struct stat file{}, directory{};
  ASSERT_EQ(stat((kept_ + "/report.docx").c_str(), &file), 0);
  ASSERT_EQ(stat(kept_.c_str(), &directory), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600U);
  EXPECT_EQ(directory.st_mode & 07777, 0700U);
}

TEST_F(Attachment, OfTheSameNameGetsANumberUnlessItIsTheSame) {
  EXPECT_EQ(keep(source("x", "one"), "a.docx"), "board.json.files/86a1/a.docx");
  EXPECT_EQ(keep(source("x", "two"), "a.docx"), "board.json.files/86a1/a-2.docx");
  EXPECT_EQ(keep(source("x", "three"), "a.docx"), "board.json.files/86a1/a-3.docx");
  EXPECT_EQ(keep(source("x", "two"), "a.docx"), "board.json.files/86a1/a-2.docx");
  EXPECT_EQ(os::list_directory(kept_).size(), 3U);
}

TEST_F(Attachment, LargerThanABlockIsCopiedAndComparedWhole) {
  std::string bytes(1'000'000, 'a');
  EXPECT_EQ(keep(source("x", bytes), "a"), "board.json.files/86a1/a");
  EXPECT_EQ(os::read_file(kept_ + "/a"), bytes);
  bytes.back() = 'b';
  EXPECT_EQ(keep(source("x", bytes), "a"), "board.json.files/86a1/a-2");
}

TEST_F(Attachment, NeedsARegularFile) {
  EXPECT_EQ(keep(dir_ / "missing", "a"), std::nullopt);
  EXPECT_EQ(keep(dir_.path(), "a"), std::nullopt);
}

TEST_F(Attachment, UnfinishedByAKilledHelperLeavesNoTrace) {
  os::make_directories(kept_);
  os::write_file(kept_ + "/.unfinished", "half of it, and more than the new one has");

  EXPECT_EQ(keep(source("x", "whole"), "a"), "board.json.files/86a1/a");

  EXPECT_EQ(os::read_file(kept_ + "/a"), "whole");
  EXPECT_EQ(os::list_directory(kept_).size(), 1U);
}

TEST_F(Attachment, IsNeverWrittenThroughALink) {
  os::make_directory(dir_ / "elsewhere");
  os::make_directories(kept_);
  os::write_file(dir_ / "victim", "mine");
  std::filesystem::create_symlink(dir_ / "victim", kept_ + "/a");
  std::filesystem::create_symlink(dir_ / "victim", kept_ + "/.unfinished");

  EXPECT_EQ(keep(source("x", "mine"), "a"), "board.json.files/86a1/a-2");
  EXPECT_EQ(os::read_file(dir_ / "victim"), "mine");

  std::filesystem::remove_all(kept_);
  std::filesystem::create_symlink(dir_ / "elsewhere", kept_);
  EXPECT_THROW(keep(source("x", "bytes"), "a"), Error);
  EXPECT_TRUE(os::list_directory(dir_ / "elsewhere").empty());
}

TEST_F(Attachment, OfAnyTaskStaysBelowTheBoard) {
  for (const char* task : {"..", ".", "../../x", "/etc", "a/b"}) {
    const auto path = keep_attachment(board_, task, source("x", "b"), "../../../a");
    ASSERT_TRUE(path) << task;
    const auto real = std::filesystem::canonical(dir_ / *path).string();
    EXPECT_TRUE(
        real.starts_with(std::filesystem::canonical(dir_.path()).string() + "/board.json.files/"))
        << real;
  }
}

struct Name {
  std::string given, safe;
};

TEST(AttachmentName, IsThatOfOneVisibleFile) {
  for (const Name& name : std::initializer_list<Name>{
           {"report.docx", "report.docx"},
           {"Bericht März 2.docx", "Bericht März 2.docx"},
           {"/etc/passwd", "passwd"},
           {"../../x.sh", "x.sh"},
           {"..", "_."},
           {".hidden", "_hidden"},
           {"", "attachment"},
           {"a/", "attachment"},
           {"a\nb\x1b[0m.txt",
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD[0m.txt"},
       }) {
    EXPECT_EQ(safe_name(name.given), name.safe) << name.given;
  }
}

TEST(AttachmentName, IsCutBeforeItsEnding) {
  const std::string safe = safe_name(std::string(400, 'x') + ".docx");

  EXPECT_LE(safe.size(), 180U);
  EXPECT_TRUE(safe.ends_with(".docx"));
  EXPECT_LE(safe_name(std::string(400, '.')).size(), 180U);
}

}  // namespace
}  // namespace cb::upstream_file
