// Names made from titles, as people and programs change them: each leads to its own task or to
// none.
#include "model/match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "properties/random.h"

namespace cb::model {
namespace {

using testing::Random;

const std::vector<std::string> kKinds = {"Link Building", "Press Release",    "Monthly Report",
                                         "Rechnung",      "Keyword Research", "Content Plan"};
const std::vector<std::string> kClients = {"Acme",
                                           "Globex",
                                           "Nordwind GmbH",
                                           "Meyer",
                                           "Meier",
                                           "Jansen",
                                           "Janssen",
                                           "M\u00fcller",
                                           "Fjordbank",
                                           "Acme Norge",
                                           "Soci\u00e9t\u00e9 Lumi\u00e8re",
                                           "Hansen & S\u00f8nn"};
// Each in several forms.
const std::vector<std::vector<std::string>> kTimes = {
    {"Q3 2026", "2026-Q3", "Q3-26", "2026q3", "3. Quartal 2026"},
    {"Q4 2026", "2026 Q4", "q4_2026", "Q4/2026"},
    {"November 2026", "2026-11", "11.2026", "Nov 2026", "nov26", "202611"},
    {"Oktober 2026", "2026_10", "10-2026", "October 2026", "okt 2026"},
    {"KW 47", "W47", "kw47", "week 47"},
    {"No. 12", "12", "#12", "012"},
    {"No. 13", "13", "nr13"},
};

struct Parts {
  std::string kind;
  std::string client;
  size_t time = 0;
};

std::vector<Parts> all_parts() {
  std::vector<Parts> all;
  for (const auto& kind : kKinds) {
    for (const auto& client : kClients) {
      for (size_t time = 0; time < kTimes.size(); ++time) all.push_back({kind, client, time});
    }
  }
  return all;
}

std::string name_of(Random& random, const Parts& parts) {
  std::vector<std::string> pieces = {parts.kind, parts.client, random.pick(kTimes[parts.time])};
  for (size_t i = pieces.size(); i-- > 1;) {
    std::swap(pieces[i], pieces[static_cast<size_t>(random.integer(0, static_cast<int64_t>(i)))]);
  }
  static const std::vector<std::string> kMarkers = {"final", "v2", "Kopie", "draft 3", "signed"};
  if (random.chance(0.5)) pieces.push_back(random.pick(kMarkers));
  std::string name;
  static const std::vector<std::string> kSeparators = {" - ", "_", " ", "__", ", "};
  const std::string separator = random.pick(kSeparators);
  for (const auto& piece : pieces) name += (name.empty() ? "" : separator) + piece;
  if (separator[0] == '_') std::replace(name.begin(), name.end(), ' ', '_');
  return name + (random.chance(0.3) ? " (1)" : "") + ".xlsx";
}

class MadeNames : public ::testing::Test {
 protected:
  Random random;
  std::vector<Parts> parts = all_parts();

  std::vector<Wanted> waiting(double share, std::vector<size_t>& indexes) {
    std::vector<Wanted> tasks;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!random.chance(share)) continue;
      indexes.push_back(i);
      tasks.push_back({"id" + std::to_string(i) + "x", parts[i].kind + ": " + parts[i].client +
                                                           " \u2013 " + kTimes[parts[i].time][0]});
    }
    return tasks;
  }
};

TEST_F(MadeNames, LeadToTheirOwnTaskOrToNone) {
  for (int round = 0; round < 10; ++round) {
    std::vector<size_t> indexes;
    const Titles titles(waiting(0.4, indexes));
    for (int i = 0; i < 200; ++i) {
      const size_t wanted =
          static_cast<size_t>(random.integer(0, static_cast<int64_t>(parts.size()) - 1));
      const std::string name = name_of(random, parts[wanted]);
      const FileMatch match = titles.find(name);
      if (!match.is_sure()) continue;
      const Parts& found = parts[indexes[match.candidates[0].index]];
      EXPECT_EQ(indexes[match.candidates[0].index], wanted)
          << name << " for " << found.kind << " " << found.client << " " << kTimes[found.time][0];
    }
  }
}

TEST_F(MadeNames, MostlyLeadThere) {
  std::vector<size_t> indexes;
  const Titles titles(waiting(0.4, indexes));
  size_t sure = 0;
  for (const size_t index : indexes) sure += titles.find(name_of(random, parts[index])).is_sure();

  EXPECT_GT(sure * 100, indexes.size() * 90) << sure << " of " << indexes.size();
}

TEST_F(MadeNames, DoNotDependOnTheOrderOfTasks) {
  std::vector<size_t> indexes;
  std::vector<Wanted> tasks = waiting(0.3, indexes);
  std::vector<Wanted> turned(tasks.rbegin(), tasks.rend());
  const Titles titles(tasks);
  const Titles other(turned);
  for (int i = 0; i < 200; ++i) {
    const std::string name = name_of(random, random.pick(parts));
    const FileMatch match = titles.find(name);
    const FileMatch same = other.find(name);
    ASSERT_EQ(match.is, same.is) << name;
    if (!match.is_sure()) continue;
    EXPECT_EQ(tasks[match.candidates[0].index].id, turned[same.candidates[0].index].id);
  }
}

}  // namespace
}  // namespace cb::model
