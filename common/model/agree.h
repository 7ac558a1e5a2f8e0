// What store and upstream owe each other when they disagree.
#pragma once

#include <string_view>

#include "model/evaluate.h"
#include "model/state.h"

namespace cb::model {

// What an upstream status means to cb.
enum class Meaning { ready, running, succeeded, failed, other, gone };

Meaning meaning_of(std::string_view status, const SourceRules& rules);
// The source's own word for a meaning of cb's (running, succeeded, failed; ready: the first); ""
// when it has none.
std::string status_for(Meaning meaning, const SourceRules& rules);

// What the store knows of a task, as far as upstream matters.
enum class Local { unseen, open, running, finished, canceled };
Local local_of(State state);

struct Sighting {
  Meaning upstream = Meaning::ready;
  bool is_stale = false;  // this listing is older than our own last write
  bool is_newer = false;  // it is certainly younger than that, and than the task's last change
  bool we_said_running = false;  // our own last write, sent or perhaps sent, was `running`
  bool is_echo = false;          // what it shows is our own last word
  bool is_owed = false;          // a status of ours is still on its way
  bool is_opened_here = false;   // a person here reopened it, knowing what upstream says
};

enum class Action {
  none,            // nothing to do: it agrees, or the sighting is stale
  ignore,          // not known and not for us: count it, remember that it is done
  evaluate,        // decide again whether it may run
  hold_elsewhere,  // somebody else works on it
  cancel,          // withdrawn
  owe_running,     // upstream lost or never got our `running`
  let_finish,      // a person decided otherwise while it runs: finish, report, do not overwrite
  run_again,       // a person put it back: attempts start anew
  owe_final,       // upstream lost or never got our final status
};

std::string_view to_string(Meaning meaning);
// The word of an action, as cb-reconcile tells it.
std::string_view to_string(Action action);

// What is to be done about a sighting.
Action agree(Local local, const Sighting& sighting);

}  // namespace cb::model
