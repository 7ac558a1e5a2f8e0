#include "model/prune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cb::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Backup at(const std::string& id, const char* time, std::set<std::string> needs = {}) {
  return {.id = id, .created = parse_rfc3339(time).value(), .needs = std::move(needs)};
}

const PruneRules kNone{.hourly = 0, .daily = 0, .weekly = 0, .monthly = 0};

TEST(Prune, KeepsTheNewestOfEachHour) {
  const std::vector<Backup> backups = {at("a", "2026-11-22T10:05:00Z"),
                                       at("b", "2026-11-22T10:55:00Z"),
                                       at("c", "2026-11-22T11:00:00Z")};
  auto rules = kNone;
  rules.hourly = 2;

  EXPECT_THAT(removable(backups, rules), ElementsAre("a"));
}

TEST(Prune, CountsHoursThatHaveABackup) {
  const std::vector<Backup> backups = {at("old", "2025-01-01T10:00:00Z"),
                                       at("new", "2026-11-22T10:00:00Z")};
  auto rules = kNone;
  rules.hourly = 2;

  EXPECT_THAT(removable(backups, rules), IsEmpty());
}

TEST(Prune, AWeekBeginsOnMonday) {
  const std::vector<Backup> backups = {at("sunday", "2026-11-22T23:59:59Z"),
                                       at("monday", "2026-11-23T00:00:00Z"),
                                       at("next sunday", "2026-11-29T23:00:00Z")};
  auto rules = kNone;
  rules.weekly = 9;

  EXPECT_THAT(removable(backups, rules), ElementsAre("monday"));
}

TEST(Prune, KeepsTheNewestWithoutAnyRule) {
  const std::vector<Backup> backups = {at("a", "2026-11-22T10:00:00Z"),
                                       at("b", "2026-11-22T11:00:00Z")};

  EXPECT_THAT(removable(backups, kNone), ElementsAre("a"));
}

TEST(Prune, KeepsWhatAKeptOneNeeds) {
  const std::vector<Backup> backups = {at("full", "2026-11-20T10:00:00Z"),
                                       at("one", "2026-11-21T10:00:00Z", {"full"}),
                                       at("unneeded", "2026-11-21T11:00:00Z", {"full", "one"}),
                                       at("two", "2026-11-22T10:00:00Z", {"full", "one"})};

  EXPECT_THAT(removable(backups, kNone), ElementsAre("unneeded"));
}

TEST(Prune, ThoseThatNeedOthersGoFirst) {
  const std::vector<Backup> backups = {at("full", "2026-11-20T10:00:00Z"),
                                       at("one", "2026-11-21T10:00:00Z", {"full"}),
                                       at("new", "2026-11-22T10:00:00Z")};

  EXPECT_THAT(removable(backups, kNone), ElementsAre("one", "full"));
}

TEST(Prune, ADamagedOneDoesNotStandForItsHour) {
  auto damaged = at("damaged", "2026-11-22T10:50:00Z");
  damaged.is_sound = false;
  const std::vector<Backup> backups = {at("a", "2026-11-22T10:05:00Z"), damaged,
                                       at("b", "2026-11-22T11:00:00Z")};

  EXPECT_THAT(removable(backups, {}), ElementsAre("damaged"));
}

TEST(Prune, ADamagedOneIsKeptUntilANewerOneIsSound) {
  auto damaged = at("damaged", "2026-11-22T12:00:00Z");
  damaged.is_sound = false;

  EXPECT_THAT(removable(std::vector{at("a", "2026-11-22T10:05:00Z"), damaged}, {}), IsEmpty());
  EXPECT_THAT(removable(std::vector{damaged}, {}), IsEmpty());
}

}  // namespace
}  // namespace cb::model
