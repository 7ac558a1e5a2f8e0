// Waiting times for policies and attempts of any size.
#include <gtest/gtest.h>

#include <limits>

#include "model/outcome.h"
#include "properties/random.h"

namespace cb::model {
namespace {

constexpr int kBackoffs = 5'000;
constexpr Duration kLongest = std::chrono::days(36525);

// As the configuration allows it.
Backoff any_backoff(testing::Random& random) {
  Backoff backoff;
  const int64_t scale = int64_t{1} << random.integer(0, 41);
  backoff.first = std::min(kLongest, Duration(random.integer(0, scale)));
  backoff.factor = random.chance(0.2) ? 1 : random.real(1, 100);
  backoff.max = Duration(random.integer(backoff.first.count(), kLongest.count()));
  return backoff;
}

int any_attempt(testing::Random& random) {
  if (random.chance(0.2)) return std::numeric_limits<int>::max();
  return static_cast<int>(random.integer(2, 1'000));
}

std::string describe(const Backoff& backoff, int attempt) {
  return format_duration(backoff.first) + " * " + std::to_string(backoff.factor) +
         " <= " + format_duration(backoff.max) + ", attempt " + std::to_string(attempt);
}

template <typename BackoffCheck>
void for_any_backoff(BackoffCheck check) {
  testing::Random random;
  for (int i = 0; i < kBackoffs; ++i) {
    const Backoff backoff = any_backoff(random);
    const int attempt = any_attempt(random);
    SCOPED_TRACE(describe(backoff, attempt));
    check(backoff, attempt, random);
  }
}

TEST(AnyBackoff, GrowsFromFirstToMaxAndNoFurther) {
  for_any_backoff([](const Backoff& backoff, int attempt, testing::Random&) {
    const Duration wait = backoff_before(attempt, backoff, 0);
    EXPECT_GE(wait, backoff.first);
    EXPECT_LE(wait, backoff.max);
    EXPECT_LE(backoff_before(attempt - 1, backoff, 0), wait);
    EXPECT_EQ(backoff_before(2, backoff, 0), backoff.first);
  });
}

TEST(AnyBackoff, IsScatteredByAFifthAtMost) {
  for_any_backoff([](const Backoff& backoff, int attempt, testing::Random& random) {
    const auto plain = static_cast<double>(backoff_before(attempt, backoff, 0).count());
    const double jitter = random.real(-3, 3);  // more than 1 counts as 1
    const auto wait = static_cast<double>(backoff_before(attempt, backoff, jitter).count());
    EXPECT_GE(wait, 0.8 * plain - 1);
    EXPECT_LE(wait, 1.2 * plain + 1);
  });
}

TEST(AnyBackoff, IsLongerForMoreJitter) {
  for_any_backoff([](const Backoff& backoff, int attempt, testing::Random& random) {
    const double less = random.real(-1, 1);
    const double more = random.real(less, 1);
    EXPECT_LE(backoff_before(attempt, backoff, less), backoff_before(attempt, backoff, more));
  });
}

// A policy that was stored is not checked again.
TEST(AnyBackoff, NeverWaitsBackwardsWhateverTheFactor) {
  testing::Random random;
  const double kFactors[] = {0, -1, -2.5, -1e300, 1e300, 0.5};
  for (int i = 0; i < kBackoffs; ++i) {
    Backoff backoff = any_backoff(random);
    backoff.factor = random.pick(kFactors);
    const int attempt = static_cast<int>(
        random.integer(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
    const Duration wait = backoff_before(attempt, backoff, random.real(-2, 2));
    EXPECT_GE(wait, Duration(0)) << describe(backoff, attempt);
    EXPECT_LE(wait, 2 * kLongest) << describe(backoff, attempt);
  }
}

}  // namespace
}  // namespace cb::model
