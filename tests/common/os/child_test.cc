#include "os/child.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "base/error.h"
#include "os/env.h"

namespace cb::os {
namespace {

using namespace std::chrono_literals;

pid_t start_shell(const std::string& script) {
  Command command;
  command.argv = {"sh", "-c", script};
  command.environment = environment_list();
  return start(command).pid;
}

TEST(ChildByDescriptor, TellsHowItEnded) {
  const Child exits(start_shell("exit 3"));
  const Child dies(start_shell("kill -9 $$"));

  ASSERT_TRUE(exits.wait(10s));
  ASSERT_TRUE(dies.wait(10s));
  const auto exited = exits.reap();
  const auto died = dies.reap();

  ASSERT_TRUE(exited && died);
  EXPECT_EQ(exited->exit, 3);
  EXPECT_EQ(exited->signal, 0);
  EXPECT_EQ(died->signal, SIGKILL);
}

TEST(ChildByDescriptor, IsNotReapedWhileItLives) {
  const Child child(start_shell("exec sleep 60"));

  EXPECT_FALSE(child.wait(1ms));
  EXPECT_FALSE(child.reap());

  child.kill();
  EXPECT_TRUE(child.wait(10s));
  EXPECT_TRUE(child.reap());
}

TEST(ChildByDescriptor, HasEndedThoughSomebodyElseReapedIt) {
  const Child child(start_shell("exit 0"));
  ASSERT_TRUE(child.wait(10s));
  EXPECT_EQ(reap().size(), 1U);

  EXPECT_TRUE(child.wait(0s));
  EXPECT_FALSE(child.reap());
  child.kill();
}

TEST(ChildByDescriptor, CannotBeAProcessThatIsNotThere) {
  const pid_t pid = start_shell("exit 0");
  while (reap().empty()) {
  }

  EXPECT_THROW(Child{pid}, Error);
}

}  // namespace
}  // namespace cb::os
