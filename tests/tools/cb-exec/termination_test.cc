#include "termination.h"

#include <gtest/gtest.h>

#include <thread>

#include "os/clock.h"

namespace cb::exec {
namespace {

using namespace std::chrono_literals;

class TerminationTest : public ::testing::Test {
 protected:
  void start(const std::string& script) {
    const auto started = os::start({.argv = {"/bin/sh", "-c", script}, .tag = tag});
    ASSERT_EQ(started.error, 0);
    std::this_thread::sleep_for(100ms);  // its traps are set
  }
  // Whether it is over within five seconds.
  bool is_over_in_time(Termination& termination) {
    const auto until = os::boot_time() + Duration(5s);
    while (os::boot_time() < until) {
      os::reap();
      if (termination.is_over(os::boot_time())) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  os::Tag tag = os::new_tag();
};

TEST_F(TerminationTest, WhatObeysIsGoneWithoutForce) {
  start("sleep 100");
  Termination termination(tag, Duration(1h), os::boot_time());

  EXPECT_TRUE(is_over_in_time(termination));
}

TEST_F(TerminationTest, WhatIgnoresTermIsKilledAfterTheGrace) {
  start("trap '' TERM; sleep 100");
  const auto begin = os::boot_time();
  Termination termination(tag, Duration(200ms), begin);

  EXPECT_TRUE(is_over_in_time(termination));
  EXPECT_GE(os::boot_time() - begin, Duration(200ms));
}

TEST_F(TerminationTest, WhatIsStoppedEndsToo) {
  start("kill -STOP $$");
  Termination termination(tag, Duration(1h), os::boot_time());

  EXPECT_TRUE(is_over_in_time(termination));
}

TEST_F(TerminationTest, ASessionOfItsOwnAndClosedDescriptorsAreNoEscape) {
  start("setsid sh -c 'trap \"\" TERM; sleep 100' </dev/null >/dev/null 2>&1 & exit 0");
  Termination termination(tag, Duration(0), os::boot_time());

  EXPECT_TRUE(is_over_in_time(termination));
}

TEST_F(TerminationTest, PatienceMayEndEarly) {
  start("trap '' TERM; sleep 100");
  Termination termination(tag, Duration(1h), os::boot_time());
  termination.kill_now();

  EXPECT_TRUE(is_over_in_time(termination));
}

}  // namespace
}  // namespace cb::exec
