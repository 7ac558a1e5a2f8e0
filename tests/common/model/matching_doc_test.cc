// The examples of docs/matching.md are true.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "model/match.h"

namespace cb::model {
namespace {

// What stands between backquotes.
std::vector<std::string> in_backquotes(const std::string& line) {
  std::vector<std::string> found;
  for (size_t begin = line.find('`'); begin != std::string::npos;) {
    const size_t end = line.find('`', begin + 1);
    if (end == std::string::npos) break;
    found.push_back(line.substr(begin + 1, end - begin - 1));
    begin = line.find('`', end + 1);
  }
  return found;
}

TEST(MatchingDocument, HasTrueExamples) {
  std::ifstream document(CB_SOURCE_DIR "/docs/matching.md");
  std::vector<Wanted> tasks;
  size_t examples = 0;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("These wait:")) {
      for (const auto& title : in_backquotes(line)) tasks.push_back({"id-" + title, title, {}});
    }
    if (!line.starts_with("| `")) continue;
    const std::string name = in_backquotes(line).at(0);
    const std::string rest = line.substr(line.find("` | ") + 4);
    const std::string wanted = rest.substr(0, rest.rfind(" |"));
    const FileMatch match = Titles(tasks).find(name);
    const std::string found =
        match.is_sure() ? tasks[match.candidates.at(0).index].title : "unmatched";
    EXPECT_EQ(found, match.is_sure() ? wanted : wanted.substr(0, wanted.find(':'))) << name;
    ++examples;
  }
  EXPECT_EQ(tasks.size(), 7U);
  EXPECT_EQ(examples, 11U);
}

}  // namespace
}  // namespace cb::model
