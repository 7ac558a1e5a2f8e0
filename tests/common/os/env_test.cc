#include "os/env.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.h"
#include "os/fd.h"

namespace cb::os {
namespace {

TEST(Environment, AnEmptyVariableIsAsGoodAsNone) {
  setenv("CB_TEST_SET", "x", 1);
  setenv("CB_TEST_EMPTY", "", 1);

  EXPECT_EQ(environment("CB_TEST_SET"), "x");
  EXPECT_EQ(environment("CB_TEST_EMPTY"), std::nullopt);
  EXPECT_EQ(environment("CB_TEST_UNSET"), std::nullopt);
  EXPECT_THAT(environment_list(), ::testing::Contains("CB_TEST_SET=x"));
}

TEST(Environment, HomeComesFromTheUserDatabaseWithoutTheVariable) {
  const std::string home = environment("HOME").value_or("/");

  setenv("HOME", "/somewhere", 1);
  EXPECT_EQ(home_directory(), "/somewhere");
  unsetenv("HOME");
  EXPECT_EQ(home_directory().substr(0, 1), "/");
  EXPECT_NE(home_directory(), "/somewhere");

  setenv("HOME", home.c_str(), 1);
}

TEST(Terminal, WidthIsOfTheVariableThenTheTerminalThenTheFallback) {
  const Fd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  const Fd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const winsize size{.ws_row = 25, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
  unsetenv("COLUMNS");

  EXPECT_TRUE(is_terminal(terminal.get()));
  EXPECT_FALSE(is_terminal(file.get()));
  EXPECT_EQ(terminal_width(terminal.get(), 80), 132);
  EXPECT_EQ(terminal_width(file.get(), 80), 80);
  for (const char* wrong : {"wide", "0", "-3", "99999999999"}) {
    setenv("COLUMNS", wrong, 1);
    EXPECT_EQ(terminal_width(file.get(), 80), 80) << wrong;
  }
  setenv("COLUMNS", "40", 1);
  EXPECT_EQ(terminal_width(terminal.get(), 80), 40);
  unsetenv("COLUMNS");
}

TEST(FileSystem, LocalOnesAreNotNamed) {
  EXPECT_EQ(network_file_system("/proc"), std::nullopt);
  EXPECT_THROW(network_file_system("/no/such/place"), Error);
}

}  // namespace
}  // namespace cb::os
