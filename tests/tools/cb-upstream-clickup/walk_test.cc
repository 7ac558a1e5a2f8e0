#include "walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace cb::upstream_clickup {
namespace {

// A tracker of tasks with a time each, which answers as ClickUp does, or as it should not.
struct Server {
  std::map<int, int64_t> tasks;  // id → date_updated
  bool tells_last = true, filters = true, ascends = true;
  int requests = 0;

  Json answer(const std::string& query) {
    ++requests;
    const int64_t after = filters ? number(query, "date_updated_gt=", -1) : -1;
    std::vector<std::pair<int64_t, int>> found;
    for (const auto& [id, at] : tasks)
      if (at > after) found.emplace_back(at, id);
    std::sort(found.begin(), found.end());
    if (!ascends) std::reverse(found.begin(), found.end());
    const auto from =
        std::min(found.size(), static_cast<size_t>(number(query, "page=", 0)) * kPageSize);
    const auto to = std::min(found.size(), from + kPageSize);
    Json page = {{"tasks", Json::array()}};
    for (auto i = from; i < to; ++i)
      page["tasks"].push_back(
          {{"id", found[i].second}, {"date_updated", std::to_string(found[i].first)}});
    if (tells_last) page["last_page"] = to == found.size();
    return page;
  }

  static int64_t number(const std::string& query, const std::string& name, int64_t fallback) {
    const auto at = query.find(name);
    return at == std::string::npos ? fallback : std::stoll(query.substr(at + name.size()));
  }
};

struct Seen {
  std::set<int> ids;
  bool is_complete = false;
};

Seen walk(Server& server, const std::function<void(int page)>& between = [](int) {}) {
  Seen seen;
  Walk walk(Order::updated, from_millis(0));
  for (int page = 1; !walk.is_done() && page < 200; ++page) {
    const Json answer = server.answer(walk.query());
    bool is_new = false;
    for (const Json& task : answer["tasks"])
      is_new = seen.ids.insert(task["id"].get<int>()).second || is_new;
    walk.advance(answer, is_new);
    between(page);
  }
  seen.is_complete = walk.is_complete();
  return seen;
}

Server server_with(int tasks, int per_time = 1) {
  Server server;
  for (int i = 0; i < tasks; ++i) server.tasks[i] = 1000 + i / per_time * 10;
  return server;
}

TEST(Walk, SeesEveryTaskWhateverTheirNumber) {
  for (const int tasks : {0, 1, 99, 100, 101, 199, 200, 250, 1000}) {
    for (const bool tells_last : {true, false}) {
      Server server = server_with(tasks);
      server.tells_last = tells_last;
      const Seen seen = walk(server);
      EXPECT_EQ(seen.ids.size(), static_cast<size_t>(tasks)) << tells_last;
      EXPECT_TRUE(seen.is_complete) << tasks;
    }
  }
}

TEST(Walk, SeesManyTasksOfOneTime) {
  for (const int per_time : {2, 100, 150, 450, 1000}) {
    Server server = server_with(1000, per_time);
    const Seen seen = walk(server);
    EXPECT_EQ(seen.ids.size(), 1000U) << per_time;
    EXPECT_TRUE(seen.is_complete) << per_time;
  }
}

TEST(Walk, MissesNothingWhenTasksLeaveEarlierPages) {
  Server server = server_with(450);

  const Seen seen = walk(server, [&](int page) {
    server.tasks.erase(page * 7);
    server.tasks.erase(page * 11);
  });

  for (int id = 120; id < 450; ++id) EXPECT_TRUE(seen.ids.contains(id)) << id;
  EXPECT_TRUE(seen.is_complete);
}

TEST(Walk, SeesATaskThatChangesMeanwhile) {
  Server server = server_with(450);

  const Seen seen =
      walk(server, [&](int page) { server.tasks[page % 5 * 90 + 5] = 100'000 + page; });

  EXPECT_EQ(seen.ids.size(), 450U);
  EXPECT_TRUE(seen.is_complete);
}

TEST(Walk, TurnsPagesWhereTheFilterOrTheOrderIsNotObeyed) {
  for (const int tasks : {100, 101, 350}) {
    for (const bool filters : {true, false}) {
      for (const bool ascends : {true, false}) {
        Server server = server_with(tasks);
        server.filters = filters;
        server.ascends = ascends;
        const Seen seen = walk(server);
        EXPECT_EQ(seen.ids.size(), static_cast<size_t>(tasks)) << filters << ascends;
        EXPECT_TRUE(seen.is_complete) << filters << ascends;
        EXPECT_LE(server.requests, tasks / 100 + 2);
      }
    }
  }
}

TEST(Walk, EndsWhereTheSamePageComesForEver) {
  Walk walk(Order::created, std::nullopt);
  Json page = {{"tasks", Json::array()}, {"last_page", false}};
  for (int i = 0; i < 100; ++i) page["tasks"].push_back({{"id", i}, {"date_created", "5"}});

  int pages = 0;
  for (; !walk.is_done() && pages < 100; ++pages) walk.advance(page, pages == 0);

  EXPECT_LT(pages, 10);
  EXPECT_FALSE(walk.is_complete());
}

TEST(Walk, TheLastPageIsTheOneThatSaysSoOrElseAShortOne) {
  const auto page = [](int tasks, const char* last) {
    Json json = {{"tasks", Json::array()}};
    for (int i = 0; i < tasks; ++i) json["tasks"].push_back(Json::object());
    if (std::string(last) != "absent") json["last_page"] = std::string(last) == "true";
    return is_last_page(json);
  };
  EXPECT_TRUE(page(100, "true"));
  EXPECT_FALSE(page(100, "false"));
  EXPECT_FALSE(page(100, "absent"));
  EXPECT_FALSE(page(99, "false"));
  EXPECT_TRUE(page(99, "absent"));
  EXPECT_TRUE(page(0, "false"));
  EXPECT_TRUE(page(0, "absent"));
}

TEST(Walk, BeginsWithTheOldest) {
  EXPECT_EQ(Walk(Order::created, std::nullopt).query(), "page=0&order_by=created&reverse=true");
  EXPECT_EQ(Walk(Order::updated, from_millis(1763700000789)).query(),
            "page=0&order_by=updated&reverse=true&date_updated_gt=1763700000789");
}

}  // namespace
}  // namespace cb::upstream_clickup
