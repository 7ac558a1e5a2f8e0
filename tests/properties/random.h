// Values drawn at random, the same for the same seed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <string>

namespace cb::testing {

// Prints its seed with every failure of its scope; CB_SEED=N in the environment repeats one.
class Random {
 public:
  Random() : Random(chosen_seed()) {}
  explicit Random(uint64_t seed)
      : engine_(seed), trace_(__FILE__, __LINE__, "repeat with CB_SEED=" + std::to_string(seed)) {}

  // From `least` to `most`, both included.
  int64_t integer(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine_);
  }
  double real(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(engine_);
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(engine_); }

  template <typename Container>
  const auto& pick(const Container& from) {
    return from[static_cast<size_t>(integer(0, static_cast<int64_t>(std::size(from)) - 1))];
  }

  // Of letters, blanks, braces, control bytes and bytes that are no UTF-8.
  std::string text(int64_t most) {
    static constexpr std::string_view kPieces[] = {
        "a", "B", "0", " ", "{", "}", "{title}", ":", "é", "\n", "\x1b[2J", "\xff", "\"", "\\"};
    std::string text;
    for (int64_t left = integer(0, most); left > 0; --left) text += pick(kPieces);
    return text;
  }

 private:
  static uint64_t chosen_seed() {
    if (const char* given = std::getenv("CB_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device()();
  }

  std::mt19937_64 engine_;
  ::testing::ScopedTrace trace_;
};

}  // namespace cb::testing
