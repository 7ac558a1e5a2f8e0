// Names of files against titles that wait, as they occur: what each must come to.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "model/match.h"

namespace cb::model {
namespace {

// Of an agency with clients in several countries. Numbers are what the pairs below name.
const std::vector<std::string> kTitles = {
    /*  0 */ "Link Building: Acme \u2013 Q3 2026",
    /*  1 */ "Link Building: Acme \u2013 Q4 2026",
    /*  2 */ "Link Building: Globex \u2013 Q3 2026",
    /*  3 */ "Press Release: Acme opens in Oslo",
    /*  4 */ "Press Release: Acme opens in Bergen",
    /*  5 */ "Monthly Report Globex November 2026",
    /*  6 */ "Monthly Report Globex October 2026",
    /*  7 */ "Monthly Report Initech November 2026",
    /*  8 */ "Newsletter 12",
    /*  9 */ "Newsletter 13",
    /* 10 */ "Meyer: Vertrag",
    /* 11 */ "Meier: Vertrag",
    /* 12 */ "Jahresabschluss M\u00fcller GmbH 2025",
    /* 13 */ "Jahresabschluss Schulz KG 2025",
    /* 14 */ "\u00c5rsrapport Nordlys AS 2025",
    /* 15 */ "Lettre d'information Lumi\u00e8re \u2013 f\u00e9vrier 2027",
    /* 16 */ "\u30a2\u30af\u30e1 \u6708\u6b21\u5831\u544a 2026\u5e7411\u6708",
    /* 17 */ "\u6771\u4eac\u652f\u5e97 \u58f2\u4e0a\u5831\u544a",
    /* 18 */ "\u5927\u962a\u652f\u5e97 \u58f2\u4e0a\u5831\u544a",
    /* 19 */ "Invoice 4711 Initech",
    /* 20 */ "Invoice 4712 Initech",
    /* 21 */ "Keyword Research Umbrella Pharma",
    /* 22 */ "Keyword Research Umbrella Pharma Norway",
    /* 23 */ "Website Relaunch Stark Industries",
    /* 24 */ "SEO Audit Wayne Enterprises",
    /* 25 */ "Content Plan Wayne Enterprises Q1 2027",
    /* 26 */ "Content Plan Wayne Enterprises Q2 2027",
    /* 27 */ "Board minutes 2026-11-22",
    /* 28 */ "Board minutes 2026-10-18",
    /* 29 */ "Weekly status KW 47 Hooli",
    /* 30 */ "Weekly status KW 48 Hooli",
    /* 31 */ "Price list 2027 Vandelay Imports",
    /* 32 */ "Price list 2026 Vandelay Imports",
    /* 33 */ "Jansen Janitorial onboarding",
    /* 34 */ "Phase 1 concept Tyrell",
    /* 35 */ "Phase 2 concept Tyrell",
    /* 36 */ "Style guide v2 Cyberdyne",
    /* 37 */ "Weihnachtskarte",
    /* 38 */ "Stra\u00dfenfest Plakat A3",
    /* 39 */ "Stra\u00dfenfest Plakat A4",
    /* 40 */ "B2B Strategy Soylent",
    /* 41 */ "B2C Strategy Soylent",
    /* 42 */ "Case study: Dunder Mifflin",
    /* 43 */ "Interview with Kari Nordmann",
    /* 44 */ "Tilbud til Fjellheim kommune",
    /* 45 */ "Backlink Analysis Pied Piper",
    /* 46 */ "Report",
    /* 47 */ "Budget 2026/27 Massive Dynamic",
    /* 48 */ "Quarterly review H1 2026 Oscorp",
    /* 49 */ "Quarterly review H2 2026 Oscorp",
};

struct Pair {
  std::string name;
  std::string wanted;  // a number; "tie", or "no" for too low and nothing at all
};

std::string verdict_of(const FileMatch& match) {
  if (match.is_sure()) return std::to_string(match.candidates.front().index);
  return match.is == FileMatch::Is::near_tie ? "tie" : "no";
}

std::string told(const FileMatch& match) {
  std::string text;
  for (const Candidate& each : match.candidates) {
    text += "\n  " + std::to_string(each.score) + " " + kTitles[each.index] + " (" + each.why + ")";
  }
  return text;
}

const std::vector<Pair> kPairs = {
    // Separators, order, case, markers, extensions.
    {"Acme_Q3-2026 linkbuilding FINAL v2.xlsx", "0"},
    {"acme-link-building-2026-q4.xlsx", "1"},
    {"LinkBuildingAcmeQ32026.xlsx", "0"},
    {"LINK BUILDING GLOBEX Q3 2026.XLSX", "2"},
    {"Globex.LinkBuilding.2026Q3.csv", "2"},
    {"Copy of Link Building - Acme - Q3 2026 (1).xlsx", "0"},
    {"Link building Acme Q3-26 - Kopie.xlsx", "0"},
    {"Q3 2026 Acme Linkbuilding (2).xlsx", "0"},
    {"Acme opens in Oslo - press release.docx", "3"},
    {"press_release_acme_oslo_opens_final.docx", "3"},
    {"Acme Bergen opens Press Release draft 3.docx", "4"},
    {"2026-11-20_Press Release Acme opens in Bergen.docx", "4"},
    {"WebsiteRelaunch_StarkIndustries.pptx", "23"},
    {"stark industries relaunch website.pdf", "23"},
    {"Wayne Enterprises SEO-Audit.pdf", "24"},
    {"seo audit wayne enterprises signed.pdf", "24"},
    {"case-study-dunder-mifflin.docx", "42"},
    {"Kari Nordmann interview.docx", "43"},
    {"interview.with.kari.nordmann.txt", "43"},
    {"Tilbud Fjellheim kommune.pdf", "44"},
    {"tilbud_til_fjellheim_kommune_v3.pdf", "44"},
    {"fjellheim-kommune-tilbud-endelig.pdf", "44"},
    // Dates and numbers, in any form.
    {"Globex monthly report 2026-11.pdf", "5"},
    {"Globex monthly report 11-2026.pdf", "5"},
    {"Monthly_Report_Globex_Nov_2026.pdf", "5"},
    {"monthly report globex nov26.pdf", "5"},
    {"202611 Monthly Report Globex.pdf", "5"},
    {"Monthly Report Globex Oktober 2026.pdf", "6"},
    {"Monthly report Globex okt. 2026.pdf", "6"},
    {"2026_10 globex monthly report.pdf", "6"},
    {"Monthly report Initech 2026 november.pdf", "7"},
    {"Newsletter 12.pdf", "8"},
    {"newsletter-13.pdf", "9"},
    {"Newsletter #13 final.pdf", "9"},
    {"Newsletter 012.pdf", "8"},
    {"Initech invoice 4711.pdf", "19"},
    {"Invoice_4712_Initech.pdf", "20"},
    {"Board minutes 22.11.2026.docx", "27"},
    {"20261018 board minutes.docx", "28"},
    {"board minutes 18 October 2026.docx", "28"},
    {"Board minutes Nov 22, 2026.docx", "27"},
    {"Minutes board 22-11-26.docx", "27"},
    {"Hooli weekly status W47.docx", "29"},
    {"Weekly status Hooli 2026-W48.docx", "30"},
    {"weekly_status_hooli_kw47.docx", "29"},
    {"Vandelay Imports price list 2027.xlsx", "31"},
    {"pricelist 2026 vandelay imports.xlsx", "32"},
    {"Tyrell concept phase 2.pdf", "35"},
    {"Tyrell phase1 concept v4.pdf", "34"},
    {"Cyberdyne style guide v2.pdf", "36"},
    {"Massive Dynamic Budget 2026-27.xlsx", "47"},
    {"Budget 2026/2027 Massive Dynamic.xlsx", "47"},
    {"Oscorp quarterly review H1 2026.pdf", "48"},
    {"oscorp_quarterly_review_2026_H2.pdf", "49"},
    {"Content plan Wayne Enterprises 2027-Q1.xlsx", "25"},
    {"Wayne Enterprises Content Plan Q2'27.xlsx", "26"},
    {"Content Plan Wayne Enterprises Q1 2027 20261120_143005.xlsx", "25"},
    // Letters: marks, transliterations, ligatures, full width, other scripts.
    {"Jahresabschluss Mueller 2025.pdf", "12"},
    {"jahresabschluss_mu\u0308ller_gmbh_2025.pdf", "12"},
    {"JAHRESABSCHLUSS M\u00dcLLER 2025.PDF", "12"},
    {"Jahresabschluss Muller 2025.pdf", "12"},
    {"aarsrapport nordlys 2025.pdf", "14"},
    {"Arsrapport_Nordlys_2025.pdf", "14"},
    {"\u00c5RSRAPPORT NORDLYS AS 2025.PDF", "14"},
    {"lettre information lumiere 2027-02.pdf", "15"},
    {"Lumi\u00e8re lettre d\u2019information f\u00e9vrier 2027.pdf", "15"},
    {"Strassenfest Plakat A3.pdf", "38"},
    {"STRASSENFEST_PLAKAT_A4.pdf", "39"},
    {"\uff21\uff43\uff4d\uff45 \uff2c\uff49\uff4e\uff4b building \uff31\uff13 "
     "\uff12\uff10\uff12\uff16.xlsx",
     "0"},
    {"\u30a2\u30af\u30e1\u6708\u6b21\u5831\u544a2026\u5e7411\u6708.pdf", "16"},
    {"\u6708\u6b21\u5831\u544a_\u30a2\u30af\u30e1_2026-11.pdf", "16"},
    {"\uff71\uff78\uff92 \u6708\u6b21\u5831\u544a 202611.pdf", "16"},
    {"\u58f2\u4e0a\u5831\u544a\u6771\u4eac\u652f\u5e97.xlsx", "17"},
    {"\u5927\u962a\u652f\u5e97\u58f2\u4e0a\u5831\u544a_\u6700\u7d42.xlsx", "18"},
    // Slips.
    {"Keyword Reserach Umbrella Pharma.xlsx", "21"},
    {"Webiste Relaunch Stark Industries.pdf", "23"},
    {"Website Relaunch Stark Indsutries.pdf", "23"},
    {"Case study Dunder Miflfin.docx", "42"},
    {"Backlink Anaylsis Pied Piper.xlsx", "45"},
    {"Monthyl Report Globex November 2026.pdf", "5"},
    {"Monthly Report Globex Novmber 2026.pdf", "5"},
    {"Straetgy B2B Soylent.pdf", "40"},
    {"Backlinks Analysis Pied Piper.xlsx", "45"},
    {"Link Building Acem Q3 2026.xlsx", "0"},
    {"Press Rleease Acme opens in Oslo.docx", "3"},
    {"Jahresabschluss Nordlsy 2025.pdf", "no"},
    {"aarsrapport nordlsy 2025.pdf", "14"},
    // A subset: the whole title wins over a longer one.
    {"Keyword Research Umbrella Pharma.xlsx", "21"},
    {"keyword research umbrella pharma norway.xlsx", "22"},
    {"Norway keyword research Umbrella Pharma final.xlsx", "22"},
    // Short, but enough.
    {"Acme opens Oslo press release.docx", "3"},
    {"Stark Industries relaunch.pdf", "23"},
    {"Weihnachtskarte.pdf", "37"},
    {"weihnachtskarte_final.indd", "37"},
    {"Report.pdf", "tie"},
    {"Jansen Janitorial onboarding.pdf", "33"},
    {"B2C Strategy Soylent.pdf", "41"},
    {"Meyer Vertrag.pdf", "10"},
    {"vertrag_meier.pdf", "11"},

    // Another date, number or version than that of any title.
    {"Link Building Acme Q2 2026.xlsx", "no"},
    {"Link Building Acme Q3 2025.xlsx", "no"},
    {"Link Building Globex Q4 2026.xlsx", "no"},
    {"Monthly Report Globex December 2026.pdf", "no"},
    {"Monthly Report Globex November 2025.pdf", "no"},
    {"Monthly Report Globex 2026-09.pdf", "no"},
    {"Monthly report Initech October 2026.pdf", "no"},
    {"Newsletter 14.pdf", "no"},
    {"Newsletter 1.pdf", "no"},
    {"Newsletter 2.pdf", "no"},
    {"Invoice 4713 Initech.pdf", "no"},
    {"Board minutes 2026-11-23.docx", "no"},
    {"Board minutes 2025-11-22.docx", "no"},
    {"Weekly status Hooli KW 46.docx", "no"},
    {"Price list Vandelay Imports 2025.xlsx", "no"},
    {"Phase 3 concept Tyrell.pdf", "no"},
    {"Style guide v3 Cyberdyne.pdf", "no"},
    {"Budget 2025/26 Massive Dynamic.xlsx", "no"},
    {"Stra\u00dfenfest Plakat A5.pdf", "no"},
    {"Content Plan Wayne Enterprises Q3 2027.xlsx", "no"},
    {"Jahresabschluss Schulz 2024.pdf", "no"},
    {"\u00c5rsrapport Nordlys 2024.pdf", "no"},
    {"\u30a2\u30af\u30e1 \u6708\u6b21\u5831\u544a 2026\u5e7410\u6708.pdf", "no"},
    // Somebody else's: the right task does not wait.
    {"Link Building Initech Q3 2026.xlsx", "no"},
    {"Press Release Acme opens in Hamburg.docx", "no"},
    {"Press Release Globex opens in Oslo.docx", "no"},
    {"Monthly Report Umbrella November 2026.pdf", "no"},
    {"Mayer Vertrag.pdf", "no"},
    {"Jahresabschluss Schulze 2025.pdf", "no"},
    {"Jahresabschluss Schultz 2025.pdf", "no"},
    {"Janssen Janitorial onboarding.pdf", "no"},
    {"SEO Audit Stark Industries.pdf", "no"},
    {"Keyword Research Wayne Enterprises.xlsx", "no"},
    {"Keyword Research Umbrella Pharma Sweden.xlsx", "no"},
    {"Website Relaunch Stark Enterprises.pdf", "no"},
    {"Interview with Ola Nordmann.docx", "no"},
    {"Tilbud til Fjelldal kommune.pdf", "no"},
    {"B2G Strategy Soylent.pdf", "no"},
    {"\u540d\u53e4\u5c4b\u652f\u5e97 \u58f2\u4e0a\u5831\u544a.xlsx", "no"},
    {"\u6771\u4eac\u652f\u5e97 \u7d4c\u8cbb\u5831\u544a.xlsx", "no"},
    {"Annual Report Globex November 2026.pdf", "no"},
    {"Weekly Report Globex November 2026.pdf", "no"},
    {"Contract Initech 4711.pdf", "no"},
    {"Report Hooli.pdf", "no"},
    {"Report 2026-11.pdf", "tie"},
    {"Report (12).pdf", "no"},
    {"Acme Case study.docx", "no"},
    // Mistakes in rare words, as names of others differ.
    {"Press Relase Acme opens in Oslo.docx", "no"},
    {"Weekly satus Hooli KW47.docx", "no"},
    {"Case study Dundar Mifflin.docx", "no"},
    {"Hoolie weekly status KW47.docx", "no"},
    // Nothing to go by.
    {"IMG_20261120_101530.jpg", "no"},
    {"scan0001.pdf", "no"},
    {"2026.pdf", "no"},
    {"Q3 2026.xlsx", "no"},
    {"11.pdf", "no"},
    {"final.docx", "no"},
    {"holiday photos.zip", "no"},
    {"document.pdf", "no"},
    {"", "no"},
    {"...", "no"},
    // Fits several.
    {"acme.xlsx", "tie"},
    {"Acme link building.xlsx", "tie"},
    {"Acme Link Building 2026.xlsx", "tie"},
    {"press release acme.docx", "tie"},
    {"Monthly report globex.pdf", "tie"},
    {"Monthly report November 2026.pdf", "tie"},
    {"Link Building Q3 2026.xlsx", "tie"},
    {"newsletter.pdf", "tie"},
    {"vertrag.pdf", "tie"},
    {"Invoice Initech.pdf", "tie"},
    {"board minutes.docx", "tie"},
    {"board minutes 2026.docx", "tie"},
    {"Weekly status Hooli.docx", "tie"},
    {"Content Plan Wayne Enterprises 2027.xlsx", "tie"},
    {"Concept Tyrell.pdf", "tie"},
    {"Plakat Stra\u00dfenfest.pdf", "tie"},
    {"Strategy Soylent.pdf", "tie"},
    {"Quarterly review Oscorp 2026.pdf", "tie"},
    {"\u58f2\u4e0a\u5831\u544a.xlsx", "tie"},
    {"Umbrella Pharma.xlsx", "tie"},
};

TEST(MatchPairs, ComeToWhatTheyMust) {
  std::vector<Wanted> tasks;
  for (size_t i = 0; i < kTitles.size(); ++i) {
    tasks.push_back({"86c" + std::to_string(i + 100), kTitles[i], {}});
  }
  const Titles titles(tasks);
  for (const Pair& pair : kPairs) {
    const FileMatch match = titles.find(pair.name);
    EXPECT_EQ(verdict_of(match), pair.wanted) << pair.name << told(match);
  }
}

}  // namespace
}  // namespace cb::model
