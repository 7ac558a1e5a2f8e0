// The token: where it comes from, how it is sent, and that nobody sees it.
#pragma once

#include <string>
#include <string_view>

#include "options.h"

namespace cb::upstream_clickup {

// Where relative paths start, and what "~" stands for.
struct Places {
  std::string directory, home;
};

// The token of `options`, from its file, which only its owner may read, or its variable. Throws
// Error{Fault::configuration} that says what to do; it never holds any of the token.
std::string read_token(const Options& options, const Places& places);

// Where the token comes from, for people: "the file /…/token", "the variable CB_CLICKUP_TOKEN".
std::string origin_of_token(const Options& options, const Places& places);

// The value of the Authorization header: a personal token ("pk_…") as it is, any other as a Bearer.
std::string authorization(std::string_view token);

// `text` with every occurrence of `token` replaced.
std::string without_token(std::string text, std::string_view token);

}  // namespace cb::upstream_clickup
