#include "base/error.h"

#include <gtest/gtest.h>

namespace cb {
namespace {

TEST(ExitCode, EveryFaultHasItsOwn) {
  EXPECT_EQ(exit_code(Fault::answer), 1);
  EXPECT_EQ(exit_code(Fault::usage), 64);
  EXPECT_EQ(exit_code(Fault::data), 65);
  EXPECT_EQ(exit_code(Fault::unavailable), 69);
  EXPECT_EQ(exit_code(Fault::permanent), 70);
  EXPECT_EQ(exit_code(Fault::temporary), 75);
  EXPECT_EQ(exit_code(Fault::configuration), 78);
}

TEST(Error, CarriesItsLineAndFault) {
  const Error error(Fault::data, "read board.json: empty");

  EXPECT_STREQ(error.what(), "read board.json: empty");
  EXPECT_EQ(error.fault(), Fault::data);
}

}  // namespace
}  // namespace cb
