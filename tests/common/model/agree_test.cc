#include "model/agree.h"

#include <gtest/gtest.h>

namespace cb::model {
namespace {

constexpr Local kLocals[] = {Local::unseen, Local::open, Local::running, Local::finished,
                             Local::canceled};
constexpr Meaning kMeanings[] = {Meaning::ready,  Meaning::running, Meaning::succeeded,
                                 Meaning::failed, Meaning::other,   Meaning::gone};

SourceRules board_rules() {
  return {.name = "board",
          .statuses = Statuses{.ready = {"to do", "Reopened"},
                               .running = "in progress",
                               .succeeded = "internal review",
                               .failed = "needs attention"}};
}

TEST(Agree, EveryCellOfTheTable) {
  using enum Action;
  const struct {
    Local local;
    bool is_newer, we_said_running;
    Action by_meaning[6];  // ready, running, succeeded, failed, other, gone
  } rows[] = {
      {Local::unseen, false, false, {evaluate, hold_elsewhere, ignore, ignore, ignore, ignore}},
      {Local::unseen, false, true, {evaluate, hold_elsewhere, ignore, ignore, ignore, ignore}},
      {Local::unseen, true, false, {evaluate, hold_elsewhere, ignore, ignore, ignore, ignore}},
      {Local::unseen, true, true, {evaluate, hold_elsewhere, ignore, ignore, ignore, ignore}},
      {Local::open, false, false, {evaluate, hold_elsewhere, cancel, cancel, cancel, cancel}},
      {Local::open, false, true, {evaluate, none, cancel, cancel, cancel, cancel}},
      {Local::open, true, false, {evaluate, hold_elsewhere, cancel, cancel, cancel, cancel}},
      {Local::open, true, true, {evaluate, none, cancel, cancel, cancel, cancel}},
      {Local::running,
       false,
       false,
       {owe_running, none, let_finish, let_finish, let_finish, let_finish}},
      {Local::running,
       false,
       true,
       {owe_running, none, let_finish, let_finish, let_finish, let_finish}},
      {Local::running,
       true,
       false,
       {owe_running, none, let_finish, let_finish, let_finish, let_finish}},
      {Local::running,
       true,
       true,
       {owe_running, none, let_finish, let_finish, let_finish, let_finish}},
      {Local::finished, false, false, {owe_final, owe_final, none, none, none, none}},
      {Local::finished, false, true, {owe_final, owe_final, none, none, none, none}},
      {Local::finished, true, false, {run_again, owe_final, none, none, none, none}},
      {Local::finished, true, true, {run_again, owe_final, none, none, none, none}},
      {Local::canceled, false, false, {none, none, none, none, none, none}},
      {Local::canceled, false, true, {none, none, none, none, none, none}},
      {Local::canceled, true, false, {evaluate, hold_elsewhere, none, none, none, none}},
      {Local::canceled, true, true, {evaluate, hold_elsewhere, none, none, none, none}},
  };
  for (const auto& row : rows) {
    for (size_t i = 0; i < std::size(kMeanings); ++i) {
      const Sighting sighting{.upstream = kMeanings[i],
                              .is_newer = row.is_newer,
                              .we_said_running = row.we_said_running};
      EXPECT_EQ(agree(row.local, sighting), row.by_meaning[i])
          << "row " << &row - rows << ", upstream " << i;
    }
  }
}

TEST(Agree, AStaleSightingChangesNothing) {
  for (const Local local : kLocals) {
    for (const Meaning meaning : kMeanings) {
      EXPECT_EQ(agree(local, {.upstream = meaning, .is_stale = true}), Action::none);
      EXPECT_EQ(agree(local, {.upstream = meaning, .is_stale = true, .is_newer = true}),
                Action::none);
    }
  }
}

// Calls `check` for every sighting of every local state.
template <typename Check>
void for_every_cell(Check check) {
  for (const Local local : kLocals)
    for (const Meaning meaning : kMeanings)
      for (int bits = 0; bits < 64; ++bits)
        check(local, Sighting{.upstream = meaning,
                              .is_stale = (bits & 1) != 0,
                              .is_newer = (bits & 2) != 0,
                              .we_said_running = (bits & 4) != 0,
                              .is_echo = (bits & 8) != 0,
                              .is_owed = (bits & 16) != 0,
                              .is_opened_here = (bits & 32) != 0});
}

TEST(Agree, OurOwnWordSeenAgainChangesNothing) {
  for_every_cell([](Local local, const Sighting& sighting) {
    if (!sighting.is_echo) return;
    EXPECT_EQ(agree(local, sighting), Action::none);
  });
}

TEST(Agree, NothingIsOwedTwice) {
  for_every_cell([](Local local, const Sighting& sighting) {
    if (!sighting.is_owed) return;
    EXPECT_NE(agree(local, sighting), Action::owe_running);
    EXPECT_NE(agree(local, sighting), Action::owe_final);
  });
}

TEST(Agree, WhatIsOnItsWayIsNoPersonsDecision) {
  EXPECT_EQ(agree(Local::finished, {.upstream = Meaning::ready, .is_newer = true, .is_owed = true}),
            Action::none);
}

TEST(Agree, WhatAPersonHereReopenedIsNeitherHeldNorCanceled) {
  for_every_cell([](Local local, const Sighting& sighting) {
    if (!sighting.is_opened_here || sighting.upstream == Meaning::gone) return;
    if (local != Local::open) return;
    EXPECT_NE(agree(local, sighting), Action::cancel);
    EXPECT_NE(agree(local, sighting), Action::hold_elsewhere);
  });
}

TEST(Agree, WhatIsGoneIsCanceledWhoeverOpenedIt) {
  EXPECT_EQ(agree(Local::open, {.upstream = Meaning::gone, .is_opened_here = true}),
            Action::cancel);
}

TEST(Agree, OnlyTheCellsOfTheTableDependOnWhatIsOwedOrReopened) {
  for_every_cell([](Local local, Sighting sighting) {
    if (sighting.is_echo) return;
    auto plain = sighting;
    plain.is_owed = plain.is_opened_here = false;
    const auto action = agree(local, sighting);
    if (action != agree(local, plain)) {
      EXPECT_EQ(action, Action::none);
      EXPECT_TRUE(local == Local::open || local == Local::running || local == Local::finished);
    }
  });
}

TEST(LocalOf, MapsEveryState) {
  for (const State state : {State::held, State::blocked, State::ready}) {
    EXPECT_EQ(local_of(state), Local::open);
  }
  EXPECT_EQ(local_of(State::running), Local::running);
  EXPECT_EQ(local_of(State::succeeded), Local::finished);
  EXPECT_EQ(local_of(State::failed), Local::finished);
  EXPECT_EQ(local_of(State::canceled), Local::canceled);
}

TEST(MeaningOf, IgnoresTheCaseOfAsciiLetters) {
  const SourceRules rules = board_rules();
  EXPECT_EQ(meaning_of("TO DO", rules), Meaning::ready);
  EXPECT_EQ(meaning_of("reopened", rules), Meaning::ready);
  EXPECT_EQ(meaning_of("In Progress", rules), Meaning::running);
  EXPECT_EQ(meaning_of("internal review", rules), Meaning::succeeded);
  EXPECT_EQ(meaning_of("Needs Attention", rules), Meaning::failed);
  EXPECT_EQ(meaning_of("closed", rules), Meaning::other);
  EXPECT_EQ(meaning_of("to  do", rules), Meaning::other);
}

TEST(MeaningOf, WithoutStatusesEverythingIsReady) {
  EXPECT_EQ(meaning_of("closed", SourceRules{}), Meaning::ready);
  EXPECT_EQ(meaning_of("", SourceRules{}), Meaning::ready);
}

TEST(MeaningOf, AMeaningWithoutAWordMatchesNoStatus) {
  SourceRules rules{.statuses = Statuses{.ready = {"to do"}}};
  EXPECT_EQ(meaning_of("", rules), Meaning::other);
}

TEST(StatusFor, IsTheSourcesOwnWord) {
  const SourceRules rules = board_rules();
  EXPECT_EQ(status_for(Meaning::ready, rules), "to do");
  EXPECT_EQ(status_for(Meaning::running, rules), "in progress");
  EXPECT_EQ(status_for(Meaning::succeeded, rules), "internal review");
  EXPECT_EQ(status_for(Meaning::failed, rules), "needs attention");
  EXPECT_EQ(status_for(Meaning::other, rules), "");
  EXPECT_EQ(status_for(Meaning::gone, rules), "");
}

TEST(StatusFor, IsEmptyWhereTheSourceHasNoWord) {
  EXPECT_EQ(status_for(Meaning::running, SourceRules{}), "");
  EXPECT_EQ(status_for(Meaning::ready, SourceRules{.statuses = Statuses{}}), "");
}

}  // namespace
}  // namespace cb::model
