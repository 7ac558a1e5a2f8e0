// Rules of matching, each by itself; match_pairs_test.cc has them together.
#include "model/match.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace cb::model {
namespace {

using Is = FileMatch::Is;

std::vector<Wanted> tasks_of(const std::vector<std::string>& titles) {
  std::vector<Wanted> tasks;
  for (const std::string& title : titles) {
    tasks.push_back({"task-" + std::to_string(tasks.size() + 100), title, {}});
  }
  return tasks;
}

FileMatch find(const std::vector<std::string>& titles, std::string_view name) {
  return Titles(tasks_of(titles)).find(name);
}

TEST(Match, TakesATaskWhoseIdStandsInTheName) {
  const auto match = find({"One", "Two"}, "whatever_Task-101 final.pdf");

  EXPECT_EQ(match.is, Is::exact);
  ASSERT_FALSE(match.candidates.empty());
  EXPECT_EQ(match.candidates[0].index, 1U);
  EXPECT_EQ(match.candidates[0].why, "its id");
  EXPECT_EQ(match.candidates[0].score, 1);
}

TEST(Match, TakesATaskWhoseKeyStandsInTheName) {
  const std::vector<Wanted> tasks = {{"1", "One", {"PO-4711", "ACME-7"}},
                                     {"2", "Two", {"PO-4712"}}};
  const Titles titles(tasks);

  EXPECT_EQ(titles.find("order po 4712.pdf").candidates.front().index, 1U);
  EXPECT_EQ(titles.find("acme_7.pdf").is, Is::exact);
  EXPECT_EQ(titles.find("PO-47120.pdf").is, Is::none);
  EXPECT_EQ(titles.find("XPO-4711.pdf").is, Is::none);
  EXPECT_EQ(titles.find("PO4711.pdf").is, Is::none);
}

TEST(Match, PrefersTheIdToTheWords) {
  EXPECT_EQ(
      find({"Acme report", "Globex report"}, "Acme report task-101.pdf").candidates.front().index,
      1U);
}

TEST(Match, TakesTheLongerOfTwoKeysInOnePlace) {
  const std::vector<Wanted> tasks = {{"AC-12", "One", {}}, {"AC-12-3", "Two", {}}};

  EXPECT_EQ(Titles(tasks).find("ac-12-3.pdf").candidates.front().index, 1U);
  EXPECT_EQ(Titles(tasks).find("ac-12.pdf").candidates.front().index, 0U);
}

TEST(Match, IsUnsureWhenIdsOfTwoTasksStandInTheName) {
  const auto match = find({"One", "Two"}, "task-100 task-101.pdf");

  EXPECT_EQ(match.is, Is::near_tie);
  EXPECT_EQ(match.candidates.size(), 2U);
}

TEST(Match, LetsTheWordsChooseAmongTasksThatShareAKey) {
  const std::vector<Wanted> tasks = {{"a01", "Report Oslo", {"ACME"}},
                                     {"a02", "Report Bergen", {"ACME"}}};
  const Titles titles(tasks);

  EXPECT_EQ(titles.find("acme.pdf").is, Is::near_tie);
  EXPECT_FALSE(titles.find("acme report.pdf").is_sure());
}

TEST(Match, BelievesNoShortNumberToBeAnId) {
  const std::vector<Wanted> tasks = {{"7", "Acme report", {}}, {"2026", "Globex report", {}}};
  const Titles titles(tasks);

  EXPECT_FALSE(titles.find("Initech brochure 7.pdf").is_sure());
  EXPECT_FALSE(titles.find("Initech brochure 2026.pdf").is_sure());
  EXPECT_EQ(titles.find("7.pdf").is, Is::exact);
}

TEST(Match, AlwaysTellsTheRunnerUp) {
  const auto match =
      find({"Report Acme Oslo", "Report Acme Bergen", "Invoice"}, "report acme oslo.pdf");

  EXPECT_EQ(match.is, Is::words);
  ASSERT_EQ(match.candidates.size(), 2U);
  EXPECT_GT(match.candidates[0].score, match.candidates[1].score);
  EXPECT_EQ(match.candidates[1].why,
            "2 of 3 words; not in the name: bergen; not in the title: oslo");
}

TEST(Match, DoesNotChooseByWhatTheNameDoesNotSay) {
  EXPECT_EQ(find({"Acme Oslo", "Acme Bergen"}, "acme.xlsx").is, Is::near_tie);
}

TEST(Match, DoesNotChooseBetweenEqualTitles) {
  EXPECT_EQ(find({"Acme report", "ACME: Report"}, "acme report.pdf").is, Is::near_tie);
}

TEST(Match, KnowsAWordOfAnotherTitleFromASlip) {
  const std::vector<std::string> titles = {"Contract Jansen", "Contract Janssen"};

  EXPECT_EQ(find(titles, "contract jansen.pdf").candidates.front().index, 0U);
  EXPECT_EQ(find(titles, "contract janssen.pdf").candidates.front().index, 1U);
  EXPECT_FALSE(find(titles, "contract jannsen.pdf").is_sure());
}

TEST(Match, TakesNamesThatSoundAlikeForOtherNames) {
  for (const auto& [waiting, name] :
       std::vector<std::pair<std::string, std::string>>{{"Johnson", "Johnston"},
                                                        {"Thompson", "Thomson"},
                                                        {"Lindberg", "Lundberg"},
                                                        {"Schmidt", "Schmitt"},
                                                        {"Fischer", "Fisher"},
                                                        {"Petersen", "Pedersen"},
                                                        {"Walter", "Walker"},
                                                        {"Martin", "Marvin"},
                                                        {"Hansen", "Jansen"},
                                                        {"Nielsen", "Nilsen"},
                                                        {"Saunders", "Sanders"},
                                                        {"Peters", "Peter"}}) {
    EXPECT_FALSE(
        find({"Contract renewal " + waiting + " 2026"}, "Contract renewal " + name + " 2026.pdf")
            .is_sure())
        << name;
  }
}

TEST(Match, ForgivesNoSlipInANumberOrAShortWord) {
  EXPECT_FALSE(
      find({"Invoice Acme Norway 47110815"}, "Invoice Acme Norway 47110851.pdf").is_sure());
  EXPECT_FALSE(find({"Budget plan Norway BMW"}, "Budget plan Norway BWM.pdf").is_sure());
}

TEST(Match, LeavesNothingOfTheNameUnexplainedThatAnotherTitleHas) {
  const std::vector<std::string> titles = {"Website relaunch Stark Industries Norway",
                                           "Budget Hooli"};

  EXPECT_FALSE(find(titles, "Website relaunch Stark Industries Norway budget.pdf").is_sure());
}

TEST(Match, WantsMoreOfTheNameThanTheTitleAlone) {
  EXPECT_FALSE(find({"Annual report"}, "Annual report Globex.pdf").is_sure());
  EXPECT_TRUE(find({"Annual report"}, "Annual report (final) v3.pdf").is_sure());
}

TEST(Match, DoesNotTakeOneLetterForAnother) {
  EXPECT_FALSE(find({"Weekly meeting minutes of project team B"},
                    "Weekly meeting minutes of project team A.pdf")
                   .is_sure());
}

TEST(Match, IgnoresADateThatOnlyTheNameHas) {
  EXPECT_TRUE(find({"Acme contract", "Globex report"}, "2026-11-20 Acme contract.pdf").is_sure());
  EXPECT_FALSE(find({"Acme contract", "Acme contract 2026-11"}, "Acme contract 2026-12.pdf")
                   .candidates.empty());
  EXPECT_EQ(find({"Acme contract", "Acme contract 2026-11"}, "Acme contract 2026-11.pdf")
                .candidates.front()
                .index,
            1U);
}

TEST(Match, TakesAnExtensionThatIsAWordOfATitleForAWord) {
  EXPECT_TRUE(find({"Acme oslo", "Globex bergen"}, "acme.oslo").is_sure());
}

TEST(Match, FindsNothingAmongNoTasks) { EXPECT_EQ(Titles({}).find("Acme.pdf").is, Is::none); }

TEST(Match, SaysWhyOnOneSafeLine) {
  const std::vector<Wanted> tasks = {{"a\n1", "Acme \x1b[2J\xe2\x80\xaereport\n", {}}};
  for (const Candidate& each : Titles(tasks)
                                   .find("acme \x1b[2J\xff b\xe2\x80\xae"
                                         "c.pdf")
                                   .candidates) {
    EXPECT_EQ(each.why, printable(each.why));
  }
}

// Ten times what it takes on a slow machine with sanitizers.
// What grows beyond all proportion runs into the time limit that each test has.

std::vector<Wanted> ten_thousand() {
  std::vector<Wanted> tasks;
  for (int i = 0; i < 10'000; ++i) {
    tasks.push_back({"86c" + std::to_string(i),
                     "Link Building: Client" + std::string(1, static_cast<char>('a' + i % 26)) +
                         std::string(1, static_cast<char>('a' + i / 26 % 26)) + " report " +
                         std::to_string(i / 676) + " Q3 2026",
                     {"shared"}});
  }
  return tasks;
}

TEST(Match, TakesLittleTimeForManyTitlesAndNames) {
  const Titles titles(ten_thousand());
  size_t sure = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string client = {static_cast<char>('a' + i % 26), 'b'};
    sure += titles
                .find("linkbuilding client" + client + " report " + std::to_string(i / 26) +
                      " Q3-2026.xlsx")
                .is_sure();
  }

  EXPECT_EQ(sure, 200U);
}

TEST(Match, TakesBoundedTimeForHostileNames) {
  const Titles titles(ten_thousand());
  std::vector<std::string> names = {std::string(255, '\xff'), std::string(255, '1'),
                                    std::string(255, 'a'), std::string(255, '.'),
                                    std::string(255, 'c')};
  for (const std::string_view piece : {"cl ", "building ", "\xef\xb7\xba", "1-", "shared ", "aA",
                                       "Q1", "\u5e74", "v1.", "11 nov "}) {
    std::string name;
    while (name.size() < 100'000) name += piece;
    names.push_back(name.substr(0, 255));
    names.push_back(name);
  }
  std::string slips;
  for (char a = 'a'; a <= 'z'; ++a) slips += std::string("clientx") + a + "q ";
  names.push_back(slips);

  for (const std::string& name : names) EXPECT_LE(titles.find(name).candidates.size(), 5U);
}

}  // namespace
}  // namespace cb::model
