#include "flow/changes.h"

#include <gmock/gmock.h>

#include "common/flow/flow_fixture.h"

namespace cb::flow {
namespace {

using model::State;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ChangesTest : public FlowTest {};

TEST_F(ChangesTest, ATaskThatChangedTwiceIsOneChange) {
  bring("1", State::ready);
  const auto seq = state::newest_event(db());
  change("1", model::Cause::held_by_user, State::held, model::reason::held_by_user);
  change("1", model::Cause::canceled_by_user, State::canceled, model::reason::canceled_by_user);

  EXPECT_THAT(state::changed_since(db(), state::newest_event(db())), IsEmpty());
  const auto changes = state::changed_since(db(), seq);

  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].before, State::ready);
  EXPECT_EQ(changes[0].state, State::canceled);
}

TEST_F(ChangesTest, TheRecordOfAHeldTaskHasItsDetail) {
  handlers.clear();
  see(upstream("1", "to do"));

  const auto changes = state::changed_since(db(), 0);

  EXPECT_EQ(to_line(to_json(changes.at(0))),
            R"({"task":"board:1","verdict":"held","previous":null,"reason":"no_handler",)"
            R"("title":"T","detail":"the task has no kind"})");
  EXPECT_THAT(cells_of(changes.at(0)), ElementsAre("board:1", "held", "no_handler", "T"));
}

TEST_F(ChangesTest, ARecoveryIsToldInLines) {
  bring("1", State::running);
  Judgement judgement;
  judgement.run = state::find_run(db(), "run-1").value();
  judgement.run.message = "cb-exec died";
  judgement.conclusion.outcome = model::Outcome::crashed;

  EXPECT_THAT(describe(db(), {.ended = {judgement}, .orphans = {judgement.run}}),
              ElementsAre("board:1: run run-1 crashed: cb-exec died",
                          "board:1: run run-1 lost its cb-exec, but its command still runs"));
}

}  // namespace
}  // namespace cb::flow
