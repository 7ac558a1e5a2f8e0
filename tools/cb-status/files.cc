#include "files.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "base/text.h"
#include "flow/match_note.h"

namespace cb::status {
namespace {

using flow::MatchNote;

// A path that JSON cannot hold stands there a second time, with bytes as %XX.
void put_path(Json& json, const char* name, const std::string& path) {
  json[name] = path;
  if (is_valid_utf8(path)) return;
  std::string bytes;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const auto stands_for_itself = byte > 0x20 && byte < 0x7F && c != '%';
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", byte);
    bytes += stands_for_itself ? std::string(1, c) : escaped;
  }
  json["bytes"] = bytes;
}

const MatchNote::Candidate* candidate(const MatchNote& note, const std::string& task) {
  for (const auto& each : note.candidates)
    if (each.task == task) return &each;
  return nullptr;
}

const MatchNote::Candidate* runner_up(const MatchNote& note, const std::string& task) {
  for (const auto& each : note.candidates)
    if (each.task != task) return &each;
  return nullptr;
}

Json candidate_json(const MatchNote::Candidate& each) {
  return flow::candidates_json({.is = "", .candidates = {each}}).front();
}

std::string shown(double score) {
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", score);
  return text;
}

std::string way_of(const std::string& is) {
  if (is == "exact") return "tied by a key";
  if (is == "words") return "tied by its title";
  if (is == "person") return "tied by a person";
  return "";
}

}  // namespace

Json file_json(const state::FileRow& file, const std::string& task) {
  Json json;
  put_path(json, "path", file.path);
  json["watch"] = file.watch;
  json["name"] = file.name;
  json["stage"] = state::to_string(file.stage);
  json["size"] = file.size;
  json["content"] = file.content;
  const auto note = flow::read_match_note(file.match);
  if (!note.is.empty()) json["match"] = note.is;
  if (const auto* own = candidate(note, task)) json["score"] = candidate_json(*own).at("score");
  if (const auto* other = runner_up(note, task)) json["runner_up"] = candidate_json(*other);
  return json;
}

std::string describe_file(const state::FileRow& file, const std::string& task) {
  const auto note = flow::read_match_note(file.match);
  auto text = file.path + "  (" + std::string(state::to_string(file.stage));
  if (const auto way = way_of(note.is); !way.empty()) text += ", " + way;
  if (const auto* own = candidate(note, task)) text += ", score " + shown(own->score);
  if (const auto* other = runner_up(note, task))
    text += "; runner-up " + other->task + ", " + shown(other->score);
  return text + ")";
}

std::vector<PossibleFile> possible_files(db::Connection& db, const state::TaskRow& row,
                                         const config::Config* config) {
  constexpr int kLooked = 10'000;
  constexpr size_t kMostShown = 5;
  const auto* handler = config == nullptr ? nullptr : config->find_handler(row.handler);
  if (row.reason != model::reason::waiting_for_file || !handler || !handler->needs_file) return {};
  const auto name = model::to_string(row.task.name);
  std::vector<PossibleFile> found;
  for (const auto& file :
       state::files_in(db, *handler->needs_file, state::FileStage::unmatched, 0, kLooked)) {
    const auto note = flow::read_match_note(file.match);
    if (const auto* own = candidate(note, name)) found.push_back({file.path, own->score, own->why});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(b.score, a.path) < std::tie(a.score, b.path);
  });
  if (found.size() > kMostShown) found.resize(kMostShown);
  return found;
}

Json to_json(const PossibleFile& file) {
  Json json;
  put_path(json, "file", file.path);
  const auto rest = candidate_json({"", file.score, file.why});
  json["score"] = rest.at("score");
  json["why"] = rest.at("why");
  return json;
}

std::string describe(const PossibleFile& file) {
  return file.path + "  (score " + shown(file.score) + ": " + file.why + ")";
}

}  // namespace cb::status
