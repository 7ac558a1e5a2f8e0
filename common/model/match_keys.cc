// Exact keys of tasks in the name of a file.
#include <algorithm>

#include "model/title_index.h"

namespace cb::model {
namespace {

// Runs of a name that are a key.
struct Stretch {
  size_t first = 0;
  size_t size = 0;
  std::span<const KeyOwner> owners;

  bool is_within(const Stretch& other) const {
    return size < other.size && first >= other.first && first + size <= other.first + other.size;
  }
};

// "7" and "a1" mean something else in most names.
bool is_weak(std::span<const Run> key) {
  size_t length = 0;
  for (const Run& run : key) length += count_characters(run.text);
  return length < (key.size() == 1 && key[0].is_digits() ? 4 : 3);
}

bool is_point_at(std::span<const Run> runs, size_t at) {
  return at > 0 && at < runs.size() && runs[at].is_digits() && runs[at - 1].is_digits() &&
         runs[at].gap == ".";
}

// A number that belongs to a date, or is one half of 1.5, is no key.
bool is_part_of_number(const NameWords& name, size_t first, size_t size) {
  if (size != 1 || !name.runs[first].is_digits()) return false;
  return name.is_dated[first] || is_point_at(name.runs, first) || is_point_at(name.runs, first + 1);
}

bool may_be_key(const NameWords& name, size_t first, size_t size) {
  if (size == name.runs.size()) return true;
  const std::span<const Run> runs(name.runs);
  return !is_weak(runs.subspan(first, size)) && !is_part_of_number(name, first, size);
}

void find_keys_at(const TitleIndex& index, const NameWords& name, size_t first,
                  std::vector<Stretch>& found) {
  const std::span<const Run> runs(name.runs);
  if (first > 0 && runs[first].is_joined()) return;
  std::string text;
  for (size_t size = 1; size <= index.longest_key() && first + size <= runs.size(); ++size) {
    const Run& last = runs[first + size - 1];
    if (size > 1 && !last.is_joined()) text += ' ';
    text += last.text;
    if (first + size < runs.size() && runs[first + size].is_joined()) continue;
    const auto owners = index.owners_of(text);
    if (!owners.empty() && may_be_key(name, first, size)) found.push_back({first, size, owners});
  }
}

}  // namespace

std::string key_text(std::span<const Run> runs) {
  std::string text;
  for (const Run& run : runs) {
    if (!text.empty() && !run.is_joined()) text += ' ';
    text += run.text;
  }
  return text;
}

std::vector<KeyOwner> find_keys(const TitleIndex& index, const NameWords& name) {
  std::vector<Stretch> found;
  for (size_t at = 0; at < name.runs.size(); ++at) find_keys_at(index, name, at, found);
  std::vector<KeyOwner> owners;
  for (const Stretch& stretch : found) {
    const auto is_around = [&](const Stretch& other) { return stretch.is_within(other); };
    if (std::any_of(found.begin(), found.end(), is_around)) continue;
    owners.insert(owners.end(), stretch.owners.begin(), stretch.owners.end());
  }
  // Of one task its id comes first, and is what is told.
  std::sort(owners.begin(), owners.end(), [](const KeyOwner& a, const KeyOwner& b) {
    return a.task != b.task ? a.task < b.task : a.is_id > b.is_id;
  });
  const auto same_task = [](const KeyOwner& a, const KeyOwner& b) { return a.task == b.task; };
  owners.erase(std::unique(owners.begin(), owners.end(), same_task), owners.end());
  return owners;
}

}  // namespace cb::model
