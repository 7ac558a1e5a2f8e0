#include "report.h"

namespace cb::backup {
namespace {

std::vector<cli::Column> columns() {
  const auto state_style = [](std::string_view word) {
    return word.starts_with("damaged") ? cli::Style::bad : cli::Style::good;
  };
  return {{.title = "ID"},
          {.title = "KIND"},
          {.title = "AGE", .align = cli::Align::right},
          {.title = "SIZE", .align = cli::Align::right},
          {.title = "EVENT", .align = cli::Align::right},
          {.title = "ACTION"},
          {.title = "STATE", .shrinks = true, .style = state_style}};
}

// What is known of it, in words for people.
std::string state_of(const Entry& entry) {
  if (!entry.is_sound()) return "damaged: " + entry.problem;
  if (entry.verdict) return "verified " + format_rfc3339(entry.verdict->at).substr(0, 10);
  return entry.manifest.is_checked ? "checked" : "written";
}

Json to_json(const Entry& entry, const std::string& action) {
  const auto& manifest = entry.manifest;
  const auto is_known = !manifest.id.empty();
  const auto if_known = [&](Json value) { return is_known ? std::move(value) : Json(nullptr); };
  Json json = {
      {"id", entry.id},
      {"action", action},
      {"created", format_rfc3339(entry.created)},
      {"kind", if_known(to_string(manifest.kind))},
      {"parts", if_known(manifest.parts)},
      {"bytes", if_known(manifest.bytes())},
      {"image_bytes", if_known(manifest.image_bytes())},
      {"pages", if_known(manifest.pages)},
      {"stored_pages", if_known(manifest.stored_pages)},
      {"schema", if_known(manifest.facts.schema)},
      {"generation", if_known(manifest.facts.generation)},
      {"newest_event", if_known(manifest.facts.newest_event)},
      {"checked", if_known(manifest.is_checked)},
      {"verified_at", entry.verdict ? Json(format_rfc3339(entry.verdict->at)) : Json(nullptr)},
      {"problem", entry.is_sound() ? Json(nullptr) : Json(entry.problem)}};
  return json;
}

}  // namespace

std::string shown_size(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  for (; bytes >= 10'000 && unit + 1 < std::size(kUnits); ++unit) bytes = (bytes + 500) / 1000;
  return std::to_string(bytes) + " " + kUnits[unit];
}

Report::Report(const Options& options)
    : common_(options.common),
      messages_("cb-backup", options.common),
      records_(columns(), options.common) {}

void Report::add(const Entry& entry, const std::string& action, Instant now) {
  const auto is_known = !entry.manifest.id.empty();
  records_.add(
      {entry.id, is_known ? std::string(to_string(entry.manifest.kind)) : "-",
       describe_duration(std::max(now - entry.created, Duration(0))),
       is_known ? shown_size(entry.manifest.bytes()) : "-",
       is_known ? std::to_string(entry.manifest.facts.newest_event) : "-", action, state_of(entry)},
      [&] { return to_json(entry, action); });
}

// Lines and tables are of backups alone, so that programs may cut ids out of them.
void Report::journal_removed(int files, int64_t covered, bool is_dry_run) {
  const std::string action = is_dry_run ? "would remove journal" : "removed journal";
  messages_.note(action + ": " + std::to_string(files) + (files == 1 ? " file" : " files") +
                 " of events that no backup needs, up to " + std::to_string(covered));
  if (records_.form() != cli::Records::Form::json) return;
  records_.add({}, [&] {
    return Json{{"id", nullptr}, {"action", action}, {"files", files}, {"up_to_event", covered}};
  });
}

void Report::restored(const Restored& done) const {
  cli::Records records({{.title = "ID"},
                        {.title = "ACTION"},
                        {.title = "REPLAYED", .align = cli::Align::right},
                        {.title = "EVENT", .align = cli::Align::right},
                        {.title = "HELD", .align = cli::Align::right},
                        {.title = "LOST", .align = cli::Align::right},
                        {.title = "QUARANTINE", .shrinks = true}},
                       common_);
  const auto number = [](int64_t count) { return std::to_string(count); };
  records.add(
      {done.entry->id, done.action, number(done.replayed), number(done.newest_event),
       number(done.held), number(done.missing), done.quarantine.empty() ? "-" : done.quarantine},
      [&] {
        return Json{
            {"id", done.entry->id},
            {"action", done.action},
            {"target", done.target},
            {"replayed", done.replayed},
            {"newest_event", done.newest_event},
            {"held", done.held},
            {"proven", done.proven},
            {"missing", done.missing},
            {"quarantine", done.quarantine.empty() ? Json(nullptr) : Json(done.quarantine)}};
      });
  records.finish();
}

void Report::refuse(std::string_view line) {
  any_refused_ = true;
  messages_.problem(line);
}

}  // namespace cb::backup
