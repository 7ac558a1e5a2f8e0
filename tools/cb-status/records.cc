#include "records.h"

#include <algorithm>

#include "files.h"

namespace cb::status {
namespace {

// Adds what is there: an empty text or an absent value is left out.
void put(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}
void put(Json& json, const char* name, const std::optional<Instant>& at) {
  if (at) json[name] = format_rfc3339(*at);
}
template <typename T>
void put(Json& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

// A blocked task's detail is its reason as it was when it became blocked.
bool tells_more(const state::TaskRow& row, const std::string& reason) {
  return row.state != model::State::blocked && row.detail != reason;
}

Json runs_json(state::Store& store, const state::TaskRow& row) {
  auto runs = Json::array();
  for (const auto& run : state::runs_of(*store.db, row.n))
    runs.push_back(run_json(store.layout, run));
  return runs;
}

Json owed_json(const state::OwedView& owed) {
  Json json = {{"op", owed.op},       {"kind", owed.kind},
               {"text", owed.text},   {"state", owed.state},
               {"tries", owed.tries}, {"created_at", format_rfc3339(owed.created_at)}};
  if (owed.state == "owed") json["next_try"] = format_rfc3339(owed.next_try);
  put(json, "error", owed.error);
  return json;
}

}  // namespace

Json run_json(const state::Layout& layout, const state::RunRow& run) {
  Json json = {{"run", run.id}, {"attempt", run.attempt}};
  if (run.outcome) json["outcome"] = model::to_string(*run.outcome);
  put(json, "exit", run.exit);
  put(json, "signal", run.signal);
  put(json, "message", run.message);
  json["claimed_at"] = format_rfc3339(run.claimed_at);
  put(json, "ended_at", run.ended_at);
  if (run.ended_at) json["duration_ms"] = (*run.ended_at - run.claimed_at).count();
  put(json, "handler", run.handler);
  json["argv"] = run.argv;
  json["host"] = run.host;
  json["pid"] = run.supervisor.pid;
  put(json, "cost_usd", run.cost_usd);
  if (!run.data.empty()) json["data"] = parse_json(run.data);
  json["log"] = layout.log(run.id);
  return json;
}

Json task_json(state::Store& store, const state::TaskRow& row) {
  auto json = model::to_json(state::full_task(*store.db, row));
  const auto reason = state::shown_reason(*store.db, row);
  json["state"] = model::to_string(row.state);
  json["reason"] = reason;
  if (tells_more(row, reason)) put(json, "detail", row.detail);
  json["attempts"] = row.attempts;
  put(json, "not_before", row.not_before);
  json["since"] = format_rfc3339(row.since);
  json["first_seen"] = format_rfc3339(row.first_seen);
  put(json, "handler", row.handler);
  put(json, "key", row.key);
  put(json, "run", row.run);
  json["runs"] = runs_json(store, row);
  auto owed = Json::array();
  for (const auto& write : state::owed_by(*store.db, row.n)) owed.push_back(owed_json(write));
  if (!owed.empty()) json["owed"] = std::move(owed);
  if (const auto file = state::file_of_task(*store.db, row.n))
    json["file"] = file_json(*file, model::to_string(row.task.name));
  return json;
}

Json event_json(const state::Event& event) {
  Json json = {{"seq", event.seq}, {"at", format_rfc3339(event.at)}};
  put(json, "task", event.task_name);
  put(json, "run", event.run);
  json["cause"] = model::to_string(event.cause);
  if (event.before) json["from"] = model::to_string(*event.before);
  json["to"] = model::to_string(event.after);
  json["reason"] = event.reason;
  put(json, "detail", event.detail);
  return json;
}

}  // namespace cb::status
