#include "model/evaluate.h"

#include <gtest/gtest.h>

namespace cb::model {
namespace {

using namespace std::chrono_literals;

const Instant kNow = *parse_rfc3339("2026-11-01T00:00:00Z");

struct Case {
  Task task{
      .name = {"board", "1"}, .title = "T", .kind = "Report", .fields = R"({"Client":"Acme"})"};
  SourceRules rules{.name = "board"};
  std::vector<Handler> handlers = {
      {.name = "report", .match = {{"kind", "Report"}}, .run = {"make", "{fields.Client}"}}};
  std::vector<TaskName> waits_for = {};
  bool has_file = false;

  Verdict verdict() const {
    return evaluate(task, rules, handlers, {.waits_for = waits_for, .has_file = has_file}, kNow);
  }
};

TEST(Evaluate, ATaskWithEverythingIsReady) {
  const Verdict verdict = Case().verdict();

  EXPECT_EQ(verdict, (Verdict{.state = State::ready, .reason = "ready", .handler = "report"}));
}

TEST(Evaluate, HoldsWhatIsNotOptedIn) {
  Case each;
  each.rules.opt_in = "fields.Automate";
  EXPECT_EQ(each.verdict(),
            (Verdict{.reason = "not_opted_in", .detail = "fields.Automate is not set"}));

  each.task.fields = R"({"Automate":"No"})";
  EXPECT_EQ(each.verdict().detail, "fields.Automate is \"No\"");

  each.task.fields = R"({"Automate":true,"Client":"Acme"})";
  EXPECT_EQ(each.verdict().state, State::ready);
}

TEST(Evaluate, HoldsWhatNoHandlerFits) {
  Case each;
  each.task.kind = "Poem";
  EXPECT_EQ(each.verdict(), (Verdict{.reason = "no_handler", .detail = "kind is \"Poem\""}));

  each.task.kind = "";
  EXPECT_EQ(each.verdict().detail, "the task has no kind");
}

TEST(Evaluate, HoldsWhatLacksAValueForItsArgumentsOrItsKey) {
  Case each;
  each.task.fields = "{}";
  EXPECT_EQ(
      each.verdict(),
      (Verdict{.reason = "missing_field", .detail = "needs fields.Client", .handler = "report"}));

  each.handlers[0].run = {"make", "{work}", "{artifacts}"};
  EXPECT_EQ(each.verdict().state, State::ready);
  each.handlers[0].key = "{fields.Client}";
  EXPECT_EQ(each.verdict().detail, "needs fields.Client");
}

TEST(Evaluate, ExpandsTheKey) {
  Case each;
  each.handlers[0].key = "client-{fields.Client}";
  EXPECT_EQ(each.verdict().key, "client-Acme");
}

TEST(Evaluate, HoldsWhatWaitsForAFile) {
  Case each;
  each.handlers[0].needs_file = "inbox";

  EXPECT_EQ(each.verdict().reason, "waiting_for_file");
  EXPECT_EQ(each.verdict().detail, "from watch inbox");

  each.has_file = true;
  EXPECT_EQ(each.verdict().state, State::ready);
}

TEST(Evaluate, HoldsWhatNamesAFileAndNeitherHasNorAwaitsOne) {
  Case each;
  each.handlers[0].run = {"make", "--in={file}"};
  EXPECT_EQ(each.verdict(),
            (Verdict{.reason = "missing_field", .detail = "needs file", .handler = "report"}));

  each.handlers[0].needs_file = "inbox";
  EXPECT_EQ(each.verdict().reason, "waiting_for_file");
  each.has_file = true;
  EXPECT_EQ(each.verdict().state, State::ready);
  each.handlers[0].needs_file.reset();
  EXPECT_EQ(each.verdict().state, State::ready);
}

TEST(Evaluate, ABraceIsNoPlaceholder) {
  Case each;
  each.handlers[0].run = {"make", "{{file}}"};

  EXPECT_EQ(each.verdict().state, State::ready);
}

TEST(Evaluate, HoldsWithoutADueDateOnlyWhereToldSo) {
  Case each;
  each.rules.due_within = 24h;
  each.rules.run_without_due_date = true;
  EXPECT_EQ(each.verdict().state, State::ready);

  each.rules.run_without_due_date = false;
  EXPECT_EQ(each.verdict().reason, "no_due_date");
}

TEST(Evaluate, HoldsWhatIsDueTooFarUntilItIsNear) {
  Case each;
  each.rules.due_within = 24h;
  each.task.due = kNow + 24h + 1ms;
  EXPECT_EQ(each.verdict().state, State::held);
  EXPECT_EQ(each.verdict().reason, "due_too_far");
  EXPECT_EQ(each.verdict().detail, "due 2026-11-02T00:00:00.001Z");
  EXPECT_EQ(each.verdict().recheck, kNow + 1ms);
  EXPECT_EQ(evaluate(each.task, each.rules, each.handlers, {}, kNow + 1ms).state, State::ready);

  each.task.due = kNow - 1000h;
  EXPECT_EQ(each.verdict().state, State::ready);
}

TEST(Evaluate, BlocksWhatWaitsForOthersAndNamesThem) {
  Case each;
  each.handlers[0].key = "k";
  each.waits_for = {{"board", "86a0"}};
  EXPECT_EQ(each.verdict(), (Verdict{.state = State::blocked,
                                     .reason = "waits_for_tasks",
                                     .detail = "after board:86a0",
                                     .handler = "report",
                                     .key = "k"}));

  each.waits_for = {{"board", "86a0"}, {"board", "86a1"}, {"x", "1"}};
  EXPECT_EQ(each.verdict().detail, "after board:86a0, board:86a1, x:1");
  each.waits_for = {{"board", "86a0"}, {"board", "86a1"}, {"x", "1"}, {"x", "2"}, {"x", "3"}};
  EXPECT_EQ(each.verdict().detail, "after board:86a0, board:86a1 and 3 more");
}

// Each condition is broken from the last to the first: the earlier one is always what is told.
TEST(Evaluate, TellsTheFirstConditionThatFails) {
  Case each;
  each.waits_for = {{"board", "0"}};
  EXPECT_EQ(each.verdict().reason, "waits_for_tasks");
  each.rules.run_without_due_date = false;
  EXPECT_EQ(each.verdict().reason, "no_due_date");
  each.handlers[0].needs_file = "inbox";
  EXPECT_EQ(each.verdict().reason, "waiting_for_file");
  each.handlers[0].run = {"{fields.Absent}"};
  EXPECT_EQ(each.verdict().reason, "missing_field");
  each.task.kind = "Poem";
  EXPECT_EQ(each.verdict().reason, "no_handler");
  each.rules.opt_in = "fields.Automate";
  EXPECT_EQ(each.verdict().reason, "not_opted_in");
}

TEST(Evaluate, AlwaysHasAReasonAndAnOpenState) {
  for (unsigned bits = 0; bits < 1024; ++bits) {
    Case each;
    if (bits & 1) each.rules.opt_in = "fields.Automate";
    if (bits & 2) each.task.fields = R"({"Automate":1,"Client":"A"})";
    if (bits & 4) each.task.kind = "";
    if (bits & 8) each.handlers[0].needs_file = "inbox";
    if (bits & 16) each.rules.due_within = 24h;
    if (bits & 32) each.task.due = kNow + 48h;
    if (bits & 64) each.rules.run_without_due_date = false;
    if (bits & 128) each.waits_for = {{"board", "0"}};
    if (bits & 256) each.has_file = true;
    if (bits & 512) each.handlers[0].run.push_back("{file}");
    const Verdict verdict = each.verdict();

    EXPECT_TRUE(is_open(verdict.state)) << bits;
    EXPECT_FALSE(verdict.reason.empty()) << bits;
    EXPECT_EQ(verdict.state == State::ready, verdict.reason == "ready") << bits;
    EXPECT_EQ(verdict.recheck.has_value(), verdict.reason == "due_too_far") << bits;
  }
}

TEST(IsTrueLike, FollowsWhatPeopleWrite) {
  const struct {
    Json value;
    bool is_true;
  } cases[] = {{true, true},
               {false, false},
               {1, true},
               {-0.5, true},
               {0, false},
               {0.0, false},
               {"yes", true},
               {"x", true},
               {"False", false},
               {"NO", false},
               {"off", false},
               {"0", false},
               {"", false},
               {nullptr, false},
               {Json::array({1}), false},
               {Json::object(), false}};
  for (const auto& each : cases) EXPECT_EQ(is_true_like(each.value), each.is_true) << each.value;
}

}  // namespace
}  // namespace cb::model
