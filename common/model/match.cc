#include "model/match.h"

#include <algorithm>

#include "base/text.h"
#include "model/comparison.h"
#include "model/own_words.h"

namespace cb::model {
namespace {

// At most a sixth of what either side says may be missing on the other …
constexpr double kShare = 5.0 / 6;
// … except that a name which says nothing else may be shorter than the title, if it has some words,
// and if there are so many tasks that the weights tell what is distinctive.
constexpr double kShareOfTitle = 0.65;
constexpr size_t kSomeWords = 3;
constexpr size_t kManyTasks = 20;
// A task is a rival when it explains so much of the weight of words that the best one explains.
constexpr double kRival = 0.5;
// Below this score a task is not even shown.
constexpr double kNothing = 0.1;
constexpr size_t kMostCandidates = 5;
// Of the tasks that fit best so many are tried by their own words.
constexpr size_t kMostTried = 20;

struct Ranked {
  uint32_t task = 0;
  double score = 0;
  double content_weight = 0;
  size_t facts = 0;  // how well it explains the name's numbers and dates
  bool is_contradicted = false;
};

bool is_better(const Ranked& a, const Ranked& b) {
  if (a.is_contradicted != b.is_contradicted) return b.is_contradicted;
  if (a.score != b.score) return a.score > b.score;
  return a.facts != b.facts ? a.facts > b.facts : a.task < b.task;
}

// `a` explains something of the name that `b` does not, or not as well.
bool explains_more(const NameLookup& name, const Comparison& a, const Comparison& b) {
  const WordBits said_by_b = b.exact | b.slipped;
  if ((name.telling & a.exact & ~b.exact).any()) return true;
  if ((name.telling & a.slipped & ~said_by_b).any()) return true;
  for (size_t i = 0; i < a.facts.size(); ++i) {
    if (a.facts[i] > b.facts[i]) return true;
  }
  return false;
}

class Finding {
 public:
  Finding(const TitleIndex& index, std::string_view file_name)
      : index_(index), name_(index, file_name) {}

  FileMatch find() {
    const std::vector<KeyOwner> owners = find_keys(index_, name_.said);
    rank(owners);
    if (owners.size() == 1) return exact(owners.front());
    if (owners.size() > 1) return of_owners(owners);
    return by_words();
  }

 private:
  // The tasks that have something in common with the name, best first; of those with words in
  // common all that can be the best one or its rival.
  void rank(const std::vector<KeyOwner>& owners) {
    std::vector<double> shared = shared_weights();
    const double most = shared.empty() ? 0 : *std::max_element(shared.begin(), shared.end());
    for (const KeyOwner& owner : owners) shared[owner.task] = most + 1;
    // What is beaten twice as much as a rival may be was of no use.
    const double least = std::max(most * kRival / 2, 1e-9);
    for (uint32_t task = 0; task < shared.size(); ++task) {
      if (shared[task] >= least) rank_task(task);
    }
    std::sort(ranked_.begin(), ranked_.end(), is_better);
  }

  // Of the words and numbers that name and title share: never less than a comparison will find.
  std::vector<double> shared_weights() const {
    std::vector<double> shared(index_.size());
    for (const TermHit& hit : name_.hits) {
      const auto& tasks = index_.term(hit.term).tasks;
      double weight = 0;
      for (size_t i = 0; i < name_.weights.size(); ++i)
        weight += hit.words[i] ? name_.weights[i] : 0;
      for (const uint32_t task : tasks) shared[task] += weight;
    }
    for (const std::string& number : name_.said.numbers) {
      const auto tasks = index_.tasks_with_number(number);
      for (const uint32_t task : tasks) shared[task] += 0.5;
    }
    return shared;
  }

  void rank_task(uint32_t task) {
    compare(index_, name_, task, comparison_);
    const double score = comparison_.score();
    if (score < kNothing) return;
    size_t facts = 0;
    for (const uint8_t fact : comparison_.facts) facts += fact;
    ranked_.push_back({.task = task,
                       .score = score,
                       .content_weight = comparison_.content_weight,
                       .facts = facts,
                       .is_contradicted = comparison_.is_contradicted});
  }

  FileMatch exact(const KeyOwner& owner) {
    FileMatch match{.is = FileMatch::Is::exact, .candidates = {}};
    match.candidates.push_back({owner.task, 1, why_of(owner)});
    add_candidates(match);
    return match;
  }
  static std::string why_of(const KeyOwner& owner) { return owner.is_id ? "its id" : "its key"; }

  // The name holds keys of several tasks: the words choose among those, if they can.
  FileMatch of_owners(const std::vector<KeyOwner>& owners) {
    const auto is_owner = [&](const Ranked& ranked) {
      return std::any_of(owners.begin(), owners.end(),
                         [&](const KeyOwner& owner) { return owner.task == ranked.task; });
    };
    std::erase_if(ranked_, [&](const Ranked& ranked) { return !is_owner(ranked); });
    FileMatch match = by_words();
    if (match.is != FileMatch::Is::words) match.is = FileMatch::Is::near_tie;
    for (const KeyOwner& owner : owners) {
      if (match.candidates.size() == kMostCandidates) break;
      const auto is_same = [&](const Candidate& each) { return each.index == owner.task; };
      const auto known = std::find_if(match.candidates.begin(), match.candidates.end(), is_same);
      if (known == match.candidates.end())
        match.candidates.push_back({owner.task, 0.5, why_of(owner)});
    }
    return match;
  }

  FileMatch by_words() {
    FileMatch match;
    if (ranked_.empty()) return match;
    match.is = verdict();
    if (match.is != FileMatch::Is::words && take_by_own_words()) match.is = FileMatch::Is::words;
    add_candidates(match);
    return match;
  }

  FileMatch::Is verdict() {
    if (ranked_.front().is_contradicted) return FileMatch::Is::too_low;
    compare(index_, name_, ranked_.front().task, best_);
    if (best_.name_share < kShare || best_.exact_words == 0) return FileMatch::Is::too_low;
    if (has_equal_rival()) return FileMatch::Is::near_tie;
    return is_sure() ? FileMatch::Is::words : FileMatch::Is::too_low;
  }

  // The first that is told by its own words comes to the front, if no other one may be meant.
  bool take_by_own_words() {
    const size_t count = std::min(ranked_.size(), kMostTried);
    for (size_t i = 0; i < count && !ranked_[i].is_contradicted; ++i) {
      compare(index_, name_, ranked_[i].task, best_);
      if (!has_own_words(index_, name_, ranked_[i].task, best_)) continue;
      if (is_small_part(best_) || has_rival_of(i)) return false;
      std::rotate(ranked_.begin(), ranked_.begin() + static_cast<ptrdiff_t>(i),
                  ranked_.begin() + static_cast<ptrdiff_t>(i) + 1);
      return true;
    }
    return false;
  }
  // Being whole is no advantage here: what the name says besides may be what the other one lacks.
  bool has_rival_of(size_t best) {
    for (size_t i = 0; i < ranked_.size(); ++i) {
      if (i == best || ranked_[i].is_contradicted) continue;
      if (ranked_[i].content_weight < kRival * best_.content_weight) continue;
      compare(index_, name_, ranked_[i].task, comparison_);
      if (explains_more(name_, comparison_, best_) || !explains_more(name_, best_, comparison_))
        return true;
    }
    return false;
  }
  // Letters that begin some words say them only beside something else.
  static bool is_small_part(const Comparison& comparison) {
    return comparison.by_initials && comparison.exact.count() < 2 && !comparison.has_fact;
  }

  bool is_sure() const {
    if (is_small_part(best_)) return false;
    if (best_.lacks_shared || best_.name_has_others ||
        (best_.name_has_more && best_.title_has_more))
      return false;
    if (best_.exact_weight * 2 < best_.said_weight) return false;
    const bool may_be_short =
        !best_.name_has_more && best_.said_words >= kSomeWords && index_.size() >= kManyTasks;
    if (best_.title_share < (may_be_short ? kShareOfTitle : kShare)) return false;
    return best_.words > 1 || is_all_said();
  }
  // For a title of one word: that word, and not a number more.
  bool is_all_said() const {
    const bool has_other_fact =
        std::any_of(best_.facts.begin(), best_.facts.end(), [](uint8_t fact) { return fact == 0; });
    return best_.is_whole && !best_.name_has_more && !has_other_fact && best_.exact_words == 1;
  }

  bool has_equal_rival() {
    for (const Ranked& rival : ranked_) {
      if (&rival == &ranked_.front() || rival.is_contradicted) continue;
      if (rival.content_weight < kRival * best_.content_weight) continue;
      compare(index_, name_, rival.task, comparison_);
      if (!is_beaten(comparison_)) return true;
    }
    return false;
  }
  bool is_beaten(const Comparison& rival) const {
    if (explains_more(name_, rival, best_)) return false;
    if (explains_more(name_, best_, rival)) return true;
    return best_.is_whole && !rival.is_whole && best_.words > 1;
  }

  void add_candidates(FileMatch& match) {
    for (const Ranked& ranked : ranked_) {
      if (match.candidates.size() == kMostCandidates) return;
      if (!match.candidates.empty() && match.candidates.front().index == ranked.task) continue;
      compare(index_, name_, ranked.task, comparison_);
      match.candidates.push_back(
          {ranked.task, ranked.score, explain(index_, name_, ranked.task, comparison_)});
    }
  }

  const TitleIndex& index_;
  NameLookup name_;
  std::vector<Ranked> ranked_;
  Comparison best_;
  Comparison comparison_;
};

}  // namespace

Titles::Titles(std::span<const Wanted> tasks) : index_(std::make_shared<const TitleIndex>(tasks)) {}

FileMatch Titles::find(std::string_view file_name) const {
  return Finding(*index_, file_name).find();
}

}  // namespace cb::model
