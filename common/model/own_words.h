// A title is also told from the others by its own words alone: those that do not say what kind of
// thing it is.
#pragma once

#include "model/comparison.h"

namespace cb::model {

// Whether the name says what is the title's own, and nothing that speaks of another thing; words
// of the kind may be missing, and words that nobody knows may stand beside. That no other title
// explains the name as well is not asked here.
bool has_own_words(const TitleIndex& index, const NameLookup& name, size_t task,
                   const Comparison& comparison);

}  // namespace cb::model
