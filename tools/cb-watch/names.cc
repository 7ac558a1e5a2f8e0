#include "names.h"

#include <algorithm>

#include "base/text.h"

namespace cb::watch {
namespace {

constexpr std::string_view kUnfinished[] = {"~",        ".part",     ".crdownload", ".tmp",
                                            ".partial", ".download", ".swp"};

constexpr std::string_view kLastLetters = "~tTdDpPlL";  // of kUnfinished

std::string_view last_part(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

bool ends_in(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() &&
         equal_ignoring_case(text.substr(text.size() - ending.size()), ending);
}

}  // namespace

std::string_view mark_of_unfinished(std::string_view part) {
  if (part.starts_with('.')) return ".";
  // Asked of every file at every look: most names are done with by their last letter.
  if (part.empty() || kLastLetters.find(part.back()) == kLastLetters.npos) return "";
  for (const auto ending : kUnfinished)
    if (ends_in(part, ending)) return ending;
  return "";
}

Names::Names(NameRules rules) : rules_(std::move(rules)) {}

bool Names::fits_any(const std::vector<std::string>& patterns, std::string_view name) const {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    const auto is_of_all = pattern.find('/') != std::string::npos;
    return matches_glob(pattern, is_of_all ? name : last_part(name));
  });
}

bool Names::is_asked_for(std::string_view name, std::string_view mark) const {
  std::vector<std::string> asking;
  for (const auto& pattern : rules_.match) {
    const auto part = last_part(pattern);
    if (mark == "." ? part.starts_with('.') : ends_in(part, mark)) asking.push_back(pattern);
  }
  return fits_any(asking, name);
}

bool Names::is_wanted(std::string_view file) const {
  const auto mark = mark_of_unfinished(last_part(file));
  if (!mark.empty() && !is_asked_for(file, mark)) return false;
  if (!rules_.match.empty() && !fits_any(rules_.match, file)) return false;
  return rules_.ignore.empty() || !fits_any(rules_.ignore, file);
}

bool Names::is_entered(std::string_view directory) const {
  if (!rules_.recursive || !mark_of_unfinished(last_part(directory)).empty()) return false;
  if (fits_any(rules_.ignore, directory)) return false;
  return std::find(rules_.excluded.begin(), rules_.excluded.end(), directory) ==
         rules_.excluded.end();
}

bool Names::enters(std::string_view directory) const {
  for (auto slash = directory.find('/'); slash != directory.npos;
       slash = directory.find('/', slash + 1))
    if (!is_entered(directory.substr(0, slash))) return false;
  return is_entered(directory);
}

bool Names::counts(std::string_view file) const {
  if (file.empty()) return false;
  const auto slash = file.rfind('/');
  return (slash == file.npos || enters(file.substr(0, slash))) && is_wanted(file);
}

os::Interest Names::interest() const {
  os::Interest interest;
  interest.file = [this](std::string_view name) { return is_wanted(name); };
  if (rules_.recursive)
    interest.directory = [this](std::string_view name) { return is_entered(name); };
  return interest;
}

}  // namespace cb::watch
