#include "options.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace cb::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "cb-reconcile");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(words.size()), argv.data()).value();
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    parse(words);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::usage);
    return error.what();
  }
}

TEST(ReconcileOptions, WithoutAnyItRepairsEverything) {
  const auto options = parse({});
  EXPECT_FALSE(options.only_reports());
  EXPECT_TRUE(options.sources.empty());
}

TEST(ReconcileOptions, CheckAndDryRunOnlyReport) {
  EXPECT_TRUE(parse({"--check"}).only_reports());
  EXPECT_TRUE(parse({"-n"}).only_reports());
  EXPECT_THAT(parse({"a", "b"}).sources, ElementsAre("a", "b"));
}

TEST(ReconcileOptions, EveryImpliesFollow) { EXPECT_TRUE(parse({"--every", "5m"}).follow); }

TEST(ReconcileOptions, ContradictionsAreRefused) {
  EXPECT_THAT(refusal({"--check", "--dry-run"}), HasSubstr("both only report"));
  EXPECT_THAT(refusal({"--check", "--follow"}), HasSubstr("report once"));
  EXPECT_THAT(refusal({"--dry-run", "--every", "1m"}), HasSubstr("report once"));
}

}  // namespace
}  // namespace cb::reconcile
