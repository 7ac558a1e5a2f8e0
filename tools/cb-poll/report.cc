#include "report.h"

namespace cb::poll {
namespace {

using Kind = flow::Admitted::Kind;
using model::State;

cli::Style verdict_style(std::string_view word) {
  if (word == "ready") return cli::Style::good;
  return word == "held" || word == "blocked" ? cli::Style::busy : cli::Style::plain;
}

std::vector<cli::Column> columns() {
  return {{.title = "TASK"},
          {.title = "VERDICT", .style = verdict_style},
          {.title = "REASON"},
          {.title = "TITLE", .shrinks = true}};
}

std::string numbered(int64_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word);
}

}  // namespace

Report::Report(const Options& options)
    : messages_("cb-poll", options.common),
      records_(columns(), options.common),
      follow_(options.follow),
      long_input_(options.input.has_value()),
      dry_run_(options.dry_run) {}

// An endless table is never printed by finish(), and a long input would fill the memory with it.
bool Report::streams() const {
  return follow_ || (long_input_ && records_.form() == cli::Records::Form::table);
}

void Report::add(std::span<const state::ChangedTask> changes) {
  for (const auto& change : changes) {
    ++changed_[change.state];
    auto cells = flow::cells_of(change);
    const auto json = [&] { return flow::to_json(change); };
    if (streams())
      records_.stream(std::move(cells), json);
    else
      records_.add(std::move(cells), json);
  }
  if (long_input_) cli::flush();
}

void Report::finish() { records_.finish(); }

void Report::begin() {
  listed_ = unchanged_ = ignored_ = refused_ = 0;
  changed_.clear();
}

void Report::count(Kind kind) {
  ++listed_;
  if (kind == Kind::unchanged) ++unchanged_;
  if (kind == Kind::ignored) ++ignored_;
}

void Report::summarize(const std::string& label) {
  std::string line = label + ": " + (dry_run_ ? "would be: " : "") +
                     numbered(listed_, listed_ == 1 ? "task" : "tasks") +
                     (long_input_ ? " read" : " listed");
  for (const auto state : {State::ready, State::held, State::blocked})
    line += ", " + numbered(changed_[state], model::to_string(state));
  for (const auto state : {State::running, State::succeeded, State::failed, State::canceled})
    if (changed_[state] > 0) line += ", " + numbered(changed_[state], model::to_string(state));
  line += ", " + numbered(unchanged_, "unchanged") + ", " + numbered(ignored_, "ignored");
  if (refused_ > 0) line += ", " + numbered(refused_, "refused");
  if (follow_ && changed_.empty() && refused_ == 0)
    messages_.detail(line);
  else
    messages_.note(line);
}

void Report::refuse(std::string_view line) {
  ++listed_;
  ++refused_;
  any_refused_ = true;
  messages_.problem(line);
}

void Report::unreachable(std::string_view line) {
  any_unreachable_ = true;
  messages_.problem(line);
}

void Report::busy(std::string_view line) {
  any_busy_ = true;
  messages_.problem(line);
}

int Report::exit_code() const {
  if (any_unreachable_) return cb::exit_code(Fault::unavailable);
  if (any_busy_) return cb::exit_code(Fault::temporary);
  return any_refused_ ? cb::exit_code(Fault::data) : 0;
}

}  // namespace cb::poll
