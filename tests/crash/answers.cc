#include "answers.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace cb::crash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::map<std::string, std::string> kCauses = {{"hold", "held_by_user"},
                                                    {"release", "released_by_user"},
                                                    {"cancel", "canceled_by_user"},
                                                    {"retry", "retried_by_user"}};

std::string text(const json& record, const char* name) {
  const auto member = record.find(name);
  return member != record.end() && member->is_string() ? member->get<std::string>() : "";
}

Answer read_answer(const std::string& tool, const json& record) {
  Answer answer{.tool = tool,
                .task = text(record, "task"),
                .run = {},
                .what = {},
                .before = text(record, "previous"),
                .after = {}};
  if (record.contains("verdict")) {
    answer.what = "verdict";
    answer.after = text(record, "verdict");
  } else if (record.contains("action")) {
    answer.what = kCauses.at(text(record, "action"));
    answer.after = text(record, "state");
  } else {
    answer.run = text(record, "run");
    answer.what = text(record, "outcome");
  }
  return answer;
}

void read_file(const fs::path& path, std::vector<Answer>& answers) {
  const auto tool = path.stem().string();
  if (tool == "cb-reconcile") return;  // it tells of pairs, not of changes
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (file.eof()) return;
    const auto record = json::parse(line, nullptr, false);
    if (record.is_discarded())
      throw std::runtime_error("read " + path.string() + ": not JSON: " + line);
    answers.push_back(read_answer(tool, record));
  }
}

}  // namespace

std::vector<Answer> read_answers(const std::string& directory) {
  std::vector<Answer> answers;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory, none))
    read_file(entry.path(), answers);
  return answers;
}

}  // namespace cb::crash
