#include "os/input.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "os/pipe.h"
#include "support/temporary_directory.h"

namespace cb::os {
namespace {

using Got = Input::Got;

constexpr auto kAtOnce = Duration::zero();

TEST(Input, OfAFileEndsWithIt) {
  const cb::testing::TemporaryDirectory directory;
  std::ofstream(directory / "in") << "abcde";
  Input input(directory / "in");
  std::string bytes;

  EXPECT_EQ(input.size(), 5U);
  EXPECT_EQ(input.read(bytes, 3, kAtOnce), Got::bytes);
  EXPECT_EQ(input.read(bytes, 3, kAtOnce), Got::bytes);
  EXPECT_EQ(input.read(bytes, 3, kAtOnce), Got::end);
  EXPECT_EQ(bytes, "abcde");
}

TEST(Input, OfAPipeMayHaveNothingYet) {
  const Pipe pipe = make_pipe();
  Input input("/dev/fd/" + std::to_string(pipe.reader.get()));
  std::string bytes, sent = "x";

  EXPECT_EQ(input.read(bytes, 8, kAtOnce), Got::nothing);
  write_available(pipe.writer.get(), sent);
  EXPECT_EQ(input.read(bytes, 8, kAtOnce), Got::bytes);

  EXPECT_EQ(bytes, "x");
  EXPECT_FALSE(input.size());
}

TEST(Input, ThatCannotBeReadIsBadData) {
  const cb::testing::TemporaryDirectory directory;
  for (const std::string& path : {directory / "none", directory.path()}) {
    try {
      Input input(path);
      FAIL() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::data) << path;
      EXPECT_TRUE(std::string(error.what()).starts_with("read " + path + ": ")) << error.what();
    }
  }
}

}  // namespace
}  // namespace cb::os
