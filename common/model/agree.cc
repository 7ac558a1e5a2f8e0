#include "model/agree.h"

#include <algorithm>

#include "base/text.h"

namespace cb::model {
namespace {

Action agree_unseen(const Sighting& sighting) {
  if (sighting.upstream == Meaning::ready) return Action::evaluate;
  if (sighting.upstream == Meaning::running) return Action::hold_elsewhere;
  return Action::ignore;
}

Action agree_open(const Sighting& sighting) {
  if (sighting.upstream == Meaning::ready) return Action::evaluate;
  if (sighting.is_opened_here && sighting.upstream != Meaning::gone) return Action::none;
  if (sighting.upstream != Meaning::running) return Action::cancel;
  return sighting.we_said_running ? Action::none : Action::hold_elsewhere;
}

Action agree_running(const Sighting& sighting) {
  if (sighting.upstream == Meaning::ready)
    return sighting.is_owed ? Action::none : Action::owe_running;
  if (sighting.upstream == Meaning::running) return Action::none;
  return Action::let_finish;
}

Action agree_finished(const Sighting& sighting) {
  if (sighting.upstream != Meaning::ready && sighting.upstream != Meaning::running)
    return Action::none;
  if (sighting.is_owed) return Action::none;
  if (sighting.upstream == Meaning::running) return Action::owe_final;
  return sighting.is_newer ? Action::run_again : Action::owe_final;
}

Action agree_canceled(const Sighting& sighting) {
  if (!sighting.is_newer) return Action::none;
  if (sighting.upstream == Meaning::ready) return Action::evaluate;
  if (sighting.upstream == Meaning::running) return Action::hold_elsewhere;
  return Action::none;
}

}  // namespace

Meaning meaning_of(std::string_view status, const SourceRules& rules) {
  if (!rules.statuses) return Meaning::ready;
  const Statuses& statuses = *rules.statuses;
  const auto is_it = [&](std::string_view word) {
    return !word.empty() && equal_ignoring_case(status, word);
  };
  if (std::any_of(statuses.ready.begin(), statuses.ready.end(), is_it)) return Meaning::ready;
  if (is_it(statuses.running)) return Meaning::running;
  if (is_it(statuses.succeeded)) return Meaning::succeeded;
  if (is_it(statuses.failed)) return Meaning::failed;
  return Meaning::other;
}

std::string status_for(Meaning meaning, const SourceRules& rules) {
  if (!rules.statuses) return "";
  switch (meaning) {
    case Meaning::ready:
      return rules.statuses->ready.empty() ? "" : rules.statuses->ready.front();
    case Meaning::running:
      return rules.statuses->running;
    case Meaning::succeeded:
      return rules.statuses->succeeded;
    case Meaning::failed:
      return rules.statuses->failed;
    case Meaning::other:
    case Meaning::gone:
      return "";
  }
  return "";
}

std::string_view to_string(Meaning meaning) {
  switch (meaning) {
    case Meaning::ready:
      return "ready";
    case Meaning::running:
      return "running";
    case Meaning::succeeded:
      return "succeeded";
    case Meaning::failed:
      return "failed";
    case Meaning::other:
      return "other";
    case Meaning::gone:
      return "gone";
  }
  return "";
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::none:
      return "none";
    case Action::ignore:
      return "ignore";
    case Action::evaluate:
      return "evaluate";
    case Action::hold_elsewhere:
      return "hold";
    case Action::cancel:
      return "cancel";
    case Action::owe_running:
      return "owe_running";
    case Action::let_finish:
      return "let_finish";
    case Action::run_again:
      return "run_again";
    case Action::owe_final:
      return "owe_final";
  }
  return "";
}

Local local_of(State state) {
  switch (state) {
    case State::held:
    case State::blocked:
    case State::ready:
      return Local::open;
    case State::running:
      return Local::running;
    case State::succeeded:
    case State::failed:
      return Local::finished;
    case State::canceled:
      return Local::canceled;
  }
  return Local::unseen;
}

Action agree(Local local, const Sighting& sighting) {
  if (sighting.is_stale || sighting.is_echo) return Action::none;
  switch (local) {
    case Local::unseen:
      return agree_unseen(sighting);
    case Local::open:
      return agree_open(sighting);
    case Local::running:
      return agree_running(sighting);
    case Local::finished:
      return agree_finished(sighting);
    case Local::canceled:
      return agree_canceled(sighting);
  }
  return Action::none;
}

}  // namespace cb::model
