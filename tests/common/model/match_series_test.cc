// Titles in series, as a tracker has them, and files whose names say less than the title or more,
// in their senders' own words. Half of the files belong to no task that waits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/match.h"

namespace cb::model {
namespace {

const std::vector<std::string> kSeriesTitles = {
    /*  0 */ "Publish penetration test: Tunnelbear browser extension (June 2022)",
    /*  1 */ "Publish penetration test: Proton Drive clients (March 2023)",
    /*  2 */ "Publish penetration test: Bitwarden server",
    /*  3 */ "Publish penetration test: Nextcloud Talk",
    /*  4 */ "Import dataset: Rainfall by district",
    /*  5 */ "Import dataset: Bicycle counters Oslo 2023",
    /*  6 */ "Import dataset: Bicycle counters Bergen 2023",
    /*  7 */ "Import dataset: Household electricity consumption",
    /*  8 */ "Import dataset: Airline delays",
    /*  9 */ "Link building: Fjordbank, October 2025",
    /* 10 */ "Link building: Fjordbank, November 2025",
    /* 11 */ "Link building: Kaffebrenneri, November 2025",
    /* 12 */ "Link building: Hansa Bygg, November 2025",
    /* 13 */ "Link building: Nordlys, November 2025",
    /* 14 */ "Compte rendu r\u00e9union CA septembre 2024",
    /* 15 */ "Compte rendu r\u00e9union CA octobre 2024",
    /* 16 */ "Compte rendu r\u00e9union bureau septembre 2024",
    /* 17 */ "Compte rendu assembl\u00e9e g\u00e9n\u00e9rale ordinaire juin 2021",
    /* 18 */ "Archive report: Global Risk Landscape 2023",
    /* 19 */ "Archive report: Data Leak Investigation Yearbook 2023",
    /* 20 */ "Archive report: State of Open Source Licensing 2024",
    /* 21 */ "Archive report: Women in Engineering 2022",
    /* 22 */ "Vertrag pr\u00fcfen: Gr\u00fcnwald Logistik",
    /* 23 */ "Vertrag pr\u00fcfen: Steinbach Holzbau",
    /* 24 */ "Rechnung buchen: Stadtwerke Lindau Oktober 2025",
    /* 25 */ "Rechnung buchen: Stadtwerke Lindau November 2025",
    /* 26 */ "Rechnung buchen: Telefonica Oktober 2025",
    /* 27 */ "Translate leaflet: Asthma in children",
    /* 28 */ "Translate leaflet: Living with diabetes",
    /* 29 */ "Translate leaflet: Asthma in adults",
    /* 30 */ "Proofread thesis chapter 3: Glacier retreat in Patagonia",
    /* 31 */ "Proofread thesis chapter 4: Glacier retreat in Patagonia",
    /* 32 */ "Tilbud: Haugen Elektro",
    /* 33 */ "Tilbud: Haugen R\u00f8r",
    /* 34 */ "M\u00f8tereferat styret 12. mars 2024",
    /* 35 */ "M\u00f8tereferat styret 16. april 2024",
    /* 36 */ "Board paper: Solar roof Kensington depot",
    /* 37 */ "Board paper: Electric buses Camden depot",
    /* 38 */ "Add protocol: Zebrafish embryo fixation",
    /* 39 */ "Add protocol: Mouse liver perfusion",
    /* 40 */ "Monthly report: Vandelay, May 2025",
    /* 41 */ "Monthly report: Vandelay, June 2025",
    /* 42 */ "Monthly report: Oscorp, May 2025",
    /* 43 */ "Post interview: Ingrid Solheim",
    /* 44 */ "Post interview: Tariq Rahman",
    /* 45 */ "Newsletter 41 layout",
    /* 46 */ "Newsletter 42 layout",
};

struct SeriesPair {
  std::string name;
  int wanted;  // -1: a person must say
};

const std::vector<SeriesPair> kSeriesPairs = {
    // The kind is missing, or said otherwise; the sender's own words stand beside.
    {"cure53_tunnelbear-browser-extension_2022-06.pdf", 0},
    {"TBR-02-tunnelbear-extension-june-2022-final.pdf", -1},
    {"tunnelbear_browser_extension_pentest-report_2022_06_17.pdf", 0},
    {"proton-drive-clients-march-2023-securitum.pdf", 1},
    {"2023-03_ProtonDrive_clients_pentest.pdf", 1},
    {"nextcloud-talk-security-assessment-x41.pdf", 3},
    {"nextcloud talk.pdf", 3},
    {"Bitwarden-server.pdf", 2},
    {"bitwarden_server_ist_report.pdf", -1},
    {"rainfall_district_imd_v2.csv", 4},
    {"rainfall-by-district.csv", 4},
    {"oslo_bicycle_counters_2023_export.csv", 5},
    {"bergen-bicycle-counters-2023.csv", 6},
    {"uci_household_electricity_consumption.zip", 7},
    {"airline_delays_bts.csv", 8},
    {"airline-delays.parquet", 8},
    {"Fjordbank lenker okt 2025.xlsx", -1},
    {"2025-10 Fjordbank.xlsx", 9},
    {"linkbuilding_fjordbank_2025-11_KS.xlsx", 10},
    {"LB Kaffebrenneri 2025-11.xlsx", -1},
    {"2025-11_LB_2_kaffebrenneri linkbuilding.xlsx", 11},
    {"JM 2025-11 Kaffebrenneri.xlsx", 11},
    {"Hansa Bygg nov 2025 ferdig.xlsx", 12},
    {"hansabygg-2025-11-backlinks-liste.xlsx", 12},
    {"CR_reunion_CA_2024-09.docx", 14},
    {"CR CA octobre 2024.docx", -1},
    {"2024-09_CR_bureau.pdf", 16},
    {"PV_AGO_2021-06-10.pdf", 17},
    {"assemblee_generale_ordinaire_10_juin_2021.pdf", 17},
    {"wef-global-risk-landscape-2023.pdf", 18},
    {"2023-dliy-report-data-leak.pdf", 19},
    {"data-leak-investigation-yearbook-2023-executive.pdf", -1},
    {"open-source-licensing-state-2024-web.pdf", 20},
    {"women_in_engineering_2022_print.pdf", 21},
    {"Gruenwald_Logistik_V2_unterschrieben.pdf", 22},
    {"Steinbach Holzbau Vertrag.pdf", 23},
    {"SWL-Stadtwerke-Lindau-2025-10.pdf", 24},
    {"Rechnung Stadtwerke Lindau 11-2025.pdf", 25},
    {"Telefonica_2025_10.pdf", 26},
    {"asthma_children_nb.docx", 27},
    {"living-with-diabetes_sv.docx", 28},
    {"ch3 glacier retreat patagonia.docx", -1},
    {"chapter-3-glacier-retreat-patagonia-tracked.docx", 30},
    {"Haugen Elektro tilbud rev.pdf", 32},
    {"referat styret 2024-03-12.docx", -1},
    {"kensington-depot-solar-roof.pdf", 36},
    {"electric buses camden depot v3 JT.docx", 37},
    {"zebrafish-embryo-fixation-lab7.docx", 38},
    {"mouse_liver_perfusion_sop.pdf", 39},
    {"Vandelay 2025-05.pdf", 40},
    {"vandelay_june_2025_report.pdf", 41},
    {"ingrid_solheim_raw.wav", 43},
    {"Tariq Rahman.m4a", 44},
    {"newsletter42.indd", -1},

    // The right task does not wait, but something like it does.
    {"cure53_tunnelbear-android-app_2022-06.pdf", -1},
    {"tunnelbear-browser-extension-2021.pdf", -1},
    {"proton-mail-clients-march-2023.pdf", -1},
    {"proton-drive-sdk-2023-03.pdf", -1},
    {"bitwarden-cli.pdf", -1},
    {"nextcloud-hub.pdf", -1},
    {"nextcloud-deck-assessment.pdf", -1},
    {"rainfall.csv", -1},
    {"rainfall-by-river-basin.csv", -1},
    {"trondheim_bicycle_counters_2023.csv", -1},
    {"oslo_bicycle_counters_2022.csv", -1},
    {"oslo_bicycle_accidents_2023.csv", -1},
    {"household_water_consumption.csv", -1},
    {"airline_fares.csv", -1},
    {"train_delays.csv", -1},
    {"2025-12 Fjordbank.xlsx", -1},
    {"Fjordbank.xlsx", -1},
    {"Fjordbank Finans 2025-11.xlsx", -1},
    {"Fjordbank Norge 2025-11.xlsx", -1},
    {"Fjordbank SEO audit 2025-11.xlsx", -1},
    {"Hansa Eiendom 2025-11.xlsx", -1},
    {"Nordlys Kraft 2025-11.xlsx", -1},
    {"Hansa Bygg Sverige 2025-11.xlsx", -1},
    {"Invoice Hansa Bygg 2025-11.pdf", -1},
    {"CR CA novembre 2024.docx", -1},
    {"CR bureau octobre 2024.docx", -1},
    {"CR commission travaux septembre 2024.docx", -1},
    {"PV_AGE_2021-06-10.pdf", -1},
    {"PV_AGO_2022-06-10.pdf", -1},
    {"assemblee generale extraordinaire juin 2021.pdf", -1},
    {"convocation AGO juin 2021.pdf", -1},
    {"global-risk-landscape-2024.pdf", -1},
    {"global-cyber-risk-outlook-2023.pdf", -1},
    {"state-of-open-source-funding-2024.pdf", -1},
    {"women_in_mining_2022.pdf", -1},
    {"Gruenwald Immobilien Vertrag.pdf", -1},
    {"Gr\u00fcnwald Logistik Rechnung.pdf", -1},
    {"Steinbach Metallbau.pdf", -1},
    {"Stadtwerke Konstanz 2025-10.pdf", -1},
    {"Stadtwerke-Lindau-2025-12.pdf", -1},
    {"Telefonica Vertrag Oktober 2025.pdf", -1},
    {"asthma.docx", -1},
    {"asthma_pregnancy.docx", -1},
    {"living-with-dementia.docx", -1},
    {"glacier retreat patagonia.docx", -1},
    {"chapter 5 glacier retreat patagonia.docx", -1},
    {"Haugen Maskin tilbud.pdf", -1},
    {"Haugen.pdf", -1},
    {"referat styret 2024-05-14.docx", -1},
    {"referat \u00e5rsm\u00f8te 2024-03-12.docx", -1},
    {"solar roof croydon depot.pdf", -1},
    {"electric vans camden depot.pdf", -1},
    {"zebrafish-larva-fixation.docx", -1},
    {"mouse_kidney_perfusion.pdf", -1},
    {"Vandelay 2025-07.pdf", -1},
    {"Vandelay annual report 2025.pdf", -1},
    {"Oscorp weekly report May 2025.pdf", -1},
    {"ingrid_haugen.wav", -1},
    {"Omar Rahman.m4a", -1},
    {"newsletter43.indd", -1},
};

std::string told_of_series(const FileMatch& match) {
  std::string text;
  for (const Candidate& each : match.candidates)
    text += "\n  " + std::to_string(each.score) + " " + kSeriesTitles[each.index] + " (" +
            each.why + ")";
  return text;
}

TEST(MatchSeries, FilesComeToTheirTaskOrToNone) {
  std::vector<Wanted> tasks;
  for (const std::string& title : kSeriesTitles)
    tasks.push_back({"86d" + std::to_string(tasks.size() + 100), title, {}});
  const Titles titles(tasks);
  for (const SeriesPair& pair : kSeriesPairs) {
    const FileMatch match = titles.find(pair.name);
    const int found = match.is_sure() ? static_cast<int>(match.candidates.front().index) : -1;
    EXPECT_EQ(found, pair.wanted) << pair.name << told_of_series(match);
  }
}

// Without its task, every one of these files must be left to a person.
TEST(MatchSeries, NoFileComesToAnotherTaskWhenItsOwnDoesNotWait) {
  for (const SeriesPair& pair : kSeriesPairs) {
    if (pair.wanted < 0) continue;
    std::vector<Wanted> tasks;
    for (size_t i = 0; i < kSeriesTitles.size(); ++i) {
      if (static_cast<int>(i) != pair.wanted)
        tasks.push_back({"86d" + std::to_string(i + 100), kSeriesTitles[i], {}});
    }
    const FileMatch match = Titles(tasks).find(pair.name);
    EXPECT_FALSE(match.is_sure()) << pair.name << " for " << tasks[match.candidates[0].index].title;
  }
}

}  // namespace
}  // namespace cb::model
