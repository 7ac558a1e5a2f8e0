#include "report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"
#include "flow/match_note.h"

namespace cb::watch {
namespace {

constexpr std::array<std::string_view, 8> kVerdicts = {"given",    "tied", "unmatched", "returned",
                                                       "replaced", "gone", "moved",     "left"};

cli::Style verdict_style(std::string_view word) {
  if (word == "unmatched") return cli::Style::bad;
  return word == "replaced" || word == "gone" ? cli::Style::busy : cli::Style::plain;
}

std::vector<cli::Column> columns() {
  return {{.title = "FILE", .shrinks = true},
          {.title = "VERDICT", .style = verdict_style},
          {.title = "TASK", .shrinks = true},
          {.title = "STATE"},
          {.title = "REASON", .shrinks = true}};
}

std::string two_digits(double score) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", score);
  return text;
}

std::string shown(const flow::MatchNote::Candidate& candidate) {
  return candidate.task + " " + two_digits(candidate.score) +
         (candidate.why.empty() ? "" : " (" + candidate.why + ")");
}

Json runner_up(const flow::MatchNote& note) {
  if (note.candidates.size() < 2) return nullptr;
  return flow::candidates_json(note)[1];
}

Json score(const flow::MatchNote& note) {
  if (note.candidates.empty()) return nullptr;
  return flow::candidates_json(note)[0]["score"];
}

}  // namespace

std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)]; }

void add_bytes(Json& json, const std::string& path) {
  if (is_valid_utf8(path)) return;
  std::string encoded;
  for (const char c : path) {
    char text[4] = {c, '\0'};
    if (c <= 0x20 || c == 0x7f || c == '%')
      std::snprintf(text, sizeof text, "%%%02X",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
    encoded += text;
  }
  json["bytes"] = encoded;
}

namespace {

void add_task(Json& json, const std::optional<state::TaskRow>& task) {
  json["task"] = task ? Json(model::to_string(task->task.name)) : Json(nullptr);
  json["state"] = task ? Json(model::to_string(task->state)) : Json(nullptr);
}

void add_match(Json& json, const state::FileRow& file) {
  const auto note = flow::read_match_note(file.match);
  json["score"] = score(note);
  json["runner_up"] = runner_up(note);
  json["candidates"] = flow::candidates_json(note);
  json["size"] = file.size;
  json["content"] = file.content;
}

}  // namespace

Json to_json(const Record& record) {
  const auto& [file, verdict, task, reason] = record;
  Json json = {{"file", file.path}, {"watch", file.watch}, {"verdict", to_string(verdict)}};
  add_task(json, task);
  add_match(json, file);
  if (!reason.empty()) json["reason"] = reason;
  add_bytes(json, file.path);
  return json;
}

Json listed_json(const state::FileRow& file, const std::optional<state::TaskRow>& task) {
  Json json = {{"n", file.n},
               {"file", file.path},
               {"name", file.name},
               {"watch", file.watch},
               {"stage", to_string(file.stage)}};
  add_task(json, task);
  add_match(json, file);
  json["since"] = format_rfc3339(file.since);
  add_bytes(json, file.path);
  return json;
}

std::string describe_match(const state::FileRow& file) {
  const auto note = flow::read_match_note(file.match);
  if (note.is.empty()) return "";
  if (note.is == "person") return "a person said so";
  const auto& candidates = note.candidates;
  if (candidates.empty()) return "no task that waits fits";
  const auto runner_up = candidates.size() < 2 ? "no runner-up" : "then " + shown(candidates[1]);
  if (file.task != 0)
    return two_digits(candidates[0].score) + " " + candidates[0].why + "; " + runner_up;
  const auto best = shown(candidates[0]) + "; " + runner_up;
  if (note.is == "near_tie") return "too close: " + best;
  if (note.is == "too_low") return "too far: " + best;
  return note.is == "taken" ? "it has another file: " + best : best;
}

Report::Report(const Options& options)
    : messages_("cb-watch", options.common),
      records_(columns(), options.common),
      follow_(options.follow) {}

void Report::add(const Record& record) {
  if (record.verdict == Verdict::unmatched) needs_person_ = true;
  std::vector<std::string> cells = {
      record.file.path, std::string(to_string(record.verdict)),
      record.task ? model::to_string(record.task->task.name) : "-",
      record.task ? std::string(model::to_string(record.task->state)) : "-",
      record.reason.empty() ? describe_match(record.file) : record.reason};
  const auto json = [&] { return to_json(record); };
  if (follow_)
    records_.stream(std::move(cells), json);
  else
    records_.add(std::move(cells), json);
}

void Report::finish() { records_.finish(); }

void Report::unreadable(std::string_view line) {
  needs_person_ = true;
  messages_.problem(line);
}

void Report::unprintable(std::string_view line) {
  needs_person_ = true;
  messages_.problem(line);
}

void Report::trouble(std::string_view line, Fault fault) {
  (fault == Fault::temporary ? any_busy_ : needs_person_) = true;
  messages_.problem(line);
}

void Report::busy(std::string_view line) {
  any_busy_ = true;
  messages_.problem(line);
}

int Report::exit_code() const {
  if (any_busy_) return cb::exit_code(Fault::temporary);
  return needs_person_ ? cb::exit_code(Fault::answer) : 0;
}

}  // namespace cb::watch
