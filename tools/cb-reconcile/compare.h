// All that a source lists, against all that the store knows of it.
#pragma once

#include <optional>

#include "job.h"
#include "upstream/client.h"

namespace cb::reconcile {

// Lists everything and repairs each disagreement, or only tells them. Whoever calls holds
// flow::listing_lock(). Returns how many tasks were listed; nullopt: the source failed.
std::optional<size_t> compare(const Job& job, const config::Source& source,
                              upstream::Client& client);

}  // namespace cb::reconcile
