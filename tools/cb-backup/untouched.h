// Whether the files of the store were written to since a backup was found to hold all they hold.
#pragma once

#include <string>

#include "shelf.h"
#include "state/layout.h"

namespace cb::backup {

// What the files of the store are like at this moment: another text after every later change of
// them. "" when that cannot be said: somebody is writing, or they were changed so lately that one
// more change might have the same time. Opens none of them.
std::string look_of_files(const state::Layout& layout);

// Whether the newest backup was found to hold what they held when they looked like this.
bool is_untouched(const Shelf& shelf, const std::string& id, const std::string& look);
void note_untouched(const Shelf& shelf, const std::string& id, const std::string& look);

}  // namespace cb::backup
