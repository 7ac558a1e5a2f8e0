#include "explain.h"

#include <set>

#include "base/text.h"
#include "held.h"
#include "log_text.h"
#include "os/growing_file.h"
#include "os/process.h"
#include "state/deps.h"
#include "state/list.h"
#include "state/reserve.h"
#include "state/runs.h"
#include "state/sources.h"
#include "text.h"

namespace cb::status {
namespace {

using model::State;

std::string name_of(const state::TaskRow& row) { return model::to_string(row.task.name); }

// --- held, blocked

void explain_held(Explanation& out, db::Connection& db, const state::TaskRow& row,
                  const Surroundings& around) {
  auto advice = advise(row, around.config);
  out.blocker = "held";
  out.text = std::move(advice.text);
  out.next = std::move(advice.next);
  out.clears_at = row.recheck;
  out.files = possible_files(db, row, around.config);
  if (!out.files.empty())
    out.next =
        "if one of these files is for it: cb-watch tie FILE " + out.task + "; else " + out.next;
}

Explanation::Unmet describe_unmet(db::Connection& db, const model::TaskName& name) {
  const auto row = state::find_task(db, name);
  if (!row) return {model::to_string(name), "unseen", "not seen yet"};
  return {model::to_string(name), std::string(model::to_string(row->state)),
          state::shown_reason(db, *row)};
}

// Follows the first unmet dependency to the task that waits for no other; nullopt when that one is
// not known.
struct RootCause {
  std::string task;
  std::optional<state::TaskRow> row;
};
RootCause find_root(db::Connection& db, model::TaskName name) {
  std::set<model::TaskName> passed;
  for (;;) {
    auto row = state::find_task(db, name);
    if (!row || row->state != State::blocked || !passed.insert(name).second)
      return {model::to_string(name), std::move(row)};
    const auto unmet = state::waits_for(db, row->n);
    if (unmet.empty()) return {model::to_string(name), std::move(row)};
    name = unmet.front();
  }
}

Explanation explain_unseen(const std::string& name) {
  Explanation out;
  out.task = name;
  out.state = "unseen";
  out.reason = "not seen yet";
  out.blocker = "dependency";
  out.text = "no source has shown it yet";
  out.next = "add it where it belongs and run cb-poll, or take it out of what waits for it";
  return out;
}

void explain_blocked(Explanation& out, state::Store& store, const state::TaskRow& row,
                     const Surroundings& around) {
  const auto unmet = state::waits_for(*store.db, row.n);
  out.blocker = "dependency";
  out.text = "it runs " + out.reason;
  for (const auto& name : unmet) out.waits_for.push_back(describe_unmet(*store.db, name));
  if (unmet.empty()) return;
  const auto root = find_root(*store.db, unmet.front());
  if (root.row && root.row->state == State::blocked) return;  // a circle
  out.root = std::make_shared<Explanation>(root.row ? explain(store, *root.row, around)
                                                    : explain_unseen(root.task));
  out.next = out.root->next;
}

// --- running

std::string describe_supervisor(Explanation& out, const state::RunRow& run) {
  if (run.host != os::host_name()) return "whether it lives can only be told there";
  if (os::is_alive(run.supervisor)) return "its cb-exec is alive";
  out.blocker = "supervisor_lost";
  out.next = "run cb-exec: it ends what is left of the run and records how it ended";
  return "its cb-exec is gone";
}

void explain_running(Explanation& out, state::Store& store, const state::TaskRow& row,
                     const Surroundings& around) {
  const auto run = state::find_run(*store.db, row.run);
  if (!run) return;
  out.text = "run " + run->id + " (attempt " + std::to_string(run->attempt) + ") on " + run->host +
             ", pid " + std::to_string(run->supervisor.pid) + ", for " +
             describe_duration(age(run->claimed_at, around.now)) + "; " +
             describe_supervisor(out, *run);
  if (const auto file = os::GrowingFile::open(store.layout.log(run->id)))
    out.log_line = last_line(*file);
}

// --- ready: each returns whether it is in the way

bool is_waiting_time(Explanation& out, const state::TaskRow& row, const Surroundings& around) {
  if (!row.not_before || *row.not_before <= around.now) return false;
  out.blocker = "not_before";
  out.text = row.reason + (row.detail.empty() ? "" : " after: " + row.detail) + "; not before " +
             describe_time(*row.not_before, around.now);
  out.clears_at = row.not_before;
  out.next = "nothing needs to be done; to run it now: cb-task retry " + name_of(row);
  return true;
}

bool is_key_taken(Explanation& out, db::Connection& db, const state::TaskRow& row) {
  const auto holder = state::key_holder(db, row);
  if (!holder) return false;
  out.blocker = "key";
  out.text = "tasks of key " + row.key + " run one at a time, and " + name_of(*holder) +
             (holder->state == State::running ? " is running" : " is ahead of it");
  out.clears_at = holder->not_before;
  return true;
}

bool is_without_handler(Explanation& out, const state::TaskRow& row, const Surroundings& around) {
  const auto is_known =
      around.config == nullptr || around.config->find_handler(row.handler) != nullptr;
  if (!row.handler.empty() && is_known) return false;
  out.blocker = "handler";
  out.text = row.handler.empty() ? "it has no handler"
                                 : "its handler " + row.handler + " is no longer configured";
  out.next = "run it by cb-exec " + name_of(row) +
             " -- COMMAND, or add a handler that fits it and run cb-poll";
  return true;
}

bool is_handler_full(Explanation& out, db::Connection& db, const state::TaskRow& row,
                     const Surroundings& around) {
  const auto* handler =
      around.config == nullptr ? nullptr : around.config->find_handler(row.handler);
  if (handler == nullptr || handler->concurrency == 0) return false;
  const auto running = state::count_running(db, row.handler);
  if (running < handler->concurrency) return false;
  out.blocker = "concurrency";
  out.text = "handler " + row.handler + " runs " + std::to_string(running) + " tasks of at most " +
             std::to_string(handler->concurrency);
  return true;
}

void explain_left_alone(Explanation& out, const state::SourceRow& source,
                        const Surroundings& around) {
  const auto until = source.breaker.opens_until();
  out.text =
      "source " + source.source + " is left alone until " +
      (until ? describe_time(*until, around.now) : "its token or the configuration changes") +
      ": " + source.breaker.reason;
  out.clears_at = until;
  out.next = (until ? "nothing needs to be done; to ask it now: cb-poll "
                    : "repair its token or the configuration; to ask it now: cb-poll ") +
             source.source;
}

bool is_source_failing(Explanation& out, db::Connection& db, const state::TaskRow& row,
                       const Surroundings& around) {
  const auto source = state::load_source(db, row.task.name.source);
  if (source.error.empty() && !source.breaker.is_open()) return false;
  if (around.config != nullptr &&
      around.config->rules_of(source.source).claim == model::Claim::optimistic)
    return false;
  out.blocker = "source";
  if (source.breaker.is_open()) {
    explain_left_alone(out, source, around);
    return true;
  }
  out.text = "source " + source.source + " cannot be reached (" + std::to_string(source.failures) +
             " failures in a row): " + source.error;
  out.next = "repair that, then run cb-poll " + source.source;
  return true;
}

bool is_disk_short(Explanation& out, const state::Layout& layout, const Surroundings& around) {
  const auto backup = around.config == nullptr ? config::Backup{} : around.config->backup;
  if (state::has_headroom(layout, backup.headroom)) return false;
  out.blocker = "disk";
  out.text = "less than backup.headroom is free in " + layout.root;
  out.next = "make room there";
  return true;
}

void explain_ready(Explanation& out, state::Store& store, const state::TaskRow& row,
                   const Surroundings& around) {
  auto& db = *store.db;
  if (is_waiting_time(out, row, around) || is_key_taken(out, db, row) ||
      is_without_handler(out, row, around) || is_handler_full(out, db, row, around) ||
      is_source_failing(out, db, row, around) || is_disk_short(out, store.layout, around))
    return;
  const auto ahead = state::count_ahead(db, row);
  out.text = "the next cb-exec takes it";
  if (ahead > 0)
    out.text +=
        " after " + std::to_string(ahead) + (ahead == 1 ? " other" : " others") + " of its handler";
}

// --- final

void explain_failed(Explanation& out, const state::TaskRow& row) {
  out.blocker = "failed";
  out.text = "it failed after " + std::to_string(row.attempts) +
             (row.attempts == 1 ? " attempt" : " attempts") + ": " + out.reason;
  out.next =
      "look at cb-status log " + name_of(row) + "; to run it again: cb-task retry " + name_of(row);
}

void explain_final(Explanation& out, const state::TaskRow& row, const Surroundings& around) {
  if (row.state == State::failed) return explain_failed(out, row);
  const auto when = describe_time(row.since, around.now);
  const auto detail = row.detail.empty() ? "" : ": " + row.detail;
  if (row.state == State::succeeded) {
    out.text = "it succeeded " + when + detail;
  } else {
    out.blocker = "canceled";
    out.text = "it was canceled (" + row.reason + ") " + when + detail;
  }
  out.next = "to run it again: cb-task retry " + name_of(row);
}

// --- what upstream has not heard

std::string describe_write(const state::OwedView& write) {
  const auto what = write.kind == "set_status" ? "status"
                    : write.kind == "comment"  ? "comment"
                                               : "attachment";
  return std::string(what) + " '" + excerpt(write.text, 60) + "'";
}

void add_unheard(Explanation& out, db::Connection& db, const state::TaskRow& row,
                 const Surroundings& around) {
  for (const auto& write : state::owed_by(db, row.n)) {
    if (write.state == "parked")
      out.text += "; upstream refused the " + describe_write(write) + " for good: " + write.error;
    else if (write.tries > 0)
      out.text += "; the " + describe_write(write) + " is not delivered yet: " + write.error +
                  ", tried again " + describe_time(write.next_try, around.now);
  }
}

void add(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

}  // namespace

Explanation explain(state::Store& store, const state::TaskRow& row, const Surroundings& around) {
  Explanation out;
  out.task = name_of(row);
  out.state = model::to_string(row.state);
  out.reason = state::shown_reason(*store.db, row);
  switch (row.state) {
    case State::held:
      explain_held(out, *store.db, row, around);
      break;
    case State::blocked:
      explain_blocked(out, store, row, around);
      break;
    case State::ready:
      explain_ready(out, store, row, around);
      break;
    case State::running:
      explain_running(out, store, row, around);
      break;
    case State::succeeded:
    case State::failed:
    case State::canceled:
      explain_final(out, row, around);
      break;
  }
  add_unheard(out, *store.db, row, around);
  return out;
}

Json to_json(const Explanation& explanation) {
  Json json = {
      {"task", explanation.task}, {"state", explanation.state}, {"reason", explanation.reason}};
  add(json, "blocker", explanation.blocker);
  json["why"] = explanation.text;
  if (explanation.clears_at) json["clears_at"] = format_rfc3339(*explanation.clears_at);
  add(json, "next", explanation.next);
  add(json, "log_line", explanation.log_line);
  for (const auto& unmet : explanation.waits_for)
    json["waits_for"].push_back(
        {{"task", unmet.task}, {"state", unmet.state}, {"reason", unmet.reason}});
  if (explanation.root) json["root"] = to_json(*explanation.root);
  for (const auto& file : explanation.files) json["files"].push_back(to_json(file));
  return json;
}

}  // namespace cb::status
