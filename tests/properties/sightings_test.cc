// A person and cb change one task of one tracker in any order; what is listed changes nothing
// twice.
#include <gtest/gtest.h>

#include "common/flow/flow_fixture.h"
#include "flow/finish.h"
#include "flow/owe.h"
#include "properties/random.h"

namespace cb::flow {
namespace {

using model::Meaning;
using model::State;

constexpr int kSteps = 150;
constexpr const char* kId = "1";

class SightingsTest : public FlowTest {
 protected:
  // What the tracker says.
  std::string status = "to do";
  int version = 1;
  int runs = 0;
  testing::Random random;

  Admitted poll() { return see(upstream(kId, status, std::to_string(version))); }
  state::TaskRow row() { return task(kId); }

  void set_upstream(const std::string& word) {
    status = word;
    ++version;
  }

  void person() {
    const std::string words[] = {"to do", "doing", "done", "broken", "closed"};
    set_upstream(random.pick(words));
  }

  // A claim with its status, or the end of the run.
  void work() {
    auto current = row();
    if (current.state == State::ready) {
      now += std::chrono::hours(2);
      start(kId, "run-" + std::to_string(++runs), now);
      write([&] {
        auto started = row();
        owe_status(db(), rules, started, Meaning::running, started.run, Send::now, now);
      });
    } else if (current.state == State::running) {
      end(current.run);
    }
  }

  void end(const std::string& run) {
    Judgement judgement;
    judgement.run = state::find_run(db(), run).value();
    const auto retried = cb::testing::retry_after(std::chrono::hours(1));
    const model::Conclusion endings[] = {cb::testing::success(), cb::testing::failure(), retried};
    judgement.conclusion = random.pick(endings);
    judgement.run.outcome = judgement.conclusion.outcome;
    write([&] { cb::flow::finish(db(), rules, judgement, now); });
  }

  // All that is owed arrives.
  void deliver_all() {
    for (int left = 20; left > 0; --left) {
      const auto owed = state::next_owed_of(db(), row().n);
      if (!owed) return;
      write([&] { state::mark_sent(db(), *owed); });
      if (owed->kind == state::Owed::Kind::set_status) status = owed->text;
      ++version;
      write([&] { state::mark_delivered(db(), *owed, std::to_string(version), now); });
    }
    FAIL() << "there is always something owed";
  }

  std::string described() {
    const auto current = row();
    return std::string(model::to_string(current.state)) + " " + current.reason + ", upstream " +
           status;
  }

  void step() {
    switch (random.integer(0, 3)) {
      case 0:
        return person();
      case 1:
        return deliver_all();
      default:
        return work();
    }
  }

  template <typename Check>
  void walk(Check check) {
    poll();
    for (int i = 0; i < kSteps && !HasFatalFailure(); ++i) {
      step();
      SCOPED_TRACE("step " + std::to_string(i) + ": " + described());
      check();
    }
  }
};

TEST_F(SightingsTest, TheSameListingAgainChangesNothing) {
  walk([&] {
    poll();
    const auto before = described();
    const auto owed_before = owed(kId);

    EXPECT_EQ(poll().kind, Admitted::Kind::unchanged) << before << " -> " << described();
    EXPECT_EQ(described(), before);
    EXPECT_EQ(owed(kId), owed_before);
  });
}

TEST_F(SightingsTest, OurOwnWritesSeenAgainTriggerNothing) {
  walk([&] {
    poll();
    deliver_all();
    const auto before = described();

    EXPECT_EQ(poll().kind, Admitted::Kind::unchanged) << before << " -> " << described();
    EXPECT_EQ(described(), before);
    EXPECT_TRUE(owed(kId).empty());
  });
}

TEST_F(SightingsTest, NothingIsReadyAgainstWhatAPersonDecided) {
  walk([&] {
    poll();
    if (row().state != State::ready) return;
    const auto meaning = model::meaning_of(status, rules);
    EXPECT_TRUE(meaning == Meaning::ready || row().sent == meaning) << described();
  });
}

}  // namespace
}  // namespace cb::flow
