// Fields out of a file's name: "{Client} - {Month}.xlsx".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cb::model {

// In a pattern, {NAME} stands for one or more characters that are not all blanks (as few as
// possible; the first placeholder first), "*" for any number of them, "{{" and "}}" for braces,
// everything else for itself (ASCII case ignored). NAME is any name of a field (as in
// {fields.NAME}) without control characters, each once. Between two of {NAME} and "*" there is
// text. nullopt when `text` is a valid pattern, else what is wrong and where.
std::optional<std::string> check_name_pattern(std::string_view text);

// The values of the names, in order, if the whole of `name` fits; blanks around a value are cut.
// nullopt when it does not fit or is no valid UTF-8. Takes time in proportion to both lengths'
// product at most.
std::optional<std::vector<std::pair<std::string, std::string>>> fields_from_name(
    std::string_view pattern, std::string_view name);

}  // namespace cb::model
