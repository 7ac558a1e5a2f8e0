#include <optional>

#include "base/text.h"
#include "cli/output.h"
#include "commands.h"
#include "explain.h"
#include "find.h"
#include "text.h"

namespace cb::status {
namespace {

// Without a readable configuration the store still tells most of it.
std::optional<config::Config> load_config(const Options& options) {
  try {
    return config::load(options.common.config);
  } catch (const Error& error) {
    cli::Messages("cb-status", options.common)
        .note(std::string(error.what()) + "; explained without it");
    return std::nullopt;
  }
}

void print_explanation(const Explanation& explanation, Instant now) {
  cli::print(printable(explanation.task + " is " + explanation.state + ": " + explanation.text) +
             "\n");
  for (const auto& unmet : explanation.waits_for)
    print_line("  waits for", unmet.task + "  " + unmet.state +
                                  (unmet.reason == unmet.state ? "" : "  " + unmet.reason));
  for (const auto& file : explanation.files) print_line("  unmatched", describe(file));
  if (explanation.root)
    print_line("  because", explanation.root->task + " is " + explanation.root->state + ": " +
                                explanation.root->text);
  if (!explanation.log_line.empty()) print_line("  last line", explanation.log_line);
  if (explanation.clears_at) print_line("  until", describe_time(*explanation.clears_at, now));
  if (!explanation.next.empty()) print_line("  next", explanation.next);
}

}  // namespace

int print_why(state::Store& store, const Options& options, Instant now) {
  const auto config = load_config(options);
  const Surroundings around{.config = config ? &*config : nullptr, .now = now};
  return for_each_named(*store.db, options, [&](const state::TaskRow& row) {
    const auto explanation = explain(store, row, around);
    if (options.common.json) return cli::print(to_line(to_json(explanation)) + "\n");
    print_explanation(explanation, now);
  });
}

}  // namespace cb::status
