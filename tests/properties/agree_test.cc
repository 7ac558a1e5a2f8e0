// Who wins between the tracker's status and ours: facts about every cell of the table.
#include "model/agree.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace cb::model {
namespace {

using enum Action;

constexpr State kStates[] = {State::held,      State::blocked, State::ready,   State::running,
                             State::succeeded, State::failed,  State::canceled};

struct Cell {
  std::optional<State> state;  // absent: unseen
  Sighting sighting;

  Local local() const { return state ? local_of(*state) : Local::unseen; }
  Action action() const { return agree(local(), sighting); }
  bool is(Meaning meaning) const { return sighting.upstream == meaning; }
  bool is_decided() const { return !is(Meaning::ready) && !is(Meaning::running); }
};

std::vector<Cell> all_cells() {
  std::vector<std::optional<State>> states = {std::nullopt};
  states.insert(states.end(), std::begin(kStates), std::end(kStates));
  std::vector<Cell> cells;
  for (const auto state : states) {
    for (int meaning = 0; meaning <= static_cast<int>(Meaning::gone); ++meaning) {
      for (int bits = 0; bits < 64; ++bits) {
        cells.push_back({state,
                         {.upstream = static_cast<Meaning>(meaning),
                          .is_stale = (bits & 1) != 0,
                          .is_newer = (bits & 2) != 0,
                          .we_said_running = (bits & 4) != 0,
                          .is_echo = (bits & 8) != 0,
                          .is_owed = (bits & 16) != 0,
                          .is_opened_here = (bits & 32) != 0}});
      }
    }
  }
  return cells;
}

template <typename Check>
void for_every_cell(Check check) {
  for (const Cell& cell : all_cells()) {
    SCOPED_TRACE((cell.state ? std::string(to_string(*cell.state)) : "unseen") + ", meaning " +
                 std::to_string(static_cast<int>(cell.sighting.upstream)) + ", stale " +
                 std::to_string(cell.sighting.is_stale) + ", newer " +
                 std::to_string(cell.sighting.is_newer) + ", said running " +
                 std::to_string(cell.sighting.we_said_running) + ", echo " +
                 std::to_string(cell.sighting.is_echo) + ", owed " +
                 std::to_string(cell.sighting.is_owed) + ", opened here " +
                 std::to_string(cell.sighting.is_opened_here));
    check(cell);
  }
}

TEST(EveryAgreement, CanBeCarriedOutInTheStateItIsFor) {
  for_every_cell([](const Cell& cell) {
    const auto first = cell.state ? Cause::evaluated : Cause::discovered;
    switch (cell.action()) {
      case evaluate:
        for (const State to : {State::held, State::blocked, State::ready})
          EXPECT_TRUE(is_legal(cell.state, first, to));
        break;
      case hold_elsewhere:
        EXPECT_TRUE(is_legal(cell.state, first, State::held));
        break;
      case cancel:
        EXPECT_TRUE(is_legal(cell.state, Cause::withdrawn, State::canceled));
        break;
      case run_again:
        EXPECT_TRUE(is_legal(cell.state, Cause::put_back, State::ready));
        break;
      case owe_running:
      case let_finish:
        EXPECT_EQ(cell.state, State::running);
        break;
      case owe_final:
        EXPECT_TRUE(cell.state == State::succeeded || cell.state == State::failed);
        break;
      case ignore:
        EXPECT_FALSE(cell.state);
        break;
      case none:
        EXPECT_TRUE(cell.state || cell.sighting.is_stale || cell.sighting.is_echo);
        break;
    }
  });
}

TEST(EveryAgreement, NeverOverwritesWhatAPersonDecided) {
  for_every_cell([](const Cell& cell) {
    if (!cell.is_decided()) return;
    EXPECT_NE(cell.action(), owe_running);
    EXPECT_NE(cell.action(), owe_final);
    EXPECT_NE(cell.action(), run_again);
    EXPECT_NE(cell.action(), evaluate);
  });
}

TEST(EveryAgreement, LetsARunningTaskRun) {
  for_every_cell([](const Cell& cell) {
    if (cell.state != State::running) return;
    EXPECT_TRUE((std::set{none, owe_running, let_finish}.contains(cell.action())));
  });
}

TEST(EveryAgreement, RunsAnEndedTaskAgainOnlyForNews) {
  for_every_cell([](const Cell& cell) {
    if (!cell.state || !is_final(*cell.state) || cell.sighting.is_newer) return;
    EXPECT_TRUE((std::set{none, owe_final}.contains(cell.action())));
  });
}

TEST(EveryAgreement, TakesOurOwnWordForNothingNew) {
  for_every_cell([](const Cell& cell) {
    const bool is_own =
        (cell.state == State::running && cell.is(Meaning::running)) ||
        (cell.state == State::succeeded && cell.is(Meaning::succeeded)) ||
        (cell.state == State::failed && cell.is(Meaning::failed)) ||
        (cell.local() == Local::open && cell.is(Meaning::running) && cell.sighting.we_said_running);
    if (is_own) {
      EXPECT_EQ(cell.action(), none);
    }
  });
}

TEST(EveryAgreement, IsSettledByDoingItForWhatIsOwed) {
  for_every_cell([](Cell cell) {
    const Action action = cell.action();
    if (action != owe_running && action != owe_final) return;
    cell.sighting.upstream = action == owe_running            ? Meaning::running
                             : cell.state == State::succeeded ? Meaning::succeeded
                                                              : Meaning::failed;
    EXPECT_EQ(cell.action(), none);
  });
}

}  // namespace
}  // namespace cb::model
