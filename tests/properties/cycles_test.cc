// Tasks that wait for each other at random, learned of in any order: a cycle is never stored, the
// task that would close it is held and names it, and all others run to their end or say what they
// wait for.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/flow/flow_fixture.h"
#include "properties/random.h"

namespace cb::flow {
namespace {

using model::State;
using Graph = std::map<std::string, std::set<std::string>>;  // a task → what it waits for

constexpr int kGraphs = 12;

bool leads_to(const Graph& graph, const std::string& from, const std::string& to,
              std::set<std::string>& passed) {
  const auto found = graph.find(from);
  if (found == graph.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const std::string& next) {
    return next == to || (passed.insert(next).second && leads_to(graph, next, to, passed));
  });
}

bool is_on_cycle(const Graph& graph, const std::string& id) {
  std::set<std::string> passed;
  return leads_to(graph, id, id, passed);
}

// "…: board:a -> board:b -> board:a" as the ids on it.
std::vector<std::string> named_in(const std::string& detail) {
  const std::string start = "board:";
  std::vector<std::string> ids;
  for (size_t at = detail.find(start); at != std::string::npos; at = detail.find(start, at + 1)) {
    ids.push_back(detail.substr(at + start.size(), 1));
  }
  return ids;
}

class CyclesTest : public FlowTest, public ::testing::WithParamInterface<int> {
 protected:
  testing::Random random;
  Graph wanted;               // what the tracker says
  std::set<std::string> cut;  // tasks that closed a cycle
  int runs = 0;

  // Tasks a to g of a source of their own; about every second graph has a cycle.
  void make_graph() {
    for (char id = 'a'; id <= 'g'; ++id) wanted[std::string(1, id)];
    for (int64_t left = random.integer(4, 9); left > 0; --left) {
      wanted[any_id()].insert(any_id());
    }
  }

  // "a: b c; b: ; …"
  std::string described() const {
    std::string text;
    for (const auto& [id, after] : wanted) {
      text += id + ":";
      for (const auto& each : after) text += " " + each;
      text += "; ";
    }
    return text;
  }

  std::string any_id() { return std::string(1, static_cast<char>(random.integer('a', 'g'))); }

  // What is stored: a task that was cut waits for nothing.
  Graph stored() const {
    Graph graph;
    for (const auto& [id, after] : wanted) {
      if (known.contains(id) && !cut.contains(id)) graph[id] = after;
    }
    return graph;
  }
  std::set<std::string> known;

  Admitted learn(const std::string& id) {
    auto given = upstream(id, "to do");
    for (const auto& each : wanted[id]) given.after.push_back({"board", each});
    return see(given);
  }

  void learn_all() {
    known.clear();
    std::string order;
    while (known.size() < wanted.size()) {
      const auto id = any_id();
      if (known.contains(id)) continue;
      Graph with = stored();
      with[id] = wanted[id];
      const bool closes = is_on_cycle(with, id);
      const auto admitted = learn(id);
      order += id;
      known.insert(id);
      if (closes) cut.insert(id);
      EXPECT_EQ(admitted.row.reason == model::reason::dependency_cycle, closes)
          << id << " of " << order;
      if (closes) check_name(with, id, admitted.row.detail);
    }
  }

  // The detail is a way from the task over its dependencies back to itself.
  void check_name(const Graph& graph, const std::string& id, const std::string& detail) {
    const auto way = named_in(detail);
    ASSERT_GE(way.size(), 2u) << detail;
    EXPECT_EQ(way.front(), id);
    EXPECT_EQ(way.back(), id);
    for (size_t i = 0; i + 1 < way.size(); ++i) {
      EXPECT_TRUE(graph.at(way[i]).contains(way[i + 1])) << detail;
    }
  }

  // Runs whatever is ready until nothing is.
  void run_all() {
    for (int left = 20; left > 0; --left) {
      const auto ready = state::tasks_in(db(), State::ready, {});
      if (ready.empty()) return;
      const auto id = state::get_task(db(), ready.front()).task.name.id;
      run_to_end(id, "run-" + std::to_string(++runs), cb::testing::success());
    }
    FAIL() << "tasks become ready again and again";
  }

  bool waits_for_cut(const std::string& id) const {
    std::set<std::string> passed;
    const Graph graph = stored();
    return std::any_of(cut.begin(), cut.end(), [&](const std::string& each) {
      passed.clear();
      return leads_to(graph, id, each, passed);
    });
  }

  void check_ends() {
    for (const auto& [id, after] : wanted) {
      const auto row = task(id);
      SCOPED_TRACE(id + " is " + row.reason + ": " + row.detail);
      if (cut.contains(id)) {
        EXPECT_EQ(row.state, State::held);
        EXPECT_EQ(row.reason, model::reason::dependency_cycle);
      } else {
        EXPECT_EQ(row.state, waits_for_cut(id) ? State::blocked : State::succeeded);
      }
    }
  }
};

TEST_P(CyclesTest, OnlyWhatClosesACycleIsHeldAndAllElseGoesOn) {
  make_graph();
  SCOPED_TRACE(described());
  learn_all();
  run_all();
  check_ends();
}

TEST_P(CyclesTest, AreSeenAgainWhenSomethingElseOfTheirTaskChanges) {
  make_graph();
  SCOPED_TRACE(described());
  learn_all();
  const auto before = cut;
  for (const auto& id : before) {
    auto given = upstream(id, "to do");
    given.title = "another title";
    for (const auto& each : wanted[id]) given.after.push_back({"board", each});
    see(given);
    EXPECT_EQ(task(id).reason, model::reason::dependency_cycle) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Graphs, CyclesTest, ::testing::Range(0, kGraphs));

}  // namespace
}  // namespace cb::flow
