// Words that tell what kind of thing a task or a file is, not which one.
#pragma once

#include <optional>
#include <string_view>

namespace cb::model {

// Which kind of document a word names: the same number for "invoice" and "Rechnung". nullopt for
// other words.
std::optional<int> document_kind(std::string_view folded);

// "report", "data", "web", "en": hosts and exports put them into any name.
bool is_neutral_word(std::string_view folded);

// "publish", "import", "check": what is to be done, where it begins or ends a title.
bool is_action_word(std::string_view folded);

// A country, or "north": where a name has one that the title has not, it is another branch's.
bool is_place_word(std::string_view folded);

}  // namespace cb::model
