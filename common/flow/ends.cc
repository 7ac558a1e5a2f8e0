#include "flow/ends.h"

#include "base/json.h"

namespace cb::flow {
namespace {

using Event = model::Ending::Event;

constexpr uint64_t kLongest = 64 * 1024;  // of a file whose lines are all recorded

constexpr std::pair<Event, const char*> kEvents[] = {
    {Event::none, "none"},
    {Event::timed_out, "timed_out"},
    {Event::canceled, "canceled"},
    {Event::interrupted, "interrupted"},
    {Event::crashed, "crashed"},
    {Event::shortage, "shortage"},
    {Event::not_startable, "not_startable"},
};

const char* name_of(Event event) {
  for (const auto& [value, name] : kEvents)
    if (value == event) return name;
  return "none";
}

Event event_named(const std::string& text) {
  for (const auto& [value, name] : kEvents)
    if (text == name) return value;
  return Event::none;
}

// A torn line tells nothing.
std::optional<ProcessEnd> read_line(std::string_view line, const std::string& run, Kept wanted) {
  try {
    const auto json = parse_json(line);
    if (json.at("run") != run) return std::nullopt;
    if (wanted == Kept::synced && !json.at("synced").get<bool>()) return std::nullopt;
    return ProcessEnd{.exit = json.at("exit").get<int>(),
                      .signal = json.at("signal").get<int>(),
                      .event = event_named(json.at("event").get<std::string>()),
                      .message = json.at("message").get<std::string>()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

// It begins with the newline: what a full disk left of the line before must not swallow this one.
// Put together here, as every command that ends has one, and a Json takes ten times as long.
std::string line_of(const std::string& run, const ProcessEnd& end, os::Sync sync) {
  std::string line = "\n{\"run\":";
  append_json_string(line, run);
  line += ",\"exit\":" + std::to_string(end.exit) + ",\"signal\":" + std::to_string(end.signal);
  line.append(",\"event\":\"").append(name_of(end.event)).append("\",\"message\":");
  line += end.message.empty() ? "\"\"" : to_line(end.message);  // may hold what is not UTF-8
  line.append(",\"synced\":").append(sync != os::Sync::none ? "true}" : "false}");
  return line;
}

// A file that stays harms nobody.
void remove_leniently(const std::string& path) {
  try {
    os::remove_file(path);
  } catch (const Error&) {
  }
}

std::string read(const std::string& path) {
  try {
    return os::read_file(path).value_or("");
  } catch (const Error& error) {
    if (error.fault() == Fault::temporary) throw;
    return "";
  }
}

}  // namespace

// The file is gone only once nothing of it is needed; one that stays is read by the next tool.
Ends::~Ends() {
  if (file_ && unrecorded_.empty()) remove_leniently(path_);
}

void Ends::keep(const std::string& run, const ProcessEnd& end, os::Sync sync) {
  if (!file_) {
    os::make_directory(layout_.ends());
    path_ = layout_.ends_of(os::this_process());
    file_ = os::open_to_append(path_);
  }
  const auto bytes = line_of(run, end, sync);
  unrecorded_.insert(run);
  os::write_all(file_.get(), bytes, path_);
  size_ += bytes.size();
  if (sync == os::Sync::none) return;
  os::sync_path(path_);
  os::sync_path(layout_.ends());
}

void Ends::recorded(const std::string& run) {
  unrecorded_.erase(run);
  if (size_ < kLongest || !unrecorded_.empty()) return;
  try {
    os::empty_file(file_.get(), path_);
    size_ = 0;
  } catch (const Error&) {
    // It grows on.
  }
}

std::optional<ProcessEnd> kept_end(const state::Layout& layout, const os::ProcessId& owner,
                                   const std::string& run, Kept wanted) {
  const auto text = read(layout.ends_of(owner));
  std::optional<ProcessEnd> found;
  for (size_t from = 0; from < text.size();) {
    const auto to = std::min(text.find('\n', from), text.size());
    const auto line = std::string_view(text).substr(from, to - from);
    if (line.find(run) != line.npos)
      if (auto end = read_line(line, run, wanted)) found = std::move(end);
    from = to + 1;
  }
  return found;
}

std::optional<std::pair<os::ProcessId, ProcessEnd>> witness_of(const state::Layout& layout,
                                                               const std::string& run) {
  const auto self = os::this_process();
  for (const auto& name : os::list_directory(layout.ends())) {
    const auto owner = state::owner_of_ends(name, self.boot);
    if (!owner) continue;
    const auto wanted = owner->boot == self.boot ? Kept::any : Kept::synced;
    if (auto end = kept_end(layout, *owner, run, wanted)) return std::pair(*owner, *end);
  }
  return std::nullopt;
}

void remove_ends(const state::Layout& layout, const os::ProcessId& owner) {
  remove_leniently(layout.ends_of(owner));
}

}  // namespace cb::flow
