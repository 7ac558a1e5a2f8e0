#include "model/title_index.h"

#include <algorithm>
#include <cmath>

#include "model/kind_words.h"
#include "model/slips.h"

namespace cb::model {
namespace {

constexpr size_t kMostJoined = 3;      // "link building": words that may be written as one
constexpr size_t kLongestJoined = 60;  // bytes
constexpr size_t kShortestJoined = 3;

}  // namespace

TitleIndex::TitleIndex(std::span<const Wanted> tasks) {
  titles_.resize(tasks.size());
  for (uint32_t task = 0; task < tasks.size(); ++task) add_title(tasks[task], task);
  weigh();
}

TermId TitleIndex::add_term(std::string_view text, uint32_t task, bool is_initials) {
  const auto [entry, is_new] = ids_.emplace(text, static_cast<TermId>(terms_.size()));
  if (is_new) {
    terms_.push_back({.text = std::string(text),
                      .characters = characters_u32(text),
                      .sound = sound_of(text),
                      .tasks = {},
                      .is_initials = is_initials});
  }
  if (!is_initials) terms_[entry->second].is_initials = false;
  auto& with_it = terms_[entry->second].tasks;
  if (with_it.empty() || with_it.back() != task) with_it.push_back(task);
  return entry->second;
}

void TitleIndex::add_title(const Wanted& wanted, uint32_t task) {
  NameWords said = words_of_title(wanted.title);
  Title& title = titles_[task];
  for (const NameWord& word : said.words) {
    const TermId id = add_term(word.text, task);
    if (!terms_[id].is_word) {
      terms_[id].is_word = true;
      by_first_[terms_[id].characters.front()].push_back(id);
    }
    const TermId spelled = word.spelled.empty() ? id : add_term(word.spelled, task);
    title.words.push_back(
        {.term = id, .spelled = spelled, .is_small = word.is_small, .is_chained = word.is_chained});
  }
  add_joined(said, title, task);
  add_initials(said, title, task);
  const size_t colon = wanted.title.find(": ");
  if (colon != std::string::npos)
    title.lead = words_of_title(std::string_view(wanted.title).substr(0, colon)).words.size();
  for (const std::string& number : said.numbers) numbers_[number].push_back(task);
  title.numbers = std::move(said.numbers);
  title.versions = std::move(said.versions);
  title.dates = std::move(said.dates);
  add_key(wanted.id, task, true);
  for (const std::string& key : wanted.keys) add_key(key, task, false);
}

void TitleIndex::add_joined(const NameWords& said, Title& title, uint32_t task) {
  for (size_t first = 0; first < said.words.size(); ++first) {
    std::string text = said.words[first].text;
    for (size_t count = 2; count <= kMostJoined && first + count <= said.words.size(); ++count) {
      const NameWord& next = said.words[first + count - 1];
      if (next.position != said.words[first].position + count - 1 || next.is_chained) break;
      text += next.text;
      if (text.size() > kLongestJoined) break;
      if (text.size() < kShortestJoined) continue;
      title.joined.push_back({.term = add_term(text, task),
                              .first = static_cast<uint16_t>(first),
                              .count = static_cast<uint16_t>(count)});
    }
  }
}

// Of three to six words that follow each other; small words may be left out.
void TitleIndex::add_initials(const NameWords& said, Title& title, uint32_t task) {
  constexpr size_t kFewestTitles = 3;
  constexpr size_t kMost = 6;
  for (size_t first = 0; first < said.words.size(); ++first) {
    if (said.words[first].is_small) continue;
    std::string all;
    std::string without_small;
    for (size_t at = first; at < said.words.size() && without_small.size() < kMost; ++at) {
      const NameWord& word = said.words[at];
      const bool is_next = word.position == said.words[first].position + at - first;
      const char letter = word.text.front();
      if (!is_next || letter < 'a' || letter > 'z') break;
      all += letter;
      if (word.is_small) continue;
      without_small += letter;
      if (without_small.size() < kFewestTitles) continue;
      JoinedWords joined{.first = static_cast<uint16_t>(first),
                         .count = static_cast<uint16_t>(at - first + 1),
                         .is_initials = true};
      joined.term = add_term(without_small, task, true);
      title.joined.push_back(joined);
      if (all == without_small) continue;
      joined.term = add_term(all, task, true);
      title.joined.push_back(joined);
    }
  }
}

void TitleIndex::add_key(std::string_view text, uint32_t task, bool is_id) {
  const std::vector<Run> runs = runs_of(text);
  if (runs.empty()) return;
  keys_[key_text(runs)].push_back({task, is_id});
  longest_key_ = std::max(longest_key_, runs.size());
}

void TitleIndex::weigh() {
  constexpr double kSmallPart = 0.1;  // of what another word would weigh
  for (Title& title : titles_) {
    for (TitleWord& word : title.words) {
      const size_t tasks = std::max(terms_[word.term].tasks.size(), size_t{1});
      word.weight = weight(tasks) * (word.is_small ? kSmallPart : 1);
    }
    find_kinds(title);
  }
}

// What is to be done; a kind of document; what stands before a colon in two titles; and what three
// titles or more have, if the title has a word that is much rarer, or a date or number.
void TitleIndex::find_kinds(Title& title) {
  constexpr size_t kSeries = 3;
  const auto spread = [&](const TitleWord& word) { return terms_[word.term].tasks.size(); };
  size_t least = titles_.size();
  for (const TitleWord& word : title.words) {
    if (!word.is_small) least = std::min(least, spread(word));
  }
  for (size_t i = 0; i < title.words.size(); ++i) {
    TitleWord& word = title.words[i];
    if (word.is_small) continue;
    const bool is_at_end = i == 0 || i + 1 == title.words.size();
    const bool is_action =
        is_at_end && title.words.size() > 2 && is_action_word(terms_[word.term].text);
    const bool is_lead = i < title.lead && spread(word) > 1;
    const bool is_shared = spread(word) >= kSeries && spread(word) >= 2 * least;
    const std::string& text = terms_[word.term].text;
    word.is_kind =
        is_action || is_lead || is_shared || document_kind(text) || is_neutral_word(text);
    if (word.is_kind) terms_[word.term].is_kind = true;
  }
}

const TermId* TitleIndex::find(std::string_view text) const {
  const auto found = ids_.find(std::string(text));
  return found == ids_.end() ? nullptr : &found->second;
}

std::span<const TermId> TitleIndex::words_with(char32_t first) const {
  const auto found = by_first_.find(first);
  if (found == by_first_.end()) return {};
  return found->second;
}

std::span<const KeyOwner> TitleIndex::owners_of(const std::string& key) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return {};
  return found->second;
}

std::span<const uint32_t> TitleIndex::tasks_with_number(const std::string& number) const {
  const auto found = numbers_.find(number);
  if (found == numbers_.end()) return {};
  return found->second;
}

double TitleIndex::weight(size_t tasks) const {
  return std::log(1 + static_cast<double>(titles_.size()) / static_cast<double>(tasks));
}

bool TitleIndex::is_common(const Term& term) const {
  return term.tasks.size() >= 3 && term.tasks.size() * 10 > titles_.size();
}

}  // namespace cb::model
