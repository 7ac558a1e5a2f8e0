// What holds for every set of backups and every rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "model/prune.h"

namespace cb::model {
namespace {

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}

  int pick(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most + 1)); }

  // Chains of increments on full ones; some damaged, some at the same time, over three years.
  std::vector<Backup> backups() {
    std::vector<Backup> made;
    auto at = from_millis(1'700'000'000'000);
    for (int i = pick(60); i > 0; --i) {
      at += std::chrono::minutes(pick(3) == 0 ? 0 : pick(60'000));
      Backup backup{.id = std::to_string(made.size()), .created = at, .is_sound = pick(5) > 0};
      if (!made.empty() && pick(3) > 0) {
        const auto& base = made[static_cast<size_t>(pick(static_cast<int>(made.size()) - 1))];
        for (const auto& id : base.needs)
          if (pick(1) == 0) backup.needs.insert(id);
        backup.needs.insert(base.id);
      }
      made.push_back(backup);
    }
    std::shuffle(made.begin(), made.end(), random_);
    return made;
  }
  PruneRules rules() { return {pick(5), pick(5), pick(5), pick(5)}; }

 private:
  std::mt19937 random_;
};

std::vector<Backup> without(std::vector<Backup> backups, const std::vector<std::string>& ids) {
  std::erase_if(backups, [&](const Backup& one) { return std::ranges::count(ids, one.id) > 0; });
  return backups;
}

const Backup* newest_sound(const std::vector<Backup>& backups) {
  const Backup* newest = nullptr;
  for (const auto& one : backups)
    if (one.is_sound && (newest == nullptr || one.created > newest->created)) newest = &one;
  return newest;
}

class PruneProperties : public ::testing::Test {
 protected:
  template <typename Check>
  void for_all(Check check) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
      SCOPED_TRACE(seed);
      World world(seed);
      const auto backups = world.backups();
      const auto rules = world.rules();
      check(backups, rules, removable(backups, rules));
      if (HasFailure()) return;
    }
  }
};

TEST_F(PruneProperties, ANewestSoundOneIsLeft) {
  for_all([](const auto& backups, const auto&, const auto& ids) {
    const auto* newest = newest_sound(backups);
    if (newest == nullptr) {
      EXPECT_TRUE(ids.empty());
      return;
    }
    const auto left = without(backups, ids);
    const auto* still = newest_sound(left);
    ASSERT_NE(still, nullptr);
    EXPECT_EQ(still->created, newest->created);
  });
}

TEST_F(PruneProperties, AtEveryMomentWhatIsThereHasAllItNeeds) {
  for_all([](const auto& backups, const auto&, const auto& ids) {
    for (size_t removed = 0; removed <= ids.size(); ++removed) {
      const auto left = without(backups, {ids.begin(), ids.begin() + static_cast<long>(removed)});
      for (const auto& one : left)
        for (const auto& need : one.needs)
          EXPECT_TRUE(std::ranges::count(left, need, &Backup::id) == 1) << one.id << " " << need;
    }
  });
}

TEST_F(PruneProperties, ASecondTimeRemovesNothing) {
  for_all([](const auto& backups, const auto& rules, const auto& ids) {
    EXPECT_TRUE(removable(without(backups, ids), rules).empty());
  });
}

TEST_F(PruneProperties, MoreIsKeptByMoreRules) {
  for_all([](const auto& backups, auto rules, const auto& ids) {
    rules.daily += 1;
    rules.monthly += 1;
    EXPECT_LE(removable(backups, rules).size(), ids.size());
  });
}

}  // namespace
}  // namespace cb::model
