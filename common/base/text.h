// Strict small parsers and safe forms of text that comes from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cb {

// The whole of `text` as a decimal integer; nullopt for blanks, '+', a fraction or overflow.
std::optional<int64_t> parse_integer(std::string_view text);

bool is_valid_utf8(std::string_view text);
// How many bytes from the start of `text` are valid UTF-8; all of them when it is.
size_t valid_utf8_size(std::string_view text);

// `text` on one line, safe for a terminal and a log: control characters (C0, DEL, C1), line and
// paragraph separators, bidirectional overrides and invalid UTF-8 become U+FFFD. Everything else is
// kept.
std::string printable(std::string_view text);

// Whether `text` has C0, DEL or C1 in it: could be taken for something else on a line, or changes a
// terminal.
bool has_control_characters(std::string_view text);

// printable(), cut to at most `bytes` bytes at a character boundary, with "…" when it was cut.
std::string excerpt(std::string_view text, size_t bytes);

// A name for one directory entry that stands for `text` and for no other text: bytes outside
// [A-Za-z0-9._-] and a leading '.' become %XX; what would exceed 200 bytes is cut and ends in '~'
// and a hash. Never empty, never "." or "..", never with a '/'.
std::string file_name_for(std::string_view text);

// Shell wildcards (*, ?, [...]) over the whole of `text`; '/' is an ordinary character.
bool matches_glob(std::string_view pattern, std::string_view text);

// The candidate within two edits of `word` (case ignored), the nearest first; nullopt when none is
// near.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

// `text` without the blanks (space, TAB, CR, LF) at both ends; a part of it.
std::string_view trimmed(std::string_view text);

// The same text but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// "a, b, c".
std::string join(std::span<const std::string> parts, std::string_view separator = ", ");

// How many bytes `text` begins with that are printable ASCII, but no quote and no backslash: what
// stands for itself in a JSON string.
size_t plain_size(std::string_view text);

// A stable 64-bit hash (XXH3) for change detection; not for untrusted keys.
uint64_t hash64(std::string_view text);

}  // namespace cb
