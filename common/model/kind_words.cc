#include "model/kind_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace cb::model {
namespace {

// One kind a line, folded.
constexpr std::array<std::string_view, 22> kKinds = {
    "invoice invoices rechnung facture faktura fattura factura factuur",
    "contract contracts agreement vertrag contrat kontrakt avtale contratto contrato contract",
    "minutes protokoll proces verbal pv cr compte rendu referat notulen verbale acta mom",
    "agenda tagesordnung ordre odj dagsorden",
    "budget budgets haushalt",
    "offer quote quotation angebot devis tilbud offerte preventivo presupuesto proposal",
    "report reports bericht rapport rapports rapporto informe relatorio verslag",
    "presentation slides slide praesentation prasentation presentasjon folien deck",
    "brochure flyer broschure broschuere leaflet flugblatt plakat poster affiche",
    "letter brief lettre brev lettera carta",
    "newsletter nyhetsbrev rundbrief",
    "receipt quittung recu kvittering beleg",
    "form formular formulaire skjema questionnaire fragebogen survey umfrage sondage",
    "policy richtlinie politique",
    "manual handbook handbuch manuel guide anleitung tutorial",
    "audit audits pentest penetration review reviews assessment",
    "annex appendix attachment anhang anlage annexe vedlegg supplement",
    "summary zusammenfassung resume synthese abstract sammendrag executive",
    "checklist todo questions faq",
    "timesheet payslip payroll salary lohn gehalt salaire",
    "template vorlage modele mal",
    "reminder mahnung rappel relance reply answer antwort reponse convocation einladung invitation",
};

constexpr std::string_view kNeutral =
    " report reports bericht rapport data dataset datasets daten donnees file files datei fichier "
    "document documents doc docs dokument paper publication pdf csv xls xlsx json web www com org "
    "net "
    "http https html online site full complete public official print printed version en eng "
    "english "
    "fr fra de deu es it no nb nn sv da nl master main raw table sheet list liste for of ";

constexpr std::string_view kActions =
    " publish import write prepare upload add update create process archive file send translate "
    "collect fetch load ingest convert proofread typeset print submit sign store register book pay "
    "get receive deliver produce draft finish complete post share record transcribe digitize "
    "digitise "
    "scan index catalogue catalog summarize summarise analyze analyse edit layout distribute "
    "circulate "
    "veroffentlichen pruefen prufen erstellen schreiben importieren hochladen ubersetzen "
    "uebersetzen "
    "ablegen versenden einholen buchen bezahlen archivieren vorbereiten einpflegen erfassen "
    "publier importer rediger preparer envoyer traduire archiver classer ajouter verser deposer "
    "diffuser saisir numeriser transmettre "
    "publiser importer skriv skrive oversett oversette arkiver send lag oppdater last hent ";

constexpr std::string_view kPlaces =
    " norway norge sweden sverige denmark danmark finland suomi iceland germany deutschland france "
    "spain espana italy italia netherlands nederland belgium belgique austria osterreich "
    "switzerland schweiz suisse poland polska uk usa us eu emea apac dach nordics nordic europe "
    "europa asia africa america international ireland scotland wales england canada mexico brazil "
    "india china japan korea australia portugal greece turkey north south east west nord sud sued "
    "ost est ouest central ";

bool is_in(std::string_view word, std::string_view words) {
  return words.find(" " + std::string(word) + " ") != std::string_view::npos;
}

std::unordered_map<std::string_view, int> kinds_by_word() {
  std::unordered_map<std::string_view, int> kinds;
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    const std::string_view words = kKinds[kind];
    for (size_t at = 0; at < words.size();) {
      const size_t end = std::min(words.find(' ', at), words.size());
      kinds.emplace(words.substr(at, end - at), static_cast<int>(kind));
      at = end + 1;
    }
  }
  return kinds;
}

}  // namespace

std::optional<int> document_kind(std::string_view folded) {
  static const auto kinds = kinds_by_word();
  const auto found = kinds.find(folded);
  if (found == kinds.end()) return std::nullopt;
  return found->second;
}

bool is_neutral_word(std::string_view folded) { return is_in(folded, kNeutral); }
bool is_action_word(std::string_view folded) { return is_in(folded, kActions); }
bool is_place_word(std::string_view folded) { return is_in(folded, kPlaces); }

}  // namespace cb::model
