#include "filter.h"

#include <gtest/gtest.h>

namespace cb::watch {
namespace {

TEST(Filter, RemembersUnderTheDirectoryOrAName) {
  Options options;
  EXPECT_EQ(filter_name(options, "/srv/in"), "dir:/srv/in");
  options.as = "mail";
  EXPECT_EQ(filter_name(options, "/srv/in"), "as:mail");
}

}  // namespace
}  // namespace cb::watch
