#include "flow/finish.h"

#include "base/text.h"
#include "flow/owe.h"
#include "model/agree.h"
#include "state/outbox.h"

namespace cb::flow {
namespace {

using model::Meaning;
using model::State;

constexpr size_t kCommentLimit = 4000;

bool is_decided_by_person(const state::TaskRow& row, const model::SourceRules& rules) {
  const auto meaning = model::meaning_of(row.task.status, rules);
  return meaning != Meaning::ready && meaning != Meaning::running && meaning != row.sent;
}

bool needs_person(const state::TaskRow& row) {
  return row.state == State::failed ||
         (row.state == State::held && row.reason == model::reason::crashed);
}

// There is nobody left upstream to be told anything.
bool is_gone(const state::TaskRow& row) { return row.missed >= 2; }

std::string failure_comment(const Judgement& judgement) {
  const auto attempts = std::to_string(judgement.run.attempt) +
                        (judgement.run.attempt == 1 ? " attempt" : " attempts");
  return "cb: failed after " + attempts + ": " + excerpt(judgement.run.message, kCommentLimit) +
         "\nrun " + judgement.run.id;
}

// It would run again, against what a person decided while it ran.
void withdraw(db::Connection& db, const model::SourceRules& rules, state::TaskRow& row,
              Instant now) {
  const auto is_done = model::meaning_of(row.task.status, rules) == Meaning::succeeded;
  row.not_before.reset();
  row.recheck.reset();
  state::change_state(db, row,
                      {model::Cause::withdrawn, State::canceled,
                       is_done ? model::reason::done_upstream : model::reason::closed_upstream,
                       "status " + row.task.status},
                      now);
  state::drop_owed(db, row.n, "withdrawn upstream", now);
}

void owe_end(db::Connection& db, const model::SourceRules& rules, state::TaskRow& row,
             const Judgement& judgement, Meaning meaning, Instant now) {
  const auto& run = judgement.run.id;
  for (const auto& attachment : judgement.attachments)
    owe_attachment(db, row.n, run, attachment.path, attachment.name, Send::later, now);
  const auto comment =
      meaning == Meaning::failed ? failure_comment(judgement) : judgement.upstream_comment;
  if (!comment.empty()) owe_comment(db, row.n, run, comment, Send::later, now);
  if (is_decided_by_person(row, rules)) return;
  if (judgement.upstream_status.empty())
    owe_status(db, rules, row, meaning, run, Send::later, now);
  else
    owe_status_text(db, row, meaning, judgement.upstream_status, run, Send::later, now);
}

}  // namespace

state::Finished finish(db::Connection& db, const model::SourceRules& rules,
                       const Judgement& judgement, Instant now) {
  auto finished = state::finish_run(db, judgement.run, judgement.conclusion, now);
  auto& row = finished.row;
  if (finished.finish != state::Finish::applied || !rules.has_upstream || is_gone(row))
    return finished;
  if (row.state == State::succeeded)
    owe_end(db, rules, row, judgement, Meaning::succeeded, now);
  else if (needs_person(row))
    owe_end(db, rules, row, judgement, Meaning::failed, now);
  else if (model::is_open(row.state) && is_decided_by_person(row, rules))
    withdraw(db, rules, row, now);
  else if (judgement.conclusion.outcome == model::Outcome::interrupted)
    state::drop_owed_of_run(db, row.n, judgement.run.id, "its run did not take place", now);
  return finished;
}

}  // namespace cb::flow
