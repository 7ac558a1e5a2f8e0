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

TEST(Filter, ControlCharactersAreFound) {
  const struct {
    const char* text;
    bool has;
  } cases[] = {{"plain name.csv", false},
               {"Übersicht €", false},
               {"\xff\xfe", false},
               {"a\nb", true},
               {"a\tb", true},
               {"\x1b[31m", true},
               {"\x7f", true},
               {"a\xc2\x9b", true},
               {"a\xc2\xa0", false},
               {"a\xc2", false}};
  for (const auto& each : cases)
    EXPECT_EQ(has_control_characters(each.text), each.has) << each.text;
}

}  // namespace
}  // namespace cb::watch
