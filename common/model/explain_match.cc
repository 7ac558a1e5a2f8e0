// Why a task is a candidate, for people.
#include <algorithm>

#include "base/text.h"
#include "model/comparison.h"

namespace cb::model {
namespace {

constexpr size_t kLongestWhy = 160;

std::string list_of(const std::vector<std::string>& words) {
  constexpr size_t kMostListed = 4;
  std::vector<std::string> shown(
      words.begin(), words.begin() + static_cast<ptrdiff_t>(std::min(words.size(), kMostListed)));
  if (words.size() > kMostListed) shown.push_back("\u2026");
  return join(shown, " ");
}

std::vector<std::string> dates_of(const std::vector<When>& dates) {
  std::vector<std::string> texts;
  for (const When& when : dates) texts.push_back(to_text(when));
  return texts;
}

std::vector<std::string> facts_of(const std::vector<std::string>& numbers,
                                  const std::vector<std::string>& versions,
                                  const std::vector<When>& dates) {
  std::vector<std::string> facts = dates_of(dates);
  facts.insert(facts.end(), numbers.begin(), numbers.end());
  for (const std::string& version : versions) facts.push_back("v" + version);
  return facts;
}

std::string missing_in_name(const TitleIndex& index, const NameLookup& name, const Title& title) {
  std::vector<std::string> missing;
  for (size_t i = 0; i < title.words.size(); ++i) {
    if (title.words[i].is_small || is_said(index, name, title, i)) continue;
    missing.push_back(index.term(title.words[i].term).text);
  }
  return missing.empty() ? "" : "; not in the name: " + list_of(missing);
}

std::string missing_in_title(const NameLookup& name, const Comparison& result) {
  std::vector<std::string> missing;
  for (size_t i = 0; i < name.weights.size(); ++i) {
    if (name.content[i] && !result.exact[i] && !result.slipped[i])
      missing.push_back(name.said.words[i].text);
  }
  return missing.empty() ? "" : "; not in the title: " + list_of(missing);
}

std::string slips_of(const TitleIndex& index, const NameLookup& name, const Title& title,
                     const Comparison& result) {
  std::string slips;
  for (const TitleWord& word : title.words) {
    const TermHit* hit = name.hit(word.term);
    if (hit == nullptr || hit->is_exact) continue;
    for (size_t i = 0; i < name.weights.size(); ++i) {
      if (!hit->words[i] || !result.slipped[i]) continue;
      slips += "; \"" + index.term(word.term).text + "\" as \"" + name.said.words[i].text + "\"";
    }
  }
  return slips;
}

}  // namespace

std::string explain(const TitleIndex& index, const NameLookup& name, size_t task,
                    const Comparison& result) {
  const Title& title = index.title(task);
  std::string why = std::to_string(result.said_words) + " of " + std::to_string(result.words) +
                    (result.words == 1 ? " word" : " words");
  if (result.is_contradicted) {
    why += "; " + list_of(facts_of(name.said.numbers, name.said.versions, name.said.dates)) +
           " instead of " + list_of(facts_of(title.numbers, title.versions, title.dates));
  }
  why += slips_of(index, name, title, result);
  why += missing_in_name(index, name, title);
  why += missing_in_title(name, result);
  return excerpt(why, kLongestWhy);
}

}  // namespace cb::model
