// The verdict on any task, by any rules and handlers.
#include <gtest/gtest.h>

#include <set>

#include "model/agree.h"
#include "model/evaluate.h"
#include "properties/random.h"

namespace cb::model {
namespace {

using testing::Random;
using namespace std::chrono_literals;

constexpr int kCases = 3'000;
const Instant kNow = from_millis(1'800'000'000'000);

Json any_value(Random& random) {
  switch (random.integer(0, 6)) {
    case 0:
      return nullptr;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.integer(-1, 1);
    case 3:
      return Json::array({"a", random.text(3)});
    case 4:
      return Json{{"nested", random.text(3)}};
    case 5:
      return random.chance(0.5) ? "no" : "yes";
    default:
      return random.text(5);
  }
}

std::string any_fields(Random& random) {
  if (random.chance(0.1)) return random.text(10);  // not what read_task() would let in
  Json fields = Json::object();
  for (const char* name : {"Client", "Automate", "X"}) {
    if (random.chance(0.7)) fields[name] = any_value(random);
  }
  return to_line(fields);
}

Task any_task(Random& random) {
  Task task;
  task.name = {random.chance(0.8) ? "board" : random.text(3), random.text(5)};
  task.title = random.text(8);
  task.kind = random.chance(0.5) ? "Report" : random.text(3);
  task.status = random.text(3);
  if (random.chance(0.7)) task.due = kNow + 1h * random.integer(-1'000, 1'000);
  task.priority = static_cast<int>(random.integer(-1, 5));
  task.fields = any_fields(random);
  task.url = random.text(3);
  task.version = random.text(3);
  return task;
}

SourceRules any_rules(Random& random) {
  SourceRules rules{.name = "board"};
  if (random.chance(0.3)) rules.opt_in = random.chance(0.8) ? "fields.Automate" : random.text(4);
  if (random.chance(0.5)) rules.due_within = 1h * random.integer(0, 1'000);
  rules.run_without_due_date = random.chance(0.5);
  return rules;
}

Match any_match(Random& random) {
  static const std::string kKeys[] = {"source", "kind", "title", "fields.Client", "fields.", "x"};
  static const Json kValues[] = {"board", "Report", "*", true, 1, Json::array({"Report", "*"})};
  return {random.pick(kKeys), random.pick(kValues)};
}

Handler any_handler(Random& random, int number) {
  static const std::string kArguments[] = {"work", "{id}",   "{fields.Client}", "{due}",
                                           "{{",   "{",      "{title}",         "{artifacts}",
                                           "}",    "{oops}", "{file}"};
  Handler handler{.name = "handler-" + std::to_string(number)};
  if (random.chance(0.6)) handler.match.push_back(any_match(random));
  for (int64_t i = random.integer(0, 3); i > 0; --i) handler.run.push_back(random.pick(kArguments));
  if (random.chance(0.3)) handler.key = random.pick(kArguments);
  if (random.chance(0.2)) handler.needs_file = "inbox";
  return handler;
}

struct Case {
  Task task;
  SourceRules rules;
  std::vector<Handler> handlers;
  std::vector<TaskName> waits_for;
  bool has_file = false;

  Verdict verdict(Instant now = kNow) const {
    return model::evaluate(task, rules, handlers, {.waits_for = waits_for, .has_file = has_file},
                           now);
  }
};

Case any_case(Random& random) {
  Case any{any_task(random), any_rules(random), {}, {}};
  for (int i = static_cast<int>(random.integer(0, 3)); i > 0; --i) {
    any.handlers.push_back(any_handler(random, i));
  }
  for (int64_t i = random.chance(0.3) ? random.integer(1, 5) : 0; i > 0; --i) {
    any.waits_for.push_back({"board", std::to_string(i)});
  }
  any.has_file = random.chance(0.3);
  return any;
}

template <typename Check>
void for_any_case(Check check) {
  Random random;
  for (int i = 0; i < kCases; ++i) {
    const Case any = any_case(random);
    SCOPED_TRACE(to_line(to_json(any.task)));
    check(any, random);
  }
}

TEST(AnyVerdict, IsHeldBlockedOrReadyWithAReasonOfItsState) {
  const std::set<std::string_view> kHeldReasons = {reason::no_handler,    reason::not_opted_in,
                                                   reason::no_due_date,   reason::due_too_far,
                                                   reason::missing_field, reason::waiting_for_file};
  for_any_case([&](const Case& any, Random&) {
    const Verdict verdict = any.verdict();
    if (verdict.state == State::held) {
      EXPECT_TRUE(kHeldReasons.contains(verdict.reason)) << verdict.reason;
    } else if (verdict.state == State::blocked) {
      EXPECT_EQ(verdict.reason, reason::waits_for);
      EXPECT_FALSE(verdict.detail.empty());
    } else {
      EXPECT_EQ(verdict.state, State::ready);
      EXPECT_EQ(verdict.reason, reason::ready);
    }
  });
}

TEST(AnyVerdict, IsTheSameAgain) {
  for_any_case([](const Case& any, Random&) {
    const Case copy = any;
    EXPECT_EQ(any.verdict(), copy.verdict());
  });
}

TEST(AnyVerdict, IsNotMovedByUrlVersionAndStatus) {
  for_any_case([](const Case& any, Random& random) {
    Case other = any;
    other.task.url = random.text(5);
    other.task.version = random.text(5);
    other.task.status = random.text(5);
    other.task.priority = 1;
    EXPECT_EQ(any.verdict(), other.verdict());
  });
}

TEST(AnyVerdict, IsNotMovedByHandlersBehindTheOneThatFits) {
  for_any_case([](const Case& any, Random& random) {
    if (find_handler(any.handlers, any.task) == nullptr) return;
    Case other = any;
    other.handlers.push_back(any_handler(random, 9));
    EXPECT_EQ(any.verdict(), other.verdict());
  });
}

TEST(AnyVerdict, IsReadyOnlyWithAHandlerAndNothingToWaitFor) {
  for_any_case([](const Case& any, Random&) {
    const Verdict verdict = any.verdict();
    if (verdict.state != State::ready) return;
    EXPECT_TRUE(any.waits_for.empty());
    const Handler* handler = find_handler(any.handlers, any.task);
    ASSERT_NE(handler, nullptr);
    EXPECT_EQ(handler->name, verdict.handler);
    EXPECT_TRUE(std::holds_alternative<std::vector<std::string>>(
        expand_all(handler->run, any.task, std::nullopt)));
  });
}

TEST(AnyVerdict, IsNoBetterForMoreThatMustBeWaitedFor) {
  for_any_case([](const Case& any, Random&) {
    Case more = any;
    more.waits_for.push_back({"board", "more"});
    const Verdict verdict = more.verdict();
    EXPECT_NE(verdict.state, State::ready);
    if (any.verdict().state == State::held) {
      EXPECT_EQ(verdict, any.verdict());
    }
  });
}

TEST(AnyVerdict, AFileHelpsOnlyWhatWaitsForItOrNamesIt) {
  for_any_case([](const Case& any, Random&) {
    Case without = any, with = any;
    without.has_file = false;
    with.has_file = true;
    const Verdict verdict = without.verdict();
    const bool lacks_file =
        verdict.reason == reason::waiting_for_file ||
        (verdict.reason == reason::missing_field && verdict.detail == "needs file");
    EXPECT_EQ(with.verdict() != verdict, lacks_file);
    EXPECT_NE(with.verdict().reason, reason::waiting_for_file);
  });
}

TEST(AnyVerdict, ChangesByTimeAloneOnlyWhenItSaidSo) {
  for_any_case([](const Case& any, Random& random) {
    const Verdict now = any.verdict();
    const Instant later = kNow + 1h * random.integer(1, 3'000);
    const bool is_due = now.recheck && *now.recheck <= later;
    if (!is_due) {
      EXPECT_EQ(any.verdict(later), now);
    } else {
      EXPECT_NE(any.verdict(later).reason, reason::due_too_far);
    }
    if (now.recheck) {
      EXPECT_GT(*now.recheck, kNow);
    }
  });
}

}  // namespace
}  // namespace cb::model
