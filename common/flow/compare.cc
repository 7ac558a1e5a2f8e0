#include "flow/compare.h"

#include "base/text.h"
#include "state/events.h"
#include "state/outbox.h"

namespace cb::flow {
namespace {

using model::Action;
using model::Local;
using model::Meaning;
using Said = std::optional<state::LastStatus>;

// Whether an open task may run only time and the rules change, not a listing without news.
bool is_settled(Action action) { return action == Action::none || action == Action::evaluate; }

// What is shown is what we said. A command may have chosen a status of its own, which may be any
// word; so the text counts, and that it was said of a state like this one.
bool is_echo(const state::TaskRow& row, Local local, Meaning meaning, const Said& said) {
  if (local == Local::open && row.sent == meaning) return true;
  if (!said || said->state != state::LastStatus::State::delivered) return false;
  const auto is_final = said->meaning != Meaning::running;
  const auto fits = local == Local::open || (local == Local::finished && is_final);
  return fits && equal_ignoring_case(said->text, row.task.status);
}

Meaning owed_meaning(Action action, model::State state) {
  if (action == Action::owe_running) return Meaning::running;
  return state == model::State::succeeded ? Meaning::succeeded : Meaning::failed;
}

std::string refusal_of(Action action, const model::SourceRules& rules, const state::TaskRow& row,
                       const Said& said) {
  if (action != Action::owe_running && action != Action::owe_final) return "";
  if (!said || said->state != state::LastStatus::State::parked) return "";
  const auto wanted = model::status_for(owed_meaning(action, row.state), rules);
  return equal_ignoring_case(said->text, wanted) ? "refused upstream: " + said->error : "";
}

}  // namespace

Comparison compare(db::Connection& db, const model::SourceRules& rules, const state::TaskRow& row,
                   bool is_stale) {
  if (!rules.statuses) return {};
  const auto local = model::local_of(row.state);
  const auto meaning = model::meaning_of(row.task.status, rules);
  model::Sighting sighting{
      .upstream = meaning, .is_stale = is_stale, .we_said_running = row.sent == Meaning::running};
  if (is_settled(model::agree(local, sighting))) return {};
  const auto said = state::last_status(db, row.n);
  sighting.is_echo = is_echo(row, local, meaning, said);
  sighting.is_owed = said && said->state == state::LastStatus::State::owed;
  sighting.is_opened_here = local == Local::open && state::is_opened_by_person(db, row.n);
  const auto action = model::agree(local, sighting);
  return {is_settled(action) ? Action::none : action, refusal_of(action, rules, row, said)};
}

}  // namespace cb::flow
